"""A lesson taken apart where its reader writes, and by its headings. Pure; the text stays as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Note = Literal["alone", "say"]
SAY = "## Say it in your own words"
ALONE = "**Alone"
FENCE = re.compile(r":{3,}\s*(?P<name>\S*)")
HEADING = re.compile(r"## +(?P<title>.+?)\s*#*")
NOT_IN_A_SLUG = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a lesson's text, and what its reader may write below it, if anything."""

    text: str
    note: Note | None = None


@lru_cache(maxsize=256)
def pieces(body: str) -> tuple[Piece, ...]:
    """The text in order. Below what one does alone, and below “Say it in your own words”, there is room to write."""
    found: list[Piece] = []
    lines: list[str] = []
    open_note: Note | None = None
    for line, top in _by_depth(body):
        if open_note and top and _ends(open_note, line):
            found.append(Piece("".join(lines), open_note))
            lines, open_note = [], None
        if top and open_note is None:
            open_note = _begins(line)
        lines.append(line)
    return (*found, Piece("".join(lines), open_note)) if "".join(lines).strip() else tuple(found)


def notes(body: str) -> frozenset[Note]:
    """What a reader may write in this lesson."""
    return frozenset(each.note for each in pieces(body) if each.note)


@lru_cache(maxsize=256)
def headings(body: str) -> tuple[tuple[str, str], ...]:
    """The parts of a lesson: the anchor of each heading, and its words."""
    found = (HEADING.fullmatch(line.strip()) for line, top in _by_depth(body) if top)
    return tuple((anchor(each["title"]), each["title"]) for each in found if each)


def anchor(title: str) -> str:
    """The id of a heading: its words, so that it stays when others come before it."""
    return "on-" + NOT_IN_A_SLUG.sub("-", title.lower().replace("’", "")).strip("-")


def _begins(line: str) -> Note | None:
    if line.startswith(ALONE):
        return "alone"
    return "say" if line.strip() == SAY else None


def _ends(note: Note, line: str) -> bool:
    """Where the room to write comes: before the group's form, before somebody else's words, before the next part."""
    return line.startswith(("## ", "**", ":::") if note == "alone" else ("## ", ":::"))


def _by_depth(body: str) -> Iterator[tuple[str, bool]]:
    """Every line, and whether it stands outside all blocks; the line that opens one still does."""
    depth = 0
    for line in body.splitlines(keepends=True):
        fence = FENCE.match(line)
        if fence and not fence["name"]:
            depth = max(0, depth - 1)
            yield line, False
            continue
        yield line, depth == 0
        depth += fence is not None
