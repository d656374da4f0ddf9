"""What in a turn may give somebody away: names, numbers and addresses, marked so that their writer can blank them.

Pure. It marks and never decides: a rule knows no nicknames and no “the one from the night shift”. Whoever writes looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["address", "number", "name"]

IN_PLACE: dict[Kind, str] = {"address": "[address]", "number": "[number]", "name": "[name]"}
SHORTEST = 3  # “Al” and “Jo” are found only where the circle itself uses them
# Names that are also how a question begins; they are marked where they stand inside it.
BEGINNERS = frozenset({"Will", "May", "Can", "Art", "Mark"})
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?://\S+|\bwww\.\S+")
_NUMBER = re.compile(r"\d[\d\s/().:-]*\d|\d")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_STARTS = re.compile(r"(?:^|[.?!…:]\s+|[“\"‘(]\s*)$")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands that may give somebody away."""

    start: int
    end: int
    kind: Kind
    text: str


def words_of(names: Iterable[str]) -> frozenset[str]:
    """The parts of people's names by which they are known, as long as they are long enough to be one."""
    parts = (part for name in names for part in _WORD.findall(name))
    return frozenset(part.casefold() for part in parts if len(part) >= SHORTEST)


def marks(text: str, circle: Iterable[str] = (), others: frozenset[str] = frozenset()) -> tuple[Mark, ...]:
    """What in a turn may give somebody away, in order, nothing twice.

    The circle's own names are found however they are written; those of `others`, who may be thousands and among whom
    there is a Rose and a Will, only with a capital letter.
    """
    own = {part.casefold() for name in circle for part in _WORD.findall(name)}
    found = [Mark(m.start(), m.end(), "address", m[0]) for m in _ADDRESS.finditer(text)]
    found += [Mark(m.start(), m.end(), "number", m[0]) for m in _NUMBER.finditer(text)]
    found += [
        Mark(m.start(), m.start() + len(word), "name", word)
        for m in _WORD.finditer(text)
        for word in (_POSSESSIVE.sub("", m[0]),)
        if _is_name(word, text[: m.start()], own, others)
    ]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def blank(text: str, circle: Iterable[str] = (), others: frozenset[str] = frozenset()) -> str:
    """The turn with a word in brackets in place of everything that is marked."""
    for mark in reversed(marks(text, circle, others)):
        text = f"{text[: mark.start]}{IN_PLACE[mark.kind]}{text[mark.end :]}"
    return text


def _is_name(word: str, before: str, own: set[str], others: frozenset[str]) -> bool:
    if word in BEGINNERS and _STARTS.search(before):
        return False
    if before.endswith("[") and f"[{word}]" in IN_PLACE.values():
        return False
    return word.casefold() in own or (word[:1].isupper() and word.casefold() in others)
