"""How a certificate is laid out, the same on paper and on the screen: the name's lines, the square code, the dates.

Pure: plain values in, plain values out. `pdf` draws it on paper, `templates/certificates/sheet.html` is the drawing.
"""

from __future__ import annotations

import itertools
import unicodedata
from dataclasses import dataclass

from markupsafe import Markup

# In millimetres, of the certificate's right-hand page.
NAME_WIDTH = 165.0
SIZES = (17.0, 15.0, 12.0, 10.0, 9.0, 8.0)  # the largest name in one line, two, three …
SMALLEST = (13.0, 11.0, 9.5, 8.0, 7.5)  # below these, another line is better
# Advance widths of the printed serif, in em, by letters that are about as wide; each class rounded up.
_ADVANCE = {
    letter: em
    for em, letters in {
        0.2: " ",
        0.36: "ijl.,:;!'’`-()|",
        0.47: "Ifrst1",
        0.6: "aceovxyzgJS023456789",
        0.67: "bdhknpquBEFLPZ",
        0.78: "ACDGKOQRTUVXY",
        0.87: "wHN&",
        1.1: "mMW@%",
    }.items()
    for letter in letters
}
UNKNOWN = 0.75
LONG_WORD = 14.0
TRACKING = 0.02  # the name's letters stand this much closer
# What our serif has letters for: Latin with its extensions for Europe.
_LETTERS = frozenset(
    chr(point)
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0x17E),
        (0x218, 0x21B),
        (0x1E80, 0x1E85),
        (0x2013, 0x2014),
        (0x2018, 0x201E),
    )
    for point in range(first, last + 1)
)
GLUE = "\x00"  # joins the pieces of one word
_RTL = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be set: its size in whole millimetres, its lines, the direction it is read in.

    `other` says that our serif lacks one of its letters: then all of it is set in another, never half of it.
    """

    size: int
    lines: tuple[str, ...]
    direction: str
    other: bool


def set_name(name: str) -> Name:
    """The largest setting of `name` that fits its place, with lines of about the same length."""
    words = [part for word in name.split() for part in _pieces(word)] or [""]
    lines: tuple[str, ...] = ()
    size = 0.0
    for count, largest in enumerate(SIZES, start=1):
        lines = _balance(words, count)
        size = min(largest, NAME_WIDTH / max(map(width, lines)))
        if count > len(SMALLEST) or size >= SMALLEST[count - 1]:
            break
    return Name(int(size), lines, direction(name), not set(name) <= _LETTERS)


def width(text: str) -> float:
    """About how wide `text` is, in em."""
    return max(sum(map(_advance, text)), UNKNOWN)


def direction(text: str) -> str:
    """`rtl` if the first letter is of a script read from the right."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _RTL:
            return "rtl"
        if kind == "L":
            break
    return "ltr"


def square_code(address: str) -> Markup:
    """The address as a square code in SVG; one path of runs, so that it stays small in the PDF and crisp everywhere."""
    import segno  # a megabyte that only looking at a certificate needs

    rows = segno.make(address, error="m", micro=False).matrix
    size = len(rows) + 6
    path = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in itertools.groupby(row):
            length = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return Markup(
        '<svg class="qr" viewBox="-3 -3 {0} {0}" role="img" aria-label="Square code that opens {1}" '
        'shape-rendering="crispEdges"><rect x="-3" y="-3" width="{0}" height="{0}" fill="#fff"/>'
        '<path fill="#251a2b" d="{2}"/></svg>'
    ).format(size, address, "".join(path))


def _advance(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return _ADVANCE.get(unicodedata.normalize("NFD", character)[0], UNKNOWN) - TRACKING


def _pieces(word: str) -> list[str]:
    """A long word, cut after its hyphens, and where it is too long for any line; never before a combining mark."""
    most, pieces = NAME_WIDTH / SIZES[-1], [""]
    if width(word) < LONG_WORD:
        return [word]
    for character in word:
        full = width(pieces[-1] + character) > most or pieces[-1].endswith("-")
        if full and not unicodedata.combining(character):
            pieces.append(GLUE)
        pieces[-1] += character
    return pieces


def _balance(words: list[str], count: int) -> tuple[str, ...]:
    """`words` in at most `count` lines, the longest as short as can be."""
    short, long = max(map(width, words)), width(" ".join(words))
    for _ in range(12):
        middle = (short + long) / 2
        short, long = (short, middle) if len(_fill(words, middle)) <= count else (middle, long)
    return _fill(words, long)


def _fill(words: list[str], most: float) -> tuple[str, ...]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(line.replace(f" {GLUE}", "").replace(GLUE, "") for line in lines)
