"""Applying what was shown: one transaction, which does exactly that or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import islice

from sqlalchemy import Select, exists, insert, select, update
from sqlalchemy.orm import Session

from lms.core import clock, following
from lms.core.db import new_id
from lms.organisations import checking, standing
from lms.organisations.cells import key_of, name_of
from lms.organisations.checking import BATCH, Plans
from lms.organisations.columns import PEOPLE
from lms.organisations.models import Import, ImportRow
from lms.organisations.post_plan import PostWrite
from lms.organisations.rules import CHANGED, CREATED, REFUSED
from lms.organisations.unit_plan import UnitPlan, UnitWrite
from lms.people import places
from lms.people.models import Membership, Person, Unit
from lms.people.place_models import Post, StaffMember, UnitPeriod

Nodes = dict[str, uuid.UUID]


def has_moved(db: Session, run: Import) -> bool:
    """Whether the organisation is otherwise than the check saw it. From here on it waits for us."""
    places.hold(db, run.organisation_id)
    return standing.digest(db, run.organisation_id) != run.stands_on


def apply(db: Session, run: Import, who: uuid.UUID, left_on: date | None) -> None:
    """Write what the check said. `left_on` is the last day of those who were missing, if they have left."""
    standing.by_index(db)
    plan = checking.plan_units(db, run.id, run.organisation_id, run.day)
    nodes = _write_units(db, run, plan)
    if _write_staff(db, run) > BATCH:
        standing.look_over(db, StaffMember)
    run.ended = _end_missing(db, run, left_on) if left_on else 0
    last = ""
    while plans := checking.plan_people(db, run.id, run.organisation_id, plan.directory, run.day, last):
        _write_posts(db, run, plans, nodes)
        last = list(plans)[-1]
    following.changed(db, organisation=run.organisation_id)
    run.left_on, run.state = left_on, "applied"
    run.applied_by, run.applied_at = who, clock.now()
    db.flush()


def missing(run: Import, on: date) -> Select[uuid.UUID]:
    """The posts that run on a day without an end, and that no row of the file is about."""
    mine = (ImportRow.import_id == run.id, ImportRow.sheet == PEOPLE)
    met = exists().where(*mine, ImportRow.target_id == Post.id).correlate(Post)
    unsure = exists().where(*mine, ImportRow.key == StaffMember.email, ImportRow.outcome == REFUSED)
    unsure = unsure.correlate(StaffMember)
    return (
        select(Post.id)
        .join(StaffMember, StaffMember.id == Post.staff_id)
        .where(
            StaffMember.organisation_id == run.organisation_id,
            Post.ended_on.is_(None),
            Post.started_on <= on,
            ~met,
            ~unsure,
        )
    )


def _end_missing(db: Session, run: Import, left_on: date) -> int:
    ending = update(Post).where(Post.id.in_(missing(run, left_on))).values(ended_on=left_on + timedelta(days=1))
    return len(db.scalars(ending.returning(Post.id), execution_options={"synchronize_session": False}).all())


def _accepted(db: Session, run: Import, sheet: str, numbers: Iterable[int]) -> set[int]:
    """Those of these rows that the check said are written."""
    mine = (ImportRow.import_id == run.id, ImportRow.sheet == sheet, ImportRow.outcome.in_((CREATED, CHANGED)))
    return set(db.scalars(select(ImportRow.number).where(*mine, ImportRow.number.in_(list(numbers)))))


def _write_units(db: Session, run: Import, plan: UnitPlan) -> Nodes:
    """New units, then how the others are otherwise. Returns where each node of the plan is to be found."""
    changed = {verdict.number for verdict in plan.verdicts if verdict.outcome in (CREATED, CHANGED)}
    writes = [each for each in plan.writes if each.row.number in changed]
    nodes = {node: each.id for each in standing.units(db, run.organisation_id) if (node := str(each.id))}
    fresh = {_node(plan, each): (new_id(), each) for each in writes if each.known is None}
    nodes |= {node: own for node, (own, _) in fresh.items()}
    if fresh:
        db.execute(insert(Unit), [_unit(run, own, each) for own, each in fresh.values()])
    parents = [{"id": own, "parent_id": nodes[each.parent]} for own, each in fresh.values() if each.parent]
    if parents:
        db.execute(update(Unit), parents)
    periods = [_period(run, own, each, nodes) for own, each in fresh.values()]
    if periods:
        db.execute(insert(UnitPeriod), periods)
    for each in writes:
        if each.known is not None:
            _change_unit(db, run, each, nodes)
    db.flush()
    return nodes


def _node(plan: UnitPlan, write: UnitWrite) -> str:
    return plan.nodes[write.row.number]


def _unit(run: Import, own: uuid.UUID, write: UnitWrite) -> dict[str, object]:
    row = write.row
    return {
        "id": own, "organisation_id": run.organisation_id, "name": row.name, "code": row.code or row.name,
        "headcount": row.headcount or 0, "closed_on": row.ended, "parent_id": None,
    }  # fmt: skip


def _period(run: Import, own: uuid.UUID, write: UnitWrite, nodes: Nodes) -> dict[str, object]:
    row = write.row
    began = row.began or (min(run.day, row.ended - timedelta(days=1)) if row.ended else run.day)
    return {
        "id": new_id(), "unit_id": own, "parent_id": nodes[write.parent] if write.parent else None, "name": row.name,
        "headcount": row.headcount or 0, "started_on": began, "ended_on": row.ended,
    }  # fmt: skip


def _change_unit(db: Session, run: Import, write: UnitWrite, nodes: Nodes) -> None:
    """The unit is otherwise from a day on; how it was before stays written down."""
    row, unit = write.row, db.get_one(Unit, write.known.id if write.known else None)
    headcount = unit.headcount if row.headcount is None else row.headcount
    parent_id = nodes[write.parent] if write.parent else None
    unit.code = row.code or unit.code
    day: date | None = row.began or run.day
    if day and row.ended and row.ended <= day:  # it closes before it could be otherwise
        day = None
    period = places.change_unit(db, unit, day, name=row.name, parent_id=parent_id, headcount=headcount)
    if row.ended:
        unit.closed_on = period.ended_on = row.ended
    db.flush()


def _write_staff(db: Session, run: Import) -> int:
    """Who is new comes onto the list, and who is called otherwise is; how many are new.

    Persons, accounts and rights stay as they are.
    """
    many = 0
    rows = (
        select(ImportRow.key, ImportRow.number, ImportRow.cells)
        .where(ImportRow.import_id == run.id, ImportRow.sheet == PEOPLE, ImportRow.outcome.in_((CREATED, CHANGED)))
        .order_by(ImportRow.key, ImportRow.number)
    )
    last = ""
    while found := db.execute(rows.where(ImportRow.key > last).limit(BATCH)).all():
        names: dict[str, str] = {}
        for key, _, said in found:
            if not names.setdefault(key, "") and key_of(PEOPLE, said) == key:  # by another address it renames nobody
                names[key] = name_of(said)
        last = found[-1].key
        here = standing.among(run.organisation_id, list(names))
        listed = {row.email: row for row in db.scalars(select(StaffMember).where(*here))}
        for email, row in listed.items():
            row.name = names[email] or row.name
        fresh = {email: name for email, name in names.items() if email not in listed}
        many += len(fresh)
        known = _members(db, run.organisation_id, fresh)
        if fresh:
            db.execute(insert(StaffMember), [
                {"id": new_id(), "organisation_id": run.organisation_id, "email": email, "name": name,
                 "person_id": known.get(email)}
                for email, name in fresh.items()
            ])  # fmt: skip
        db.flush()
    return many


def _members(db: Session, organisation_id: uuid.UUID, emails: Iterable[str]) -> dict[str, uuid.UUID]:
    """Those of these addresses who have, or had, a part in this very organisation. Of others nothing is asked."""
    asked = (
        select(Person.email, Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Person.email.in_(list(emails)))
    )
    return {row[0]: row[1] for row in db.execute(asked)}


def _write_posts(db: Session, run: Import, plans: Plans, nodes: Nodes) -> None:
    writes = {write.number: (email, write) for email, found in plans.items() for write in found.writes}
    taken = _accepted(db, run, PEOPLE, writes)
    chosen = [writes[number] for number in sorted(taken)]
    managers = {write.manager for _, write in chosen if write.manager}
    staff = _staff(db, run.organisation_id, {email for email, _ in chosen} | managers)
    fresh: list[dict[str, object]] = []
    for email, write in chosen:
        _replace(fresh, write, staff, staff[email], nodes, db)
    going = iter(fresh)
    while batch := list(islice(going, BATCH)):
        db.execute(insert(Post), batch)


def _staff(db: Session, organisation_id: uuid.UUID, emails: Iterable[str]) -> dict[str, uuid.UUID]:
    here = (StaffMember.organisation_id == organisation_id, StaffMember.email.in_(list(emails)))
    return {row[0]: row[1] for row in db.execute(select(StaffMember.email, StaffMember.id).where(*here))}


def _replace(
    fresh: list[dict[str, object]],
    write: PostWrite,
    staff: Mapping[str, uuid.UUID],
    own: uuid.UUID,
    nodes: Nodes,
    db: Session,
) -> None:
    """A new post; or the old one in place; or the old one until a day and a new one from it on."""
    manager = write.manager if write.manager is not None else (write.old.manager if write.old else "")
    values: dict[str, object] = {
        "unit_id": nodes[write.unit],
        "manager_id": _manager(db, write, staff, manager),
        "title": write.title,
        "band": write.band,
        "ended_on": write.ended,
        "listed": True,
    }
    began = write.when or write.began
    if write.old is not None and write.when is None:
        db.execute(update(Post).where(Post.id == write.old.id).values(started_on=began, **values))
        return
    if write.old is not None:
        db.execute(update(Post).where(Post.id == write.old.id).values(ended_on=write.when))
    fresh.append({"id": new_id(), "staff_id": own, "started_on": began, **values})


def _manager(db: Session, write: PostWrite, staff: Mapping[str, uuid.UUID], email: str) -> uuid.UUID | None:
    if not email:
        return None
    if write.manager is None and write.old is not None:
        return db.scalar(select(Post.manager_id).where(Post.id == write.old.id))
    return staff[email]
