"""What people answer for before a circle goes on alone: what members know, that time is theirs, that all are safe."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid, NotFound
from lms.core.forms import UNSIGNED
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.takeover import rules, service
from lms.takeover.models import CircleCheck, CircleWord

Known = tuple[uuid.UUID, str]  # a member, and what they know
FURTHEST = timedelta(days=3 * 366)


def list_known(db: Session, group_id: uuid.UUID) -> set[Known]:
    """Which members of a circle the caller holds through a scope know what."""
    members = [each.id for each in groups.list_members(db, group_id)]
    chosen = select(CircleCheck.member_id, CircleCheck.topic).where(CircleCheck.member_id.in_(members))
    return {(member_id, topic) for member_id, topic in db.execute(chosen)}


def note_known(db: Session, actor: Actor, group_id: uuid.UUID, known: Collection[Known]) -> None:
    """Write down who knows what; what was known before keeps its day. Raises NotFound, Forbidden, Invalid."""
    group = groups.group_to_arrange(db, actor, group_id, lock=True)
    members = {each.id for each in groups.list_members(db, group.id)}
    wanted = set(known)
    if any(member not in members or topic not in rules.TOPICS for member, topic in wanted):
        raise Invalid({"known": "Choose among those who sit in this circle."})
    there = list_known(db, group.id)
    forgotten = there - wanted
    if forgotten:
        columns = tuple_(CircleCheck.member_id, CircleCheck.topic)
        db.execute(delete(CircleCheck).where(columns.in_(forgotten)))
    for member, topic in sorted(wanted - there):
        db.add(CircleCheck(member_id=member, topic=topic, noted_by=actor.person_id, noted_at=clock.now()))
    db.flush()


def say_case(db: Session, actor: Actor, group_id: uuid.UUID, *, open_: bool, authenticated_by: str) -> None:
    """Whether anything about anybody's safety is open: the trainer's or an administrator's word, never the
    facilitator's. Raises NotFound, Forbidden, Invalid.
    """
    group = service.get_to_move(db, actor, group_id, lock=True)
    _say(db, actor, group, authenticated_by, kind="case", open=open_)


def get_sponsored(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A circle of an organisation the actor manages and in which they do not sit: they answer for its time.

    Raises NotFound.
    """
    chosen = select(PeerGroup).where(
        PeerGroup.id == group_id,
        PeerGroup.organisation_id.in_(actor.organisations(Role.MANAGER)),
        PeerGroup.id.not_in(groups.ids_sat_in(actor)),
    )
    found = db.scalar(chosen.with_for_update(of=PeerGroup) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def protect_time(db: Session, actor: Actor, group_id: uuid.UUID, until: date, authenticated_by: str) -> None:
    """The sponsor's word that the circle may meet in working time until a day. Raises NotFound, Invalid."""
    group = get_sponsored(db, actor, group_id, lock=True)
    today = clock.today(group.zone)
    if not today < until <= today + FURTHEST:
        raise Invalid({"until": "Choose a day to come, three years ahead at most."})
    _say(db, actor, group, authenticated_by, kind="time", until=until)


def latest_time(db: Session, group_id: uuid.UUID) -> CircleWord | None:
    """The sponsor's newest word about a circle the caller holds through a scope."""
    chosen = select(CircleWord).where(CircleWord.group_id == group_id, CircleWord.kind == "time")
    return db.scalar(chosen.order_by(CircleWord.said_at.desc(), CircleWord.id.desc()).limit(1))


def _say(db: Session, actor: Actor, group: PeerGroup, authenticated_by: str, **word: object) -> None:
    if not authenticated_by:
        raise Invalid({"password": UNSIGNED})
    db.add(
        CircleWord(
            group_id=group.id,
            said_by=actor.person_id,
            said_at=clock.now(),
            authenticated_by=authenticated_by,
            **word,
        )
    )
    db.flush()
