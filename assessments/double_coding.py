"""What two coders make of the same turns, side by side: a learner and the master key, or two learners.

Pure. Agreement is Cohen’s kappa on open, closed and can’t tell. Where the key holds two answers about openness, either
counts as agreement, since experienced people differ there; about advice the key holds one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assessments.calibration import Figure
from assessments.coding import OPENNESS, SCALE, Agreed, Label, agreement, decimal
from assessments.transcripts import Key, Transcript
from assessments.wording import some

LEAST_KAPPA = 0.60  # questions.md §6 and the syllabus, M04-L8: below it one talks, and tries another ten minutes
FIRST_TO_CODE = ("mixed", "weak", "strong")  # ours: kappa says most where there is most to tell apart

Labels = Mapping[str, Label]  # by the turn's id


class NotCoded(Exception):
    """Turns that one of the two has not coded in full, by their ids in the order of the talk."""

    def __init__(self, turns: Sequence[str]) -> None:
        self.turns = tuple(turns)
        super().__init__(f"not coded in full: {', '.join(turns)}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One turn as two coders read it."""

    turn: str
    first: Label
    second: Label

    @property
    def same_openness(self) -> bool:
        return self.first.openness == self.second.openness

    @property
    def same_advice(self) -> bool:
        return self.first.advice == self.second.advice


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two codings of the same turns, at least one. `first` is the key where there is one."""

    pairs: tuple[Pair, ...]

    @property
    def openness(self) -> Agreed:
        return agreement([each.first.openness for each in self.pairs], [each.second.openness for each in self.pairs])

    @property
    def advice(self) -> Agreed:
        return agreement([each.first.advice for each in self.pairs], [each.second.advice for each in self.pairs])

    @property
    def enough(self) -> bool:
        """Whether they agree on openness as far as coders should."""
        return self.openness.is_enough(LEAST_KAPPA)

    @property
    def differences(self) -> tuple[Pair, ...]:
        """Where they differ in either answer, in the order of the talk."""
        return tuple(each for each in self.pairs if not (each.same_openness and each.same_advice))

    @property
    def table(self) -> Mapping[tuple[str, str], int]:
        """How often the first coder’s label met each label of the second, for all nine cells."""
        met = Counter((each.first.openness, each.second.openness) for each in self.pairs)
        return {(row, column): met[row, column] for row in OPENNESS for column in OPENNESS}

    @property
    def advice_missed(self) -> int:
        """Turns in which only the first coder hears advice."""
        return sum(each.first.advice == "yes" and each.second.advice == "no" for each in self.pairs)

    @property
    def advice_added(self) -> int:
        """Turns in which only the second coder hears advice."""
        return sum(each.first.advice == "no" and each.second.advice == "yes" for each in self.pairs)

    @property
    def lopsided(self) -> bool:
        """Whether so much is of one kind that kappa is low although the two hardly differ."""
        kinds = Counter(each.first.openness for each in self.pairs)
        return not self.enough and max(kinds.values()) > 0.8 * len(self.pairs)


def side_by_side(first: Labels, second: Labels) -> Comparison:
    """Two coders’ labels of the same turns, as each put them down alone. Raises NotCoded where one is missing."""
    turns = list(dict.fromkeys([*first, *second]))
    empty = Label()
    missing = [turn for turn in turns if not (first.get(turn, empty).whole and second.get(turn, empty).whole)]
    if missing or not turns:
        raise NotCoded(missing)
    return Comparison(tuple(Pair(turn, first[turn], second[turn]) for turn in turns))


def against_key(sheet: Transcript, labels: Labels) -> Comparison:
    """A learner’s labels beside the key. Raises NotCoded for turns without both answers; others than the key’s are
    left aside."""
    keyed = sheet.keyed
    missing = [turn for turn in keyed if not labels.get(turn, Label()).whole]
    if missing:
        raise NotCoded(missing)
    mine = {turn: labels[turn] for turn in keyed}
    return side_by_side({turn: _read(key, mine[turn]) for turn, key in keyed.items()}, mine)


def own_labels(sheet: Transcript) -> dict[str, Label]:
    """The key as a coder would have put it down, without its second answers."""
    return {turn: Label(key.openness, _advice(key)) for turn, key in sheet.keyed.items()}


def _read(key: Key, label: Label) -> Label:
    """The key’s label; of two answers that can be defended, the one which was given."""
    return Label(label.openness if label.openness in key.defensible else key.openness, _advice(key))


def _advice(key: Key) -> str:
    return "yes" if key.advice else "no"


def figure(comparisons: Sequence[Comparison], done_on: date) -> Figure:
    """What a standard asks of assessors, from one transcript or several, at least one, coded against the key.

    Turns add up, since twenty alone say little. The lowest kappa stands for all: to pool rounds with unlike shares of
    open questions would raise kappa by that alone (decision 29).
    """
    said = [each.openness for each in comparisons]
    lowest = min(each.kappa for each in said)
    return Figure("kappa_open_closed", lowest * 100 // SCALE, sum(each.turns for each in said), done_on)


def in_words(comparison: Comparison) -> str:
    """One sentence on openness: the coefficient, what it rests on, and what to do."""
    said = comparison.openness
    what = f"You and the key agree on {said.same} of {some(said.turns, 'turn')}; with luck taken out, κ\u00a0is"
    if comparison.enough:
        return f"{what} {decimal(said.kappa)}. From 0.60 on, coders can work together."
    if comparison.lopsided:
        return f"{what} {decimal(said.kappa)}. Nearly all is of one kind here, so the figure says little; try another."
    return f"{what} {decimal(said.kappa)}. That is below 0.60: read the reasons, and try another ten minutes."


def advice_in_words(comparison: Comparison) -> str:
    """One sentence on advice: where the two hear it alike, what was missed and what was added."""
    turns = some(len(comparison.pairs), "turn")
    missed, added = comparison.advice_missed, comparison.advice_added
    if missed and added:
        return f"Of {turns}, you missed advice in {missed}, and hear it in {added} where the key has none."
    if missed:
        return f"You missed advice in {missed} of {turns}."
    if added:
        return f"You hear advice in {added} of {turns} where the key has none."
    return f"About advice you and the key agree, in all {turns}."


def next_to_code(known: Mapping[str, Transcript], coded: Sequence[str]) -> str | None:
    """Which transcript to code next: one never coded, mixed ones first; else the one coded longest ago.

    `coded` holds ids in the order in which they were sent. Never the last one again, and None where there is no other.
    """
    fresh = [each for each in known.values() if each.id not in coded]
    if fresh:
        return min(fresh, key=lambda each: (FIRST_TO_CODE.index(each.asking), each.id)).id
    last_place = {name: place for place, name in enumerate(coded) if name in known}
    others = [name for name in last_place if name != coded[-1]]
    return min(others, key=last_place.__getitem__, default=None)
