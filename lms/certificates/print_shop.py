"""The drawn certificate for a print shop: the same page with 3 mm of bleed and crop marks around it.

It is made from the file that was kept, so it says and shows exactly what the holder has. A seal cannot hold on a
changed file and goes; the paper will not carry one either.
"""

from __future__ import annotations

import io
import re
from typing import Any

MM = 72 / 25.4
BLEED = 3.0  # millimetres of drawing beyond the cut; `archive` keeps so much of every drawing
MARGIN = 11.0  # millimetres of paper around the page, where the marks stand
MARK_FROM, MARK_TO = 5.0, 10.0
HAIRLINE = 0.25
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*")


def widen(content: bytes) -> bytes:
    """A kept certificate with bleed and crop marks."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(_unsealed(content)))
    page = writer.root["/Pages"]["/Kids"][0]
    trim = [float(each) for each in page["/MediaBox"]]
    for name, out in (("/TrimBox", 0.0), ("/BleedBox", BLEED), ("/MediaBox", MARGIN)):
        page[generic.pdf_name(name)] = _around(trim, out)
    drawings = page["/Resources"]["/XObject"]
    if "/Art" in drawings:  # files of before drawings were made once have none, and end at the cut
        art = drawings["/Art"]
        art[generic.pdf_name("/BBox")] = _around([float(each) for each in art["/BBox"]], BLEED)
        writer.update_container(art)
    marks = writer.add_object(generic.StreamObject(stream_data=_marks(*trim)))
    page[generic.pdf_name("/Contents")] = generic.ArrayObject([marks, page.raw_get("/Contents")])
    writer.update_container(page)
    made = io.BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]
    return made.getvalue()


def _unsealed(content: bytes) -> bytes:
    first = _END.search(content)
    return content[: first.end()] if first else content


def _around(box: list[float], millimetres: float) -> Any:
    from pyhanko.pdf_utils import generic

    out = millimetres * MM
    sides = [round(each + way * out, 3) for each, way in zip(box, (-1, -1, 1, 1), strict=True)]
    return generic.ArrayObject(map(generic.FloatObject, sides))


def _marks(left: float, bottom: float, right: float, top: float) -> bytes:
    """Two hairlines at each corner, in line with the cuts and clear of the bleed; no part of what the page says."""
    near, far = MARK_FROM * MM, MARK_TO * MM
    lines = [
        f"{x:.3f} {end + way * near:.3f} m {x:.3f} {end + way * far:.3f} l"
        for x in (left, right)
        for end, way in ((bottom, -1), (top, 1))
    ]
    lines += [
        f"{end + way * near:.3f} {y:.3f} m {end + way * far:.3f} {y:.3f} l"
        for y in (bottom, top)
        for end, way in ((left, -1), (right, 1))
    ]
    return f"/Artifact BMC q {HAIRLINE} w 0 0 0 RG {' '.join(lines)} S Q EMC\n".encode()
