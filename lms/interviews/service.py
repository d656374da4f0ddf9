"""What people do around a values interview: arrange one, call it off, put somebody in the place of one who fell ill."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.interviews import get_interview
from lms.core import clock, settings
from lms.core.actor import Actor, Role
from lms.core.db import new_id
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.interviews import letters, rules, sitting
from lms.interviews.assessors import candidates
from lms.interviews.models import Interview, InterviewAssessor
from lms.interviews.rules import Candidate
from lms.interviews.sitting import Sitting
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import service as people


@dataclass(frozen=True, slots=True)
class ToHear:
    """Somebody an interview may be arranged for, and everybody who could hear them."""

    person_id: uuid.UUID
    provider_id: uuid.UUID
    name: str
    known: dict[uuid.UUID, Candidate]
    running: Interview | None


def today() -> date:
    """The day on the site’s own wall."""
    return clock.today(settings.current().time_zone)


def to_hear(db: Session, actor: Actor, person_id: uuid.UUID) -> ToHear:
    """Whom the actor may arrange an interview for, and who could hear them. Raises NotFound, Forbidden."""
    provided = Enrolment.provider_id.in_(actor.organisations(*rules.ARRANGERS))
    mine = learning.scope(actor).where(Enrolment.person_id == person_id, Enrolment.ended_on.is_(None), provided)
    training = db.scalar(mine.order_by(*learning.BEGUN_LAST).limit(1))
    if training is None:
        raise NotFound
    if person_id == actor.person_id:
        raise Forbidden(rules.OWN)
    known = candidates(db, person_id, training.provider_id)
    newest = sitting.find_newest(db, person_id, training.provider_id)
    running = newest if newest is not None and newest.closed_at is None else None
    return ToHear(person_id, training.provider_id, people.get_person(db, person_id).name, known, running)


def arrange(
    db: Session, actor: Actor, person_id: uuid.UUID, members: Sequence[uuid.UUID], held_on: date, key: uuid.UUID
) -> Interview:
    """Ask two people to hear somebody on a day, by the newest questions. Twice with one key is once.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    sent = db.scalar(select(Interview).where(Interview.arranged_by == actor.person_id, Interview.key == key))
    if sent is not None:
        return sent
    found = to_hear(db, actor, person_id)
    if found.running is not None:
        raise Conflict(rules.RUNNING)
    if set(members) - set(found.known):
        raise Invalid({"members": rules.UNKNOWN})
    chosen = [found.known[each] for each in dict.fromkeys(members)]
    if fault := rules.misfit(chosen):
        raise Invalid({"members": fault})
    if fault := rules.day_fault(held_on, today()):
        raise Invalid({"held_on": fault})
    try:
        with db.begin_nested():
            made = _make(db, actor, found, chosen, held_on, key)
    except IntegrityError:
        raise Conflict(rules.RUNNING) from None
    told = [each.person_id for each in chosen]
    letters.arranged(db, actor, sitting.sitting_of(db, made), told)
    return made


def _make(
    db: Session, actor: Actor, found: ToHear, chosen: Sequence[Candidate], held_on: date, key: uuid.UUID
) -> Interview:
    asked = get_interview()
    made = Interview(
        id=new_id(),
        person_id=found.person_id,
        provider_id=found.provider_id,
        key=key,
        held_on=held_on,
        questions_version=asked.version,
        questions_hash=asked.content_hash,
        arranged_by=actor.person_id,
        arranged_at=clock.now(),
    )
    db.add(made)
    db.flush()
    for place, each in enumerate(chosen, start=1):
        _name(db, actor, made, each.person_id, place)
    return made


def _name(db: Session, actor: Actor, interview: Interview, person_id: uuid.UUID, place: int) -> None:
    db.add(
        InterviewAssessor(
            interview_id=interview.id,
            about_id=interview.person_id,
            person_id=person_id,
            place=place,
            named_by=actor.person_id,
            named_at=clock.now(),
        )
    )
    db.flush()


def may_arrange(actor: Actor, interview: Interview) -> bool:
    """Whoever arranged an interview calls it off or names somebody else, and the provider’s administrators do."""
    if interview.person_id == actor.person_id:
        return False
    administers = interview.provider_id in actor.organisations(Role.ADMINISTRATOR)
    return administers or actor.person_id == interview.arranged_by


def _to_arrange(db: Session, actor: Actor, interview_id: uuid.UUID) -> Sitting:
    """An interview the actor may change the arrangements of. Raises NotFound, Forbidden, Conflict."""
    found = sitting.get(db, actor, interview_id, lock=True)
    if not may_arrange(actor, found.interview):
        raise Forbidden(rules.CAN_NOT)
    if found.interview.closed_at is not None:
        raise Conflict(rules.CLOSED)
    return found


def call_off(db: Session, actor: Actor, interview_id: uuid.UUID) -> Interview:
    """Call an interview off before any note is in. Twice is once. Raises NotFound, Forbidden, Conflict."""
    found = _to_arrange(db, actor, interview_id)
    if found.interview.cancelled_at is not None:
        return found.interview
    if found.notes:
        raise Conflict(rules.NOTE_IN)
    found.interview.cancelled_at = clock.now()
    letters.called_off(db, actor, found)
    return found.interview


def may_replace(found: Sitting, known: dict[uuid.UUID, Candidate]) -> dict[uuid.UUID, str]:
    """Everybody who could take a place, each with why they may not, if so."""
    taken = {each.person_id for each in found.places}
    return {who: "hears this person already" if who in taken else each.because for who, each in known.items()}


def replace(
    db: Session, actor: Actor, interview_id: uuid.UUID, place_id: uuid.UUID, member: uuid.UUID, because: str
) -> Interview:
    """Put somebody in the place of an assessor who has not sent a note. The same twice is once.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    found = _to_arrange(db, actor, interview_id)
    before = next((each for each in (*found.places, *found.left) if each.id == place_id), None)
    if before is None:
        raise NotFound
    if found.interview.cancelled_at is not None:
        raise Conflict(rules.CANCELLED)
    if before.left_at is not None:
        if any((each.place, each.person_id) == (before.place, member) for each in found.places):
            return found.interview
        raise Conflict("Somebody has taken that place meanwhile. Look again at who hears this person.")
    if found.note_of(before, rules.ALONE) is not None:
        raise Conflict(rules.NOTE_IN)
    known = candidates(db, found.interview.person_id, found.interview.provider_id)
    fault = may_replace(found, known).get(member)
    if fault is None or fault:
        said = f"{known[member].name} {fault}." if fault else rules.UNKNOWN
        raise Invalid({"member": said})
    if not because:
        raise Invalid({"because": rules.NO_REASON})
    before.left_at, before.left_because = clock.now(), because
    db.flush()
    _name(db, actor, found.interview, member, before.place)
    now = sitting.sitting_of(db, found.interview)
    letters.arranged(db, actor, now, [member])
    letters.replaced(db, now, before.person_id, known[member].name)
    return found.interview
