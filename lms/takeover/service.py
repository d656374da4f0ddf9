"""Whose taking over somebody may see, and who may move the stool."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.core.errors import Forbidden, NotFound
from lms.groups import handing
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.takeover import rules


def scope(actor: Actor) -> Select[PeerGroup]:
    """The circles whose taking over `actor` may see: where they sit, those of providers they administer, and those of
    providers they train for until they are handed over. A manager sees coverage instead.
    """
    seen = or_(PeerGroup.id.in_(groups.ids_sat_in(actor)), handing.provided(actor), handing.asked_back(actor))
    return select(PeerGroup).where(seen)


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A circle whose taking over the actor may see; with `lock`, one move of its stool at a time. Raises NotFound."""
    chosen = scope(actor).where(PeerGroup.id == group_id)
    found = db.scalar(chosen.with_for_update(of=PeerGroup) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def may_move(db: Session, actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor moves this circle's stool, answers for the safety of who sits there, and asks them."""
    trusted = rules.may_move(actor, trainer_id=group.trainer_id, provider_id=group.provider_id)
    return trusted and not groups.sits_in(db, actor, group.id)


def get_to_move(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False, back: bool = False) -> PeerGroup:
    """A circle whose stool the actor moves. With `back`, whoever sits in a circle that was handed over does as well:
    it is theirs to take more support again, and never to do without. Raises NotFound, Forbidden.
    """
    group = get_circle(db, actor, group_id, lock=lock)
    if not may_move(db, actor, group) and not (back and _is_its_own(db, actor, group)):
        raise Forbidden(rules.NOT_YOURS)
    return group


def may_ask(db: Session, actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor asks a circle they may see without names: who moves its stool, and once it was handed over
    whoever sits there.
    """
    return may_move(db, actor, group) or _is_its_own(db, actor, group)


def get_to_ask(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A circle that the actor asks without names. Raises NotFound, Forbidden."""
    group = get_circle(db, actor, group_id, lock=lock)
    if not may_ask(db, actor, group):
        raise Forbidden(rules.NOT_YOURS)
    return group


def _is_its_own(db: Session, actor: Actor, group: PeerGroup) -> bool:
    """Whether the circle was handed over, and the actor sits in it."""
    return group.handed_over_at is not None and groups.sits_in(db, actor, group.id)
