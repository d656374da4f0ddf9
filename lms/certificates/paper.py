"""How a certificate is laid out, the same on paper and on the screen: the name's lines, the square code, the dates.

Pure: plain values in, plain values out. `pdf` draws it on paper, `templates/certificates/sheet.html` is the drawing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from markupsafe import Markup

from lms.certificates import scripts

# In millimetres, of the certificate's right-hand page.
NAME_WIDTH = 165.0
SIZES = (17.0, 15.0, 12.0, 10.0, 9.0, 8.0)  # the largest name in one line, two, three …
SMALLEST = (13.0, 11.0, 9.5, 8.0, 7.5)  # below these, another line is better
WELL = 8.0  # a name of this size keeps its words whole
LONG_WORD = 14.0
GLUE = "\x00"  # joins the pieces of one word
LONGEST_PARTICLE = 4
# Words that belong to the name after them. Those in small letters are told by that.
PARTICLES = (
    *("Ó", "Ní", "Nic", "Uí", "Mac", "Van", "Von", "De", "Der", "Den", "Del", "Di", "Da", "Dos", "La", "Le", "Ter"),
    *("Ten", "Al", "El", "Bin", "Bint", "Ibn", "Abd", "Abu", "بن", "بنت", "ابن", "عبد", "أبو", "ابو", "آل"),
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be set: its size in whole millimetres, its lines, the direction it is read in.

    `script` is empty where our serif has all its letters, and otherwise says whose fonts all of it is set in.
    """

    size: int
    lines: tuple[str, ...]
    direction: str
    script: str


def set_name(name: str, room: float = NAME_WIDTH) -> Name:
    """The largest setting of `name` that fits its place, with lines of about the same length.

    Widths are reckoned from typical letters; where they turn out wider in their font, the printer asks for less `room`.
    """
    words = name.split() or [""]
    bound = _bound(words)
    size, lines = _setting(bound, room)
    for others in (bound, words):  # too small with its words whole: long ones are cut, and at last all stand alone
        if size < WELL:
            size, lines = _setting([part for word in others for part in _pieces(word, room)], room)
    return Name(int(size), lines, scripts.direction(name), scripts.script_of(name))


def width(text: str) -> float:
    """About how wide `text` is, in em."""
    return max(sum(map(scripts.advance, text)), scripts.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Square:
    """A square code: how many fields a side has, its margin among them, and its runs of dark ones as x, y, length."""

    size: int
    runs: tuple[tuple[int, int, int], ...]


QUIET = 3  # fields left light around the code


def square(address: str) -> Square:
    """The address as a square code, in runs, so that it is small and crisp wherever it is drawn."""
    import segno  # a megabyte that only looking at a certificate needs

    rows = segno.make(address, error="m", micro=False).matrix
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in itertools.groupby(row):
            length = len(list(run))
            if dark:
                runs.append((x + QUIET, y + QUIET, length))
            x += length
    return Square(len(rows) + 2 * QUIET, tuple(runs))


def square_code(address: str) -> Markup:
    """The address as a square code in SVG, for the screen."""
    made = square(address)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in made.runs)
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="Square code that opens {1}" '
        'shape-rendering="crispEdges"><rect width="{0}" height="{0}" fill="#fff"/>'
        '<path fill="#251a2b" d="{2}"/></svg>'
    ).format(made.size, address, path)


def square_place(address: str) -> Markup:
    """Where the code goes on paper: an empty picture of one dot, in whose place `archive` draws it."""
    return Markup('<img class="qr" alt="Square code that opens {}" src="data:image/png;base64,{}">').format(
        address, DOT
    )


DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="


def _setting(words: list[str], room: float) -> tuple[float, tuple[str, ...]]:
    """The size of `words` and their lines: as few as their size allows."""
    tried: list[tuple[float, tuple[str, ...]]] = []
    for count, largest in enumerate(SIZES, start=1):
        lines = _balance(words, count)
        tried.append((min(largest, room / max(map(width, lines))), lines))
        if count > len(SMALLEST) or tried[-1][0] >= SMALLEST[count - 1]:
            break
    return next(each for each in tried if int(each[0]) >= int(tried[-1][0]))


def _bound(words: list[str]) -> list[str]:
    """`words`, where “von” and “Ó” do not part from what follows them."""
    made: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        if made and _is_particle(before):
            made[-1] += f" {word}"
        else:
            made.append(word)
    return made


def _is_particle(word: str) -> bool:
    return (word.islower() and len(word) <= LONGEST_PARTICLE) or word in PARTICLES


def _pieces(word: str, room: float) -> list[str]:
    """A long word, cut after its hyphens, and where it is too long for any line; never before a combining mark."""
    most, pieces = room / SIZES[-1], [""]
    if width(word) < LONG_WORD * room / NAME_WIDTH:
        return [word]
    for character in word:
        full = width(pieces[-1] + character) > most or pieces[-1].endswith("-")
        if full and not scripts.joins(pieces[-1][-1:], character):
            pieces.append(GLUE)
        pieces[-1] += character
    return pieces


def _balance(words: list[str], count: int) -> tuple[str, ...]:
    """`words` in at most `count` lines: the longest as short as can be, and then all as even as can be."""
    short, long = max(map(width, words)), width(" ".join(words))
    for _ in range(12):
        middle = (short + long) / 2
        short, long = (short, middle) if len(_fill(words, middle)) <= count else (middle, long)
    return _even(words, long + 0.001, len(_fill(words, long + 0.001)))


def _even(words: list[str], most: float, count: int) -> tuple[str, ...]:
    """`words` in `count` lines of at most `most`, with the least sum of squares: no lonely word in the last line."""
    best: dict[tuple[int, int], tuple[float, tuple[str, ...]]] = {(0, 0): (0.0, ())}
    for line in range(1, count + 1):
        for end in range(line, len(words) + 1):
            ways = [
                (best[begin, line - 1][0] + width(text) ** 2, (*best[begin, line - 1][1], text))
                for begin in range(line - 1, end)
                if (begin, line - 1) in best and width(text := _joined(words[begin:end])) <= most
            ]
            if ways:
                best[end, line] = min(ways)
    return best[len(words), count][1]


def _fill(words: list[str], most: float) -> tuple[str, ...]:
    lines = [words[:1]]
    for word in words[1:]:
        if width(_joined([*lines[-1], word])) <= most:
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(map(_joined, lines))


def _joined(words: list[str]) -> str:
    return " ".join(words).replace(f" {GLUE}", "").replace(GLUE, "")
