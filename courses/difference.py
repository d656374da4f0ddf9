"""What a newer edition of the programme says otherwise, lesson by lesson, in words a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from courses.catalogue import Catalogue
from courses.schema import Lesson

Kind = Literal["new", "gone", "moved", "renamed", "changed"]
# From which share of new or lost words on somebody who finished a lesson is told that it is worth reading again.
MUCH = 0.25
WORDS = re.compile(r"\S+\s*|\s+")
FENCE = re.compile(r"^:{3,}(?: *[\w-]+)?(.*)$", re.MULTILINE)  # what stands behind the kind of a block is read
MARKUP = re.compile(r"==|\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|^#+\s*|^>\s?|\]\([^)]*\)|\[(?=[^\]]*\]\()", re.MULTILINE)


ALIKE = 0.5  # below it, two paragraphs share words by chance and are told one after the other
LONGEST = 1_200  # words and the gaps between them: a longer paragraph takes too long, and nobody reads it word by word
MOST_PAIRS = 400  # of paragraphs weighed against each other: beyond it they go together as they come


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
    moved = _moved(before, after)
    found = [change for lesson in after.lessons if (change := _change(old.get(lesson.id), lesson, moved)) is not None]
    return found + [Change(("gone",), lesson, None) for lesson in before.lessons if lesson.id not in known]


def joined_and_left(before: Collection[Lesson], after: Collection[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Which lessons came onto somebody's way, and which are not on it any more."""
    old, new = {each.id for each in before}, {each.id for each in after}
    return [each for each in after if each.id not in old], [each for each in before if each.id not in new]


def _change(was: Lesson | None, now: Lesson, moved: Collection[str]) -> Change | None:
    if was is None:
        return Change(("new",), None, now)
    kinds: list[Kind] = []
    if now.id in moved:
        kinds.append("moved")
    if was.title != now.title:
        kinds.append("renamed")
    passages, share = compare(was.body, now.body) if was.body != now.body else ((), 0.0)
    if passages or was.minutes != now.minutes or was.objective != now.objective:
        kinds.append("changed")
    return Change(tuple(kinds), was, now, passages, share) if kinds else None


def _moved(before: Catalogue, after: Catalogue) -> set[str]:
    """Lessons that stand in another order among those that both have: one put between them, or gone, moves none."""
    old, new = ([each.id for each in known.lessons] for known in (before, after))
    both = set(old) & set(new)
    old, new = [each for each in old if each in both], [each for each in new if each in both]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return both - {each for block in blocks for each in old[block.a : block.a + block.size]}


def modules(before: Catalogue, after: Catalogue) -> list[str]:
    """What becomes of whole modules, in sentences."""
    old, new = ({each.id: each.title for each in known.modules} for known in (before, after))
    return [
        *(f"The module “{title}” is new." for name, title in new.items() if name not in old),
        *(f"The module “{old[name]}” is called “{title}” now." for name, title in new.items()
          if name in old and old[name] != title),
        *(f"The module “{title}” is taught no more." for name, title in old.items() if name not in new),
    ]  # fmt: skip


@lru_cache(maxsize=256)
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
    lines = FENCE.sub(r"\n\1\n", body)
    plain = (MARKUP.sub("", each).replace("\n", " ").strip() for each in re.split(r"\n\s*\n", lines))
    return [each for each in plain if each]


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    matched = SequenceMatcher(None, old, new, autojunk=False)
    for what, i, j, k, m in matched.get_opcodes():
        if what != "equal":
            yield from _beside(old[i:j], new[k:m])


def _beside(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Paragraphs in each other's place: those that are alike word by word, the others taken out or put in whole."""
    i = k = 0
    for j, m in _pairs(old, new):
        yield from ((Piece("out", each),) for each in old[i:j])
        yield from ((Piece("in", each),) for each in new[k:m])
        yield tuple(_words(old[j], new[m]))
        i, k = j + 1, m + 1
    yield from ((Piece("out", each),) for each in old[i:])
    yield from ((Piece("in", each),) for each in new[k:])


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which paragraphs go together, in the order of both, so that they are as alike as can be in all."""
    if len(old) * len(new) > MOST_PAIRS:
        return list(zip(range(len(old)), range(len(new)), strict=False))
    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {}
    none: tuple[float, list[tuple[int, int]]] = (0.0, [])
    for i, was in enumerate(old):
        for k, now in enumerate(new):
            likeness = _likeness(was, now)
            score, pairs = best.get((i - 1, k - 1), none)
            paired = (score + likeness, [*pairs, (i, k)]) if likeness >= ALIKE else none
            best[i, k] = max(paired, best.get((i - 1, k), none), best.get((i, k - 1), none), key=lambda one: one[0])
    return best.get((len(old) - 1, len(new) - 1), none)[1]


def _likeness(was: str, now: str) -> float:
    """From 0 to 1: how many of the words of both they share, in order (Ratcliff and Obershelp)."""
    old, new = was.split(), now.split()
    matched = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > LONGEST:
        return matched.quick_ratio()
    return matched.ratio() if matched.quick_ratio() >= ALIKE else 0.0


def _words(was: str, now: str) -> Iterator[Piece]:
    old, new = WORDS.findall(was), WORDS.findall(now)
    if len(old) + len(new) > LONGEST or _likeness(was, now) < ALIKE:
        yield Piece("out", was)
        yield Piece("in", now)
        return
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("out", "".join(old[i:j]))
        if k < m:
            yield Piece("in", "".join(new[k:m]))
