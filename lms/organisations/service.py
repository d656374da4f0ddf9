"""Bringing people and units in: a file is checked, looked at, and applied. Every question goes through a scope."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, BinaryIO

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from lms.core import clock, jobs
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.core.site_days import today
from lms.organisations import applying, checking, files, staging
from lms.organisations.columns import PEOPLE, heading_of
from lms.organisations.files import Refused
from lms.organisations.models import Import, ImportPiece, ImportRow
from lms.organisations.rules import CHANGED, CREATED, REFUSED
from lms.organisations.work import within
from lms.people import charge
from lms.people import service as people
from lms.people.models import Organisation, Unit
from lms.people.place_models import Post, StaffMember

CARERS = (Role.ADMINISTRATOR, Role.MANAGER)
PAGE = 50
LISTED = 10
KEPT_FOR = timedelta(days=7)
PIECE = 1 << 20
AT_A_TIME = 500
# What a request may read and check itself, in bytes: some 1,500 rows, which take less than a second.
SMALL, SMALL_WORKBOOK = 150_000, 60_000
WITHOUT = "Tick that you go on without the refused rows, or mend them in the file and send it again."
NO_DAY = "Write their last day, like 2026-11-30."
TOO_LATE = "Their last day cannot be after today."
ELSEWHERE = "Somebody checked this file again since you opened the page."
MOVED = "Units or people were changed meanwhile, so the file was checked again."
BUSY = "This file is being applied. Open the page again in a moment."
NOT_YET = "This file is still being read. Open the page again in a moment."
GONE = "A check is kept for seven days, and this one is gone. Bring the file in again."


class Moved(Exception):
    """What the check stood on is otherwise now: it is to be made again."""


def organisations(db: Session, actor: Actor) -> Sequence[Organisation]:
    """Those whose people and units the actor looks after, clients first."""
    return charge.list_kept(db, actor)


def scope(db: Session, actor: Actor) -> Select[Import]:
    """The imports of those organisations."""
    return select(Import).where(Import.organisation_id.in_([each.id for each in organisations(db, actor)]))


def get_import(db: Session, actor: Actor, import_id: uuid.UUID, *, lock: bool = False) -> Import:
    """Raises NotFound."""
    chosen = scope(db, actor).where(Import.id == import_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Brought:
    """An import in the list of them."""

    run: Import
    organisation: str
    who: str


def list_imports(db: Session, actor: Actor) -> list[Brought]:
    """The latest ones, newest first."""
    runs = db.scalars(scope(db, actor).order_by(Import.brought_at.desc()).limit(LISTED)).all()
    names = people.names_of(db, [each.brought_by for each in runs])
    called = {each.id: each.name for each in organisations(db, actor)}
    return [Brought(each, called[each.organisation_id], names[each.brought_by]) for each in runs]


def bring(
    db: Session, actor: Actor, key: uuid.UUID, organisation_id: uuid.UUID, file_name: str, file: BinaryIO
) -> Import:
    """Read and check a file, or promise to. The same form twice is one import. Raises NotFound, Invalid."""
    if organisation_id not in {each.id for each in organisations(db, actor)}:
        raise NotFound
    known = db.get(Import, key)
    if known is not None:
        return get_import(db, actor, key)
    digest, small = _digest(file)
    insert_once(
        db, Import,
        id=key, organisation_id=organisation_id, brought_by=actor.person_id, brought_at=clock.now(),
        file_name=file_name[:120], digest=digest, state="waiting", fault="", notes=[], columns={}, day=today(),
        counts={}, version=1, stands_on="", ended=0,
    )  # fmt: skip
    jobs.enqueue(db, "forget_import", key=f"forget_import:{key}", delay=KEPT_FOR, import_id=str(key))
    if small:
        try:
            staging.stage(within(db), key, file)
        except Refused as error:
            raise Invalid({"file": str(error)}) from None
        checking.check(within(db), key)
    else:
        _keep(db, key, file)
        jobs.enqueue(db, "check_import", key=f"check_import:{key}", import_id=str(key))
    return db.get_one(Import, key)


def _digest(file: BinaryIO) -> tuple[str, bool]:
    """The file’s digest, and whether it is small enough to be read at once. Raises Invalid for a huge one."""
    found, size, start = hashlib.sha256(), 0, b""
    file.seek(0)
    while piece := file.read(PIECE):
        start = start or piece[:2]
        size += len(piece)
        if size > files.MOST_BYTES:
            raise Invalid({"file": files.TOO_LARGE})
        found.update(piece)
    file.seek(0)
    return found.hexdigest(), size <= (SMALL_WORKBOOK if start == files.ZIP else SMALL)


def _keep(db: Session, key: uuid.UUID, file: BinaryIO) -> None:
    number = 0
    while piece := file.read(PIECE):
        db.execute(insert(ImportPiece).values(import_id=key, number=number, data=piece))
        number += 1


def apply(
    db: Session, actor: Actor, import_id: uuid.UUID, version: int, *, without: bool, left_on: date | None
) -> Import:
    """Do what was shown, at once or by a job. The same form twice is once.

    Raises NotFound, Invalid, Conflict, Stale, and Moved where the check has to be made again first.
    """
    run = get_import(db, actor, import_id, lock=True)
    if run.state in ("applied", "applying"):
        return run
    if run.state != "checked":
        raise Conflict(run.fault or NOT_YET)
    if run.version != version:
        raise Stale((ELSEWHERE,))
    refused = totals(run)[REFUSED]
    if refused and not without:
        raise Invalid({"without": WITHOUT})
    if left_on is not None and left_on > today():
        raise Invalid({"left_on": TOO_LATE})
    if rows_of(run) > staging.BATCH:
        run.state = "applying"
        jobs.enqueue(
            db, "apply_import", key=f"apply_import:{run.id}:{run.version}", import_id=str(run.id),
            who=str(actor.person_id), left_on=left_on.isoformat() if left_on else "",
        )  # fmt: skip
        return run
    if applying.has_moved(db, run):
        raise Moved
    applying.apply(db, run, actor.person_id, left_on)
    return run


def check_again(db: Session, actor: Actor, import_id: uuid.UUID) -> list[str]:
    """Check once more against what is there now; what is otherwise, in sentences. Raises NotFound."""
    run = get_import(db, actor, import_id, lock=True)
    checking.check(within(db), run.id)
    return [MOVED, *otherwise(db, run)]


def otherwise(db: Session, run: Import) -> list[str]:
    """The rows of which the check before said something else, the first few by name."""
    here = (ImportRow.import_id == run.id, checking.is_otherwise())
    many = db.scalar(select(func.count()).where(*here)) or 0
    rows = db.scalars(select(ImportRow).where(*here).order_by(ImportRow.sheet, ImportRow.number).limit(5))
    said = [f"Row {row.number}, {row.who}: {_was(row)}, now {row.outcome}." for row in rows]
    return [*said, f"{many - 5:,} more rows are otherwise."] if many > 5 else said


def _was(row: ImportRow) -> str:
    return row.was.partition(" ")[0]


def totals(run: Import) -> dict[str, int]:
    """How many rows of each outcome in the whole file."""
    return {
        outcome: sum(sheet.get(outcome, 0) for sheet in run.counts.values())
        for outcome in (CREATED, CHANGED, "unchanged", REFUSED)
    }


def rows_of(run: Import) -> int:
    """How many rows the file has."""
    return sum(totals(run).values())


def list_rows(db: Session, run: Import, outcome: str, page: int) -> tuple[Sequence[ImportRow], bool]:
    """A page of the rows of one outcome, and whether there are more. `run` came through the scope."""
    wanted = select(ImportRow).where(ImportRow.import_id == run.id, ImportRow.outcome == outcome)
    ordered = wanted.order_by(ImportRow.sheet.desc(), ImportRow.number)
    rows = db.scalars(ordered.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody with a post that the file does not name."""

    name: str
    email: str
    unit: str
    title: str


def count_missing(db: Session, run: Import) -> int:
    """How many posts the file does not name; none where it has no people."""
    if PEOPLE not in run.counts:
        return 0
    return db.scalar(select(func.count()).select_from(applying.missing(run, run.day).subquery())) or 0


def list_missing(db: Session, run: Import, page: int) -> tuple[list[Missing], bool]:
    """A page of them, by name."""
    asked = (
        applying.missing(run, run.day)
        .join(Unit, Unit.id == Post.unit_id)
        .with_only_columns(StaffMember.name, StaffMember.email, Unit.name, Post.title, maintain_column_froms=True)
        .order_by(StaffMember.name, Post.id)
    )
    rows = db.execute(asked.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return [Missing(*row) for row in rows[:PAGE]], len(rows) > PAGE


def refused_rows(db: Session, run: Import, sheet: str) -> Iterator[ImportRow]:
    """Every refused row of a sheet in the order of the file, a batch at a time."""
    wanted = select(ImportRow).where(
        ImportRow.import_id == run.id, ImportRow.sheet == sheet, ImportRow.outcome == REFUSED
    )
    last = 0
    while rows := db.scalars(wanted.where(ImportRow.number > last).order_by(ImportRow.number).limit(AT_A_TIME)).all():
        yield from rows
        last = rows[-1].number
        db.expunge_all()


def heading(run: Import, row: ImportRow) -> str:
    """The heading of the cell at fault, as the file writes it."""
    written: dict[str, Any] = run.columns.get(row.sheet, {})
    return str(written.get(row.field) or heading_of(row.sheet, row.field))
