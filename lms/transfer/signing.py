"""Signing the agreement, taking a signature back, what the circle says, and the moment in which everything is there."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.forms import UNSIGNED
from lms.groups import handing
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.people import service as people
from lms.register import service as register
from lms.takeover import moves
from lms.takeover.rules import AGREED
from lms.transfer import letters, rules, service
from lms.transfer.models import HandOver, HandOverSignature, HandOverYes
from lms.transfer.rules import Part, Signed
from lms.transfer.service import State

CLOSED = "There is no agreement to sign. Its trainer drafts one, or has called it off."


def sign(
    db: Session, actor: Actor, group_id: uuid.UUID, part: str, digest: str, marks: str, authenticated_by: str
) -> HandOverSignature:
    """Sign what the page showed. The same signature again is the same; with the last one missing, the circle is handed
    over in the same unit of work. Raises NotFound, Forbidden, Conflict, Stale, Invalid.
    """
    sent = _sent(db, actor, group_id, part, digest)
    if sent is not None:
        return sent
    state, agreement = _open(db, actor, group_id)
    _check_part(db, actor, state, part)
    service.check_read(state, digest, marks)
    unready = service.unready(db, actor, state.group, actor.person_id) if part == "facilitator" else ""
    _check(state, actor, part, authenticated_by, unready)
    for each in state.signatures.values():
        if each.part == part or each.person_id == actor.person_id:  # of an earlier version
            each.ended_at = clock.now()
    db.flush()
    done = state.is_complete(Signed(part, actor.person_id, digest))
    signers = {each.person_id for each in state.standing.values()} | {actor.person_id}
    if done:
        letters.tell_done(db, state.group, agreement, signers)
    made = _record(db, actor, state, agreement, cast("Part", part), authenticated_by)
    if done:
        _complete(db, actor, state, agreement, {**state.standing, part: made})
    return made


def _sent(db: Session, actor: Actor, group_id: uuid.UUID, part: str, digest: str) -> HandOverSignature | None:
    """The actor's own signature under this very version: the same form may come twice, also after the last one."""
    db.scalar(select(PeerGroup.id).where(PeerGroup.id == group_id).with_for_update(of=PeerGroup))
    mine = select(HandOverSignature).join(HandOver, HandOver.id == HandOverSignature.hand_over_id)
    return db.scalar(
        mine.where(
            HandOver.group_id == group_id,
            HandOver.called_off_at.is_(None),
            HandOverSignature.person_id == actor.person_id,
            HandOverSignature.part == part,
            HandOverSignature.digest == digest,
            HandOverSignature.ended_at.is_(None),
        )
    )


def _open(db: Session, actor: Actor, group_id: uuid.UUID) -> tuple[State, HandOver]:
    """An agreement that can still change, its circle locked. Raises NotFound, Conflict."""
    state = service.look(db, actor, group_id, lock=True)
    if state.agreement is None:
        raise Conflict(CLOSED)
    if state.agreement.completed_at is not None:
        raise Conflict(rules.COMPLETE_ALREADY)
    return state, state.agreement


def _check_part(db: Session, actor: Actor, state: State, part: str) -> None:
    if part == "sponsor" and groups.sits_in(db, actor, state.group.id):
        raise Forbidden(rules.SITS_HERE)
    if part not in state.parts_of(actor):
        raise Forbidden(rules.NOT_YOUR_PART)


def _check(state: State, actor: Actor, part: str, authenticated_by: str, unready: str) -> None:
    wrong: dict[str, str] = {}
    if any(each.person_id == actor.person_id for key, each in state.standing.items() if key != part):
        wrong["read"] = rules.SIGNED_ALREADY
    elif part in state.standing:
        wrong["read"] = rules.SIGNED_BY_ANOTHER
    elif unready:
        wrong["read"] = unready
    elif state.lacks:
        wrong["read"] = rules.first([(each.title, each.action) for each in state.lacks], told=part != "sponsor")
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def _record(
    db: Session, actor: Actor, state: State, agreement: HandOver, part: Part, authenticated_by: str
) -> HandOverSignature:
    terms = state.terms.to_dict()
    if agreement.terms != terms:  # the data changed since it was drafted, and this signature is under what holds now
        agreement.terms, agreement.version = terms, agreement.version + 1
    made = HandOverSignature(
        id=new_id(),
        hand_over_id=agreement.id,
        part=part,
        person_id=actor.person_id,
        terms=terms,
        digest=state.terms.digest,
        authenticated_by=authenticated_by,
    )
    leaf = register.append(
        db,
        actor,
        kind=rules.KIND_SIGNED,
        subject_kind="group",
        subject_id=state.group.id,
        payload=rules.signature_payload(made),
        meaning=rules.MEANINGS[part],
        authenticated_by=authenticated_by,
    )
    made.signed_at, made.leaf_seq = leaf.at, leaf.seq
    db.add(made)
    db.flush()
    return made


def withdraw(db: Session, actor: Actor, group_id: uuid.UUID) -> None:
    """Take one's signature back, until everything is there. Taken back twice is once. Raises NotFound, Conflict."""
    state, _ = _open(db, actor, group_id)
    for each in state.signatures.values():
        if each.person_id == actor.person_id:
            each.ended_at = clock.now()
    db.flush()


def is_done(db: Session, signature: HandOverSignature) -> bool:
    """Whether the agreement somebody signed is complete by now."""
    return db.get_one(HandOver, signature.hand_over_id).completed_at is not None


def answer(db: Session, actor: Actor, group_id: uuid.UUID, *, yes: bool) -> bool:
    """Say for oneself whether the circle shall run itself; returns whether that was the last that was missing.

    Raises NotFound, Forbidden, Conflict.
    """
    state, agreement = _open(db, actor, group_id)
    mine = next((each.id for each in state.chairs if each.person_id == actor.person_id), None)
    if mine is None:
        raise Forbidden("The members of the circle say this, each for themselves.")
    _say(db, actor, state, agreement, mine, yes=yes, asked_on=None)
    return finish_if_due(db, actor, group_id) is not None


def note_asked(db: Session, actor: Actor, group_id: uuid.UUID, said: Collection[uuid.UUID], on: date | None) -> bool:
    """Note who of those without an account was asked and said yes at a meeting; who is left out has not. Only whoever
    facilitates from then on; returns whether that was the last that was missing. Raises NotFound, Forbidden, Conflict,
    Invalid.
    """
    state, agreement = _open(db, actor, group_id)
    if actor.person_id not in state.may["facilitator"]:
        raise Forbidden(rules.ONLY_FACILITATOR)
    others = {each.id for each in state.chairs if each.person_id is None}
    _check_asked(state, others, said, on)
    for each in others:
        if each in said:
            _say(db, actor, state, agreement, each, yes=True, asked_on=on)
        elif each in state.answers:
            db.delete(state.answers[each])
    db.flush()
    return finish_if_due(db, actor, group_id) is not None


def _check_asked(state: State, others: Collection[uuid.UUID], said: Collection[uuid.UUID], on: date | None) -> None:
    wrong: dict[str, str] = {}
    if not set(said) <= set(others):
        wrong["said"] = rules.CHAIRS_OF_OTHERS
    if said and on is None:
        wrong["asked_on"] = rules.NO_DAY
    elif on is not None and on > clock.today(state.group.zone):
        wrong["asked_on"] = rules.TOO_LATE
    if wrong:
        raise Invalid(wrong)


def _say(
    db: Session,
    actor: Actor,
    state: State,
    agreement: HandOver,
    member_id: uuid.UUID,
    *,
    yes: bool,
    asked_on: date | None,
) -> None:
    row = state.answers.get(member_id)
    if row is None:
        row = HandOverYes(hand_over_id=agreement.id, member_id=member_id)
        db.add(row)
    row.yes, row.asked_on, row.said_by, row.said_at = yes, asked_on, actor.person_id, clock.now()
    db.flush()


def finish(db: Session, actor: Actor, group_id: uuid.UUID) -> uuid.UUID | None:
    """Hand over what everybody has signed, once a gate that was open holds again. For its signers and the circle.
    Returns the agreement's id if it is complete now. Raises NotFound, Forbidden, Conflict.
    """
    state, _ = _open(db, actor, group_id)
    signed = any(each.person_id == actor.person_id for each in state.standing.values())
    if not signed and not groups.sits_in(db, actor, group_id):
        raise Forbidden(rules.NOT_YOUR_PART)
    return finish_if_due(db, actor, group_id)


def finish_if_due(db: Session, actor: Actor, group_id: uuid.UUID) -> uuid.UUID | None:
    """Hand the circle over if nothing is missing any more; returns the agreement's id then."""
    state, agreement = _open(db, actor, group_id)
    if not state.is_complete():
        return None
    letters.tell_done(db, state.group, agreement, {each.person_id for each in state.standing.values()})
    _complete(db, actor, state, agreement, state.standing)
    return agreement.id


def _complete(
    db: Session, actor: Actor, state: State, agreement: HandOver, signed: dict[str, HandOverSignature]
) -> None:
    """The stool moves on its trainer's word, the agreement is sealed, and the trainer's access is over."""
    group, trainer = state.group, signed["trainer"]
    moved = moves.record(
        db,
        people.get_actor(db, trainer.person_id),
        group,
        state.found.standing,
        AGREED,
        rules.reason_of_move(state.terms.because, clock.now()),
        trainer.authenticated_by,
        agreement.id,  # the key: one agreement moves it once
    )
    done = rules.Completed(
        id=agreement.id,
        group_id=group.id,
        version=agreement.version,
        facilitator_id=agreement.facilitator_id,
        terms=agreement.terms,
        completed_by=actor.person_id,
        said_yes=len(state.chairs),
        move_id=moved.id,
        entries=tuple(each.leaf_seq for each in signed.values()),
    )
    leaf = register.append(
        db,
        actor,
        kind=rules.KIND_COMPLETE,
        subject_kind="group",
        subject_id=group.id,
        payload=rules.payload(done),
        meaning=rules.COMPLETE,
        authenticated_by="",
    )
    agreement.completed_by, agreement.said_yes, agreement.move_id = done.completed_by, done.said_yes, done.move_id
    agreement.completed_at, agreement.leaf_seq = leaf.at, leaf.seq
    handing.hand_over(db, group, agreement.facilitator_id, leaf.at)
    db.flush()
