"""Turns of made-up facilitators, as two made-up coders read them. Why each number, and from where: docs/readiness.md.

It has chances of its own, so that nothing else about a person changes where a standard asks for coded turns.
"""

from __future__ import annotations

from datetime import date
from math import exp, log
from random import Random

from assessments.group_evidence import Sample
from assessments.reliability import cohen_kappa

FIRST_CODED, CODED_EVERY = 8, 2  # from the eighth session on every second is read
TURNS = 26  # drawn from a session, as from a circle's meeting
ADVICE_POOR, ADVICE_GOOD = 0.150, 0.017  # at levels 2 and 4: poor and good demonstrations (questions.md §5.5)
ADVICE_HABIT = 0.3  # how far people of the same ability differ in it, as a standard deviation of the logarithm; assumed
OPEN_ERRS = 0.06  # turns in which a calibrated coder takes open for closed or closed for open; assumed: κ about 0.7
ADVICE_MISSED, ADVICE_IMAGINED = 0.10, 0.005  # coders as in docs/decisions/0029
_DECAY = log(ADVICE_GOOD / ADVICE_POOR) / 2  # of a level


def is_coded(led: int) -> bool:
    """Whether the session after so many led is one of those that are read."""
    return led + 1 >= FIRST_CODED and (led + 1 - FIRST_CODED) % CODED_EVERY == 0


def advice_share(ability: float, habit: float) -> float:
    """Which part of the turns of such a person carries advice; `habit` is theirs for good."""
    return min(1.0, ADVICE_POOR * exp(_DECAY * (ability - 2) + ADVICE_HABIT * habit))


def read_by_two(name: str, led: int, on: date, open_share: float, ability: float) -> Sample:
    """The turns of one session as two coders settled them: what they differ on they settle rightly."""
    habit = Random(f"{name}/advice").gauss(0, 1)  # noqa: S311 - a model, not a secret
    chance = Random(f"{name}/turns/{led}")  # noqa: S311 - a model, not a secret
    is_open = [chance.random() < open_share for _ in range(TURNS)]
    advice = [chance.random() < advice_share(ability, habit) for _ in range(TURNS)]
    opens = [[each != (chance.random() < OPEN_ERRS) for each in is_open] for _ in range(2)]
    finds = [[chance.random() < (1 - ADVICE_MISSED if each else ADVICE_IMAGINED) for each in advice] for _ in range(2)]
    return Sample(
        id=f"turns-{led:02}",
        coded_on=on,
        coded_by="people",
        sessions=1,
        turns=TURNS,
        open=sum(is_open),
        without_advice=TURNS - sum(advice),
        coders=2,
        kappa=cohen_kappa(*opens),
        kappa_advice=cohen_kappa(*finds),
    )
