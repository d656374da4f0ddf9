"""Gathering what a renewal is judged from: sessions and lessons on record, and what the holder added."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.judged import InterviewEvidence
from assessments.renewal import Learned, RenewalEvidence
from assessments.renewal_rules import About
from courses import catalogue
from lms.certificates.models import Certificate
from lms.core import settings
from lms.core.actor import Role
from lms.handover import reached
from lms.handover.evidence import as_evidence, on_site
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import service as people
from lms.practice.evidence import seen_sessions
from lms.renewals.models import RenewalEntry

ABOUT_LESSONS: About = "asking"  # what is taught here is how to ask


def gather(db: Session, certificate: Certificate) -> RenewalEvidence:
    """Everything known of the holder with this provider, for callers who hold the certificate by scope."""
    zone = settings.current().time_zone
    trainers = people.people_with(db, Role.TRAINER, [certificate.provider_id])
    trained = select(Enrolment.trainer_id).where(
        Enrolment.person_id == certificate.person_id, Enrolment.provider_id == certificate.provider_id
    )
    trainer_id = db.scalar(trained.order_by(Enrolment.started_on.desc()).limit(1))
    return RenewalEvidence(
        sessions=tuple(
            as_evidence(each, trainer_id, trainers, zone)
            for each in seen_sessions(db, [certificate.person_id])
            if each.provider_id == certificate.provider_id
        ),
        learned=(*_lessons(db, certificate.person_id, zone), *_entries(db, certificate.id)),
        interviews=tuple(_interviews(db, certificate, zone)),
    )


def _interviews(db: Session, certificate: Certificate, zone: str) -> Iterator[InterviewEvidence]:
    """The values interviews of the holder with this provider."""
    theirs = (Enrolment.person_id == certificate.person_id, Enrolment.provider_id == certificate.provider_id)
    yield from reached.interviews(db.scalar(select(reached.interviewed()).where(*theirs).limit(1)), zone)


def _lessons(db: Session, person_id: uuid.UUID, zone: str) -> list[Learned]:
    found = []
    for lesson_id, done_at in learning.done_lessons(db, person_id).items():
        lesson, on = catalogue.current().find_lesson_by_id(lesson_id), on_site(done_at, zone)
        if lesson is not None and on is not None:
            minutes = lesson.minutes + sum(each.minutes for each in lesson.activities)
            found.append(
                Learned(
                    id=lesson_id, title=lesson.title, about=ABOUT_LESSONS, on=on, minutes=minutes,
                    lesson_id=lesson_id, on_record=True,
                )
            )  # fmt: skip
    return found


def _entries(db: Session, certificate_id: uuid.UUID) -> list[Learned]:
    rows = db.scalars(select(RenewalEntry).where(RenewalEntry.certificate_id == certificate_id))
    return [
        Learned.model_validate(
            {
                "id": str(each.id), "title": each.title, "about": each.about, "on": each.learnt_on,
                "minutes": each.minutes, "lesson_id": each.lesson_id,
            }
        )
        for each in rows
    ]  # fmt: skip
