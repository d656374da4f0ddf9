"""What another standard would change: who would gain or lose readiness, and for want of which signs."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.readiness import Readiness, judge
from assessments.standards import Standard, get_standard
from lms.handover import evidence
from lms.handover.rows import Facts, Learner
from lms.learning.models import Enrolment

AT_A_TIME = 200  # people whose evidence is held at once

Change = Literal["gains", "loses"]


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody who would be ready by one standard and not by the other, and the signs that make the difference."""

    person_id: uuid.UUID
    name: str
    unit: str
    version: int  # they are judged by now
    change: Change
    signs: tuple[str, ...]  # that would be missing, or are missing now


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a standard would change for everybody in training towards it, judged on one day."""

    asked: int
    changed: tuple[Changed, ...]
    holding: dict[str, int]  # for how many each sign would be there, in the standard's order

    def who(self, change: Change) -> tuple[Changed, ...]:
        """Those who would gain, or lose, readiness."""
        return tuple(each for each in self.changed if each.change == change)


def what_if(db: Session, standard: Standard, at: date, among: str | None = None) -> WhatIf:
    """Judge everybody in training towards `standard.id`, or another, by their own version, and by this one.

    The evidence of all is read from the database, in four queries for every 200 people. Nothing is changed: whoever
    is in training stays on the version they began with.
    """
    chosen = select(Enrolment).where(Enrolment.standard_id == (among or standard.id))
    learners, changed, holding, asked = iter(evidence.learners(db, chosen)), list[Changed](), Counter[str](), 0
    while some := list(islice(learners, AT_A_TIME)):
        facts = evidence.gather(db, some)
        for learner in some:
            after = judge(standard, facts[learner.enrolment_id].evidence, at)
            changed += _compare(learner, facts[learner.enrolment_id], after, at)
            holding.update(each.clause for each in after.there)
        asked += len(some)
    return WhatIf(asked, tuple(changed), {clause.id: holding[clause.id] for clause in standard.clauses})


def _compare(learner: Learner, facts: Facts, after: Readiness, at: date) -> Iterator[Changed]:
    before = judge(get_standard(learner.standard_id, learner.standard_version), facts.evidence, at)
    if before.ready == after.ready:
        return
    change: Change = "gains" if after.ready else "loses"
    signs = tuple(each.title for each in (before if after.ready else after).left)
    yield Changed(learner.person_id, learner.name, learner.unit, before.version, change, signs)
