"""Dilemmas that wait for a trainer: those of the people whose trainer they are. The others stand in the list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from lms.core.actor import Actor
from lms.core.waiting import line
from lms.learning.models import Enrolment
from lms.people.models import Person
from lms.values.judging import scope
from lms.values.written_models import DilemmaAnswer

JUDGE = "dilemma-judge"


def to_judge(actor: Actor) -> Select[Any]:
    """What the actor's own learners sent and nobody has judged, by whose it is."""
    own = select(Enrolment.id).where(
        Enrolment.person_id == DilemmaAnswer.person_id,
        Enrolment.provider_id == DilemmaAnswer.provider_id,
        Enrolment.trainer_id == actor.person_id,
        Enrolment.ended_on.is_(None),
    )
    return (
        scope(actor)
        .join(Person, Person.id == DilemmaAnswer.person_id)
        .where(DilemmaAnswer.judged_at.is_(None), own.exists())
        .with_only_columns(*line(JUDGE, DilemmaAnswer.id, Person.name, more=DilemmaAnswer.dilemma))
    )
