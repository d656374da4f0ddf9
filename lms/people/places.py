"""Where people work and how units were, on any day. For callers who hold the organisation through a scope."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, Executable, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.core import clock
from lms.core.db import insert_once
from lms.people.models import Membership, Organisation, Person, Unit
from lms.people.place_models import Post, StaffAlias, StaffMember, UnitPeriod

Holder = tuple[uuid.UUID, uuid.UUID]  # organisation, person


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where somebody works, with their name."""

    unit_id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class UnitThen:
    """A unit as it was on a day."""

    id: uuid.UUID
    name: str
    headcount: int
    parent_id: uuid.UUID | None


def running(table: type[Post | UnitPeriod | Membership], on: date) -> tuple[ColumnElement[bool], ...]:
    """Whether a row holds on a day."""
    return table.started_on <= on, table.ended_on.is_(None) | (table.ended_on > on)


def workplaces(db: Session, organisation_ids: Iterable[uuid.UUID], on: date) -> dict[Holder, Workplace]:
    """The unit of everybody with a running membership, by organisation and person: whoever left covers nothing.

    Posts say where somebody works, the one held longest if there are several; the membership's own unit counts only
    until their first post begins. Two queries.
    """
    wanted = set(organisation_ids)
    posts = _by_posts(db, wanted, on)
    rows = db.execute(
        select(Membership.organisation_id, Membership.person_id, Membership.unit_id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(wanted), *running(Membership, on))
        .order_by(Membership.started_on, Membership.id)
    )
    found: dict[Holder, Workplace] = {}
    for organisation_id, person_id, own, name in rows:
        holder = (organisation_id, person_id)
        unit_id = posts.get(holder, own)
        if unit_id is not None:
            found[holder] = Workplace(unit_id, name)
    return found


def _by_posts(db: Session, organisation_ids: set[uuid.UUID], on: date) -> dict[Holder, uuid.UUID | None]:
    """The unit of everybody whose first post had begun by that day; None where none of them runs on it."""
    rows = db.execute(
        select(StaffMember.organisation_id, StaffMember.person_id, Post.unit_id, Post.ended_on)
        .join(Post, Post.staff_id == StaffMember.id)
        .where(
            StaffMember.organisation_id.in_(organisation_ids),
            StaffMember.person_id.is_not(None),
            Post.started_on <= on,
        )
        .order_by(Post.started_on, Post.id)
    )
    found: dict[Holder, uuid.UUID | None] = {}
    for organisation_id, person_id, unit_id, ended_on in rows:
        if person_id is None:
            continue
        holder = (organisation_id, person_id)
        runs = ended_on is None or ended_on > on
        found[holder] = found.get(holder) or (unit_id if runs else None)
    return found


def units_on(db: Session, organisation_id: uuid.UUID, on: date) -> Sequence[UnitThen]:
    """The units an organisation had on a day, as they were then.

    A unit whose history nobody wrote down is as it is now, until it closes.
    """
    rows = db.connection().execute(_UNITS_ON, {"organisation": organisation_id, "on": on})
    return [UnitThen(row[0], row[1], row[2], row[3] if row[5] else row[4]) for row in rows]


def _units_on() -> Executable:
    on, told = bindparam("on", type_=Date), aliased(UnitPeriod)
    untold = ~exists().where(told.unit_id == Unit.id)
    then = (UnitPeriod.started_on <= on) & (UnitPeriod.ended_on.is_(None) | (UnitPeriod.ended_on > on))
    return (
        select(
            Unit.id,
            func.coalesce(UnitPeriod.name, Unit.name),
            func.coalesce(UnitPeriod.headcount, Unit.headcount),
            UnitPeriod.parent_id,
            Unit.parent_id,
            UnitPeriod.id,
        )
        .outerjoin(UnitPeriod, (UnitPeriod.unit_id == Unit.id) & then)
        .where(Unit.organisation_id == bindparam("organisation"), UnitPeriod.id.is_not(None) | untold)
        .where(Unit.closed_on.is_(None) | (Unit.closed_on > on))
        .order_by(Unit.name, Unit.id)
    )


_UNITS_ON = _units_on()


def change_unit(
    db: Session, unit: Unit, day: date | None, *, name: str, parent_id: uuid.UUID | None, headcount: int
) -> UnitPeriod:
    """The unit is so from a day on, and how it was before stays written down. Without a day, how it is now was put down
    wrong. Returns how it is from now on.
    """
    period = db.scalar(select(UnitPeriod).where(UnitPeriod.unit_id == unit.id, UnitPeriod.ended_on.is_(None)))
    period = period or _until_now(db, unit, day)
    if (name, parent_id, headcount) != (unit.name, unit.parent_id, unit.headcount):
        if day is not None and day > period.started_on:
            period.ended_on = day
            db.flush()
            period = UnitPeriod(unit_id=unit.id, started_on=day)
            db.add(period)
        for each in (unit, period):
            each.name, each.parent_id, each.headcount = name, parent_id, headcount
    db.flush()
    return period


def _until_now(db: Session, unit: Unit, day: date | None) -> UnitPeriod:
    """A unit whose history nobody wrote down has been as it is since its organisation came."""
    came = db.get_one(Organisation, unit.organisation_id).created_at.date()
    since = min(came, day) if day is not None else came
    period = UnitPeriod(
        unit_id=unit.id, name=unit.name, parent_id=unit.parent_id, headcount=unit.headcount, started_on=since
    )
    db.add(period)
    db.flush()
    return period


def hold(db: Session, organisation_id: uuid.UUID) -> None:
    """Who changes an organisation's list, or what is read of all of it, does so one after the other: an import too.

    Others may still write rows that belong to it, or whoever of them is waited for would wait for us.
    """
    db.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True))


def arrive(db: Session, person: Person, organisation_id: uuid.UUID, unit_id: uuid.UUID | None) -> None:
    """Somebody took a part here: the organisation's list knows them from now on.

    They work in the unit they were invited to, from today on, unless the list itself says where they work.
    """
    hold(db, organisation_id)
    listed = _listed(db, person, organisation_id)
    listed.person_id = person.id
    if unit_id is not None:
        _work_in(db, listed.id, unit_id, clock.today())
    db.flush()


def _listed(db: Session, person: Person, organisation_id: uuid.UUID) -> StaffMember:
    """Their entry, by their own address or by one that is remembered of it.

    An address that is remembered of somebody with another account is theirs no more: it has an account of its own now.
    """
    alias = db.scalar(
        select(StaffAlias).where(StaffAlias.organisation_id == organisation_id, StaffAlias.email == person.email)
    )
    if alias is not None:
        meant = db.get_one(StaffMember, alias.staff_id)
        if meant.person_id in (None, person.id):
            return meant
        db.delete(alias)
    insert_once(db, StaffMember, organisation_id=organisation_id, name=person.name, email=person.email)
    here = (StaffMember.organisation_id == organisation_id, StaffMember.email == person.email)
    return db.scalars(select(StaffMember).where(*here)).one()


def _work_in(db: Session, staff_id: uuid.UUID, unit_id: uuid.UUID, today: date) -> None:
    still = (Post.staff_id == staff_id, Post.ended_on.is_(None) | (Post.ended_on > today))
    posts = db.scalars(select(Post).where(*still)).all()
    if any(each.listed or each.unit_id == unit_id for each in posts):
        return
    for each in posts:
        if each.started_on < today:
            each.ended_on = today
        else:
            db.delete(each)
    db.add(Post(staff_id=staff_id, unit_id=unit_id, started_on=today))
