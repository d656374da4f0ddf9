"""Rows by which somebody would come to be above themselves, through this file or through what the list says already."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import islice

from sqlalchemy import CompoundSelect, bindparam, exists, func, literal, select, union, union_all, update
from sqlalchemy.orm import Session, aliased

from lms.organisations import rings
from lms.organisations.columns import PEOPLE
from lms.organisations.models import ImportRow
from lms.organisations.rings import Lines
from lms.organisations.rules import REFUSED
from lms.people.place_models import Post, StaffMember

AT_A_TIME = 2_000
_rows = ImportRow.__table__
_above = aliased(StaffMember)
_refuse = (
    update(_rows)  # type: ignore[arg-type]
    .where(_rows.c.import_id == bindparam("of_import"), _rows.c.sheet == PEOPLE, _rows.c.number == bindparam("of_row"))
    .values(outcome=REFUSED, field="manager", reason=bindparam("reason"), changes=bindparam("changes"))
)


def refuse(db: Session, import_id: uuid.UUID, organisation_id: uuid.UUID, day: date, *, wary: bool) -> int:
    """Refuse them; how many. What a refused row would have changed stays as the list has it, and may make another ring:
    ask again. `wary` takes it to stay in any case, so that asking comes to an end.
    """
    found = _lines(db, _arrows(import_id, organisation_id, day, wary=wary)).rings()
    told = (
        {"of_import": import_id, "of_row": row, "reason": rings.sentence(row, rows), "changes": []}
        for rows in found
        for row in rows
    )
    many = 0
    while batch := list(islice(told, AT_A_TIME)):
        db.connection().execute(_refuse, batch)
        many += len(batch)
    return many


def _arrows(
    import_id: uuid.UUID, organisation_id: uuid.UUID, day: date, *, wary: bool
) -> CompoundSelect[tuple[str, str, int]]:
    """Who would be below whom, by addresses: as the rows say, and as the posts do that no row is about."""
    mine = (ImportRow.import_id == import_id, ImportRow.sheet == PEOPLE, ImportRow.outcome != REFUSED)
    said = select(ImportRow.key.label("below"), ImportRow.manager.label("above"), ImportRow.number.label("row")).where(
        *mine, ImportRow.manager != "", ~ImportRow.gone
    )
    stands = (
        select(StaffMember.email, _above.email, literal(0))
        .join(Post, Post.staff_id == StaffMember.id)
        .join(_above, _above.id == Post.manager_id)
        .where(StaffMember.organisation_id == organisation_id, Post.ended_on.is_(None) | (Post.ended_on > day))
    )
    if not wary:
        stands = stands.where(~exists().where(*mine, ImportRow.target_id == Post.id).correlate(Post))
    return union_all(said, stands)


def _lines(db: Session, arrows: CompoundSelect[tuple[str, str, int]]) -> Lines:
    """The arrows with a number for each address, counted by the database: only numbers come here."""
    arrow = arrows.cte("arrow")
    everybody = union(select(arrow.c.below.label("email")), select(arrow.c.above)).subquery()
    counted = select(everybody.c.email, func.row_number().over(order_by=everybody.c.email).label("place")).cte(
        "counted"
    )
    below, above = counted.alias("below"), counted.alias("above")
    asked = (
        select(below.c.place, above.c.place, arrow.c.row)
        .join(below, below.c.email == arrow.c.below)
        .join(above, above.c.email == arrow.c.above)
    )
    found = Lines()
    for each in db.execute(asked.execution_options(yield_per=AT_A_TIME)):
        found.add(*each)
    return found
