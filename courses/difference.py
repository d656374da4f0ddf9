"""What a newer edition of the programme says otherwise, lesson by lesson, in words a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from courses.catalogue import Catalogue
from courses.schema import Lesson

Kind = Literal["new", "gone", "moved", "renamed", "changed"]
# From which share of new or lost words on somebody who finished a lesson is told that it is worth reading again.
MUCH = 0.25
WORDS = re.compile(r"\S+\s*|\s+")
MARKUP = re.compile(r"==|\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|^#+\s*|^>\s?|\]\([^)]*\)|\[(?=[^\]]*\]\()", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """Some words of a passage: kept, put in, or taken out."""

    what: Literal["same", "in", "out"]
    text: str


@dataclass(frozen=True)
class Change:
    """One lesson that is not as it was. `share` is how much of its words is other, from 0 to 1.

    A lesson may be moved, renamed and changed at once; `kinds` has all that is true of it.
    """

    kinds: tuple[Kind, ...]
    before: Lesson | None
    after: Lesson | None
    passages: tuple[tuple[Piece, ...], ...] = ()
    share: float = 0.0

    @property
    def lesson(self) -> Lesson:
        """As it is now, or as it last was."""
        found = self.after or self.before
        assert found is not None, "a change is about some lesson"  # noqa: S101 - made only below
        return found

    @property
    def is_much(self) -> bool:
        return self.share >= MUCH


def difference(before: Catalogue, after: Catalogue) -> list[Change]:
    """Every lesson that is new, gone, or otherwise than it was, in the newer edition’s order, the gone ones last."""
    old = {lesson.id: lesson for lesson in before.lessons}
    known = {lesson.id for lesson in after.lessons}
    found = [
        change for lesson in after.lessons if (change := _change(before, after, old.get(lesson.id), lesson)) is not None
    ]
    return found + [Change(("gone",), lesson, None) for lesson in before.lessons if lesson.id not in known]


def joined_and_left(before: Collection[Lesson], after: Collection[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Which lessons came onto somebody's way, and which are not on it any more."""
    old, new = {each.id for each in before}, {each.id for each in after}
    return [each for each in after if each.id not in old], [each for each in before if each.id not in new]


def _change(before: Catalogue, after: Catalogue, was: Lesson | None, now: Lesson) -> Change | None:
    if was is None:
        return Change(("new",), None, now)
    kinds: list[Kind] = []
    if _place(before, was) != _place(after, now):
        kinds.append("moved")
    if was.title != now.title:
        kinds.append("renamed")
    passages, share = compare(was.body, now.body) if was.body != now.body else ((), 0.0)
    if passages or was.minutes != now.minutes or was.objective != now.objective:
        kinds.append("changed")
    return Change(tuple(kinds), was, now, passages, share) if kinds else None


def _place(known: Catalogue, lesson: Lesson) -> tuple[str, str]:
    """Where a reader finds it: its module, and what stands before it there."""
    lessons = [each.id for each in known.module_of(lesson).lessons]
    place = lessons.index(lesson.id)
    return lesson.module_id, lessons[place - 1] if place else ""


def compare(before: str, after: str) -> tuple[tuple[tuple[Piece, ...], ...], float]:
    """The paragraphs that are otherwise, each with its words kept, put in and taken out; and the share of such words.

    What only the page needs, marks of emphasis and the fences of blocks, is not compared.
    """
    old, new = paragraphs(before), paragraphs(after)
    passages = tuple(_passages(old, new))
    touched = sum(len(piece.text.split()) for each in passages for piece in each if piece.what != "same")
    every = sum(len(each.split()) for each in (*old, *new))
    return passages, touched / every if every else 0.0


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a lesson as plain words."""
    lines = "\n".join("" if line.startswith(":::") else line for line in body.splitlines())
    plain = (MARKUP.sub("", each).replace("\n", " ").strip() for each in re.split(r"\n\s*\n", lines))
    return [each for each in plain if each]


def _passages(old: list[str], new: list[str]) -> Iterator[tuple[Piece, ...]]:
    matched = SequenceMatcher(None, old, new, autojunk=False)
    for what, i, j, k, m in matched.get_opcodes():
        if what == "equal":
            continue
        pairs = list(zip(old[i:j], new[k:m], strict=False))
        for was, now in pairs:
            yield tuple(_words(was, now))
        yield from ((Piece("out", each),) for each in old[i + len(pairs) : j])
        yield from ((Piece("in", each),) for each in new[k + len(pairs) : m])


def _words(was: str, now: str) -> Iterator[Piece]:
    old, new = WORDS.findall(was), WORDS.findall(now)
    matched = SequenceMatcher(None, old, new, autojunk=False)
    if matched.ratio() < 0.5:  # another paragraph, not this one with other words
        yield Piece("out", was)
        yield Piece("in", now)
        return
    for what, i, j, k, m in matched.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("out", "".join(old[i:j]))
        if k < m:
            yield Piece("in", "".join(new[k:m]))
