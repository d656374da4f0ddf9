"""A help for readers, and no check: names, dates, figures and quotation marks found in a text, so that they stand out.

It finds words that it was given, however they are written. It does not understand: “the depot supervisor” tells
everybody who is meant and has no name in it. So people read, and this only points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = {"name": "Names", "date": "Days and months", "number": "Figures", "quotation": "Quotation marks"}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words in names of circles and units that stand in every text. What is left out here is only not pointed at.
EVERYDAY = _set(
    "and the for of a an in on at to by with circle circles group groups team teams unit units service services "
    "people staff council office peer learning"
)
DAYS = _set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december yesterday tomorrow jan feb mar apr jun jul aug sep sept oct nov dec"
)
SHORT = 3  # a name of fewer letters, such as “IT” or “Bo”, is found as it is written only
# Words, and quotation marks; an apostrophe is one only where it opens.
_PARTS = re.compile(r"[^\W_]+|[“”\"„‟«»‹›‘]|(?<![^\W_])'(?=[^\W_])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text; `kind` is empty where nothing was found."""

    text: str
    kind: str = ""


def folded(word: str) -> str:
    """What two writings of a name are compared by: without accents, in small letters."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def pieces(text: str, names: Iterable[str]) -> tuple[Piece, ...]:
    """The text in pieces, one after the other, with what was found marked. `names` are those of people and places."""
    text = unicodedata.normalize("NFC", text)
    known, exact = _words(names)
    found, last = list[Piece](), 0
    for part in _PARTS.finditer(text):
        kind = _kind(part.group(), known, exact)
        if not kind:
            continue
        between = text[last : part.start()]
        if found and found[-1].kind == kind and between.strip() in ("", "&", "-") and kind != "quotation":
            found[-1] = Piece(found[-1].text + between + part.group(), kind)
        else:
            found += [*([Piece(between)] if between else []), Piece(part.group(), kind)]
        last = part.end()
    return (*found, Piece(text[last:])) if text[last:] else tuple(found)


def _words(names: Iterable[str]) -> tuple[set[str], set[str]]:
    """The words of all names: those compared folded, and short ones compared as they are."""
    words = {word for name in names for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name))}
    known = {folded(word) for word in words if len(word) >= SHORT} - EVERYDAY
    return known, {word for word in words if len(word) < SHORT and folded(word) not in EVERYDAY}


def _kind(part: str, known: set[str], exact: set[str]) -> str:
    if not part[0].isalnum():
        return "quotation"
    word = folded(part)
    if part in exact or word in known:
        return "name"
    if word in DAYS or part == "May":
        return "date"
    return "number" if any(each.isdigit() for each in part) else ""


def found(marked: Iterable[Piece]) -> list[tuple[str, list[str]]]:
    """What was found, by kind, each writing once."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for each in marked:
        if each.kind and each.text not in by_kind[each.kind]:
            by_kind[each.kind].append(each.text)
    return [(KINDS[kind], texts) for kind, texts in by_kind.items() if texts]
