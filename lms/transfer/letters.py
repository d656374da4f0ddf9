"""Who is written to about a hand-over. What it says is read on its page, and never in a letter."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.messages import service as messages
from lms.takeover import words
from lms.transfer.models import HandOver, HandOverSignature


def tell_drafted(
    db: Session, actor: Actor, group: PeerGroup, agreement: HandOver, signed: Collection[HandOverSignature]
) -> None:
    """It is there to read, sign or say yes to. Drafted again, it is told to those who signed the one before."""
    to = {each.person_id for each in signed}
    if agreement.version == 1:
        time = words.latest_time(db, group.id)  # who confirmed the time is the sponsor whom everybody knows
        to = {*_seated(db, group), *([time.said_by] if time else [])}
    _send(db, actor, group, to, "hand_over_drafted", changed=agreement.version > 1)


def tell_called_off(db: Session, actor: Actor, group: PeerGroup, signed: Iterable[HandOverSignature]) -> None:
    """To everybody who sits there and to whoever had signed."""
    _send(db, actor, group, {*_seated(db, group), *(each.person_id for each in signed)}, "hand_over_off")


def tell_done(db: Session, group: PeerGroup, agreement: HandOver, signers: Iterable[uuid.UUID]) -> None:
    """To everybody who sits there with an account, the sponsor and the trainer, who has no other way to their copy."""
    to = {*_seated(db, group), *signers, group.trainer_id}
    _send(db, None, group, to, "handed_over", path=f"/hand-over/{agreement.id}")


def _seated(db: Session, group: PeerGroup) -> set[uuid.UUID]:
    chairs = groups.list_members(db, group.id)
    return {group.facilitator_id, *(each.person_id for each in chairs if each.person_id is not None)}


def _send(
    db: Session,
    actor: Actor | None,
    group: PeerGroup,
    to: Collection[uuid.UUID],
    template: str,
    path: str = "",
    *,
    changed: bool = False,
) -> None:
    for each in sorted(to):
        if actor is None or each != actor.person_id:
            messages.send(
                db,
                template,
                person_id=each,
                organisation_id=group.provider_id,
                group=group.name,
                trainer=actor.name if actor else "",
                changed=changed,
                link=messages.link(path or f"/groups/{group.id}/hand-over"),
            )
