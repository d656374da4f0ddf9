"""What an organisation has now: its units, its list, its posts. Everything here is asked of one organisation."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Row, select, text
from sqlalchemy.orm import Session, aliased

from lms.organisations.models import ImportRow
from lms.organisations.post_plan import KnownPerson, KnownPost
from lms.organisations.unit_plan import KnownUnit
from lms.people.models import Unit
from lms.people.place_models import Post, StaffAlias, StaffMember, UnitPeriod

AT_A_TIME = 2_000
_manager = aliased(StaffMember)


def by_index(db: Session) -> None:
    """Until this transaction ends, look rows up by their index.

    PostgreSQL has no figures yet about rows that have just come, takes the tables for empty, and reads them from end
    to end for every person.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SET LOCAL enable_seqscan = off"))


def look_over(db: Session, table: type[ImportRow | StaffMember]) -> None:
    """Let PostgreSQL count what has just come into a table, before anything is asked of it."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(f"ANALYZE {table.__tablename__}"))


def among(organisation_id: uuid.UUID, emails: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Those on the list with one of these addresses, which are in the database's order: a stretch of the index."""
    return (
        StaffMember.organisation_id == organisation_id,
        StaffMember.email.between(emails[0], emails[-1]),
        StaffMember.email.in_(emails),
    )


def units(db: Session, organisation_id: uuid.UUID) -> list[KnownUnit]:
    """Every unit, closed ones too."""
    rows = db.execute(
        select(
            Unit.id, Unit.code, Unit.name, Unit.parent_id, Unit.headcount, Unit.closed_on, UnitPeriod.started_on
        )
        .outerjoin(UnitPeriod, (UnitPeriod.unit_id == Unit.id) & UnitPeriod.ended_on.is_(None))
        .where(Unit.organisation_id == organisation_id)
        .order_by(Unit.id)
    )  # fmt: skip
    return [KnownUnit(row[0], row[1] or row[2], *row[2:]) for row in rows]


def people(db: Session, organisation_id: uuid.UUID, emails: Sequence[str]) -> dict[str, KnownPerson]:
    """Those of these addresses, in the database's order, who are on the list, with their posts."""
    if not emails:
        return {}
    listed = select(StaffMember.email, StaffMember.name).where(*among(organisation_id, emails))
    rows = db.execute(
        select(
            StaffMember.email, Post.id, Post.unit_id, Unit.name, Post.title, _manager.email, Post.band,
            Post.started_on, Post.ended_on,
        )
        .join(Post, Post.staff_id == StaffMember.id)
        .join(Unit, Unit.id == Post.unit_id)
        .outerjoin(_manager, _manager.id == Post.manager_id)
        .where(*among(organisation_id, emails))
        .order_by(Post.started_on, Post.id)
    )  # fmt: skip
    posts: dict[str, list[KnownPost]] = {}
    for row in rows:
        post = KnownPost(row[1], str(row[2]), row[3], row[4], row[5] or "", *row[6:])
        posts.setdefault(row[0], []).append(post)
    return {email: KnownPerson(name, tuple(posts.get(email, ()))) for email, name in db.execute(listed)}


def aliases(db: Session, organisation_id: uuid.UUID) -> dict[str, str]:
    """Whom an address means that is theirs no more. People make these one by one, so there are never many."""
    asked = select(StaffAlias.email, StaffMember.email).join(StaffMember, StaffMember.id == StaffAlias.staff_id)
    rows = db.execute(asked.where(StaffAlias.organisation_id == organisation_id))
    return {row[0]: row[1] for row in rows}


def digest(db: Session, organisation_id: uuid.UUID) -> str:
    """All that a check compares a file with, in one line: another one as soon as anything of it is another."""
    found = hashlib.sha256()
    for asked in (
        select(Unit.id, Unit.code, Unit.name, Unit.parent_id, Unit.headcount, Unit.closed_on, UnitPeriod.started_on)
        .outerjoin(UnitPeriod, (UnitPeriod.unit_id == Unit.id) & UnitPeriod.ended_on.is_(None))
        .where(Unit.organisation_id == organisation_id)
        .order_by(Unit.id),
        select(StaffMember.id, StaffMember.email, StaffMember.name)
        .where(StaffMember.organisation_id == organisation_id)
        .order_by(StaffMember.id),
        select(StaffAlias.email, StaffAlias.staff_id)
        .where(StaffAlias.organisation_id == organisation_id)
        .order_by(StaffAlias.email),
        select(
            Post.id, Post.unit_id, Post.manager_id, Post.title, Post.band, Post.started_on, Post.ended_on
        )
        .join(StaffMember, StaffMember.id == Post.staff_id)
        .where(StaffMember.organisation_id == organisation_id)
        .order_by(Post.id),
    ):  # fmt: skip
        rows: Iterable[Row[*tuple[object, ...]]] = db.execute(asked.execution_options(yield_per=AT_A_TIME))
        for row in rows:
            found.update(repr(tuple(str(each) for each in row)).encode())
        found.update(b"\n")
    return found.hexdigest()
