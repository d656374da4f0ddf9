"""The knowledge test: what is drawn, how an answer is marked, and what the whole of it comes to.

Drawing depends on nothing but the seed, the blueprint and the bank, so that anybody can draw the same test again and
see that nobody chose it. Places are found by hashing, which gives the same order in every version of Python.

How points are given is ours. One point for each item. `single`, `sure`, `order` and `short` are right or not.
`multiple`: the right answers chosen less the wrong ones chosen, out of all right ones, and never below nothing.
`match`: the pairs that are right out of all pairs. An item counts as right only with its whole point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from assessments.blueprints import Blueprint, Row
from assessments.items import BankItem, ChoiceItem, MatchItem, NearMiss, OrderItem, ShortItem, Sureness, normal

# A slip of the keyboard in a word of this many letters and more is forgiven, so that spelling is not what is tested.
FORGIVEN_FROM = 6


class BadAnswer(ValueError):
    """An answer that cannot be kept, with the sentence that says why."""


@dataclass(frozen=True)
class Drawn:
    """One item of one test: under which text it is judged, and in which order its choices are shown."""

    item: str
    content_hash: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What somebody answered, in whichever of these the kind asks for. Nothing at all is an answer left open.

    `keys` are chosen options or steps in their order, `pairs` left sides with the right side put beside them.
    """

    keys: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    text: str = ""
    sure: Sureness | None = None

    @property
    def empty(self) -> bool:
        return not (self.keys or self.pairs or self.text.strip())


NOTHING = Answer()


@dataclass(frozen=True)
class Marked:
    """The points for one item, from 0 to 1. `near` is what came close in a short answer."""

    item: BankItem
    answer: Answer
    points: Fraction
    near: NearMiss | None = None

    @property
    def right(self) -> bool:
        return self.points == 1


@dataclass(frozen=True)
class Again:
    """A lesson worth another look: how many items were asked about it, and how many went wrong."""

    lesson: str
    asked: int
    missed: int
    safety: bool

    @property
    def sentence(self) -> str:
        """Said under the lesson's title."""
        if self.safety:
            return "A safety question went wrong here. Read this one first; all of these have to be right."
        if self.asked == 1:
            return "The one question about it was not wholly right."
        if self.missed == self.asked:
            return f"None of the {self.asked} questions about it was wholly right."
        return f"{self.missed} of the {self.asked} questions about it {_were(self.missed)} not wholly right."


@dataclass(frozen=True)
class Result:
    """What a test came to. `sure` counts the items somebody was sure of, `sure_right` those that then were right."""

    marked: tuple[Marked, ...]
    share: Fraction
    enough: bool
    safe: bool
    again: tuple[Again, ...]
    sure: int
    sure_right: int

    @property
    def passed(self) -> bool:
        return self.enough and self.safe


def draw(
    blueprint: Blueprint, items: Mapping[str, BankItem], seed: str, seen: Mapping[str, int] | None = None
) -> tuple[Drawn, ...]:
    """A test for this seed, module by module as the blueprint has them.

    `seen` says how often somebody has met an item: what was met least comes first. Among those, every lesson of the
    module has its turn before one has a second. Raises LookupError where the bank holds too little.
    """
    met = seen or {}
    chosen = [item for row in blueprint.rows for item in _of_row(row, items.values(), seed, met)]
    return tuple(Drawn(item.id, item.content_hash, _shuffled(item, seed)) for item in chosen)


def _of_row(row: Row, items: Iterable[BankItem], seed: str, met: Mapping[str, int]) -> list[BankItem]:
    there = [item for item in items if item.module == row.module]
    safety = _first(row.safety, [item for item in there if item.safety], seed, met)
    others = _first(row.others, [item for item in there if not item.safety], seed, met)
    if len(safety) + len(others) < row.items:
        raise LookupError(f"the bank holds too few items of {row.module}")
    return sorted([*safety, *others], key=lambda item: _place(seed, "order", item.id))


def _first(wanted: int, items: list[BankItem], seed: str, met: Mapping[str, int]) -> list[BankItem]:
    """The items drawn: least met first, then lesson after lesson, then by chance."""
    ranked = sorted(items, key=lambda item: (met.get(item.id, 0), _place(seed, item.id)))
    turn: dict[tuple[int, str], int] = {}
    places: list[tuple[int, int, bytes, BankItem]] = []
    for item in ranked:
        times = met.get(item.id, 0)
        turn[times, item.objective] = turn.get((times, item.objective), 0) + 1
        places.append((times, turn[times, item.objective], _place(seed, "turn", item.id), item))
    return [item for *_, item in sorted(places, key=lambda place: place[:3])][:wanted]


def _shuffled(item: BankItem, seed: str) -> tuple[str, ...]:
    """The choices in another order; steps never in the right one."""
    shown = tuple(sorted(item.choices, key=lambda choice: _place(seed, item.id, choice)))
    if isinstance(item, OrderItem) and shown == item.steps:
        return (*shown[1:], shown[0])
    return shown


def _place(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()


def check_answer(item: BankItem, answer: Answer) -> Answer:
    """The answer, if it could be one to this item. Raises BadAnswer. An answer left open is always possible."""
    if answer.empty:
        return answer
    match item:
        case ChoiceItem():
            _check_choice(item, answer)
        case OrderItem():
            if sorted(answer.keys) != sorted(item.steps):
                raise BadAnswer("Give every step a place of its own.")
        case MatchItem():
            _check_match(item, answer)
        case ShortItem():
            if len(answer.text) > 200:
                raise BadAnswer("A few words are enough; keep it to 200 characters.")
    return answer


def _check_choice(item: ChoiceItem, answer: Answer) -> None:
    if not set(answer.keys) <= set(item.choices) or len(set(answer.keys)) < len(answer.keys):
        raise BadAnswer("Choose among the answers shown.")
    if item.kind != "multiple" and len(answer.keys) > 1:
        raise BadAnswer("Choose one answer.")
    if item.kind == "sure" and answer.sure is None:
        raise BadAnswer("Say how sure you are as well.")


def _check_match(item: MatchItem, answer: Answer) -> None:
    lefts = [left for left, _ in answer.pairs]
    known = {pair.left for pair in item.pairs}
    if not set(lefts) <= known or len(set(lefts)) < len(lefts):
        raise BadAnswer("Put one thing beside each of those shown.")
    if not {right for _, right in answer.pairs} <= set(item.choices):
        raise BadAnswer("Choose among the things shown.")


def mark_item(item: BankItem, answer: Answer) -> Marked:
    """The points for one answer. An answer left open gets none."""
    if answer.empty:
        return Marked(item, answer, Fraction(0))
    match item:
        case ChoiceItem():
            return Marked(item, answer, _choice_points(item, set(answer.keys)))
        case OrderItem():
            return Marked(item, answer, Fraction(answer.keys == item.steps))
        case MatchItem():
            given = dict(answer.pairs)
            right = sum(given.get(pair.left) == pair.right for pair in item.pairs)
            return Marked(item, answer, Fraction(right, len(item.pairs)))
        case ShortItem():
            return _mark_short(item, answer)


def _choice_points(item: ChoiceItem, chosen: set[str]) -> Fraction:
    right = set(item.keys)
    if item.kind != "multiple":
        return Fraction(chosen == right)
    return Fraction(max(0, len(chosen & right) - len(chosen - right)), len(right))


def _mark_short(item: ShortItem, answer: Answer) -> Marked:
    typed = normal(answer.text)
    near = next((miss for miss in item.near if normal(miss.text) == typed), None)
    right = near is None and any(_same(typed, normal(each)) for each in item.accepted)
    return Marked(item, answer, Fraction(right), near)


def _same(typed: str, wanted: str) -> bool:
    """Word by word the same, with one slip forgiven in each longer word."""
    pairs = list(zip(typed.split(), wanted.split(), strict=False))
    return len(typed.split()) == len(wanted.split()) and all(a == b or _one_slip(a, b) for a, b in pairs)


def _one_slip(typed: str, wanted: str) -> bool:
    """One letter too many, too few or another, or two neighbours that changed places."""
    if len(wanted) < FORGIVEN_FROM or abs(len(typed) - len(wanted)) > 1:
        return False
    same = next((place for place, (a, b) in enumerate(zip(typed, wanted, strict=False)) if a != b), None)
    if same is None:
        return True
    a, b = typed[same:], wanted[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def judge(blueprint: Blueprint, items: Iterable[BankItem], answers: Mapping[str, Answer]) -> Result:
    """What the answers to these items come to. What was left open counts as not right."""
    marked = tuple(mark_item(item, answers.get(item.id, NOTHING)) for item in items)
    share = sum((each.points for each in marked), Fraction(0)) / len(marked)
    sure = [each for each in marked if each.answer.sure == "sure" and not each.answer.empty]
    return Result(
        marked=marked,
        share=share,
        enough=share >= Fraction(blueprint.pass_percent, 100),
        safe=all(each.right for each in marked if each.item.safety),
        again=tuple(_again(marked)),
        sure=len(sure),
        sure_right=sum(each.right for each in sure),
    )


def _again(marked: tuple[Marked, ...]) -> list[Again]:
    """Lessons with something missed: those about safety first, then where most was missed."""
    lessons = dict.fromkeys(each.item.objective for each in marked if not each.right)
    found = []
    for lesson in lessons:
        asked = [each for each in marked if each.item.objective == lesson]
        missed = [each for each in asked if not each.right]
        found.append(Again(lesson, len(asked), len(missed), any(each.item.safety for each in missed)))
    return sorted(found, key=lambda each: (not each.safety, -each.missed))


def retake_from(blueprint: Blueprint, handed_in: datetime) -> datetime:
    """From when somebody who has not passed may try again, as often as they like. Ours: time to read, not a penalty."""
    return handed_in + timedelta(days=blueprint.retake_days)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
