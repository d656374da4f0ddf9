"""Harbourside brings its units and people in by files, as its manager does; and who stood there twice is made one."""

from __future__ import annotations

import csv
import io
import random
import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.demo import listed
from lms.demo.cast import HANA
from lms.demo.founding import House
from lms.demo.listed import Rows
from lms.organisations import merging, service
from lms.organisations.models import Import
from lms.people.place_models import StaffMember

UNITS_CAME, MUSEUMS_MOVED, MADE_ONE, LEFT, YESTERDAY = 420, 150, 120, 34, 1  # days ago


def bring_in(db: Session, house: House, today: date, zone: str) -> None:
    """Everything that Hana did with files, each on its own day."""
    hana, chance = house.people[HANA], random.Random(57)  # noqa: S311 - a story, not a secret

    def at(days: int) -> datetime:
        return datetime.combine(today - timedelta(days=days), time(9, 20), ZoneInfo(zone))

    def key() -> uuid.UUID:
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    with clock.at(at(UNITS_CAME)):
        _save(db, hana, house, key(), "units.csv", listed.units(listed.BEFORE))
        _save(db, hana, house, key(), "staff.csv", listed.people())
    with clock.at(at(MUSEUMS_MOVED)):
        _save(db, hana, house, key(), "units-after-the-move.csv", listed.units(listed.AFTER))
    with clock.at(at(MADE_ONE)):
        _make_one(db, hana, house, key())
    with clock.at(at(LEFT)):
        last_day = today - timedelta(days=LEFT + 3)
        _save(db, hana, house, key(), "staff-changes.csv", listed.later(last_day.isoformat()))
    with clock.at(at(YESTERDAY)):
        _bring(db, hana, house, key(), "staff-new.csv", listed.with_mistakes())


def _bring(db: Session, hana: Actor, house: House, key: uuid.UUID, name: str, rows: Rows) -> Import:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return service.bring(db, hana, key, house.council.id, name, io.BytesIO(out.getvalue().encode()))


def _save(db: Session, hana: Actor, house: House, key: uuid.UUID, name: str, rows: Rows) -> None:
    run = _bring(db, hana, house, key, name, rows)
    service.apply(db, hana, run.id, run.version, without=False, left_on=None)


def _make_one(db: Session, hana: Actor, house: House, key: uuid.UUID) -> None:
    def entry(local: str) -> uuid.UUID:
        here = (StaffMember.organisation_id == house.council.id, StaffMember.email.startswith(f"{local}@"))
        return db.scalars(select(StaffMember.id).where(*here)).one()

    kept, gone = entry(listed.MELE[1]), entry(listed.MELE_AGAIN[1])
    shown = merging.look(db, hana, kept, gone).shown
    merging.merge(db, hana, key, kept, gone, str(kept), shown)
