"""What somebody from outside does with the link they were sent: look, sign what they saw, or say they did not see it.

The code stands for a scope: whoever has it may read what an observer reads of one session, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.groups import service as groups
from lms.groups.rows import Circle
from lms.people import outsiders
from lms.people import service as people
from lms.people.rules import digest
from lms.practice import rules, signing
from lms.practice.assurance import BY_LINK, payload_of
from lms.practice.models import PracticeSession, Signature
from lms.practice.observation import NOTHING, Observation
from lms.practice.observer_models import ObserverLink


class Over(Conflict):
    """The link was used, has run out, or its session is being written anew."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A link with what its page shows. `state` is that of the link, or “expired”, or “paused” while it cannot sign."""

    state: str
    link: ObserverLink
    session: PracticeSession
    circle: Circle
    trainee: str
    trainer: str


def open_link(db: Session, code: str) -> Shown | None:
    """What a code opens. None for one that nobody has, that was replaced or taken back: these look the same."""
    link = _find(db, code)
    if link is None:
        return None
    session = db.get_one(PracticeSession, link.session_id)
    names = people.names_of(db, [session.person_id, session.trainer_id])
    return Shown(
        state=_state(link, session),
        link=link,
        session=session,
        circle=groups.circles_by_id(db, [session.group_id])[session.group_id],
        trainee=names[session.person_id],
        trainer=names[session.trainer_id],
    )


def sign_by_link(
    db: Session,
    code: str,
    version: int,
    ratings: Mapping[str, int],
    level: int,
    comment: str,
    signed_as: str,
    meaning: str = rules.MEANING,
    observation: Observation = NOTHING,
) -> Signature:
    """Sign exactly the version that was read; the link is used by it. The session waits for its trainer as before.

    Raises NotFound, Forbidden, Invalid, Over, StaleReading.
    """
    link, session = _hold(db, code)
    if session.version != version:
        raise signing.StaleReading(people.names_of(db, [session.person_id])[session.person_id])
    signer = outsiders.known_by(db, link.email, signed_as)
    if signer.id == session.person_id:
        raise Forbidden("Nobody signs their own practice, whatever else they are.")
    signature = signing.write(session, signer.id, ratings, level, comment, BY_LINK, meaning, observation)
    link.signed_as = signed_as
    _tell(db, "observed", link, session)
    signing.seal(db, Actor(signer.id, signer.name), session, signature, payload_of(link))
    link.state, link.ended_at, link.signature_id = "signed", signature.signed_at, signature.id
    return signature


def decline(db: Session, code: str) -> ObserverLink:
    """They did not see this session: the link is over, and whoever asked is told. Raises NotFound, Over."""
    link, session = _hold(db, code)
    link.state, link.ended_at = "declined", clock.now()
    _tell(db, "not_seen", link, session)
    return link


def _find(db: Session, code: str) -> ObserverLink | None:
    known = (ObserverLink.code_digest == digest(code), ObserverLink.state != "withdrawn")
    return db.scalar(select(ObserverLink).where(*known))


def _hold(db: Session, code: str) -> tuple[ObserverLink, PracticeSession]:
    """The session, then the link as it stands once the session is ours: it may have been used or replaced meanwhile."""
    found = _find(db, code)
    if found is None:
        raise NotFound
    chosen = select(PracticeSession).where(PracticeSession.id == found.session_id)
    session = db.scalars(chosen.with_for_update().execution_options(populate_existing=True)).one()
    db.expire(found)
    link = _find(db, code)
    if link is None:
        raise NotFound
    if _state(link, session) != "open":
        raise Over("This link is over.")
    return link, session


def _state(link: ObserverLink, session: PracticeSession) -> str:
    if link.state != "open":
        return link.state
    if link.expires_at <= clock.now():
        return "expired"
    return "paused" if session.state == "returned" else "open"


def _tell(db: Session, letter: str, link: ObserverLink, session: PracticeSession) -> None:
    """A letter to whoever asked, about what came of it."""
    trainer = people.names_of(db, [session.trainer_id])[session.trainer_id]
    signing.tell(db, letter, session, observer=link.name, trainer=trainer)
