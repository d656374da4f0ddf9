"""A certificate on paper: one A4 page in landscape. The only user of WeasyPrint, which is imported when first needed.

Fonts, style and drawings are made ready once for a process; a certificate then is its words alone, laid over them.
Nothing is fetched: fonts are our own or the system's, and every word is bounded and escaped before it comes here.
"""

from __future__ import annotations

import atexit
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.certificates import archive, paper, scripts
from lms.certificates.archive import Art
from lms.certificates.logos import Logo
from lms.certificates.looks import PLAIN, Look
from lms.certificates.print_shop import BLEED
from lms.certificates.rules import Facts
from lms.core import drawings, phrases, texts

HERE = Path(__file__).parent
STATIC = HERE.parent / "static"
# One file a weight, all its scripts together: no variable font to cut for every certificate.
FONTS = {"text": ("Ask", 400), "bold": ("Ask", 700), "say": ("Say", 400), "name": ("Name", 500)}
SHEET = "@page { size: A4 landscape; margin: 0 } body { margin: 0 }"
ART = f"@page {{ size: {297 + 2 * BLEED}mm {210 + 2 * BLEED}mm; margin: 0 }} body {{ margin: 0 }}"
VARIANT = "pdf/a-3a"
CREDENTIAL = "credential.json"
LONGEST_WORDS = 400
MOST_LOOKS = 64  # kept ready
LOGO_HIGH, LOGO_WIDE, LOGO_MIDDLE, LOGO_GAP = 15.0, 48.0, 19.2, 4.0  # millimetres on the right-hand page
MARK, PAGE_WIDE = 11.5, 167.0
SETTINGS = 4  # tries at setting a name
MM = 25.4 / 96  # millimetres in a CSS pixel
_one_at_a_time = threading.Lock()


class NotOnePage(Exception):
    """The certificate did not fit its page, so it was not made."""


class NoLetters(Exception):
    """No font here has all letters of the certificate, so it was not made: nobody gets one with boxes in their name."""


def render(facts: Facts, credential: bytes | None = None, look: Look = PLAIN) -> bytes:
    """The certificate as PDF, with its credential attached: the same bytes for the same facts and look.

    Raises NotOnePage, NoLetters, and ValueError for overlong words.
    """
    if max(map(len, facts.words)) > LONGEST_WORDS:
        raise ValueError("a certificate's words are bounded")
    code = paper.square(facts.address)
    with _one_at_a_time:  # the font library underneath is not made for threads
        art = _art(look)
        document = _lay_out(facts, look)
        drawn: bytes = document.write_pdf(
            pdf_identifier=facts.code.encode(),
            pdf_variant=VARIANT,
            attachments=[_attachment(credential, facts)] if credential is not None else None,
            finisher=lambda _document, pdf: archive.finish(pdf, art, code),
        )
        if any(font.missing for font in document.fonts.values()):
            raise NoLetters(facts.number)
    return drawn


@cache
def fetcher() -> Any:
    """What the page may load: our own fonts, by name, and pictures that stand in it. Every other address is refused."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFontsOnly(URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme == "data":
                return super().fetch(url, headers)
            if scheme != "font" or name not in FONTS:
                raise FatalURLFetchingError(f"a certificate loads nothing but its fonts, not {url[:80]}")
            return URLFetcherResponse(
                url, (HERE / "fonts" / f"{name}.woff2").read_bytes(), {"Content-Type": "font/woff2"}
            )

    return OwnFontsOnly(allowed_protocols={"data"})


def _lay_out(facts: Facts, look: Look = PLAIN) -> Any:
    """The page, with the name as large as fits: its width is reckoned, then measured, and if need be set again."""
    html, style, fonts = _press()
    room, place = paper.NAME_WIDTH, paper.square_place(facts.address)
    for _ in range(SETTINGS):
        page = _template("pdf").render(facts=facts, name=paper.set_name(facts.holder, room), code=place)
        document = html(string=page, url_fetcher=fetcher()).render(
            stylesheets=[style, _room_for(look)], font_config=fonts, pdf_variant=VARIANT
        )
        if len(document.pages) != 1:
            break
        wide = _name_width(document.pages[0]._page_box)
        if wide <= paper.NAME_WIDTH:
            return document
        room *= min(0.9, paper.NAME_WIDTH / wide)  # sizes are whole millimetres: a smaller step may change nothing
    raise NotOnePage(facts.number)


def _name_width(box: Any) -> float:
    """How wide the name came out, in millimetres."""
    if getattr(box, "element", None) is not None and "cert-name" in box.element.get("class", ""):
        return max((line.width for line in box.descendants() if type(line).__name__ == "LineBox"), default=0) * MM
    return max((_name_width(child) for child in getattr(box, "children", ())), default=0)


def _attachment(credential: bytes, facts: Facts) -> Any:
    from weasyprint import Attachment

    day = datetime.combine(facts.issued_on, time(), UTC)
    return Attachment(
        string=credential,
        name=CREDENTIAL,
        description="The certificate as a signed credential",
        created=day,
        modified=day,
        relationship="Source",
        url_fetcher=fetcher(),
    )


@cache
def _press() -> tuple[Any, Any, Any]:
    """WeasyPrint's page class, our style and our fonts, ready for any number of certificates."""
    with _own_fonts():
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        fonts = FontConfiguration()
    atexit.register(_press.cache_clear)  # it removes its files while Python can still do that
    return HTML, CSS(string=_faces() + SHEET + _look(), font_config=fonts, url_fetcher=fetcher()), fonts


def _faces() -> str:
    return "".join(
        f'@font-face {{ font-family: {family}; font-weight: {weight}; src: url("font:{name}") }}'
        for name, (family, weight) in FONTS.items()
    )


def draw_page(page: str, style: str) -> bytes:
    """Any other page as a tagged PDF (PDF/UA-1) in our fonts. Nothing is fetched."""
    from weasyprint import CSS

    html, _style, fonts = _press()
    sheet = CSS(string=_faces() + style, font_config=fonts, url_fetcher=fetcher())
    made: bytes = html(string=page, url_fetcher=fetcher()).write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return made


@lru_cache(maxsize=MOST_LOOKS)
def _art(look: Look) -> Art:
    """What is the same on every certificate of a provider, drawn once."""
    from weasyprint import CSS

    html, _style, fonts = _press()
    style = CSS(string=ART + _look() + _sizes(look), font_config=fonts, url_fetcher=fetcher())
    page = re.sub(r'<svg class="ring[^>]*>', lambda opening: opening[0] + _ink(), _template("art").render(look=look))
    taken: list[Art] = []
    html(string=page, url_fetcher=fetcher()).render(stylesheets=[style], font_config=fonts).write_pdf(
        finisher=lambda _document, pdf: taken.append(archive.take(pdf))
    )
    return taken[0]


def _sizes(look: Look) -> str:
    """Logos as high as there is room, and no wider than looks well."""
    rules = []
    for logo, place in ((look.logo, ""), (look.second_logo, ".second")):
        if logo is not None:
            wide, high = _size(logo)
            rules.append(
                f".cert-logo{place} svg, .cert-logo{place} img {{ width: {wide:.2f}mm; height: {high:.2f}mm }}"
            )
            rules.append(f".cert-logo{place} {{ top: {LOGO_MIDDLE - high / 2:.2f}mm }}")
    return "".join(rules)


def _size(logo: Logo) -> tuple[float, float]:
    high = min(LOGO_HIGH, LOGO_WIDE / logo.ratio)
    return high * logo.ratio, high


@lru_cache(maxsize=MOST_LOOKS)
def _room_for(look: Look) -> Any:
    """Where the provider's name stands: between the logos."""
    from weasyprint import CSS

    left = _size(look.logo)[0] + LOGO_GAP if look.logo else MARK
    right = _size(look.second_logo)[0] + LOGO_GAP if look.second_logo else 0
    _html, _style, fonts = _press()
    rule = f".cert-brand {{ padding-left: {left:.2f}mm; width: {PAGE_WIDE - right:.2f}mm }}"
    return CSS(string=rule, font_config=fonts, url_fetcher=fetcher())


@contextmanager
def _own_fonts() -> Iterator[None]:
    """Fontconfig reads our list of folders, and no settings of the machine or of whoever runs it."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(HERE / "fonts" / "fonts.conf")
    try:
        yield
    finally:
        os.environ.pop("FONTCONFIG_FILE")
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


@cache
def _look() -> str:
    """The certificate's style in plain millimetres: the measure that a screen scales is reckoned once, here."""
    style = (STATIC / "certificate.css").read_text("utf-8")
    return re.sub(r"calc\((-?[\d.]+) \* var\(--mm\)\)", r"\1mm", style)


@cache
def _ink() -> str:
    """The drawings' colours, to stand inside each drawing: WeasyPrint does not apply a page's style to its pictures."""
    return f"<style>{''.join(line for line in _look().splitlines() if line.startswith('.cert-art'))}</style>"


@cache
def _template(name: str) -> Any:
    made = Environment(
        loader=FileSystemLoader(texts.folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(full_day=phrases.full_day, **scripts.FILTERS)
    drawings.register(made.globals)
    return made.get_template(f"certificates/{name}.html")
