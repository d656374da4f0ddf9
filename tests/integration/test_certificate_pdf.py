"""The certificate on paper, read back the way a person and a phone would."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp

from lms.certificates import paper, pdf
from lms.certificates.looks import PLAIN
from tests.make_certificates import facts

NAMES = [
    "Bo Nyman",
    "Joan Fairweather",
    "Maximiliana Fernández-Ångström de la Cruz",
    "Wilhelmina Konstantinopoulou-Featherstonehaugh Ramakrishnan Montgomery-Vandenberg of Marlo",
    "W" * 90,
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} ${7}",
    '"><img src="file:///etc/passwd">',
    "Đặng Thị Hồng Ngọc",
    "Μαρία Παπαδοπούλου",
]


def page_of(content: bytes) -> Any:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 1
    return pages[0]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_was_certified_on_one_page(name: str) -> None:
    said = facts(name)
    page = page_of(pdf.render(said))
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    text = squeezed(page.extract_text())
    words = [
        said.holder,
        said.award,
        said.number,
        said.claim,
        "21 July 2024",
        "21 July 2026",
        "11 sessions",
        "Lead alone",
    ]
    for each in [*words, "Ruth Tamihana", "Bashir Noor", "Level 4 of 5, Independent", "learn.example.org/v"]:
        assert squeezed(each) in text


def test_a_name_read_from_the_right_keeps_its_letters() -> None:
    name = "سعاد بنت عبد الرحمن"
    text = unicodedata.normalize("NFKC", page_of(pdf.render(facts(name))).extract_text())
    assert set(squeezed(name)) <= set(text)


def test_the_square_code_opens_the_public_page() -> None:
    said = facts()
    picture = pypdfium2.PdfDocument(pdf.render(said))[0].render(scale=2).to_pil()
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [said.address]


def test_the_same_facts_make_the_same_bytes() -> None:
    assert pdf.render(facts()) == pdf.render(facts())


def test_it_says_in_its_properties_what_it_is() -> None:
    read = pypdf.PdfReader(io.BytesIO(pdf.render(facts())))
    assert read.metadata is not None
    assert read.metadata.title == "Certified peer group facilitator: Joan Fairweather"
    assert read.metadata.author == "Fieldfare Peer Learning"
    assert str(read.root_object["/Lang"]) == "en"
    assert str(read.metadata.creation_date).startswith("2024-07-21")


def test_every_font_travels_with_it() -> None:
    page = page_of(pdf.render(facts()))
    for font in page["/Resources"]["/Font"].values():
        below = font.get_object()["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"].get_object())


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "https://example.org/x",
        "ftp://example.org/x",
        "font:../pdf.py",
        "data2:x",
    ],
)
def test_the_page_can_load_nothing_but_its_fonts(address: str) -> None:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        pdf.fetcher().fetch(address)
    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img src="{address}">', url_fetcher=pdf.fetcher()).write_pdf()
    assert pdf.fetcher().fetch("font:name").read()[:4] == b"wOF2"


def test_nobody_gets_one_with_a_box_in_their_name() -> None:
    with pytest.raises(pdf.NoLetters):
        pdf.render(facts("Joan \ue123 Fairweather"))
    assert pdf.render(facts("ნინო ჯავახიშვილი"))


def test_however_wide_its_letters_are_a_name_stays_on_its_page() -> None:
    for name in ("கமலா ராமச்சந்திரன் வெங்கடேசுவரன்", "ഗോപാലകൃഷ്ണൻ ശ്രീനിവാസൻ രാമചന്ദ്രൻ", "﷽" * 10):
        document = pdf._lay_out(facts(name))
        assert 0 < pdf._name_width(document.pages[0]._page_box) <= paper.NAME_WIDTH


def test_overlong_words_are_refused() -> None:
    with pytest.raises(ValueError, match="bounded"):
        pdf.render(facts(claim="x" * 500))


def test_more_than_one_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint import CSS

    html, _style, fonts = pdf._press()
    pdf._art(PLAIN)
    tall = CSS(string="@page { size: A4 landscape } .cert { height: 3000mm }")
    monkeypatch.setattr(pdf, "_press", lambda: (html, tall, fonts))
    with pytest.raises(pdf.NotOnePage):
        pdf.render(facts())
