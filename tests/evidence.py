"""Practice as others have seen it: circles, chairs, sessions with signatures, somebody ready for hand-over."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from assessments import bank
from courses import catalogue
from lms.exercises.knowledge_models import KnowledgeTest
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.learning.models import LessonDone
from lms.practice.models import PracticeSession, Signature
from lms.register import service as register
from tests.make import STARTED, World, actor, make_group


def make_meeting(db: Session, group_id: uuid.UUID, starts_local: datetime, minutes: int = 80) -> uuid.UUID:
    """A meeting of a circle, on the clock of London; returns its id."""
    meeting = Meeting(
        group_id=group_id, starts_local=starts_local, zone="Europe/London", minutes=minutes, place="Depot kitchen"
    )
    db.add(meeting)
    db.flush()
    return meeting.id


def make_member(
    db: Session, group_id: uuid.UUID, pseudonym: str, person_id: uuid.UUID | None = None, joined_on: date = STARTED
) -> uuid.UUID:
    """Somebody on a chair of a circle; returns the chair's id."""
    member = GroupMember(group_id=group_id, person_id=person_id, pseudonym=pseudonym, joined_on=joined_on)
    db.add(member)
    db.flush()
    return member.id


def make_led(
    db: Session,
    group_id: uuid.UUID,
    held_on: date,
    *,
    signer: uuid.UUID | None = None,
    level: int = 4,
    comment: str = "",
    asked: tuple[int, int, int, int] = (17, 2, 1, 0),
    **changes: object,
) -> uuid.UUID:
    """A session the circle's facilitator led and sent, signed the next day if there is a `signer`; returns its id."""
    group = db.get_one(PeerGroup, group_id)
    sent_at = datetime.combine(held_on, time(18), UTC)
    given: dict[str, object] = {
        "person_id": group.facilitator_id,
        "group_id": group_id,
        "trainer_id": group.trainer_id,
        "held_on": held_on,
        "minutes": 80,
        "role": "led",
        "phases": {"ask": 40},
        **dict(zip(("open", "closed", "leading", "advice"), asked, strict=True)),
        "own_ratings": {},
        "keep": "I waited, and the answer came.",
        "state": "signed" if signer else "waiting",
        "submitted_at": sent_at,
    }
    session = PracticeSession(**(given | changes))
    db.add(session)
    db.flush()
    if signer is not None:
        make_signature(db, session, signer, level, comment)
    return session.id


def make_signature(db: Session, session: PracticeSession, signer: uuid.UUID, level: int, comment: str = "") -> None:
    """Somebody signed a session the day after it was sent."""
    leaf = register.append(
        db,
        actor(db, signer),
        kind="signature",
        subject_kind="practice_session",
        subject_id=session.id,
        payload={},
        meaning="I saw it",
    )
    db.add(
        Signature(
            session_id=session.id,
            person_id=session.person_id,
            signer_id=signer,
            signed_at=session.submitted_at + timedelta(days=1),
            meaning="I saw it",
            authenticated_by="password",
            session_version=1,
            digest=leaf.digest,
            rubric_version=1,
            rubric_hash="0" * 64,
            ratings={"silence": 4},
            level=level,
            comment=comment,
            leaf_seq=leaf.seq,
        )
    )
    db.flush()


def make_lessons_done(db: Session, person_id: uuid.UUID, *, but: int = 0) -> None:
    """Somebody finished every lesson, or all `but` the last few, on the day after they began."""
    lessons = catalogue.current().path
    done_at = datetime.combine(STARTED + timedelta(days=1), time(9), UTC)
    for lesson in lessons[: len(lessons) - but]:
        db.add(LessonDone(person_id=person_id, lesson_id=lesson.id, content_hash=lesson.content_hash, done_at=done_at))
    db.flush()


def make_passed(db: Session, person_id: uuid.UUID) -> None:
    """Somebody passed the knowledge test, drawn from the newest blueprint."""
    blueprint = bank.current().get_blueprint("associate")
    at = datetime.combine(STARTED + timedelta(days=2), time(9), UTC)
    db.add(
        KnowledgeTest(
            person_id=person_id,
            key=uuid.uuid4().hex,
            blueprint=blueprint.id,
            blueprint_version=blueprint.version,
            content_hash=blueprint.content_hash,
            seed="5eed",
            drawn={"items": []},
            started_at=at,
            handed_in_at=at,
            passed=True,
            points={},
        )
    )
    db.flush()


def make_ready(db: Session, world: World, today: date, **changes: object) -> uuid.UUID:
    """Everything the standard asks for is there for a circle's facilitator; returns the circle's id."""
    group_id = make_group(db, world, **changes)
    facilitator = changes.get("facilitator_id", world.trainee)
    assert isinstance(facilitator, uuid.UUID)
    make_lessons_done(db, facilitator)
    signers = (world.trainer, world.trainer, world.other_trainer, world.trainer, world.other_trainer, world.trainer)
    for number, (signer, level) in enumerate(zip(signers, (2, 3, 3, 3, 4, 4), strict=True)):
        held_on = today - timedelta(days=80 - 14 * number)
        make_led(db, group_id, held_on, signer=signer, level=level, comment=f"Silence held, session {number + 1}.")
    return group_id
