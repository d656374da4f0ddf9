"""Logos on certificates: a PNG is drawn anew, an SVG is taken apart and only its plain shapes are put together again.

Nothing of a file reaches a certificate as it was given. Values in, values out; the picture library is imported late.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

MOST_OCTETS = 500_000
MOST_PIXELS = 4_000  # a side
KEPT_PIXELS = 1_200  # a side: 20 mm at 1,500 dots an inch
MOST_SHAPES = 2_000
LEAST_RATIO, MOST_RATIO = 0.3, 8.0  # width to height
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "http://www.w3.org/2000/svg"
SHAPES = frozenset({"g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_SILENT = frozenset({"title", "desc", "metadata", "defs"})  # nothing of them is drawn, so they are left out
_PAINT = ("fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
_MORE_PAINT = ("stroke-miterlimit", "stroke-dasharray", "stroke-opacity", "transform")
_PLACES = ("x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2", "points", "d")
ATTRIBUTES = frozenset((*_PAINT, *_MORE_PAINT, *_PLACES))
_OF_ALL = frozenset({"id", "data-name", "role", "aria-label", "aria-hidden"})
_OF_THE_WHOLE = frozenset({"viewBox", "version", "width", "height", "x", "y", "preserveAspectRatio"})
_NUMBERS = re.compile(
    r"[\d\s.,eE+\-MmZzLlHhVvCcSsQqTtAa%]*|(\s*(matrix|translate|scale|rotate|skewX|skewY)\([\d\s.,eE+\-]*\)\s*)+"
)
_COLOUR = re.compile(r"none|currentColor|#[0-9a-fA-F]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]*\)")


class Unfit(ValueError):
    """The file cannot be a logo. `str(error)` is a sentence."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo ready to be drawn: its own markup, and its width to its height."""

    markup: str
    ratio: float


def read(content: bytes) -> Logo:
    """A logo from the octets of a PNG or SVG file. Raises Unfit."""
    if len(content) > MOST_OCTETS:
        raise Unfit(f"it has {len(content):,} octets, and {MOST_OCTETS:,} are the most.")
    logo = _png(content) if content.startswith(PNG) else _svg(content)
    if not LEAST_RATIO <= logo.ratio <= MOST_RATIO:
        raise Unfit("it is too narrow or too wide: up to eight times as wide as high is fine.")
    return logo


def _png(content: bytes) -> Logo:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(content), formats=["PNG"])
        too_large = max(picture.size) > MOST_PIXELS
        shown = picture if too_large else picture.convert("RGBA")
    except Exception as error:
        raise Unfit("it cannot be read as a PNG.") from error
    if too_large:
        raise Unfit(f"it is {picture.width} by {picture.height} pixels, and {MOST_PIXELS:,} a side are the most.")
    shown.thumbnail((KEPT_PIXELS, KEPT_PIXELS))
    paper = Image.new("RGB", shown.size, "white")
    paper.paste(shown, mask=shown.getchannel("A"))
    kept = io.BytesIO()
    paper.save(kept, "PNG")
    inside = base64.b64encode(kept.getvalue()).decode("ascii")
    return Logo(f'<img alt="" src="data:image/png;base64,{inside}">', paper.width / paper.height)


def _svg(content: bytes) -> Logo:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        given = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unfit("it is neither a PNG nor an SVG that can be read (without a DOCTYPE).") from error
    if given.tag != f"{{{SVG}}}svg":
        raise Unfit("its outermost element should be <svg>.")
    box = given.get("viewBox") or f"0 0 {given.get('width', '')} {given.get('height', '')}"
    sides = re.fullmatch(r"\s*(-?[\d.]+[\s,]+-?[\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)\s*", box)
    if sides is None or not float(sides[2]) or not float(sides[3]):
        raise Unfit("it needs a viewBox of four numbers.")
    made = Element("svg", {"xmlns": SVG, "viewBox": f"{sides[1]} {sides[2]} {sides[3]}"})
    _keep_paint(given, made)
    if _copy(given, made) > MOST_SHAPES:
        raise Unfit(f"it has more than {MOST_SHAPES:,} shapes.")
    return Logo(tostring(made, encoding="unicode"), float(sides[2]) / float(sides[3]))


def _copy(given: Element, made: Element) -> int:
    """Copy the shapes inside one element into another, and count them. Raises Unfit for anything else that is drawn."""
    count = 0
    for each in given:
        space, _, tag = str(each.tag).removeprefix("{").rpartition("}")
        if space != SVG or tag in _SILENT:
            continue  # what a drawing program notes for itself
        if tag not in SHAPES:
            raise Unfit(f"<{tag[:20]}> has no place in it: turn everything into plain shapes, text into paths.")
        inner = SubElement(made, tag)
        _keep_paint(each, inner)
        count += 1 + _copy(each, inner)
    return count


def _keep_paint(given: Element, made: Element) -> None:
    """Copy the attributes that say where and in which colour. Raises Unfit for any that could do more."""
    left_out = _OF_ALL if given.tag != f"{{{SVG}}}svg" else _OF_ALL | _OF_THE_WHOLE
    for name, value in given.attrib.items():
        if name in left_out or "}" in name:
            continue
        if name not in ATTRIBUTES or not (_NUMBERS.fullmatch(value) or _COLOUR.fullmatch(value)):
            shown = f"{name[:20]}=“{value[:30]}”"
            raise Unfit(f"{shown} has no place in it: save it as plain SVG, with colours as attributes.")
        made.set(name, value)
