"""The last touches of a certificate as PDF: drawings made once for all pages, and what makes it fit for archives.

One file is PDF/A-3a and PDF/UA-1 at once. WeasyPrint writes the first; the second has to be said inside the same RDF,
with a description of its words, which PDF/A asks for (ISO 19005-3, 6.6.2.3; ISO 14289-1, 5). `pdf` calls this before
the file is written.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pydyf

from lms.certificates.paper import Square
from lms.certificates.print_shop import BLEED, MM

INK = "0.145 0.102 0.169"  # #251a2b

_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


@dataclass(frozen=True, slots=True)
class Art:
    """Drawings made once: their strokes, pressed, and the states and pictures they use."""

    strokes: bytes
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pictures: Mapping[str, tuple[bytes, Mapping[str, Any]]] = field(default_factory=dict)


def take(pdf: Any) -> Art:
    """What was drawn on the only page of `pdf`, to be drawn again on others."""
    page = _page(pdf)
    resources = _object(pdf, page["Resources"])
    strokes = _octets(_object(pdf, page["Contents"]))
    pictures = {}
    for name, reference in resources["XObject"].items():
        picture = _object(pdf, reference)
        pictures[name] = (_octets(picture), dict(picture.extra))
    return Art(zlib.compress(strokes, 9), {k: dict(v) for k, v in resources["ExtGState"].items()}, pictures)


def finish(pdf: Any, art: Art, code: Square) -> None:
    """Put `art` under the page's words and `code` in its place, and say in the metadata that it is PDF/UA as well."""
    page = _page(pdf)
    content = _object(pdf, page["Contents"])
    [place] = _object(pdf, page["Resources"])["XObject"].values()
    _draw(code, _object(pdf, place))
    content.stream[:0] = [b"/Artifact BMC q /Art Do Q EMC"]
    _object(pdf, page["Resources"])["XObject"]["Art"] = _form(pdf, art, page)
    if "AF" in pdf.catalog:  # each attachment is named twice there
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", _UA)]


def _form(pdf: Any, art: Art, page: Any) -> bytes:
    """`art` as one object of this file. It was drawn on a page with `BLEED` around, which this page does not show."""
    resources = pydyf.Dictionary(
        {"ExtGState": pydyf.Dictionary({k: pydyf.Dictionary(v) for k, v in art.states.items()})}
    )
    if art.pictures:
        resources["XObject"] = pydyf.Dictionary({name: _picture(pdf, *made) for name, made in art.pictures.items()})
    left, bottom, right, top = (float(each) for each in page["MediaBox"])
    shift = BLEED * MM
    box = pydyf.Array([left + shift, bottom + shift, right + shift, top + shift])
    form = pydyf.Stream(
        [art.strokes],
        {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": box,
            "Matrix": pydyf.Array([1, 0, 0, 1, -shift, -shift]),
            "Resources": resources,
            "Filter": "/FlateDecode",
        },
    )
    pdf.add_object(form)
    return bytes(form.reference)


def _picture(pdf: Any, content: bytes, extra: Mapping[str, Any]) -> bytes:
    picture = pydyf.Stream([content], dict(extra))
    pdf.add_object(picture)
    return bytes(picture.reference)


def _draw(code: Square, place: Any) -> None:
    """The code as strokes in place of a picture: the same square of one by one, sharp at every size."""
    dark = " ".join(f"{x} {code.size - y - 1} {length} 1 re" for x, y, length in code.runs)
    place.stream = [f"1 g 0 0 {code.size} {code.size} re f {INK} rg {dark} f".encode()]
    place.compress = True
    place.extra = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": pydyf.Array([0, 0, code.size, code.size]),
        "Matrix": pydyf.Array([1 / code.size, 0, 0, 1 / code.size, 0, 0]),
        "Resources": pydyf.Dictionary(),
    }


def _page(pdf: Any) -> Any:
    return _object(pdf, pdf.page_references[0])


def _octets(stream: Any) -> bytes:
    return b"\n".join(pydyf._to_bytes(each) for each in stream.stream)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
