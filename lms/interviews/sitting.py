"""An interview with its two places and as much of its notes as the reader may know.

Nobody reads the other note before both are in. Whom it is about reads both once there is a result; everybody else of
the provider learns the result and what is missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from assessments.interviews import ASSESSORS, Interview, get_interview
from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.interviews.models import Interview as Row
from lms.interviews.models import InterviewAssessor, InterviewNote
from lms.interviews.rules import ALONE, ARRANGERS, Missing, Read, said_of
from lms.people import service as people


@dataclass(frozen=True, slots=True)
class Sitting:
    """An interview, who is heard, and both places. `sent` is how many first notes are in."""

    interview: Row
    asked: Interview
    names: Mapping[uuid.UUID, str]
    places: tuple[InterviewAssessor, ...]  # as they are taken now
    left: tuple[InterviewAssessor, ...]
    notes: tuple[InterviewNote, ...]  # all of them, in the order of sending: for rules and registers, not for pages

    @property
    def name(self) -> str:
        return self.names[self.interview.person_id]

    @property
    def assessors(self) -> list[str]:
        return [self.names[each.person_id] for each in self.places]

    @property
    def sent(self) -> int:
        return sum(each.round == ALONE for each in self.notes)

    @property
    def is_running(self) -> bool:
        return self.interview.closed_at is None and self.interview.cancelled_at is None

    def find_place(self, person_id: uuid.UUID) -> InterviewAssessor | None:
        """The place somebody takes now."""
        return next((each for each in self.places if each.person_id == person_id), None)

    def note_of(self, place: InterviewAssessor, round_: int) -> InterviewNote | None:
        """What was sent from a place in one round."""
        return next((each for each in self.notes if (each.assessor_id, each.round) == (place.id, round_)), None)

    def last_notes(self) -> list[InterviewNote]:
        """The note of each place that counts: the changed one, where there is one."""
        of = {each.assessor_id: each for each in sorted(self.notes, key=lambda note: note.round)}
        return [of[each.id] for each in self.places if each.id in of]

    def missing(self) -> list[Missing]:
        """What is missing, by both, once there is a result."""
        by = {each.id: self.names[each.person_id] for each in self.places}
        kept = self.last_notes() if self.interview.closed_at else []
        return [Missing(by[each.assessor_id], each.missing) for each in kept if each.missing]

    def readable(self, actor: Actor) -> list[Read]:
        """The notes the actor may read, by place."""
        of = {each.id: each for each in self.places}
        return [self._read(each, of[each.assessor_id]) for each in self.notes if self._may_read(actor, each, of)]

    def _may_read(self, actor: Actor, note: InterviewNote, of: Mapping[uuid.UUID, InterviewAssessor]) -> bool:
        if of[note.assessor_id].person_id == actor.person_id:
            return True
        if self.find_place(actor.person_id) is not None:
            return self.interview.opened_at is not None
        return self.interview.person_id == actor.person_id and self.interview.closed_at is not None

    def _read(self, note: InterviewNote, place: InterviewAssessor) -> Read:
        answers = tuple((each.text, note.heard.get(each.id, "")) for each in self.asked.questions)
        return Read(
            self.names[place.person_id], place.person_id, note.round, said_of(note), note.sent_at, answers=answers
        )


def scope(actor: Actor) -> Select[Row]:
    """The interviews `actor` may see: their provider’s, but for one about themselves, which they see as that."""
    provided = and_(Row.provider_id.in_(actor.organisations(*ARRANGERS)), Row.person_id != actor.person_id)
    return select(Row).where(or_(provided, Row.person_id == actor.person_id))


def hears(actor: Actor) -> Select[Row]:
    """The interviews in which the actor is one of the two, while they train for the provider."""
    mine = (InterviewAssessor.person_id == actor.person_id, InterviewAssessor.left_at.is_(None))
    places = select(InterviewAssessor.interview_id).where(*mine)
    return select(Row).where(Row.id.in_(places), Row.provider_id.in_(actor.organisations(Role.TRAINER)))


def get(db: Session, actor: Actor, interview_id: uuid.UUID, *, lock: bool = False) -> Sitting:
    """An interview in scope; with `lock`, nobody else changes it until the transaction ends. Raises NotFound."""
    chosen = scope(actor).where(Row.id == interview_id)
    found = db.scalar(chosen.with_for_update(of=Row) if lock else chosen)
    if found is None:
        raise NotFound
    return sitting_of(db, found)


def sitting_of(db: Session, interview: Row) -> Sitting:
    """Everything about an interview that the caller holds through a scope."""
    of = InterviewAssessor.interview_id == interview.id
    places = db.scalars(select(InterviewAssessor).where(of).order_by(InterviewAssessor.place)).all()
    notes: Sequence[InterviewNote] = db.scalars(
        select(InterviewNote)
        .where(InterviewNote.interview_id == interview.id)
        .order_by(InterviewNote.sent_at, InterviewNote.id)
    ).all()
    return Sitting(
        interview=interview,
        asked=get_interview(interview.questions_version),
        names=people.names_of(db, [interview.person_id, interview.arranged_by, *(each.person_id for each in places)]),
        places=tuple(each for each in places if each.left_at is None)[:ASSESSORS],
        left=tuple(each for each in places if each.left_at is not None),
        notes=tuple(notes),
    )


def find_newest(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> Row | None:
    """The newest interview of somebody the caller holds through a scope, but for those that were called off."""
    mine = (Row.person_id == person_id, Row.provider_id == provider_id, Row.cancelled_at.is_(None))
    return db.scalar(select(Row).where(*mine).order_by(Row.arranged_at.desc(), Row.id.desc()).limit(1))
