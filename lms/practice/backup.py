"""The service level: a session that nobody touched for five working days is offered to the provider's other trainers.

Whoever is away keeps nobody waiting: what is sent to them is offered at once. A request stands for the session until it
is signed or sent back. When it is sent again, or its signature counts no more, the days begin anew.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from assessments.wording import listed
from lms.core import clock, settings
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.groups import service as groups
from lms.messages import service as messages
from lms.people import service as people
from lms.practice import contested
from lms.practice.absences import away_on
from lms.practice.models import BackupRequest, PracticeSession
from lms.practice.working_days import still_in_time

AT_A_TIME = 50  # sessions in one transaction, so that no other writer waits for long
_Request = aliased(BackupRequest)
# Others are asked to read the session as it was sent last.
STANDS = (
    exists()
    .where(_Request.session_id == PracticeSession.id, _Request.sent_at == PracticeSession.submitted_at)
    .correlate(PracticeSession)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked to read a session in its trainer's place, when and why."""

    at: datetime
    sent_at: datetime  # of the sending it is about
    reason: str  # late, away
    names: tuple[str, ...]

    def is_about(self, session: PracticeSession) -> bool:
        """Whether the session still waits as it was sent then."""
        return session.state == "waiting" and session.submitted_at == self.sent_at


def offered(actor: Actor) -> ColumnElement[bool]:
    """The sessions of others that the actor is asked to read, as a trainer of the provider."""
    return and_(
        PracticeSession.person_id != actor.person_id,
        PracticeSession.group_id.in_(groups.ids_of_providers(actor, Role.TRAINER)),
        STANDS,
    )


def is_offered(db: Session, actor: Actor, session_id: uuid.UUID) -> bool:
    """Whether the actor may sign this session in its trainer's place."""
    return db.scalar(select(PracticeSession.id).where(PracticeSession.id == session_id, offered(actor))) is not None


def late_since(today: date) -> datetime:
    """Whatever was sent before this instant has waited longer than five working days."""
    zone = ZoneInfo(settings.current().time_zone)
    return datetime.combine(still_in_time(today), time(), zone).astimezone(UTC)


def list_asked(db: Session, session_id: uuid.UUID) -> tuple[Asked, ...]:
    """Whenever others were asked to read a session the caller holds through a scope, oldest first."""
    of_session = select(BackupRequest).where(BackupRequest.session_id == session_id)
    found = db.scalars(of_session.order_by(BackupRequest.asked_at, BackupRequest.id)).all()
    names = people.names_of(db, {uuid.UUID(each) for request in found for each in request.asked}) if found else {}
    return tuple(
        Asked(each.asked_at, each.sent_at, each.reason, tuple(sorted(names[uuid.UUID(who)] for who in each.asked)))
        for each in found
    )


def ask_others(db: Session, only: uuid.UUID | None = None) -> int:
    """Ask for the sessions that are late or whose trainer is away, or for `only` one; how many were looked at.

    It may run twice, and at once with itself: a session is asked about once each time it is sent.
    """
    today = clock.today(settings.current().time_zone)
    late, away = PracticeSession.submitted_at < late_since(today), PracticeSession.trainer_id.in_(away_on(today))
    due = select(PracticeSession).where(PracticeSession.state == "waiting", or_(late, away), ~STANDS)
    if only is not None:
        due = due.where(PracticeSession.id == only)
    due = due.order_by(PracticeSession.submitted_at).limit(AT_A_TIME)
    # Whoever signs just now holds the row: the next round looks again.
    found = db.scalars(due.with_for_update(of=PracticeSession, skip_locked=True)).all()
    if found:
        _ask(db, found, set(db.scalars(away_on(today))))
    return len(found)


def _ask(db: Session, sessions: Sequence[PracticeSession], away: set[uuid.UUID]) -> None:
    circles = groups.circles_by_id(db, {each.group_id for each in sessions})
    providers = {circle.provider_id for circle in circles.values()}
    trainers = {each: people.people_with(db, Role.TRAINER, [each]) for each in providers}
    administrators = {each: people.people_with(db, Role.ADMINISTRATOR, [each]) for each in providers}
    told: Counter[tuple[str, uuid.UUID, uuid.UUID]] = Counter()
    for session in sessions:
        provider = circles[session.group_id].provider_id
        overruled = {each.first_id for each in contested.overruled_in(db, session.id) if each.signed}
        not_these = away | overruled | {session.person_id, session.trainer_id}
        pool = {each: name for each, name in trainers[provider].items() if each not in not_these}
        reason = "away" if session.trainer_id in away else "late"
        if not _note(db, session, reason, pool):
            continue
        letter, readers = ("backup_asked", pool) if pool else ("backup_nobody", administrators[provider])
        told.update((letter, provider, each) for each in readers if each != session.person_id)
        _tell_trainee(db, session, provider, reason, list(pool.values()))
    for (letter, provider, person_id), count in told.items():
        path = "/sign-off?show=backup" if letter == "backup_asked" else "/people"
        link = messages.link(path)
        messages.send(db, letter, person_id=person_id, organisation_id=provider, count=count, link=link)


def _note(db: Session, session: PracticeSession, reason: str, pool: dict[uuid.UUID, str]) -> bool:
    """Keep that others are asked; False when they were already."""
    asked = [str(each) for each in pool]
    about = {"session_id": session.id, "sent_at": session.submitted_at, "reason": reason, "asked": asked}
    return insert_once(db, BackupRequest, asked_at=clock.now(), **about)


def _tell_trainee(
    db: Session, session: PracticeSession, provider: uuid.UUID, reason: str, asked: Sequence[str]
) -> None:
    messages.send(
        db,
        "backup_told",
        person_id=session.person_id,
        organisation_id=provider,
        trainer=people.names_of(db, [session.trainer_id])[session.trainer_id],
        reason=reason,
        asked=listed(list(asked)),
        held_on=session.held_on,
        link=messages.link(f"/practice/{session.id}"),
    )
