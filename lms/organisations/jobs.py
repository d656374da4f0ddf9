"""What a worker does about imports: read and check a large file, apply it, forget what was kept."""

from __future__ import annotations

import tempfile
import uuid
from datetime import date
from typing import BinaryIO, cast

from sqlalchemy import delete, select

from lms.core.jobs import task
from lms.core.unit import Database
from lms.organisations import applying, checking, service, staging, standing
from lms.organisations.files import Refused
from lms.organisations.models import Import, ImportPiece, ImportRow

IN_MEMORY = 1_000_000


@task
def check_import(database: Database, import_id: str) -> None:
    """Read a large file and check it, in many short transactions: others write meanwhile."""
    own = uuid.UUID(import_id)
    with database.readers() as db:
        run = db.get(Import, own)
        if run is None or run.state != "waiting":
            return
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        number = 0
        while piece := _piece(database, own, number):
            file.write(piece)
            number += 1
        try:
            staging.stage(database.transaction, own, cast("BinaryIO", file))
        except Refused as error:
            _refuse(database, own, str(error))
            return
    with database.transaction() as db:
        standing.look_over(db, ImportRow)
    checking.check(database.transaction, own)
    with database.transaction() as db:
        db.execute(delete(ImportPiece).where(ImportPiece.import_id == own))


def _piece(database: Database, import_id: uuid.UUID, number: int) -> bytes | None:
    with database.readers() as db:
        here = (ImportPiece.import_id == import_id, ImportPiece.number == number)
        return db.scalar(select(ImportPiece.data).where(*here))


def _refuse(database: Database, import_id: uuid.UUID, sentence: str) -> None:
    with database.transaction() as db:
        run = db.get_one(Import, import_id)
        run.state, run.fault = "refused", sentence
        db.execute(delete(ImportPiece).where(ImportPiece.import_id == import_id))


@task
def apply_import(database: Database, import_id: str, who: str, left_on: str) -> None:
    """Apply a large file in one transaction; where things changed meanwhile, check it again instead."""
    own = uuid.UUID(import_id)
    with database.transaction() as db:
        run = db.scalar(select(Import).where(Import.id == own).with_for_update())
        if run is None or run.state != "applying":
            return
        moved = applying.has_moved(db, run)
        if not moved:
            applying.apply(db, run, uuid.UUID(who), date.fromisoformat(left_on) if left_on else None)
    if moved:
        checking.check(database.transaction, own)
        with database.transaction() as db:
            db.get_one(Import, own).fault = service.MOVED


@task
def forget_import(database: Database, import_id: str) -> None:
    """What stood in the file is forgotten; who brought it, when, and what came of it stays."""
    own = uuid.UUID(import_id)
    while True:
        with database.transaction() as db:
            some = select(ImportRow.number).where(ImportRow.import_id == own).limit(staging.BATCH)
            if not db.scalars(some).all():
                break
            db.execute(delete(ImportRow).where(ImportRow.import_id == own, ImportRow.number.in_(some)))
    with database.transaction() as db:
        db.execute(delete(ImportPiece).where(ImportPiece.import_id == own))
        run = db.get(Import, own)
        if run is not None and run.state != "applied":
            run.state, run.fault = "refused", service.GONE
