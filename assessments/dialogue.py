"""How a written person answers: by the kind of question that was asked, and by nothing else.

A conversation is a fold over the kinds its learner confirmed. An open question brings the next layer; a closed one a
short answer; advice a “yes, but”, then a shorter one, then a step back, and the fourth ends it. There is no score.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assessments.dialogue_schema import FUNCTIONS, AskedKind, Dialogue, Function, Layer, Thread
from assessments.questioning import Analysis
from assessments.schema import FaultCode

MOST_TURNS = 12  # ours: about ten minutes, which is what a circle has for its first questions
PATIENCE = 3  # pieces of advice that are answered; with the next, people thank you and close

SENTENCE = re.compile(r"[^.?]{12,}?[.?](?= |\n|$)")
PROPOSED: Mapping[FaultCode, AskedKind] = {
    "X-ADV": "advice",
    "X-SOLV": "advice",
    "X-RHET": "leading",
    "X-LEAD": "leading",
    "X-MULT": "stacked",
    "X-WHY": "why",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to one question. `at` is the layer an open question knocks at, `here` the one last told."""

    kind: AskedKind
    function: Function | None
    says: str
    at: int
    here: int
    thread: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation stands: layers told and not taken back, the deepest so far, and every reply."""

    told: int = 0
    deepest: int = 0
    replies: tuple[Reply, ...] = ()
    heard: frozenset[tuple[int, Function]] = frozenset()
    waited: frozenset[int] = frozenset()
    threads: tuple[str, ...] = ()
    over: Literal["", "turns", "goodbye"] = ""

    def count(self, kind: AskedKind, here: int | None = None) -> int:
        """How many questions of a kind were asked, or of those in one layer."""
        return sum(each.kind == kind and here in (None, each.here) for each in self.replies)

    @property
    def here(self) -> int:
        """The layer they are talking about: the last one told, and before any the first."""
        return max(0, self.told - 1)


@dataclass(frozen=True, slots=True)
class Never:
    """What nobody asked. `turn` is the first question that could have; None where it lay too deep."""

    thread: Thread
    turn: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """What a conversation came to, in facts for words: reached, left below, never asked."""

    reached: tuple[Layer, ...]
    below: tuple[Layer, ...]
    found: tuple[Thread, ...]
    never: tuple[Never, ...]
    not_after: tuple[Function, ...]
    kinds: Mapping[AskedKind, int]
    over: str


def step(dialogue: Dialogue, state: State, kind: AskedKind, function: Function | None = None) -> tuple[Reply, State]:
    """What the person says to a question of this kind, and where the conversation stands then. Never raises.

    Only an open question has use for `function`; without one it is after what happened. Once it is over, nothing is
    said and nothing changes.
    """
    at = min(state.told, len(dialogue.layers) - 1)
    if state.over:
        return Reply(kind, None, "", at, state.here), state
    if kind == "open":
        reply, state = _open(dialogue, state, at, function or "clarify")
    elif kind == "silence":
        reply, state = _silence(dialogue, state, at)
    elif kind == "advice":
        reply, state = _advice(dialogue, state, at)
    else:
        reply = Reply(kind, None, _held_back(dialogue, state, kind), at, state.here)
    replies = (*state.replies, reply)
    over = state.over or ("turns" if len(replies) >= MOST_TURNS else "")
    return reply, replace(state, replies=replies, over=over)


def fold(dialogue: Dialogue, asked: Iterable[tuple[AskedKind, Function | None]]) -> State:
    """The state after these questions."""
    state = State()
    for kind, function in asked:
        state = step(dialogue, state, kind, function)[1]
    return state


def _open(dialogue: Dialogue, state: State, at: int, function: Function) -> tuple[Reply, State]:
    """A layer deeper, and the first thread that this was after. The same side is not told twice."""
    told = () if (at, function) in state.heard else (dialogue.layers[at].open.of(function),)
    thread = next((each for each in dialogue.threads if _reaches(dialogue, state, each, at, function)), None)
    words = (*told, thread.says) if thread else told
    says = "\n".join(words) or _turn_about(dialogue.again, state.count("open", state.here))
    down = min(len(dialogue.layers), state.told + 1)
    return Reply("open", function, says, at, state.here, thread.id if thread else ""), replace(
        state,
        told=down,
        deepest=max(state.deepest, down),
        heard=state.heard | {(at, function)},
        threads=(*state.threads, thread.id) if thread else state.threads,
    )


def _reaches(dialogue: Dialogue, state: State, thread: Thread, at: int, function: Function) -> bool:
    return thread.id not in state.threads and thread.function == function and dialogue.depth_of(thread) <= at


def _silence(dialogue: Dialogue, state: State, at: int) -> tuple[Reply, State]:
    """Once in each layer somebody who is left in peace says a little more. It is never the next layer."""
    here = state.here
    if here in state.waited:
        return Reply("silence", None, _turn_about(dialogue.quiet, state.count("silence") - 1), at, here), state
    return Reply("silence", None, dialogue.layers[here].silence, at, here), replace(state, waited=state.waited | {here})


def _advice(dialogue: Dialogue, state: State, at: int) -> tuple[Reply, State]:
    given = state.count("advice")
    if given >= PATIENCE:
        return Reply("advice", None, dialogue.goodbye, at, state.here), replace(state, over="goodbye")
    back = 1 if given == PATIENCE - 1 else 0
    return Reply("advice", None, dialogue.advice[given], at, state.here), replace(state, told=max(0, state.told - back))


def _held_back(dialogue: Dialogue, state: State, kind: AskedKind) -> str:
    if kind == "closed":
        return _turn_about(dialogue.layers[state.here].closed, state.count("closed", state.here))
    lines: Mapping[str, tuple[str, ...]] = {
        "leading": dialogue.leading,
        "stacked": dialogue.stacked,
        "why": dialogue.why,
    }
    return _turn_about(lines.get(kind, dialogue.statement), state.count(kind))


def _turn_about(lines: tuple[str, ...], times: int) -> str:
    return lines[times % len(lines)]


def ending(dialogue: Dialogue, state: State) -> Ending:
    """What was reached, what lies below, and what nobody asked."""
    kinds = Counter(each.kind for each in state.replies)
    after = {each.function for each in state.replies}
    return Ending(
        reached=dialogue.layers[: state.deepest],
        below=dialogue.layers[state.deepest :],
        found=tuple(each for each in dialogue.threads if each.id in state.threads),
        never=tuple(
            Never(each, _first_chance(state, dialogue.depth_of(each)))
            for each in dialogue.threads
            if each.id not in state.threads
        ),
        not_after=tuple(each for each in FUNCTIONS if each not in after),
        kinds=dict(kinds),
        over=state.over,
    )


def _first_chance(state: State, depth: int) -> int | None:
    """The number of the first question that knocked at this depth."""
    return next((number for number, each in enumerate(state.replies, start=1) if each.at >= depth), None)


def told_so_far(dialogue: Dialogue, state: State) -> tuple[tuple[Layer, str], ...]:
    """Each layer that was reached, with the first sentence that told it."""
    first = {reply.at: reply.says for reply in reversed(state.replies) if reply.kind == "open"}
    return tuple(
        (layer, _first_sentence(first[place])) for place, layer in enumerate(dialogue.layers) if place in first
    )


def _first_sentence(says: str) -> str:
    """As much of it as reminds somebody of the rest."""
    found = SENTENCE.match(says)
    return found.group() if found else says


def proposed(seen: Analysis) -> AskedKind | None:
    """What the coach would call it: its most serious fault, else its openness. None: you decide."""
    for fault in seen.faults:
        if fault.code in PROPOSED:
            return PROPOSED[fault.code]
    if seen.form == "F-NONE":
        return "statement"
    return None if seen.openness == "unsure" else seen.openness
