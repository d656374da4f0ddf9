"""Making the summary of cover anew from the records it is made of, organisation by organisation, in bounded memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core.stretches import FOREVER
from lms.core.unit import Database
from lms.coverage.following import FIRST, Difference, next_batch, renew
from lms.coverage.models import CoverDue
from lms.people import service as people
from lms.people.models import Organisation, Unit


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One organisation's summary, made anew: how many people were looked at, and what differed, in words."""

    organisation: str
    people: int
    differed: tuple[str, ...]


def rebuild(database: Database) -> Iterator[Rebuilt]:
    """Make every organisation's summary anew, some hundred people a transaction: others write meanwhile."""
    with database.readers() as db:
        known = db.execute(select(Organisation.id, Organisation.name).order_by(Organisation.name)).all()
    for organisation_id, name in known:
        yield _rebuild(database, organisation_id, name)


def rebuild_due(database: Database) -> list[Rebuilt]:
    """The same for those organisations that were there before there was a summary, once."""
    with database.readers() as db:
        due = select(Organisation.id, Organisation.name).join(CoverDue, CoverDue.organisation_id == Organisation.id)
        known = db.execute(due.order_by(Organisation.name)).all()
    return [_rebuild(database, organisation_id, name) for organisation_id, name in known]


def _rebuild(database: Database, organisation_id: uuid.UUID, name: str) -> Rebuilt:
    last, many, differed = FIRST, 0, list[str]()
    while True:
        with database.transaction() as db:
            some = next_batch(db, organisation_id, last)
            if not some:
                db.execute(delete(CoverDue).where(CoverDue.organisation_id == organisation_id))
                return Rebuilt(name, many, tuple(differed))
            differed += _in_words(db, renew(db, some, correcting=False))
        many, last = many + len(some), some[-1]


def _in_words(db: Session, found: list[Difference]) -> list[str]:
    if not found:
        return []
    names = people.names_of(db, {each.holder[1] for each in found})
    chosen = select(Unit.id, Unit.name).where(Unit.id.in_({each.span[0].unit_id for each in found}))
    units = {row[0]: row[1] for row in db.execute(chosen)}
    return [_said(each, names, units) for each in found]


def _said(each: Difference, names: dict[uuid.UUID, str], units: dict[uuid.UUID, str]) -> str:
    state, since, until = each.span
    where = units[state.unit_id] if state.unit_id else "no unit"
    end = "on" if until == FOREVER else f"to {until.isoformat()}"
    change = "was missing" if each.missing else "was there and should not have been"
    return f"{names[each.holder[1]]}, {where}: {state.kind} from {since.isoformat()} {end} {change}."
