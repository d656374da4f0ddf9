"""A trainee's own list: a page of what was sent, latest first, with the sums of all of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from lms.people.models import Person
from lms.practice import contested, rules
from lms.practice.models import PracticeSession
from lms.practice.waiting import PAGE, last_page

_Trainer = aliased(Person)
_SHOWN = ("id", "group_id", "held_on", "minutes", "role", "state")


@dataclass(frozen=True, slots=True)
class Sent:
    """A session as its line in the list shows it."""

    id: uuid.UUID
    group_id: uuid.UUID
    held_on: date
    minutes: int
    role: str
    state: str
    disputed: bool
    trainer: str
    number: int


@dataclass(frozen=True, slots=True)
class Sums:
    """How many sessions were sent and stand where, and what those that are signed add up to."""

    total: int = 0
    waiting: int = 0
    returned: int = 0
    signed: int = 0
    led: int = 0
    minutes: int = 0
    open: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class OwnList:
    """A page of the list and the sums of the whole."""

    rows: tuple[Sent, ...]
    page: int
    sums: Sums

    @property
    def more(self) -> bool:
        return self.page * PAGE < self.sums.total


def find(db: Session, person_id: uuid.UUID, page: int) -> OwnList:
    """The page with this number, in one query; the last where there is no such page."""
    summed, first = _sums(person_id), (page - 1) * PAGE
    chosen = (
        select(
            *(getattr(PracticeSession, name) for name in _SHOWN),
            contested.is_open().label("disputed"),
            _Trainer.name.label("trainer"),
            *summed.c,
        )
        .join(_Trainer, _Trainer.id == PracticeSession.trainer_id)
        .join(summed, true())
        .where(PracticeSession.person_id == person_id)
        .order_by(PracticeSession.held_on.desc(), PracticeSession.id.desc())
    )
    found = db.execute(chosen.offset(first).limit(PAGE)).mappings().all()
    if not found and page > 1:
        return find(db, person_id, last_page(db.execute(select(summed.c.all_total)).scalar_one()))
    if not found:
        return OwnList((), 1, Sums())
    sums = Sums(**{name: found[0][f"all_{name}"] for name in Sums.__dataclass_fields__})
    rows = (
        Sent(
            **{name: each[name] for name in (*_SHOWN, "trainer")},
            disputed=bool(each["disputed"]),
            number=sums.total - place,
        )
        for place, each in enumerate(found, start=first)
    )
    return OwnList(tuple(rows), page, sums)


def days_of(db: Session, person_id: uuid.UUID, group_ids: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, date]]:
    """On which days the person's sessions in these circles were."""
    mine = (PracticeSession.person_id == person_id, PracticeSession.group_id.in_(group_ids))
    chosen = select(PracticeSession.group_id, PracticeSession.held_on).where(*mine)
    return {(group_id, day) for group_id, day in db.execute(chosen)}


def _sums(person_id: uuid.UUID) -> Any:
    """One row, its columns named all_…, as `rules` counts them: sums are of what is signed."""
    signed, led = PracticeSession.state == "signed", PracticeSession.role.in_(rules.LED)
    asked = PracticeSession.open + PracticeSession.closed + PracticeSession.leading + PracticeSession.advice

    def add_up(column: ColumnElement[int]) -> ColumnElement[int]:
        return func.coalesce(func.sum(column).filter(signed), 0)

    columns: dict[str, ColumnElement[int]] = {
        "total": func.count(),
        "waiting": func.count().filter(PracticeSession.state == "waiting"),
        "returned": func.count().filter(PracticeSession.state == "returned"),
        "signed": func.count().filter(signed),
        "led": func.count().filter(signed & led),
        "minutes": add_up(PracticeSession.minutes.expression),
        "open": add_up(PracticeSession.open.expression),
        "asked": add_up(asked),
    }
    return (
        select(*(each.label(f"all_{name}") for name, each in columns.items()))
        .where(PracticeSession.person_id == person_id)
        .subquery()
    )
