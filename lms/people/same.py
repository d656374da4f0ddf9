"""Which accounts are one person. For callers who already hold the ids through a scope, or a proof."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute as Column
from sqlalchemy.orm import Session

from lms.people.models import Person
from lms.people.same_models import SamePerson


@dataclass(frozen=True, slots=True)
class Earlier:
    """An account that somebody had, and since when it is one with theirs."""

    id: uuid.UUID
    name: str
    email: str
    since: datetime


def earlier_of(db: Session, person_id: uuid.UUID) -> list[Earlier]:
    """The accounts that are one with this one, which stays; the latest first."""
    chosen = (
        select(Person.id, Person.name, Person.email, SamePerson.said_at)
        .join(SamePerson, SamePerson.former_id == Person.id)
        .where(SamePerson.kept_id == person_id)
        .order_by(SamePerson.said_at.desc())
    )
    return [Earlier(*row) for row in db.execute(chosen)]


def former_ids(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """The ids of the same."""
    return select(SamePerson.former_id).where(SamePerson.kept_id == person_id)


def is_former(column: Column[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a row is of an account that is one with another, and is not the one that stays."""
    return column.in_(select(SamePerson.former_id))


def is_kept(column: Column[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a row is of an account that stayed when another was given up."""
    return column.in_(select(SamePerson.kept_id))


def is_of(column: Column[uuid.UUID], person_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether a row is of this person, under this account or an earlier one."""
    return or_(column == person_id, column.in_(former_ids(person_id)))


def is_of_any(column: Column[uuid.UUID], people: Collection[uuid.UUID] | Select[uuid.UUID]) -> ColumnElement[bool]:
    """The same of several."""
    return or_(column.in_(people), column.in_(select(SamePerson.former_id).where(SamePerson.kept_id.in_(people))))


def stays_of_any(column: Column[uuid.UUID], accounts: Select[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a row is of one of these accounts, or of the one that stayed when one of these was given up."""
    return or_(column.in_(accounts), column.in_(select(SamePerson.kept_id).where(SamePerson.former_id.in_(accounts))))


def accounts_of(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """The ids of this account and of those that are one with it."""
    return select(Person.id).where(is_of(Person.id, person_id))


def kept(db: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Of everybody who has, or had, one of these accounts: each former account, and which one stays. One query."""
    if not people:
        return {}
    stays = select(SamePerson.kept_id).where(SamePerson.former_id.in_(people))
    chosen = select(SamePerson.former_id, SamePerson.kept_id)
    return {
        row[0]: row[1]
        for row in db.execute(chosen.where(or_(SamePerson.kept_id.in_(people), SamePerson.kept_id.in_(stays))))
    }


def find_kept(db: Session, former_id: uuid.UUID) -> Person | None:
    """Whose account this is now, if it is a former one."""
    return db.scalar(
        select(Person).join(SamePerson, SamePerson.kept_id == Person.id).where(SamePerson.former_id == former_id)
    )


def reader_of(db: Session, person: Person) -> Person:
    """Who reads what is written to this account: whoever gave it up reads it with the one that stays."""
    return person if person.active else find_kept(db, person.id) or person


def find_former(db: Session, email: str) -> tuple[Person, str] | None:
    """A former account by its folded address, with the address of the one that stays."""
    stays = Person.__table__.alias("stays")
    chosen = (
        select(Person, stays.c.email)
        .join(SamePerson, SamePerson.former_id == Person.id)
        .join(stays, stays.c.id == SamePerson.kept_id)
        .where(Person.email == email)
    )
    row = db.execute(chosen).first()
    return (row[0], row[1]) if row else None


def is_one(db: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two accounts are one person."""
    if one == other:
        return True
    both = kept(db, [one, other])
    return both.get(one, one) == both.get(other, other)


def together(people: Collection[uuid.UUID], one: Mapping[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    """These accounts and every other one of the same people, of whom `kept` told."""
    return {*people, *one, *one.values()}
