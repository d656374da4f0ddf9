"""Agreements that wait for somebody: for their signature, or for their yes or no."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, or_, select

from lms.core.actor import Actor, Role
from lms.core.waiting import line
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup
from lms.transfer.models import HandOver, HandOverSignature, HandOverYes

SIGN, ANSWER = "hand-over-sign", "hand-over-answer"


def to_sign(actor: Actor) -> Select[Any]:
    """The open agreements that the actor may sign, for a part that nobody has signed as it was drafted last.

    A signature under what is no longer written there counts as none. What the circle’s data say otherwise since then
    is found on the page.
    """
    seated = PeerGroup.id.in_(groups.ids_sat_in(actor))
    trains = PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER))
    facilitates = and_(HandOver.facilitator_id == actor.person_id, PeerGroup.trainer_id != actor.person_id, seated)
    manages = and_(PeerGroup.organisation_id.in_(actor.organisations(Role.MANAGER)), ~seated)
    parts = or_(
        and_(PeerGroup.trainer_id == actor.person_id, trains, ~_signed(HandOverSignature.part == "trainer")),
        and_(facilitates, ~_signed(HandOverSignature.part == "facilitator")),
        and_(manages, ~_signed(HandOverSignature.part == "sponsor")),
    )
    mine = _signed(HandOverSignature.person_id == actor.person_id)
    return _open(SIGN).where(parts, ~mine)


def to_answer(actor: Actor) -> Select[Any]:
    """The open agreements of circles in which the actor sits, and to which they have said neither yes nor no."""
    said = select(HandOverYes.member_id).where(
        HandOverYes.hand_over_id == HandOver.id, HandOverYes.member_id == GroupMember.id
    )
    return (
        _open(ANSWER)
        .join(GroupMember, GroupMember.group_id == PeerGroup.id)
        .where(
            GroupMember.person_id == actor.person_id,
            GroupMember.left_on.is_(None),
            HandOver.facilitator_id != actor.person_id,
            ~said.exists(),
        )
    )


def _open(kind: str) -> Select[Any]:
    chosen = select(*line(kind, PeerGroup.id, PeerGroup.name)).join_from(
        HandOver, PeerGroup, PeerGroup.id == HandOver.group_id
    )
    return chosen.where(HandOver.completed_at.is_(None), HandOver.called_off_at.is_(None))


def _signed(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such a signature stands under what was drafted last."""
    same = cast(HandOverSignature.terms, Text) == cast(HandOver.terms, Text)
    stands = (HandOverSignature.hand_over_id == HandOver.id, HandOverSignature.ended_at.is_(None), same)
    return select(HandOverSignature.id).where(*stands, *which).exists()
