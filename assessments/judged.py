"""Evidence that came about away from any session: a values interview, and a knowledge test. Plain facts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from courses.source import Frozen

Verdict = Literal["yes", "not_yet"]


class InterviewEvidence(Frozen):
    """A values interview from the day it was arranged. It has a result once both assessors have sent their note.

    `version` is that of the questions it was held by.
    """

    id: str
    arranged_on: date
    held_on: date
    assessors: tuple[str, ...] = ()
    version: int = 1
    decided_on: date | None = None
    result: Verdict | None = None


class KnowledgeEvidence(Frozen):
    """A knowledge test that was handed in, and the version of the blueprint it was drawn from."""

    id: str
    blueprint: str
    version: int
    passed: bool
    on: date


def arranged(interview: InterviewEvidence) -> tuple[date, str]:
    """The order of interviews."""
    return interview.arranged_on, interview.id


def handed_in(test: KnowledgeEvidence) -> tuple[date, str]:
    """The order of tests."""
    return test.on, test.id
