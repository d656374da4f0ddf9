"""Invented rounds, written out turn by turn, with a master key: what each question is, and why we say so.

Coders practise on them (M04-L8) and assessors compare themselves by them (M12-L4). A key says how open a turn is, what
it is for and what goes wrong in it, each by itself. Where experienced people would differ, it holds both answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assessments.schema import FaultCode, Hashed, LessonId, Openness, Slug, Text, repeated
from assessments.standards import CONTENT
from courses.source import ContentError, Frozen, Store, line_of, read_yaml

FOLDER = CONTENT / "transcripts"
FEWEST_TURNS, MOST_TURNS = 30, 60
FEWEST_KEYED = 20
MOST_ALIKE = 0.8  # ours: where nearly all is of one kind, kappa says nothing about the coder
ADVICE: frozenset[FaultCode] = frozenset({"X-ADV", "X-SOLV"})

Function = Literal[
    "Q-CLAR", "Q-PROBE", "Q-FEEL", "Q-REFL", "Q-ASSM", "Q-PERS", "Q-IMPL", "Q-HYPO", "Q-CHAL", "Q-META", "Q-ACT"
]
PhaseId = Literal[
    "arrive", "followup", "choose", "tell", "ask_understand", "write", "read", "agree", "ask_possible", "own", "review"
]
PHASES: Mapping[PhaseId, str] = {
    "arrive": "Arriving",
    "followup": "What became of it",
    "choose": "Whose problem today",
    "tell": "The telling",
    "ask_understand": "Open questions, to understand",
    "write": "Silence, and writing",
    "read": "Reading round",
    "agree": "Is this it?",
    "ask_possible": "Open questions, to widen",
    "own": "The holder’s own words",
    "review": "Looking back",
}
TurnId = Annotated[str, StringConstraints(pattern=r"^t[1-9]\d?$")]
Place = tuple[int | str, ...]  # where in the file, as keys and places in lists


class Key(Frozen):
    """What we make of a turn. `also` is a second answer about openness that can be defended as well."""

    openness: Openness
    also: Openness | None = None
    function: Function | None = None
    faults: tuple[FaultCode, ...] = ()

    @property
    def advice(self) -> bool:
        """Whether the turn names an action for the holder, with a question mark or without."""
        return not ADVICE.isdisjoint(self.faults)

    @property
    def defensible(self) -> tuple[Openness, ...]:
        return (self.openness, self.also) if self.also else (self.openness,)


class TranscriptTurn(Frozen):
    """All that one person says until somebody else speaks, and the seconds of silence before it where there were."""

    id: TurnId
    by: Text
    said: Text
    pause: Annotated[int, Field(ge=2, le=120)] | None = None
    key: Key | None = None
    why: Text | None = None


class Person(Frozen):
    """An invented person: what they do, and their part in the round."""

    name: Text
    part: Literal["holder", "facilitator", "member"]
    about: Text


class PhaseStart(Frozen):
    """From which turn on the round is in a phase."""

    starts: TurnId
    phase: PhaseId


class Transcript(Hashed):
    """About ten minutes of a round. `asking` says how well it is asked; `afterwards` is read after coding.

    What is kept for assessors is met by nobody in training, so that there is a first coding left for a figure. Who may
    meet it is no part of what it says, so it is left out of its hash.
    """

    id: Slug
    lesson: LessonId
    title: Text
    held: Literal["room", "online"]
    asking: Literal["strong", "mixed", "weak"]
    kept_for: Annotated[Literal["everyone", "assessors"], Field(exclude=True)] = "everyone"
    setting: Text
    people: Annotated[tuple[Person, ...], Field(min_length=4, max_length=9)]
    phases: Annotated[tuple[PhaseStart, ...], Field(min_length=1)]
    turns: Annotated[tuple[TranscriptTurn, ...], Field(min_length=FEWEST_TURNS, max_length=MOST_TURNS)]
    afterwards: Text

    @property
    def keyed(self) -> Mapping[str, Key]:
        """The key of every turn that is coded, by its id, in the order of the talk."""
        return {turn.id: turn.key for turn in self.turns if turn.key}


def load_transcripts(root: Path = FOLDER) -> Mapping[str, Transcript]:
    """Every transcript below `root` by its id. Raises ContentError with all problems."""
    found: dict[str, Transcript] = {}
    problems: list[str] = []
    for path in sorted(root.glob("*.yaml")):
        try:
            sheet = read_yaml(path, Transcript)
        except ContentError as error:
            problems += error.problems
            continue
        if sheet.id != path.stem:
            problems.append(f"{path}:1: id: should be “{path.stem}”, like the file")
        problems += [f"{path}:{line_of(path, place)}: {said}" for place, said in faults(sheet)]
        found[sheet.id] = sheet
    if problems:
        raise ContentError(problems)
    return MappingProxyType(found)


def faults(sheet: Transcript) -> Iterator[tuple[Place, str]]:
    """What is wrong with a transcript that can be read, and where."""
    yield from _people_faults(sheet)
    yield from _phase_faults(sheet)
    for again in repeated(turn.id for turn in sheet.turns):
        place = max(n for n, turn in enumerate(sheet.turns) if turn.id == again)
        yield ("turns", place, "id"), f"the id “{again}” is used twice"
    for n, (before, after) in enumerate(pairwise(sheet.turns), start=1):
        if before.by == after.by and after.pause is None:
            yield ("turns", n), f"{after.by} speaks on; make one turn of it, or say how long the silence was (pause)"
    parts = {person.name: person.part for person in sheet.people}
    for n, turn in enumerate(sheet.turns):
        for key, said in _turn_faults(turn, parts):
            yield ("turns", n, key), said
    yield from _balance_faults(sheet)


def _people_faults(sheet: Transcript) -> Iterator[tuple[Place, str]]:
    for again in repeated(person.name for person in sheet.people):
        yield ("people",), f"two people are called “{again}”; whoever codes could not tell them apart"
    for part in ("holder", "facilitator"):
        many = sum(person.part == part for person in sheet.people)
        if many != 1:
            yield ("people",), f"{many} people have the part “{part}”; a round has exactly one"
    spoken = {turn.by for turn in sheet.turns}
    for n, person in enumerate(sheet.people):
        if person.name not in spoken:
            yield ("people", n), f"{person.name} never says a word; give them a turn or leave them out"


def _phase_faults(sheet: Transcript) -> Iterator[tuple[Place, str]]:
    places = {turn.id: n for n, turn in reversed(list(enumerate(sheet.turns)))}
    for n, each in enumerate(sheet.phases):
        if each.starts not in places:
            yield ("phases", n), f"there is no turn “{each.starts}”"
    if sheet.phases[0].starts != sheet.turns[0].id:
        yield ("phases", 0), f"the first phase should start with the first turn, {sheet.turns[0].id}"
    for before, after in pairwise(range(len(sheet.phases))):
        if places.get(sheet.phases[before].starts, -1) >= places.get(sheet.phases[after].starts, MOST_TURNS):
            yield ("phases", after), "phases should stand in the order of the turns with which they start"


def _turn_faults(turn: TranscriptTurn, parts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if turn.by not in parts:
        yield "by", f"nobody among the people is called “{turn.by}”"
    by_holder = parts.get(turn.by, "holder") == "holder"
    if turn.key is not None:
        if by_holder:
            yield "key", "the holder’s own turns are not coded; take the key out"
        if turn.why is None:
            yield "key", "every key should have its reason (why)"
        yield from _key_faults(turn.key)
    elif turn.why is not None:
        yield "why", "a reason stands here and no key"
    elif "?" in turn.said and not by_holder:
        yield "said", f"{turn.by} asks something, so the turn should have a key"


def _key_faults(key: Key) -> Iterator[tuple[str, str]]:
    if key.also == key.openness:
        yield "key", "also: should differ from the openness"
    if repeated(key.faults):
        yield "key", "a fault stands here twice"


def _balance_faults(sheet: Transcript) -> Iterator[tuple[Place, str]]:
    keys = list(sheet.keyed.values())
    if len(keys) < FEWEST_KEYED:
        yield ("turns",), f"{len(keys)} turns have a key; there should be at least {FEWEST_KEYED}"
        return
    kind, many = Counter(key.openness for key in keys).most_common(1)[0]
    if many > MOST_ALIKE * len(keys):
        yield ("turns",), f"{many} of {len(keys)} keys are “{kind}”, so agreement would say nothing; mix them more"


_transcripts = Store(FOLDER, load_transcripts)


def current() -> Mapping[str, Transcript]:
    """The last good version of all transcripts."""
    return _transcripts.current()
