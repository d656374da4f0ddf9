"""Interviews that wait for somebody: to be heard and written down, or to be talked about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, select

from lms.core.actor import Actor
from lms.core.waiting import line
from lms.interviews.models import Interview, InterviewAssessor, InterviewNote
from lms.interviews.sitting import hears
from lms.people.models import Person

NOTE, TALK = "interview-note", "interview-talk"


def to_hear(actor: Actor) -> Select[Any]:
    """Interviews in which the actor is one of the two and has yet to send a note, or to say how it stays."""
    sent = (
        select(InterviewNote.id)
        .join(InterviewAssessor, InterviewAssessor.id == InterviewNote.assessor_id)
        .where(InterviewNote.interview_id == Interview.id, InterviewAssessor.person_id == actor.person_id)
    )
    kind = case((Interview.opened_at.is_(None), NOTE), else_=TALK)
    chosen = (
        hears(actor)
        .join(Person, Person.id == Interview.person_id)
        .where(Interview.closed_at.is_(None), Interview.cancelled_at.is_(None))
        .where(Interview.opened_at.is_not(None) | ~sent.exists())
    )
    return chosen.with_only_columns(*line(kind, Interview.id, Person.name))
