"""Checking a file: what would become of every row, against what the organisation has now. It changes nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Text, bindparam, cast, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from lms.organisations import cells, circling, post_plan, standing, unit_plan
from lms.organisations.cells import OWN_MANAGER, PersonRow, UnitRow, Wrong
from lms.organisations.columns import PEOPLE, UNITS
from lms.organisations.models import Import, ImportRow
from lms.organisations.post_plan import PersonPlan
from lms.organisations.rules import CREATED, MOST_POSTS, NOBODY, REFUSED, TOO_MANY_POSTS, Verdict, refused
from lms.organisations.unit_plan import Directory, UnitPlan
from lms.organisations.work import Work
from lms.people.place_models import StaffAlias, StaffMember

BATCH = 1_000
WARY_AFTER = 5  # rounds of refusals that gave back what had stood before
UNSEEN = {"synchronize_session": False}  # no row of these is held in the session
Plans = dict[str, PersonPlan]
_rows = ImportRow.__table__
_judge = (
    update(_rows)  # type: ignore[arg-type]
    .where(
        _rows.c.import_id == bindparam("of_import"),
        _rows.c.sheet == bindparam("of_sheet"),
        _rows.c.number == bindparam("of_number"),
    )
    .values(
        outcome=bindparam("outcome"),
        field=bindparam("field"),
        reason=bindparam("reason"),
        changes=bindparam("changes"),
        target_id=bindparam("target_id"),
    )
)


def check(work: Work, import_id: uuid.UUID) -> None:
    """Judge every row and count."""
    with work() as db:
        run = db.get_one(Import, import_id)
        organisation_id, day = run.organisation_id, run.day
        again = bool(run.stands_on)
        run.stands_on = standing.digest(db, organisation_id)
        run.version += 1 if again else 0
        _begin_anew(db, import_id, again=again)
        _take_aliases(db, import_id, organisation_id)
        plan = plan_units(db, import_id, organisation_id, day)
        _note(db, import_id, UNITS, plan.verdicts)
        _refuse_crowds(db, import_id)
    last = ""
    while True:
        with work() as db:
            standing.by_index(db)
            plans = plan_people(db, import_id, organisation_id, plan.directory, day, last)
            if not plans:
                break
            _note(db, import_id, PEOPLE, [each for found in plans.values() for each in found.verdicts])
            _note_gone(db, import_id, [number for found in plans.values() for number in found.gone])
        last = list(plans)[-1]  # in the database's own order
    with work() as db:
        standing.by_index(db)
        _refuse_managers(db, import_id, organisation_id, day)
        run = db.get_one(Import, import_id)
        run.counts, run.state = count(db, import_id), "checked"


def _begin_anew(db: Session, import_id: uuid.UUID, *, again: bool) -> None:
    """As if nothing had been said of any row; what was said is kept beside, to tell what is otherwise now."""
    if not again:
        return
    mine = ImportRow.import_id == import_id
    db.execute(update(ImportRow).where(mine).values(was=_said()), execution_options=UNSEEN)
    fresh: dict[str, object] = {"outcome": CREATED, "field": "", "reason": "", "changes": [], "target_id": None}
    fresh["gone"] = False
    db.execute(update(ImportRow).where(mine, ~ImportRow.broken).values(**fresh), execution_options=UNSEEN)


def _take_aliases(db: Session, import_id: uuid.UUID, organisation_id: uuid.UUID) -> None:
    """Rows by an address that is somebody’s no more are rows about them."""
    theirs = StaffAlias.organisation_id == organisation_id
    if db.scalar(select(StaffAlias.id).where(theirs).limit(1)) is None:
        return
    own = select(StaffMember.email).join(StaffAlias, StaffAlias.staff_id == StaffMember.id)
    known = select(StaffAlias.email).where(theirs)
    for column in (ImportRow.key, ImportRow.manager):
        mine = update(ImportRow).where(ImportRow.import_id == import_id, ImportRow.sheet == PEOPLE, column.in_(known))
        meant = own.where(theirs, StaffAlias.email == column).scalar_subquery()
        db.execute(mine.values({column: meant}), execution_options=UNSEEN)


def _said() -> ColumnElement[str]:
    return ImportRow.outcome + " " + cast(ImportRow.changes, Text)


def is_otherwise() -> ColumnElement[bool]:
    """Whether an earlier check said something else of a row."""
    return (ImportRow.was != "") & (ImportRow.was != _said())


def plan_units(db: Session, import_id: uuid.UUID, organisation_id: uuid.UUID, day: date) -> UnitPlan:
    """What would become of the rows about units."""
    mine = (ImportRow.import_id == import_id, ImportRow.sheet == UNITS, ~ImportRow.broken)
    rows: list[UnitRow] = []
    wrong: list[Verdict] = []
    for number, said in db.execute(select(ImportRow.number, ImportRow.cells).where(*mine).order_by(ImportRow.number)):
        try:
            rows.append(cells.unit(number, said))
        except Wrong as error:
            wrong.append(refused(number, error.fault.field, error.fault.reason))
    plan = unit_plan.plan(rows, standing.units(db, organisation_id), day)
    plan.verdicts += wrong
    return plan


def plan_people(
    db: Session, import_id: uuid.UUID, organisation_id: uuid.UUID, directory: Directory, day: date, after: str
) -> Plans:
    """What would become of the rows about the next people by address, `after` excluded; empty when there are none."""
    asked = (
        select(ImportRow.key, ImportRow.number, ImportRow.cells)
        .where(ImportRow.import_id == import_id, ImportRow.sheet == PEOPLE, ImportRow.key > after, ~_is_crowd())
        .where(~ImportRow.broken)
        .order_by(ImportRow.key, ImportRow.number)
    )
    found = db.execute(asked.limit(BATCH)).all()
    groups = [(key, list(group)) for key, group in groupby(found, key=lambda row: row.key)]
    if len(found) == BATCH and len(groups) > 1:
        groups.pop()  # the last one may go on
    known = standing.people(db, organisation_id, [key for key, _ in groups])
    meant = standing.aliases(db, organisation_id)
    plans: Plans = {}
    for key, group in groups:
        rows, wrong = _read(key, ((row.number, row.cells) for row in group), meant)
        plans[key] = post_plan.plan(rows, known.get(key), directory, day)
        plans[key].verdicts += wrong
    return plans


def _read(
    key: str, rows: Iterable[tuple[int, dict[str, str]]], meant: Mapping[str, str]
) -> tuple[list[PersonRow], list[Verdict]]:
    read: list[PersonRow] = []
    wrong: list[Verdict] = []
    for number, said in rows:
        try:
            row = cells.person(number, said)
        except Wrong as error:
            wrong.append(refused(number, error.fault.field, error.fault.reason))
            continue
        above = meant.get(row.manager, row.manager) if row.manager else row.manager
        if above == key:
            wrong.append(refused(number, "manager", OWN_MANAGER))
        else:
            read.append(replace(row, manager=above, by_alias=row.email != key))
    return read, wrong


def _is_crowd() -> ColumnElement[bool]:
    return ImportRow.reason == TOO_MANY_POSTS


def _refuse_crowds(db: Session, import_id: uuid.UUID) -> None:
    """Nobody has so many posts; rows without any address are not one person."""
    mine = (ImportRow.import_id == import_id, ImportRow.sheet == PEOPLE, ~ImportRow.broken)
    empty = update(ImportRow).where(*mine, ImportRow.key == "")
    db.execute(
        empty.values(outcome=REFUSED, field="email", reason=cells.NO_EMAIL, broken=True), execution_options=UNSEEN
    )
    crowds = db.scalars(select(ImportRow.key).where(*mine).group_by(ImportRow.key).having(func.count() > MOST_POSTS))
    told = {"outcome": REFUSED, "field": "email", "reason": TOO_MANY_POSTS}
    for key in crowds.all():
        db.execute(update(ImportRow).where(*mine, ImportRow.key == key).values(**told), execution_options=UNSEEN)


def _refuse_managers(db: Session, import_id: uuid.UUID, organisation_id: uuid.UUID, day: date) -> None:
    """Refuse rows whose line manager nobody knows, or by which somebody would be above themselves, until none is."""
    rounds = 0
    while True:
        while _refuse_without_manager(db, import_id, organisation_id):
            pass
        if not circling.refuse(db, import_id, organisation_id, day, wary=rounds > WARY_AFTER):
            return
        rounds += 1


def _refuse_without_manager(db: Session, import_id: uuid.UUID, organisation_id: uuid.UUID) -> int:
    """Refuse rows whose line manager nobody knows; how many. Others may have rested on them: ask again."""
    theirs = aliased(ImportRow)
    in_file = exists().where(
        theirs.import_id == import_id,
        theirs.sheet == PEOPLE,
        theirs.key == ImportRow.manager,
        theirs.outcome != REFUSED,
    )
    listed = exists().where(StaffMember.organisation_id == organisation_id, StaffMember.email == ImportRow.manager)
    lost = update(ImportRow).where(
        ImportRow.import_id == import_id,
        ImportRow.sheet == PEOPLE,
        ImportRow.outcome != REFUSED,
        ImportRow.manager != "",
        ~in_file,
        ~listed,
    )
    values = {"outcome": REFUSED, "field": "manager", "reason": NOBODY, "changes": []}
    return len(db.scalars(lost.values(**values).returning(ImportRow.number), execution_options=UNSEEN).all())


def _note(db: Session, import_id: uuid.UUID, sheet: str, verdicts: Sequence[Verdict]) -> None:
    told: list[dict[str, object]] = [
        {
            "of_import": import_id, "of_sheet": sheet, "of_number": each.number, "outcome": each.outcome,
            "field": each.field, "reason": each.reason, "changes": [list(change) for change in each.changes],
            "target_id": each.target,
        }
        for each in verdicts
        if each.outcome != CREATED
    ]  # fmt: skip
    for batch in _cut(told):
        db.connection().execute(_judge, batch)


def _note_gone(db: Session, import_id: uuid.UUID, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), BATCH):
        here = (ImportRow.import_id == import_id, ImportRow.sheet == PEOPLE)
        some = update(ImportRow).where(*here, ImportRow.number.in_(numbers[start : start + BATCH]))
        db.execute(some.values(gone=True), execution_options=UNSEEN)


def _cut(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def count(db: Session, import_id: uuid.UUID) -> dict[str, dict[str, int]]:
    """How many rows of each outcome, by sheet."""
    asked = (
        select(ImportRow.sheet, ImportRow.outcome, func.count())
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.sheet, ImportRow.outcome)
    )
    found: dict[str, dict[str, int]] = {}
    for sheet, outcome, many in db.execute(asked):
        found.setdefault(sheet, {})[outcome] = many
    return found
