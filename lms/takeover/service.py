"""Whose taking over somebody may see, and who may move the stool."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.takeover import rules


def scope(actor: Actor) -> Select[PeerGroup]:
    """The circles whose taking over `actor` may see: where they sit, and those of providers they train for or
    administer. A manager sees coverage instead.
    """
    provided = PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER, Role.ADMINISTRATOR))
    return select(PeerGroup).where(or_(PeerGroup.id.in_(groups.ids_sat_in(actor)), provided))


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A circle whose taking over the actor may see; with `lock`, one move of its stool at a time. Raises NotFound."""
    chosen = scope(actor).where(PeerGroup.id == group_id)
    found = db.scalar(chosen.with_for_update(of=PeerGroup) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def may_move(actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor moves this circle's stool, and answers for the safety of who sits there."""
    return rules.may_move(
        actor, trainer_id=group.trainer_id, provider_id=group.provider_id, facilitator_id=group.facilitator_id
    )
