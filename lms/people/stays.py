"""Where people worked, over all their days: every post, and before the first one the unit of their membership."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.stretches import FOREVER, Stretch, joined, pieces, without
from lms.people.models import Membership
from lms.people.place_models import MembershipGap, Post, StaffMember
from lms.people.places import Holder

Stay = tuple[uuid.UUID, date, date]  # a unit, from a day until a day

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Part:
    """A membership: its own unit, and the days on which it ran."""

    unit_id: uuid.UUID | None
    days: tuple[Stretch, ...]

    def runs(self, on: date) -> bool:
        return any(since <= on < until for since, until in self.days)


def stays_of(
    db: Session,
    people: Collection[uuid.UUID],
    organisation_id: uuid.UUID | None,
    one: Mapping[uuid.UUID, uuid.UUID] = MappingProxyType({}),
) -> dict[Holder, list[Stay]]:
    """Where each of these people worked, in one organisation or in all, in two queries.

    Whoever had two accounts (`one` says who) is told of once, as the account that stays.
    """
    parts = _as_one(_parts(db, people, organisation_id), one)
    posts = _as_one(_posts(db, people, organisation_id), one)
    return {holder: stays(found, posts.get(holder, ())) for holder, found in parts.items()}


def _as_one(found: Mapping[Holder, list[Told]], one: Mapping[uuid.UUID, uuid.UUID]) -> dict[Holder, list[Told]]:
    joint: dict[Holder, list[Told]] = defaultdict(list)
    for (where, who), some in found.items():
        joint[where, one.get(who, who)] += some
    return joint


def stays(parts: Sequence[Part], posts: Sequence[Stay]) -> list[Stay]:
    """Where somebody worked who had these parts in an organisation, the latest last, and these posts."""
    ends = [day for part in parts for stretch in part.days for day in stretch]
    ends += [day for _, *stretch in posts for day in stretch]
    return joined(
        (unit, since, until) for since, until in pieces(ends) for unit in sorted(_units(parts, posts, since), key=str)
    )


def _units(parts: Sequence[Part], posts: Sequence[Stay], on: date) -> set[uuid.UUID]:
    running = [part for part in parts if part.runs(on)]
    if not running:
        return set()
    if any(since <= on for _, since, _ in posts):
        return {unit for unit, since, until in posts if since <= on < until}
    return set([part.unit_id for part in running if part.unit_id][-1:])


def _parts(db: Session, people: Collection[uuid.UUID], organisation_id: uuid.UUID | None) -> dict[Holder, list[Part]]:
    chosen = (
        select(Membership, MembershipGap.started_on, MembershipGap.ended_on)
        .outerjoin(MembershipGap, MembershipGap.membership_id == Membership.id)
        .where(Membership.person_id.in_(people))
        .order_by(Membership.started_on, Membership.id)
    )
    if organisation_id is not None:
        chosen = chosen.where(Membership.organisation_id == organisation_id)
    gaps: dict[Membership, list[Stretch]] = defaultdict(list)
    for membership, began, ended in db.execute(chosen):
        gaps[membership] += [(began, ended)] if began else []
    found: dict[Holder, list[Part]] = defaultdict(list)
    for each, missing in gaps.items():
        days = tuple(without(each.started_on, each.ended_on or FOREVER, missing))
        found[each.organisation_id, each.person_id].append(Part(each.unit_id, days))
    return found


def _posts(db: Session, people: Collection[uuid.UUID], organisation_id: uuid.UUID | None) -> dict[Holder, list[Stay]]:
    chosen = (
        select(StaffMember.organisation_id, StaffMember.person_id, Post.unit_id, Post.started_on, Post.ended_on)
        .join(Post, Post.staff_id == StaffMember.id)
        .where(StaffMember.person_id.in_(people))
    )
    if organisation_id is not None:
        chosen = chosen.where(StaffMember.organisation_id == organisation_id)
    found: dict[Holder, list[Stay]] = defaultdict(list)
    for where, who, unit_id, since, until in db.execute(chosen):
        if who is not None:
            found[where, who].append((unit_id, since, until or FOREVER))
    return found


def come_back(db: Session, membership: Membership) -> None:
    """A membership that had ended runs again from today; that it did not until now stays written down."""
    today, ended = clock.today(), membership.ended_on
    if ended is not None and ended < today:
        db.add(MembershipGap(membership_id=membership.id, started_on=ended, ended_on=today))
    membership.ended_on = None
