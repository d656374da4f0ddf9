"""Reading and signing: the page a trainer signs on, the signature, the return."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.forms import UNSIGNED
from lms.groups import service as groups
from lms.messages import service as messages
from lms.people import service as people
from lms.practice import access, backup, calibration, contested, dispute_rules, history, private, rules
from lms.practice.assurance import tier_of
from lms.practice.dispute_rules import Overruled
from lms.practice.models import PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.observation import Observation
from lms.practice.rows import ALONE, Beside, Opened
from lms.register import service as register


class StaleReading(Conflict):
    """What the trainer read is not what stands there now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} changed this session after you opened it. Read it again, then sign what you read.")


def open_session(db: Session, actor: Actor, session_id: uuid.UUID) -> Opened:
    """One session with everything its page shows, in five queries. Raises NotFound."""
    session, circle, signers = access.get_to_open(db, actor, session_id)
    rows = access.rows_of(db, [session.person_id])
    signature = find_standing(db, session.id) if session.state == "signed" else None
    happened, notes = history.happened(db, session.id, actor.person_id)
    involved = [session.person_id, session.trainer_id, *(each.event.actor_id for each in happened)]
    named = {uuid.UUID(each.event.kept["group_id"]) for each in happened if each.event.kept} - {circle.id}
    number = rules.ordinals((each.id, each.held_on) for each in rows)[session.id]
    return Opened(
        session=session,
        signature=signature,
        history=happened,
        notes=notes,
        signers=signers,
        circle=circle,
        circles={circle.id: circle} | (groups.circles_by_id(db, named) if named else {}),
        number=number,
        earlier=rows[: number - 1],
        names=people.names_of(db, [*involved, signature.signer_id if signature else None]),
    )


def find_standing(db: Session, session_id: uuid.UUID) -> Signature | None:
    """The trainer's signature of a session that counts."""
    return next((each for each in standing_of(db, session_id) if each.tier != "link"), None)


def find_observed(db: Session, session_id: uuid.UUID) -> Signature | None:
    """What an outside observer signed, beside the trainer's signature or before there is one."""
    return next((each for each in standing_of(db, session_id) if each.tier == "link"), None)


def standing_of(db: Session, session_id: uuid.UUID) -> Sequence[Signature]:
    """Every signature of a session that is not voided: its trainer's and its observer's."""
    chosen = select(Signature).where(Signature.session_id == session_id, Signature.voided_at.is_(None))
    return db.scalars(chosen).all()


def _find_own(db: Session, actor: Actor, session: PracticeSession) -> Signature | None:
    """The actor's signature that counts. Raises Conflict when it is somebody else's."""
    signed = find_standing(db, session.id)
    if signed is not None and signed.signer_id != actor.person_id:
        raise Conflict("Somebody else has signed this session already.")
    return signed


def open_for_review(db: Session, actor: Actor, session_id: uuid.UUID) -> Opened:
    """A session on the page where it is signed. Raises NotFound, Forbidden."""
    opened = open_session(db, actor, session_id)
    check_signer(db, actor, opened.session, opened.circle.trainer_id, opened.overruled)
    return opened


def sign_off(
    db: Session,
    actor: Actor,
    session_id: uuid.UUID,
    version: int,
    ratings: Mapping[str, int],
    level: int,
    comment: str,
    authenticated_by: str,
    meaning: str = rules.MEANING,
    beside: Beside = ALONE,
) -> Signature:
    """Sign exactly the version that was read: record, letter and register entry together. Twice is once.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    session = _lock(db, actor, session_id, signing=True)
    signed = _find_own(db, actor, session)
    if signed is not None:
        return signed
    _check_reading(db, session, version)
    provider_id = _provider_of(db, session)
    agreement = calibration.check(db, actor, session.person_id, provider_id, calibration.SIGN)
    signature = write(session, actor.person_id, ratings, level, comment, authenticated_by, meaning, beside.observation)
    signature.seconds, signature.provider_id, signature.agreement = beside.seconds, provider_id, agreement.kept()
    private.keep_note(db, actor, session, beside.notes)
    session.state = "signed"
    tell(db, "signed", session, trainer=actor.name)
    return seal(db, actor, session, signature)


def write(
    session: PracticeSession,
    signer_id: uuid.UUID,
    ratings: Mapping[str, int],
    level: int,
    comment: str,
    authenticated_by: str,
    meaning: str,
    observation: Observation,
) -> Signature:
    """A signature of the session as it is now, by the newest rubric, not sealed yet. Raises Invalid."""
    _check_rating(session, ratings, level, observation, authenticated_by)
    rated_by, tier = rules.rubric(), tier_of(authenticated_by)
    return Signature(
        session_id=session.id,
        person_id=session.person_id,
        signer_id=signer_id,
        meaning=meaning,
        authenticated_by=authenticated_by,
        tier=tier,
        session_version=session.version,
        digest=register.digest(rules.read_by(tier, session)),
        rubric_version=rated_by.version,
        rubric_hash=rated_by.content_hash,
        ratings=dict(ratings),
        level=level,
        comment=comment,
        observation=observation.kept(),
    )


def seal(
    db: Session, actor: Actor, session: PracticeSession, signature: Signature, more: Mapping[str, Any] | None = None
) -> Signature:
    """Make a signature last: the register's entry, the signature and its note, in this order. `more` is sealed too."""
    leaf = register.append(
        db,
        actor,
        kind="signature",
        subject_kind="practice_session",
        subject_id=session.id,
        payload=rules.payload_for_register(signature, rules.rubric().id) | dict(more or {}),
        meaning=signature.meaning,
        authenticated_by=signature.authenticated_by,
    )
    signature.signed_at, signature.leaf_seq = leaf.at, leaf.seq
    db.add(signature)
    db.flush()
    history.note(db, actor, session, "signed", signature=signature)
    return signature


def return_session(
    db: Session, actor: Actor, session_id: uuid.UUID, version: int, reason: str, notes: str | None = None
) -> PracticeReturn:
    """Send a session back with a reason; its writer is told. Twice is once.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    session = _lock(db, actor, session_id, signing=False)
    if not reason.strip():
        raise Invalid({"reason": "Write what is missing, so that it can be put right."})
    same = {"session_id": session.id, "version": version, "returned_by": actor.person_id}
    returned = db.scalar(select(PracticeReturn).filter_by(**same))
    if returned is not None and session.version == version:
        return returned
    _check_reading(db, session, version)
    session.state = "returned"
    returned = PracticeReturn(
        **same,
        person_id=session.person_id,
        digest=register.digest(rules.payload_for_signature(session)),
        reason=reason,
        returned_at=clock.now(),
    )
    db.add(returned)
    private.keep_note(db, actor, session, notes)
    history.note(db, actor, session, "returned")
    tell(db, "returned", session, trainer=actor.name)
    return returned


def comment_on(
    db: Session, actor: Actor, session_id: uuid.UUID, version: int, text: str, notes: str | None = None
) -> PracticeEvent:
    """Say something about a session without signing it or sending it back; its writer is told. Twice is once.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    session = _lock(db, actor, session_id, signing=True)
    if not text.strip():
        raise Invalid({"said": rules.UNSAID})
    same = {"session_id": session.id, "version": version, "actor_id": actor.person_id, "kind": "commented"}
    said = db.scalar(select(PracticeEvent).filter_by(**same).order_by(PracticeEvent.at.desc()).limit(1))
    if said is not None and said.reason == text:
        return said
    _check_reading(db, session, version)
    private.keep_note(db, actor, session, notes)
    tell(db, "commented", session, trainer=actor.name)
    return history.note(db, actor, session, "commented", reason=text)


def _lock(db: Session, actor: Actor, session_id: uuid.UUID, *, signing: bool) -> PracticeSession:
    session = access.get_session(db, actor, session_id, lock=True)
    circle = groups.circles_by_id(db, [session.group_id])[session.group_id]
    overruled = contested.overruled_in(db, session.id)
    check_signer(db, actor, session, circle.trainer_id, overruled, signing=signing)
    return session


def check_signer(
    db: Session,
    actor: Actor,
    session: PracticeSession,
    supervisor_id: uuid.UUID,
    overruled: Collection[Overruled],
    *,
    signing: bool = True,
) -> None:
    """Whether the actor may sign a session, or else return it. Raises Forbidden."""
    if dispute_rules.bars(overruled, actor.person_id, session.trainer_id, signing=signing):
        raise Forbidden(dispute_rules.OVERRULED)
    supervisors = (session.trainer_id, supervisor_id)
    if rules.may_sign(actor.person_id, owner_id=session.person_id, supervisors=supervisors):
        return
    if backup.is_offered(db, actor, session.id):
        return
    if session.person_id == actor.person_id:
        raise Forbidden("Nobody signs their own practice, whatever else they are.")
    raise Forbidden("Only the trainer who supervises this circle signs its sessions.")


def _check_reading(db: Session, session: PracticeSession, version: int) -> None:
    if session.version != version or session.state != "waiting":
        raise StaleReading(people.names_of(db, [session.person_id])[session.person_id])


def _check_rating(
    session: PracticeSession, ratings: Mapping[str, int], level: int, observation: Observation, authenticated_by: str
) -> None:
    """Raises Invalid where a signature would say nothing, or what no form offers."""
    rows = {row.id for row in rules.rows_for(session.role)}
    known = set(ratings) <= rows and all(1 <= value <= 5 for value in ratings.values())
    if not known or bool(ratings) != bool(rows):
        raise Invalid({"ratings": "Rate at least one thing that you saw."})
    if not 1 <= level <= 5:
        raise Invalid({"level": "Choose where you should sit next time."})
    if not observation.is_whole():
        raise Invalid({"helped": "Choose how much you had to do, and what ties you, from what the form offers."})
    if not authenticated_by:
        raise Invalid({"password": UNSIGNED})


def tell(db: Session, letter: str, session: PracticeSession, **about: str) -> None:
    """A letter to the writer about what somebody did to their session. Never the ratings or the comment."""
    messages.send(
        db,
        letter,
        person_id=session.person_id,
        organisation_id=_provider_of(db, session),
        held_on=session.held_on,
        link=messages.link(f"/practice/{session.id}"),
        **about,
    )


def _provider_of(db: Session, session: PracticeSession) -> uuid.UUID:
    return groups.circles_by_id(db, [session.group_id])[session.group_id].provider_id
