"""Nobody leads before having brought a problem of their own. What else comes first stands in each one's standard."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.asks import LessonsDone
from assessments.standards import Standard, get_standard
from assessments.wording import listed, quoted, some
from courses import catalogue
from lms.core.actor import Actor
from lms.core.site_days import day_of
from lms.learning import service as learning
from lms.practice.models import PracticeSession


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody still has to do before they lead: problems to bring, titles of lessons."""

    problems: int = 0
    lessons: Sequence[str] = ()
    again: Sequence[str] = ()  # done once, and too long ago

    def __bool__(self) -> bool:
        return self.problems > 0 or bool(self.lessons) or bool(self.again)


def find_left(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID, on: date) -> Left:
    """What the person still has to do before they lead a session of that day for the provider."""
    standard = learning.standard_of(db, person_id, provider_id)
    judged = get_standard(*standard) if standard else None
    unlock = judged.unlock if judged else None
    if judged is None or unlock is None:
        return Left()
    held = select(func.count()).where(
        PracticeSession.person_id == person_id, PracticeSession.role == "held", PracticeSession.held_on <= on
    )
    done = learning.done_lessons(db, person_id)
    titles = {lesson.id: lesson.title for lesson in catalogue.current().lessons}
    lessons = [titles.get(each, each) for each in unlock.lessons if each not in done]
    ended = [each for each in unlock.lessons if each in done and _ended(judged, each, done[each], on)]
    return Left(unlock.problems_held - (db.scalar(held) or 0), lessons, [titles.get(each, each) for each in ended])


def _ended(standard: Standard, lesson_id: str, done_at: datetime, on: date) -> bool:
    """Whether a lesson was done too long ago, by a clause of the standard that says for how long it holds."""
    done_on = day_of(done_at)
    asked = (each for each in standard.clauses if isinstance(each, LessonsDone) and lesson_id in each.lessons)
    return any(each.has_ended(done_on, on) for each in asked)


def before_leading(left: Left) -> str:
    """The same, said to the person in a sentence; empty for nothing."""
    steps = _steps(left, "bring", "do", "write that session up", "of your own")
    return f"Before you lead or share the lead, {steps}." if steps else ""


def notice(db: Session, actor: Actor, facilitator: tuple[uuid.UUID, str], provider_id: uuid.UUID, on: date) -> str:
    """What whoever facilitates a circle still has to do, for those who arrange it: the actor may be the one. It warns;
    what cannot be written up is refused where somebody writes it up.
    """
    person_id, name = facilitator
    left = find_left(db, person_id, provider_id, on)
    if not left or person_id == actor.person_id:
        return before_leading(left)
    steps = _steps(left, "brought", "done", "written that session up", "of their own")
    return (
        f"{name} has not yet {steps}. Until then they cannot write up a session as led or shared: "
        "whoever asks others to bring a problem knows first what it is like."
    )


def _steps(left: Left, bring: str, do: str, write_up: str, own: str) -> str:
    problem = "a problem" if left.problems == 1 else some(left.problems, "problem")
    steps = [f"{bring} {problem} {own} to a circle and {write_up}"] if left.problems > 0 else []
    steps += [f"{do} {quoted(left.lessons)}"] if left.lessons else []
    steps += [f"{do} {quoted(left.again)} once more, since it is too long ago"] if left.again else []
    return listed(steps)


def fault(db: Session, actor: Actor, provider_id: uuid.UUID, on: date) -> dict[str, str]:
    """The same as what is wrong with the part somebody says they had."""
    said = before_leading(find_left(db, actor.person_id, provider_id, on))
    return {"role": f"{said} Choose the part you had in the circle until then."} if said else {}
