"""What comes before leading, leading alone, taking a circle over and assessing stands in each one's own standard."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import unlocking as rules
from assessments.standards import get_rubric, get_standard
from assessments.unlocking import Deed, Known, Left
from courses import catalogue
from lms.core.actor import Actor, Role
from lms.core.site_days import day_of
from lms.learning import service as learning
from lms.practice.models import PracticeSession, Signature

LEADING: tuple[Deed, ...] = ("leading",)
ALONE: tuple[Deed, ...] = ("leading", "alone")  # nobody leads alone before they lead


def find_all(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID, on: date, deeds: Iterable[Deed]) -> list[Left]:
    """What the person still has to do before each of these deeds for which their standard asks anything, on a day."""
    standard = learning.standard_of(db, person_id, provider_id)
    judged = get_standard(*standard) if standard else None
    asked = [rule for each in deeds if judged and (rule := judged.before(each))]
    if judged is None or not asked:
        return []
    known = _known(db, person_id, on, rated=any(each.rated for each in asked))
    return [rules.what_is_left(each, judged.clauses, known, on) for each in asked]


def find_left(
    db: Session, person_id: uuid.UUID, provider_id: uuid.UUID, on: date, deeds: Iterable[Deed] = LEADING
) -> Left | None:
    """What is left before the first of these deeds for which anything is; None where nothing is left."""
    return next((each for each in find_all(db, person_id, provider_id, on, deeds) if each), None)


def _known(db: Session, person_id: uuid.UUID, on: date, *, rated: bool) -> Known:
    held = select(func.count()).where(
        PracticeSession.person_id == person_id, PracticeSession.role == "held", PracticeSession.held_on <= on
    )
    done = learning.done_lessons(db, person_id)
    return Known(
        problems=db.scalar(held) or 0,
        done={lesson: day_of(at) for lesson, at in done.items()},
        rated=_best(_ratings(db, person_id, on)) if rated else {},
    )


def _ratings(db: Session, person_id: uuid.UUID, on: date) -> Sequence[Mapping[str, int]]:
    """What trainers rated in sessions up to a day whose signatures stand."""
    chosen = select(Signature.ratings).join(PracticeSession, PracticeSession.id == Signature.session_id)
    stands = (Signature.voided_at.is_(None), Signature.tier != "link")
    return db.scalars(chosen.where(Signature.person_id == person_id, PracticeSession.held_on <= on, *stands)).all()


def _best(ratings: Iterable[Mapping[str, int]]) -> dict[str, int]:
    best: dict[str, int] = {}
    for each in ratings:
        for row, level in each.items():
            best[row] = max(level, best.get(row, 0))
    return best


class _Names(dict[str, str]):
    """Titles of lessons and rows by their ids; what is taught no more goes by its id."""

    def __missing__(self, key: str) -> str:
        return key


def names() -> Mapping[str, str]:
    """How the sentences call lessons and rows."""
    lessons = {lesson.id: lesson.title for lesson in catalogue.current().lessons}
    return _Names(lessons | {row.id: row.title for row in get_rubric().rows})


def before(left: Left | None) -> str:
    """What is left, said to the person in a sentence; empty for nothing."""
    return rules.before(left, names()) if left else ""


def standing(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID, on: date) -> tuple[str, str]:
    """What is left before leading, or until when what comes first holds; and what is left before leading alone."""
    found = {each.deed: each for each in find_all(db, person_id, provider_id, on, ALONE)}
    leading, alone = found.get("leading"), found.get("alone")
    if leading is None:
        return "", before(alone)
    return before(leading) or rules.holds(leading, names()), before(alone)


def notice(
    db: Session,
    actor: Actor,
    person: tuple[uuid.UUID, str],
    provider_id: uuid.UUID,
    on: date,
    deeds: Iterable[Deed] = LEADING,
) -> str:
    """What somebody still has to do, for those who arrange their circle: the actor may be the one. It warns; what
    cannot be written up or signed is refused where somebody writes it up or signs.
    """
    person_id, name = person
    left = find_left(db, person_id, provider_id, on, deeds)
    if not left or person_id == actor.person_id:
        return before(left)
    return rules.before_of(left, name, names())


def before_assessing(db: Session, actor: Actor, provider_id: uuid.UUID, on: date) -> str:
    """What an assessor who is in training themselves still does before they sign for others with this provider."""
    in_training = Role.TRAINEE in actor.roles
    return before(find_left(db, actor.person_id, provider_id, on, ("assessing",))) if in_training else ""


def fault(db: Session, actor: Actor, provider_id: uuid.UUID, on: date, role: str) -> dict[str, str]:
    """The same as what is wrong with the part somebody says they had."""
    said = before(find_left(db, actor.person_id, provider_id, on, ALONE if role == "alone" else LEADING))
    return {"role": f"{said} Choose the part you had in the circle until then."} if said else {}
