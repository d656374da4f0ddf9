"""Nobody leads before having brought a problem of their own. What else comes first stands in each one's standard."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.standards import get_standard
from assessments.wording import listed, quoted, some
from courses import catalogue
from lms.core.actor import Actor
from lms.learning import service as learning
from lms.practice.models import PracticeSession


def left(db: Session, actor: Actor, provider_id: uuid.UUID, on: date) -> str:
    """What the actor still has to do before they lead a session of that day, in a sentence; empty for nothing."""
    standard = learning.standard_of(db, actor.person_id, provider_id)
    unlock = get_standard(*standard).unlock if standard else None
    if unlock is None:
        return ""
    held = select(func.count()).where(
        PracticeSession.person_id == actor.person_id, PracticeSession.role == "held", PracticeSession.held_on <= on
    )
    done = learning.done_lessons(db, actor.person_id)
    titles = {lesson.id: lesson.title for lesson in catalogue.current().lessons}
    lessons = [titles.get(each, each) for each in unlock.lessons if each not in done]
    return before_leading(unlock.problems_held - (db.scalar(held) or 0), lessons)


def before_leading(problems: int, lessons: Sequence[str]) -> str:
    """What still comes before leading or sharing the lead: problems brought, lessons. Empty for nothing."""
    brought = "a problem" if problems == 1 else some(problems, "problem")
    steps = [f"bring {brought} of your own to a circle and write that session up"] if problems > 0 else []
    steps += [f"do {quoted(lessons)}"] if lessons else []
    return f"Before you lead or share the lead, {listed(steps)}." if steps else ""


def fault(db: Session, actor: Actor, provider_id: uuid.UUID, on: date) -> dict[str, str]:
    """The same as what is wrong with the part somebody says they had."""
    said = left(db, actor, provider_id, on)
    return {"role": f"{said} Choose the part you had in the circle until then."} if said else {}
