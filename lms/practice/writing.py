"""Writing up a session: send it, change it while it is not signed."""

from __future__ import annotations

import uuid
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import add_once
from lms.core.errors import Conflict, Invalid, NotFound
from lms.groups import service as groups
from lms.groups.rows import Circle
from lms.messages import service as messages
from lms.people import service as people
from lms.practice import access, backup, contested, drafts, history, rules, signing, unlocking
from lms.practice.models import PracticeSession
from lms.practice.rules import Log

TWICE = "You have already written up a session of this circle on that day. Open that one to change it."
SENT_OTHERWISE = (
    "You have already sent this session, in other words than these. Open it from your practice page to change it."
)
OBSERVED = (
    "An outside observer has signed this session since you opened it. Save what you typed as a draft, then open the "
    "session and correct it: a correction says why."
)


def log_practice(db: Session, actor: Actor, key: uuid.UUID, draft_version: int, log: Log) -> PracticeSession:
    """Send a session to its trainer; its draft is used up. Sent twice with one key, it is the same session.

    Raises Invalid, StaleDraft.
    """
    sent = _find_sent(db, actor, key, log)
    if sent is not None:
        return sent
    circle = find_circle(db, actor, log)
    drafts.use_up(db, actor, key, draft_version)
    session = PracticeSession(person_id=actor.person_id, key=key, state="waiting", version=1)
    _write(db, session, log, circle)
    session.submitted_at = clock.now()
    if not add_once(db, session):
        sent = _find_sent(db, actor, key, log)
        if sent is None:
            raise Invalid({"held_on": TWICE})
        return sent
    _ask(db, actor, session, circle)
    backup.ask_others(db, only=session.id)
    return session


def change_practice(
    db: Session, actor: Actor, session_id: uuid.UUID, version: int, draft_version: int, log: Log
) -> PracticeSession:
    """Change a session that is not signed; it waits (again) to be read. `version` is the one the change began from.

    Raises NotFound, Conflict, Invalid, StaleDraft.
    """
    session = access.get_session(db, actor, session_id, lock=True)
    if session.person_id != actor.person_id:
        raise NotFound
    if not rules.may_edit(actor.person_id, owner_id=session.person_id, state=session.state):
        raise Conflict("This session is signed. A signed session is never changed.")
    if session.version != version:
        if session.state == "waiting" and rules.values_of(session) == rules.values_of(log):
            return session
        raise Conflict("You changed this session in another tab or on another device since you opened it.")
    if signing.find_observed(db, session.id) is not None:
        raise Conflict(OBSERVED)
    circle = find_circle(db, actor, log, session)
    drafts.use_up(db, actor, session.id, draft_version)
    before = session.state
    rewrite(db, session, log, circle)
    ask_again(db, actor, session, circle, before)
    return session


def ask_again(db: Session, actor: Actor, session: PracticeSession, circle: Circle, before: str) -> None:
    """Whoever sent it back has to know that it is there again."""
    if before == "returned":
        session.submitted_at = clock.now()
        _ask(db, actor, session, circle)
    backup.ask_others(db, only=session.id)


def _find_sent(db: Session, actor: Actor, key: uuid.UUID, log: Log) -> PracticeSession | None:
    """The session already sent with this key. Raises Invalid when it says something else."""
    mine = select(PracticeSession).where(PracticeSession.person_id == actor.person_id, PracticeSession.key == key)
    sent = db.scalar(mine)
    if sent is not None and rules.values_of(sent) != rules.values_of(log):
        raise Invalid({"held_on": SENT_OTHERWISE})
    return sent


def find_circle(db: Session, actor: Actor, log: Log, before: PracticeSession | None = None) -> Circle:
    """The actor's circle that met, or the one the session was about `before`. Raises Invalid with every fault."""
    offered = {circle.id: circle for circle in groups.circles_of(db, actor)}
    if before is not None and log.group_id == before.group_id and log.group_id not in offered:
        offered = groups.circles_by_id(db, [log.group_id])
    circle = offered.get(log.group_id)
    if circle is None:
        raise Invalid({"group": "Choose one of your own circles."})
    wrong = rules.faults(log, clock.today(circle.zone))
    if before is not None and log.held_on == before.held_on:
        wrong.pop("held_on", None)  # it was near enough when it was written
    if log.signer_id and log.signer_id not in people.people_with(db, Role.TRAINER, [circle.provider_id]):
        wrong["signer"] = rules.SIGNER_UNKNOWN
    if _leads_further(log.role, before.role if before is not None else ""):
        wrong |= unlocking.fault(db, actor, circle.provider_id, log.held_on, log.role)
    if wrong:
        raise Invalid(wrong)
    return circle


def _leads_further(role: str, before: str) -> bool:
    """Whether this part asks for something that the part written before did not."""
    return role in rules.FACILITATED and (before not in rules.FACILITATED or (role == "alone" and before != "alone"))


def rewrite(db: Session, session: PracticeSession, log: Log, circle: Circle) -> None:
    """Put what was written into a session as its next version, which waits to be read. Raises Invalid."""
    keeps = None if log.signer_id or log.group_id != session.group_id else _taken_over_by(db, session)
    try:
        with db.begin_nested():
            _write(db, session, log, circle)
            session.trainer_id = keeps or session.trainer_id
            session.state, session.version = "waiting", session.version + 1
    except IntegrityError:
        raise Invalid({"held_on": TWICE}) from None


def _taken_over_by(db: Session, session: PracticeSession) -> uuid.UUID | None:
    """The second assessor whom a session waits for, since the first one's word on it did not stand."""
    return session.trainer_id if contested.was_overruled(db, session.id) else None


def _write(db: Session, session: PracticeSession, log: Log, circle: Circle) -> None:
    """Put what was written into the session."""
    session.meeting_id = groups.find_meeting_on(db, circle.id, datetime.combine(log.held_on, time()))
    session.trainer_id = log.signer_id or circle.trainer_id
    for name in ("group_id", "held_on", "minutes", "role", *rules.TALLIES, "keep", "differently"):
        setattr(session, name, getattr(log, name))
    session.phases, session.own_ratings = dict(log.phases), dict(log.own_ratings)


def _ask(db: Session, actor: Actor, session: PracticeSession, circle: Circle) -> None:
    contested.settle(db, session.id, history.note(db, actor, session, "sent"))
    messages.send(
        db,
        "sign_off_asked",
        person_id=session.trainer_id,
        organisation_id=circle.provider_id,
        trainee=actor.name,
        group=circle.name,
        held_on=session.held_on,
        link=messages.link(f"/sign-off/{session.id}"),
    )
