"""Asking somebody from outside who was in the room: a letter with a link that works once, for fourteen days."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.wording import first_name
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.groups import service as groups
from lms.messages import service as messages
from lms.people import outsiders
from lms.people import service as people
from lms.people.rules import digest, fold, new_code
from lms.practice import access, signing
from lms.practice.models import PracticeSession
from lms.practice.observer_models import ObserverLink

LIFE = timedelta(days=14)
MOST_SENDINGS = 5  # of one session
MOST_A_DAY = 10  # of one person
OWN_ADDRESS = "This is your own address. Nobody signs their own practice."
TOO_OFTEN = (
    f"Letters about this session were sent {MOST_SENDINGS} times, which is as often as they are sent. Ask your trainer "
    "to sign, or the observer to look among the letters they did not expect."
)
TOO_MANY = f"You have asked {MOST_A_DAY} times since yesterday. Wait a day, then ask again."
NOT_WAITING = "Only a session that waits for its trainer can be shown to somebody from outside."
SIGNED_ALREADY = "An outside observer has signed this session already. One is asked at a time, and one signs."


def links_of(db: Session, session_id: uuid.UUID) -> Sequence[ObserverLink]:
    """Everybody who was asked about a session the caller holds through a scope, newest first."""
    chosen = select(ObserverLink).where(ObserverLink.session_id == session_id)
    return db.scalars(chosen.order_by(ObserverLink.id.desc())).all()


def ask(db: Session, actor: Actor, session_id: uuid.UUID, *, name: str, email: str, about: str) -> ObserverLink:
    """Send somebody from outside the letter with the link. Asked twice, one letter goes.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    session = _own(db, actor, session_id)
    asked = next((each for each in links_of(db, session.id) if each.state == "open"), None)
    if asked is not None and asked.email == fold(email):
        return asked
    if asked is not None:
        raise Invalid({"email": f"{asked.name} is asked already. Take that back first, then ask somebody else."})
    if session.state != "waiting":
        raise Conflict(NOT_WAITING)
    if signing.find_observed(db, session.id) is not None:
        raise Conflict(SIGNED_ALREADY)
    _check_address(db, session, email)
    _check_often(db, session)
    link = ObserverLink(
        session_id=session.id,
        person_id=session.person_id,
        name=name,
        email=fold(email),
        about=about,
        state="open",
        sendings=1,
        signed_as="",
    )
    code = _renew(link)
    db.add(link)
    _write(db, actor, session, link, code)
    return link


def send_again(db: Session, actor: Actor, session_id: uuid.UUID, link_id: uuid.UUID) -> ObserverLink:
    """The letter once more: a new link, another fourteen days, the old link is dead.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    session = _own(db, actor, session_id)
    link = _open(db, session, link_id)
    _check_often(db, session)
    code = _renew(link)
    link.sendings += 1
    _write(db, actor, session, link, code)
    return link


def take_back(db: Session, actor: Actor, session_id: uuid.UUID, link_id: uuid.UUID) -> ObserverLink:
    """The link opens nothing any more. Raises NotFound, Forbidden, Conflict."""
    link = _open(db, _own(db, actor, session_id), link_id)
    link.state, link.ended_at = "withdrawn", clock.now()
    return link


def _own(db: Session, actor: Actor, session_id: uuid.UUID) -> PracticeSession:
    """One's own session, held until the transaction ends: whoever asks, signs or corrects waits for one another."""
    session = access.get_session(db, actor, session_id, lock=True)
    if session.person_id != actor.person_id:
        raise NotFound
    return session


def _open(db: Session, session: PracticeSession, link_id: uuid.UUID) -> ObserverLink:
    chosen = select(ObserverLink).where(ObserverLink.id == link_id, ObserverLink.session_id == session.id)
    link = db.scalar(chosen.with_for_update())
    if link is None:
        raise NotFound
    if link.state != "open":
        raise Conflict(f"The link to {link.name} is over. Open the session again to see what came of it.")
    return link


def _check_address(db: Session, session: PracticeSession, email: str) -> None:
    """Whoever has a better way to sign takes that. Raises Invalid."""
    person = outsiders.find_by_address(db, email)
    if person is None:
        return
    if person.id == session.person_id:
        raise Invalid({"email": OWN_ADDRESS})
    circle = groups.circles_by_id(db, [session.group_id])[session.group_id]
    if person.id in people.people_with(db, Role.TRAINER, [circle.provider_id]):
        who = first_name(person.name)
        raise Invalid({"email": f"{who} is a trainer here and signs with an account. Name {who} as the one who signs."})


def _check_often(db: Session, session: PracticeSession) -> None:
    sent = select(func.coalesce(func.sum(ObserverLink.sendings), 0))
    if (db.scalar(sent.where(ObserverLink.session_id == session.id)) or 0) >= MOST_SENDINGS:
        raise Invalid({"email": TOO_OFTEN})
    lately = (ObserverLink.person_id == session.person_id, ObserverLink.sent_at > clock.now() - timedelta(days=1))
    if (db.scalar(sent.where(*lately)) or 0) >= MOST_A_DAY:
        raise Invalid({"email": TOO_MANY})


def _renew(link: ObserverLink) -> str:
    code, now = new_code(), clock.now()
    link.code_digest, link.sent_at, link.expires_at = digest(code), now, now + LIFE
    return code


def _write(db: Session, actor: Actor, session: PracticeSession, link: ObserverLink, code: str) -> None:
    """The letter holds who asks, the day and the link. It is nobody's to read in an outbox: the link signs."""
    messages.send(
        db,
        "observer",
        email=link.email,
        name=link.name,
        trainee=actor.name,
        held_on=session.held_on,
        expires_on=link.expires_at,
        link=messages.link(f"/observe/{code}"),
    )
