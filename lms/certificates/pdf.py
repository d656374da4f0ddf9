"""A certificate on paper: one A4 page in landscape. The only user of WeasyPrint, which is imported when first needed.

Fonts and style are read once for a process. Nothing is fetched: pictures are drawn in the page, fonts are our own, and
every word is bounded and escaped before it comes here.
"""

from __future__ import annotations

import atexit
import re
import threading
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.certificates import paper
from lms.certificates.rules import Facts
from lms.core import drawings, phrases, texts

HERE = Path(__file__).parent
STATIC = HERE.parent / "static"
# One file a weight, Latin and its extensions together: no variable font to cut for every certificate.
FONTS = {"text": ("Ask", 400), "bold": ("Ask", 700), "say": ("Say", 400), "name": ("Name", 500)}
LONGEST_WORDS = 400
_one_at_a_time = threading.Lock()


class NotOnePage(Exception):
    """The certificate did not fit its page, so it was not made."""


def render(facts: Facts) -> bytes:
    """The certificate as PDF: the same bytes for the same facts. Raises NotOnePage, ValueError for overlong words."""
    if max(map(len, facts.words)) > LONGEST_WORDS:
        raise ValueError("a certificate's words are bounded")
    page = _template().render(facts=facts, name=paper.set_name(facts.holder), code=paper.square_code(facts.address))
    page = re.sub(r"<svg\b[^>]*>", lambda opening: opening[0] + _ink(), page)
    with _one_at_a_time:  # the font library underneath is not made for threads
        html, style, fonts = _press()
        document = html(string=page, url_fetcher=fetcher()).render(stylesheets=[style], font_config=fonts)
        if len(document.pages) != 1:
            raise NotOnePage(facts.number)
        drawn: bytes = document.write_pdf(pdf_identifier=facts.code.encode())
    return drawn


@cache
def fetcher() -> Any:
    """What the page may load: our own fonts, by name. Every other address is refused, files of this machine first."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFontsOnly(URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme != "font" or name not in FONTS:
                raise FatalURLFetchingError(f"a certificate loads nothing but its fonts, not {url[:80]}")
            return URLFetcherResponse(
                url, (HERE / "fonts" / f"{name}.woff2").read_bytes(), {"Content-Type": "font/woff2"}
            )

    return OwnFontsOnly()


@cache
def _press() -> tuple[Any, Any, Any]:
    """WeasyPrint's page class, our style and our fonts, ready for any number of certificates."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    atexit.register(_press.cache_clear)  # it removes its files while Python can still do that
    faces = "".join(
        f'@font-face {{ font-family: {family}; font-weight: {weight}; src: url("font:{name}") }}'
        for name, (family, weight) in FONTS.items()
    )
    rules = "@page { size: A4 landscape; margin: 0 } body { margin: 0 }"
    look = (STATIC / "certificate.css").read_text("utf-8")
    return HTML, CSS(string=faces + rules + look, font_config=fonts, url_fetcher=fetcher()), fonts


@cache
def _ink() -> str:
    """The drawings' colours, to stand inside each drawing: WeasyPrint does not apply a page's style to its pictures."""
    lines = (STATIC / "certificate.css").read_text("utf-8").splitlines()
    return f"<style>{''.join(line for line in lines if line.startswith('.cert-art'))}</style>"


@cache
def _template() -> Any:
    made = Environment(
        loader=FileSystemLoader(texts.folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(full_day=phrases.full_day)
    drawings.register(made.globals)
    return made.get_template("certificates/pdf.html")
