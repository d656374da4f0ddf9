"""Notes: each written alone and hidden from the other assessor, opened when both are in, and what they come to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.interviews import outcome
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.forms import UNSIGNED
from lms.interviews import letters, rules, sitting
from lms.interviews.models import InterviewAssessor, InterviewNote
from lms.interviews.rules import AFTER, ALONE, Said
from lms.interviews.sitting import Sitting
from lms.people import service as people
from lms.register import service as register


def get_place(found: Sitting, actor: Actor) -> InterviewAssessor:
    """The place of the actor, who trains for the provider. Raises NotFound, Conflict."""
    mine = found.find_place(actor.person_id)
    if found.interview.provider_id not in actor.organisations(Role.TRAINER):
        raise NotFound
    if mine is None and any(each.person_id == actor.person_id for each in found.left):
        raise Conflict(rules.REPLACED)
    if mine is None:
        raise NotFound
    return mine


def send(db: Session, actor: Actor, interview_id: uuid.UUID, said: Said, proof: str) -> InterviewNote:
    """Send one’s own note, written alone. The second of the two opens both. The same twice is once.

    Raises NotFound, Conflict, Invalid.
    """
    found = sitting.get(db, actor, interview_id, lock=True)
    mine = get_place(found, actor)
    before = _before(found, mine, ALONE, said)
    if before is not None:
        return before
    _check_runs(found)
    made = _keep(db, found, mine, ALONE, said, proof)
    found = replace(found, notes=(*found.notes, made))
    if found.sent == len(found.places):
        _open(db, actor, found, proof)
    return made


def change(db: Session, actor: Actor, interview_id: uuid.UUID, said: Said, proof: str) -> InterviewNote:
    """After both have talked, one of the two says something else; the first note is kept beside it. That closes it.

    Raises NotFound, Conflict, Invalid.
    """
    found = sitting.get(db, actor, interview_id, lock=True)
    mine = get_place(found, actor)
    before = _before(found, mine, AFTER, said)
    if before is not None:
        return before
    _check_open(found)
    made = _keep(db, found, mine, AFTER, said, proof)
    found = replace(found, notes=(*found.notes, made))
    _close(db, actor, found, proof, [made])
    return made


def leave(db: Session, actor: Actor, interview_id: uuid.UUID, proof: str) -> Sitting:
    """After both have talked, both notes stay as they are. Twice is once. Raises NotFound, Conflict, Invalid."""
    found = sitting.get(db, actor, interview_id, lock=True)
    get_place(found, actor)
    if found.interview.closed_by == actor.person_id and len(found.notes) == found.sent:
        return found
    _check_open(found)
    if not proof:
        raise Invalid({"password": UNSIGNED})
    _close(db, actor, found, proof, [])
    return found


def _before(found: Sitting, mine: InterviewAssessor, round_: int, said: Said) -> InterviewNote | None:
    """What this very form already said. Raises Conflict where another one did."""
    sent = found.note_of(mine, round_)
    if sent is not None and rules.said_of(sent) != said:
        raise Conflict(rules.SENT if found.interview.closed_at is None else rules.CLOSED)
    return sent


def _check_runs(found: Sitting) -> None:
    if found.interview.cancelled_at is not None:
        raise Conflict(rules.CANCELLED)
    if found.interview.closed_at is not None:
        raise Conflict(rules.CLOSED)


def _check_open(found: Sitting) -> None:
    _check_runs(found)
    if found.interview.opened_at is None:
        raise Conflict(rules.NOT_OPEN)


def _keep(db: Session, found: Sitting, mine: InterviewAssessor, round_: int, said: Said, proof: str) -> InterviewNote:
    wrong = said.faults([each.id for each in found.asked.questions], round_)
    if not proof:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)
    made = InterviewNote(
        id=new_id(),
        interview_id=found.interview.id,
        assessor_id=mine.id,
        round=round_,
        heard={each.id: said.heard[each.id] for each in found.asked.questions},
        breach=said.breach,
        repair=said.repair,
        verdict=said.verdict,
        missing=said.missing,
        because=said.because,
        sent_at=clock.now(),
        authenticated_by=proof,
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        raise Conflict(rules.SENT) from None
    return made


def _open(db: Session, actor: Actor, found: Sitting, proof: str) -> None:
    """Both are in. Where they say the same there is a result; where they differ, the two talk first."""
    found.interview.opened_at = clock.now()
    if len({each.verdict for each in found.notes}) == 1:
        _close(db, actor, found, proof, found.notes)
        return
    letters.differ(db, actor, found)
    for each in found.notes:
        _enter(db, found, each)


def _close(db: Session, actor: Actor, found: Sitting, proof: str, to_enter: Sequence[InterviewNote]) -> None:
    """The result: letters first and the register last, because it holds up everybody else."""
    interview = found.interview
    interview.result = outcome([each.verdict for each in found.last_notes()])
    interview.closed_at, interview.closed_by, interview.authenticated_by = clock.now(), actor.person_id, proof
    db.flush()
    letters.decided(db, actor, found)
    for each in to_enter:
        _enter(db, found, each)
    leaf = register.append(
        db,
        actor,
        kind="values interview",
        subject_kind="interview",
        subject_id=interview.id,
        payload=rules.payload(interview, [each.id for each in found.notes]),
        meaning=rules.RESULTS[interview.result],
        authenticated_by=proof,
    )
    interview.leaf_seq = leaf.seq
    db.flush()


def _enter(db: Session, found: Sitting, note: InterviewNote) -> None:
    """Seal a note that is open in the register, in the name of who wrote it."""
    assessor = next(each.person_id for each in found.places if each.id == note.assessor_id)
    leaf = register.append(
        db,
        people.get_actor(db, assessor),
        kind="interview note",
        subject_kind="interview",
        subject_id=found.interview.id,
        payload=rules.note_payload(note, assessor, rules.questions_of(found.interview)),
        meaning=rules.MEANINGS[note.verdict],
        authenticated_by=note.authenticated_by,
    )
    note.leaf_seq = leaf.seq
    db.flush()
