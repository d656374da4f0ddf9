"""Notes and results of values interviews as the register sealed them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments.interviews import outcome
from lms.interviews import rules
from lms.interviews.models import Interview, InterviewAssessor, InterviewNote
from lms.register.bindings import Binding, Source


def _notes(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = (
        select(InterviewNote, InterviewAssessor, Interview)
        .join(InterviewAssessor, InterviewAssessor.id == InterviewNote.assessor_id)
        .join(Interview, Interview.id == InterviewNote.interview_id)
    )
    for note, place, interview in db.execute(chosen.where(InterviewNote.leaf_seq.in_(seqs))):
        yield Binding(
            seq=note.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": interview.id,
                "actor_id": place.person_id,
                "meaning": rules.MEANINGS.get(note.verdict, ""),
                "authenticated_by": note.authenticated_by,
            },
            payload=rules.note_payload(note, place.person_id, rules.questions_of(interview)),
            checks={"the interview it belongs to": place.interview_id == interview.id},
        )


def _results(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    rows = db.scalars(select(Interview).where(Interview.leaf_seq.in_(seqs))).all()
    notes: dict[uuid.UUID, list[InterviewNote]] = defaultdict(list)
    of = InterviewNote.interview_id.in_([each.id for each in rows])
    for note in db.scalars(select(InterviewNote).where(of).order_by(InterviewNote.sent_at, InterviewNote.id)):
        notes[note.interview_id].append(note)
    for each in rows:
        yield Binding(
            seq=each.leaf_seq or 0,
            said={
                "subject_id": each.id,
                "actor_id": each.closed_by,
                "meaning": rules.RESULTS.get(each.result or "", ""),
                "authenticated_by": each.authenticated_by,
            },
            payload=rules.payload(each, [note.id for note in notes[each.id]]),
            checks={"what its notes come to": each.result == outcome(_last(notes[each.id]))},
        )


def _last(notes: list[InterviewNote]) -> list[str]:
    """What each assessor said last."""
    return list({each.assessor_id: each.verdict for each in sorted(notes, key=lambda note: note.round)}.values())


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Whom an interview is about finds its notes and its result in their record once there is one."""
    return select(Interview.id).where(Interview.person_id == person_id, Interview.closed_at.is_not(None))


_NOTE_SEQS = select(InterviewNote.leaf_seq).where(InterviewNote.leaf_seq.is_not(None))
_SEQS = select(Interview.leaf_seq).where(Interview.leaf_seq.is_not(None))
SOURCES = (
    Source("interview note", _NOTE_SEQS, _notes, _subjects),
    Source("values interview", _SEQS, _results, _subjects),
)
