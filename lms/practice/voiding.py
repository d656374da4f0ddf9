"""What makes a signature count no more: its writer corrects what was signed, or its signer withdraws it.

The signature stays as it is. The history keeps why, and word for word what was signed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.groups.rows import Circle
from lms.messages import service as messages
from lms.practice import access, contested, drafts, history, rules, signing, writing
from lms.practice.models import PracticeSession, Signature
from lms.practice.rows import Opened
from lms.practice.rules import Log
from lms.register import service as register


def correct_practice(
    db: Session, actor: Actor, session_id: uuid.UUID, version: int, draft_version: int, log: Log
) -> PracticeSession:
    """Put right what was signed: a new version, which waits for whoever signed the old one. Twice is once.

    Raises NotFound, Conflict, Invalid, StaleDraft.
    """
    session = access.get_session(db, actor, session_id, lock=True)
    if session.person_id != actor.person_id:
        raise NotFound
    standing = sorted(signing.standing_of(db, session.id), key=lambda each: each.tier != "link")
    if not standing or session.version != version:
        if session.version == version + 1 and rules.values_of(session) == rules.values_of(log):
            return session
        raise Conflict("What was signed has changed since you opened it. Open the session again to see where it is.")
    if not log.because:
        raise Invalid({"because": rules.UNEXPLAINED})
    if rules.values_of(session) == rules.values_of(log):
        raise Invalid({"because": "Nothing here differs from what was signed. Change what is wrong, then send it."})
    circle = writing.find_circle(db, actor, log, session)
    drafts.use_up(db, actor, session.id, draft_version)
    kept = [rules.read_by(each.tier, session) for each in standing]
    _rewrite(db, actor, session, log, circle)
    for signature, read in zip(standing, kept, strict=True):  # the trainer's last: what they read again is compared
        _void(db, actor, session, signature, "corrected", read, log.because)
    return session


def _rewrite(db: Session, actor: Actor, session: PracticeSession, log: Log, circle: Circle) -> None:
    """The new version. It waits for whoever signed the old one; if only an observer did, for whoever was asked."""
    signature, state = signing.find_standing(db, session.id), session.state
    asked = session.trainer_id if session.group_id == log.group_id else circle.trainer_id
    writing.rewrite(db, session, log, circle)
    if signature is None:
        session.trainer_id = asked
        writing.ask_again(db, actor, session, circle, state)
        return
    _wait_again(session, signature)
    messages.send(
        db,
        "corrected",
        person_id=signature.signer_id,
        organisation_id=circle.provider_id,
        trainee=actor.name,
        held_on=session.held_on,
        link=messages.link(f"/sign-off/{session.id}"),
    )


def open_to_withdraw(db: Session, actor: Actor, session_id: uuid.UUID) -> Opened:
    """A session on the page where its signature is withdrawn. Raises NotFound, Forbidden."""
    opened = signing.open_session(db, actor, session_id)
    _check_withdrawing(actor, opened.session, opened.signature)
    return opened


def withdraw_signature(
    db: Session, actor: Actor, session_id: uuid.UUID, signature_id: uuid.UUID, reason: str, authenticated_by: str
) -> PracticeSession:
    """Take back one's own signature; the session waits for its signer again, and its writer is told.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    session = access.get_session(db, actor, session_id, lock=True)
    signature = signing.find_standing(db, session.id)
    _check_withdrawing(actor, session, signature)
    if signature is None or signature.id != signature_id:
        raise Conflict("This signature does not stand any more. Open the session again to see why.")
    if not reason.strip():
        raise Invalid({"reason": rules.UNEXPLAINED})
    if not authenticated_by:
        raise Invalid({"password": "Type your own password to withdraw it. Nothing you wrote is lost."})
    _wait_again(session, signature)
    signing.tell(db, "withdrawn", session, trainer=actor.name)
    kept = rules.payload_for_signature(session)
    _void(db, actor, session, signature, "withdrawn", kept, reason, authenticated_by)
    return session


def _check_withdrawing(actor: Actor, session: PracticeSession, signature: Signature | None) -> None:
    if session.person_id == actor.person_id:
        raise Forbidden("Your signed session is yours to correct. Only who signed it withdraws the signature.")
    if signature is not None and signature.signer_id != actor.person_id:
        raise Forbidden("Only who signed this session withdraws the signature.")


def _wait_again(session: PracticeSession, signature: Signature) -> None:
    """Whoever signed is asked once more."""
    session.submitted_at = clock.now()
    session.state, session.trainer_id = "waiting", signature.signer_id


def _void(
    db: Session,
    actor: Actor,
    session: PracticeSession,
    signature: Signature,
    kind: str,
    kept: Mapping[str, Any],
    reason: str,
    proof: str = "",
) -> None:
    """From now on the signature counts no more. The words stay in the history: what touches a person can be erased."""
    leaf = register.append(
        db,
        actor,
        kind=f"signature {kind}",
        subject_kind="practice_session",
        subject_id=session.id,
        payload=rules.payload_for_voiding(signature.id, signature.digest, signature.leaf_seq, reason),
        meaning=rules.VOIDING[kind],
        authenticated_by=proof,
    )
    signature.voided_at = leaf.at
    event = history.note(db, actor, session, kind, reason=reason, signature=signature, kept=kept, leaf=leaf)
    contested.settle(db, session.id, event)
