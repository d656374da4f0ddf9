"""A trainee disputes a signature or a return; the first assessor may answer once; a second assessor decides.

The first of those who may decide does. Until then what was signed stands, and what came back may still be put right.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.groups import service as groups
from lms.messages import service as messages
from lms.people import service as people
from lms.practice import access, calibration, contested, dispute_rules, history, rules, signing
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.rows import Opened
from lms.register import service as register

OVER = "This dispute is over: it was decided, taken back or settled. Nothing is asked of you any more."
CHANGED = "What you dispute does not stand any more. Open the session again to see where it is."
DISPUTED = (
    "You have disputed this already, in other words. Open the session to see where it is, or take that back first."
)
TO_DECIDE = ("disputed", "dispute_asked")
FINAL = "A second assessor has decided about this already, and it stands."


def dispute(db: Session, actor: Actor, session_id: uuid.UUID, about: uuid.UUID, reason: str) -> Dispute:
    """Dispute one's own session's signature or return, whose id is `about`. Twice is once.

    Raises NotFound, Conflict, Invalid.
    """
    session = access.get_session(db, actor, session_id, lock=True)
    if session.person_id != actor.person_id:
        raise NotFound
    if not reason.strip():
        raise Invalid({"reason": dispute_rules.UNDISPUTED})
    made = contested.find_open(db, session.id)
    if made is not None:
        if about in (made.signature_id, made.return_id) and _said(db, made.opened_id) == reason:
            return made
        raise Conflict(DISPUTED)
    thing = _signed_or_returned(db, session)
    if thing is None or thing.id != about:
        raise Conflict(CHANGED)
    if _was_upheld(db, about):
        raise Conflict(FINAL)
    event = history.note(db, actor, session, "disputed", reason=reason)
    signed = isinstance(thing, Signature)
    made = Dispute(
        session_id=session.id,
        person_id=session.person_id,
        version=session.version,
        first_id=thing.signer_id if isinstance(thing, Signature) else thing.returned_by,
        signature_id=about if signed else None,
        return_id=None if signed else about,
        opened_id=event.id,
    )
    db.add(made)
    db.flush()
    _ask(db, actor, session, made)
    return made


def take_back(db: Session, actor: Actor, session_id: uuid.UUID, dispute_id: uuid.UUID) -> Dispute:
    """Not dispute it any longer; what was signed or returned is as it was. Twice is once. Raises NotFound, Conflict."""
    session = access.get_session(db, actor, session_id, lock=True)
    if session.person_id != actor.person_id:
        raise NotFound
    made = contested.find_open(db, session.id)
    if made is None or made.id != dispute_id:
        return _done(db, session, dispute_id, actor, "dropped")
    event = history.note(db, actor, session, "dropped")
    made.outcome, made.ended_id = "dropped", event.id
    _write(db, "dispute_dropped", session, made.first_id, trainee=actor.name)
    return made


def answer(db: Session, actor: Actor, session_id: uuid.UUID, dispute_id: uuid.UUID, text: str) -> Dispute:
    """Say, as the first assessor and once, what the second should know. Twice is once.

    Raises NotFound, Conflict, Forbidden, Invalid.
    """
    session = _get(db, actor, session_id, lock=True)
    made = contested.find_open(db, session.id)
    if made is None or made.id != dispute_id:
        raise Conflict(OVER)
    if made.first_id != actor.person_id:
        raise Forbidden("Only whoever signed or returned this session answers the dispute about it.")
    if not text.strip():
        raise Invalid({"answer": dispute_rules.UNANSWERED})
    if made.answered_id is not None:
        if _said(db, made.answered_id) == text:
            return made
        raise Conflict("You have answered already. An answer is given once, and stays as it is.")
    made.answered_id = history.note(db, actor, session, "answered", reason=text).id
    return made


def decide_dispute(
    db: Session,
    actor: Actor,
    session_id: uuid.UUID,
    dispute_id: uuid.UUID,
    outcome: str,
    reason: str,
    authenticated_by: str,
) -> Dispute:
    """Decide, as the second assessor, whether it stands. If not, the session waits for the actor. Twice is once.

    Raises NotFound, Conflict, Forbidden, Invalid.
    """
    session = _get(db, actor, session_id, lock=True)
    made = contested.find_open(db, session.id)
    if made is None or made.id != dispute_id:
        return _done(db, session, dispute_id, actor, outcome)
    check_decider(db, actor, session, made)
    provider_id = groups.circles_by_id(db, [session.group_id])[session.group_id].provider_id
    calibration.check(db, actor, session.person_id, provider_id, calibration.DECIDE)
    if outcome not in dispute_rules.DECIDING:
        raise Invalid({"outcome": dispute_rules.UNDECIDED})
    if not reason.strip():
        raise Invalid({"reason": dispute_rules.UNREASONED})
    if not authenticated_by:
        raise Invalid({"password": "Type your own password to decide. Nothing you wrote is lost."})
    for person_id in (made.person_id, made.first_id):
        _write(db, "dispute_decided", session, person_id, second=actor.name, stands=outcome == "upheld")
    if outcome == "overruled":
        session.state, session.trainer_id, session.submitted_at = "waiting", actor.person_id, clock.now()
    _seal(db, actor, session, made, outcome, reason, authenticated_by)
    return made


def open_to_decide(db: Session, actor: Actor, session_id: uuid.UUID) -> Opened:
    """A session on the page where the dispute about it is read, answered and decided.

    Raises NotFound, and Conflict where it is over and was somebody else's.
    """
    try:
        return signing.open_session(db, actor, session_id)
    except NotFound:
        _check_over(db, actor, session_id)
        raise


def check_decider(db: Session, actor: Actor, session: PracticeSession, made: Dispute) -> None:
    """Raises Forbidden unless the actor is one of those who may decide."""
    if actor.person_id == made.first_id:
        raise Forbidden("You signed or returned this session, so somebody else decides about that.")
    if actor.person_id not in contested.deciders(db, session, made.first_id):
        raise Forbidden("Another trainer of the provider decides, who is no party to this dispute.")


def _seal(
    db: Session, actor: Actor, session: PracticeSession, made: Dispute, outcome: str, reason: str, proof: str
) -> None:
    """Make a decision last: the register's entry, the history with what was signed, the end of the dispute."""
    signature = db.get(Signature, made.signature_id) if made.signature_id else None
    returned = db.get(PracticeReturn, made.return_id) if made.return_id else None
    said = _said(db, made.opened_id), _said(db, made.answered_id) if made.answered_id else ""
    overruled = signature if outcome == "overruled" else None
    kept = rules.payload_for_signature(session) if overruled else None
    leaf = register.append(
        db,
        actor,
        kind=dispute_rules.DECIDED,
        subject_kind="practice_session",
        subject_id=session.id,
        payload=dispute_rules.payload_for_decision(contested.about(signature, returned), said, outcome, reason),
        meaning=dispute_rules.DECIDING[outcome],
        authenticated_by=proof,
    )
    event = history.note(db, actor, session, outcome, reason=reason, signature=overruled, kept=kept, leaf=leaf)
    if overruled:
        overruled.voided_at = leaf.at
    made.second_id, made.outcome, made.ended_id = actor.person_id, outcome, event.id


def _done(db: Session, session: PracticeSession, dispute_id: uuid.UUID, actor: Actor, outcome: str) -> Dispute:
    """The dispute as the actor has ended it already, in just this way. Raises Conflict."""
    made = db.scalar(select(Dispute).where(Dispute.id == dispute_id, Dispute.session_id == session.id))
    if made is None or made.outcome != outcome or actor.person_id not in (made.second_id, made.person_id):
        raise Conflict(OVER)
    return made


def _get(db: Session, actor: Actor, session_id: uuid.UUID, *, lock: bool = False) -> PracticeSession:
    try:
        return access.get_session(db, actor, session_id, lock=lock)
    except NotFound:
        _check_over(db, actor, session_id)
        raise


def _check_over(db: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """Raises Conflict where the actor can read a session no longer because the dispute about it is over."""
    asked = select(PracticeSession.id).where(PracticeSession.id == session_id, contested.was_disputed(actor))
    if db.scalar(asked) is not None:
        raise Conflict(OVER)


def _signed_or_returned(db: Session, session: PracticeSession) -> Signature | PracticeReturn | None:
    """What there is to dispute: the signature that stands, or the last return of a session that is back."""
    if session.state == "signed":
        return signing.find_standing(db, session.id)
    if session.state != "returned":
        return None
    returns = select(PracticeReturn).where(PracticeReturn.session_id == session.id)
    return db.scalar(returns.order_by(PracticeReturn.returned_at.desc()).limit(1))


def _was_upheld(db: Session, about: uuid.UUID) -> bool:
    same = (Dispute.signature_id == about) | (Dispute.return_id == about)
    return db.scalar(select(Dispute.id).where(same, Dispute.outcome == "upheld")) is not None


def _said(db: Session, event_id: uuid.UUID) -> str:
    return db.get_one(PracticeEvent, event_id).reason


def _ask(db: Session, actor: Actor, session: PracticeSession, made: Dispute) -> None:
    """Letters to the first assessor and to all who may decide; if nobody may, to those who can let somebody in."""
    provider_id = groups.circles_by_id(db, [session.group_id])[session.group_id].provider_id
    _write(db, "disputed", session, made.first_id, trainee=actor.name)
    asked = contested.deciders(db, session, made.first_id)
    for person_id in asked:
        _write(db, "dispute_asked", session, person_id, trainee=actor.name)
    for person_id in people.people_with(db, Role.ADMINISTRATOR, [provider_id]) if not asked else ():
        _write(db, "dispute_stuck", session, person_id, trainee=actor.name)


def _write(db: Session, letter: str, session: PracticeSession, person_id: uuid.UUID, **about: str | bool) -> None:
    circle = groups.circles_by_id(db, [session.group_id])[session.group_id]
    path = f"/sign-off/{session.id}/dispute" if letter in TO_DECIDE else f"/practice/{session.id}"
    context: dict[str, Any] = {**about, "held_on": session.held_on, "link": messages.link(path)}
    messages.send(db, letter, person_id=person_id, organisation_id=circle.provider_id, **context)
