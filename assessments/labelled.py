"""Turns that somebody labelled, of a circle or of a person: which samples count, and what they prove together.

Only people's coding counts. A machine's figures, and one's own, are kept, shown with the reason and never counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from typing import Literal, Protocol

from assessments.group_evidence import Sample
from assessments.reliability import wilson_lower
from assessments.wording import floored, some

BY_MACHINE = "A machine coded it. Only what people coded counts."
WITHDRAWN = "The yes to it was taken back, so it counts no more."


class Asked(Protocol):
    """What a clause asks of coded turns, whoever's they are."""

    @property
    def of(self) -> Literal["open", "without_advice"]: ...
    @property
    def lower_bound(self) -> float: ...
    @property
    def turns(self) -> int: ...
    @property
    def sessions(self) -> int: ...
    @property
    def coders(self) -> int: ...
    @property
    def kappa(self) -> float: ...


class Reader(Protocol):
    """Whose turns they are, in the words of a page."""

    @property
    def own(self) -> str:
        """Why their own figure does not count."""

    @property
    def met(self) -> str:
        """What they meet for: “meeting”, “session”."""

    def too_old(self, coded_on: date) -> str:
        """How an old day is said; empty while it is recent enough."""


@dataclass(frozen=True, slots=True)
class Pool:
    """All samples that count, together, and what they support when chance worked against us."""

    samples: Sequence[Sample]
    good: int
    turns: int
    enough: bool
    bound: float
    holds: bool


def why_not(sample: Sample, asked: Asked, reader: Reader) -> str | None:
    """The sentence that says why this sample moves nothing, or None when it counts."""
    if sample.withdrawn:
        return WITHDRAWN
    if sample.coded_by != "people":
        return {"machine": BY_MACHINE, "self": reader.own}[sample.coded_by]
    if sample.coders < asked.coders:
        return f"It takes {asked.coders} people who code alone. Here it was {sample.coders}."
    kappa = agreement(sample, asked)
    if kappa is None:
        return "Nobody wrote down how far the coders agreed."
    if kappa < asked.kappa:
        return f"The coders agreed to κ {hundredths(kappa)}, and {asked.kappa:.2f} is asked for."
    old = reader.too_old(sample.coded_on)
    return f"It was coded {old}." if old else None


def agreement(sample: Sample, asked: Asked) -> float | None:
    """How far the coders agreed on what this share rests on."""
    apart = asked.of == "without_advice" and sample.kappa_advice is not None
    return sample.kappa_advice if apart else sample.kappa


def hundredths(kappa: float) -> str:
    """“0.72”, cut and never rounded up, as a threshold is compared."""
    return f"{floor(kappa * 100 + 1e-9) / 100:.2f}"


def pool(samples: Sequence[Sample], asked: Asked, reader: Reader) -> Pool:
    """All counting samples together: a further one with as good a share can only help."""
    counted = [sample for sample in samples if why_not(sample, asked, reader) is None]
    turns, sessions = sum(s.turns for s in counted), sum(s.sessions for s in counted)
    good = sum(s.open if asked.of == "open" else s.without_advice for s in counted)
    bound = wilson_lower(good, turns)
    enough = turns >= asked.turns and sessions >= asked.sessions
    return Pool(counted, good, turns, enough, bound, enough and bound >= asked.lower_bound)


def outgrown(samples: Sequence[Sample], found: Pool, reader: Reader) -> list[Sample]:
    """What people coded too long ago."""
    by_people = [s for s in samples if s.coded_by == "people" and not s.withdrawn]
    return [s for s in by_people if s not in found.samples and reader.too_old(s.coded_on)]


def seen(asked: Asked, found: Pool, reader: Reader) -> str:
    """What the samples say together."""
    said = f"{found.good} of {some(found.turns, 'turn')} {'open' if asked.of == 'open' else 'without advice'}"
    if not found.enough:
        return f"{said}; it takes {needed(asked, reader)}, so that chance does not decide."
    bound = floored(found.bound)
    return f"{said}; allowing for chance at least {bound}, and {floored(asked.lower_bound)} is asked for."


def read_by(asked: Asked, found: Pool, reader: Reader) -> str:
    """“From 3 sessions, each read by 2 people alone, who agreed to κ 0.64 to 0.81.”"""
    sessions = some(sum(each.sessions for each in found.samples), reader.met)
    coders = min(each.coders for each in found.samples)
    kappas = sorted(kappa for each in found.samples if (kappa := agreement(each, asked)) is not None)
    said = [hundredths(each) for each in (kappas[0], kappas[-1])]
    span = said[0] if said[0] == said[1] else " to ".join(said)
    each = "each read" if len(found.samples) > 1 else "read"
    return f"From {sessions}, {each} by {coders} people alone, who agreed to κ {span}."


def needed(asked: Asked, reader: Reader, between: str = "in") -> str:
    """“52 turns in 3 sessions”."""
    return f"{some(asked.turns, 'turn')} {between} {some(asked.sessions, reader.met)}"
