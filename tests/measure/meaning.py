"""What another meaning of covered costs a very large organisation: `python -m tests.measure.meaning`.

It has 5,000 units and 20,000 people who are certified and led one round each, on a SQLite database of its own. Nothing
here is a test; the figures go to the note.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.app import create_app
from lms.certificates.models import Certificate
from lms.core import clock, jobs, schema
from lms.core.db import Base, new_id
from lms.core.settings import use
from lms.core.sqlite import sqlite_driver
from lms.core.unit import Database
from lms.coverage import working_in
from lms.coverage.jobs import work_in_meaning
from lms.coverage.rebuilding import rebuild
from lms.handover.models import Decision
from lms.people.models import Membership, Person, Unit
from lms.practice.models import PracticeSession, Signature
from tests.accounts import browser_of, token
from tests.conftest import settings_for
from tests.make import STARTED, World, make_group
from tests.make_keys import plant_files

UNITS = int(os.environ.get("UNITS", "5000"))
PEOPLE = int(os.environ.get("PEOPLE", "20000"))
TRY = {"facilitators": "1", "people": "25", "fewest": "1", "rounds": "1", "days": "90"}


def fill(db: Session, world: World) -> None:
    """Everybody was certified 200 days ago, and led last between 1 and 179 days ago."""
    units = [new_id() for _ in range(UNITS)]
    council = {"organisation_id": world.council}
    _add(db, Unit, ({"id": own, "name": f"Unit {n:04}", "headcount": 9 + n % 40, "code": f"u{n}", **council}
                    for n, own in enumerate(units)))  # fmt: skip
    people = [new_id() for _ in range(PEOPLE)]
    _add(db, Person, ({"id": own, "name": f"Person {n:05}", "email": f"p{n}@example.org", "fs_uniquifier": own.hex,
                       "fs_webauthn_user_handle": own.hex} for n, own in enumerate(people)))  # fmt: skip
    there = [(own, units[n % UNITS], n) for n, own in enumerate(people)]
    _add(db, Membership, ({"id": new_id(), "person_id": own, "unit_id": unit, "role": "trainee", "started_on": STARTED,
                           "provider_id": world.provider, **council} for own, unit, _ in there))  # fmt: skip
    decided, then = [new_id() for _ in people], clock.now() - timedelta(days=200)
    seal = {"provider_id": world.provider, "leaf_seq": 1}
    _add(db, Decision, ({"id": decided[n], "person_id": own, "kind": "ready", "reason": "", "decided_at": then,
                         "decided_by": world.trainer, "standard_id": "certified", "standard_version": 5,
                         "standard_hash": "0", "readiness": {}, **seal} for own, _, n in there))  # fmt: skip
    _add(db, Certificate, ({"id": new_id(), "code": f"c{n}", "decision_id": decided[n], "person_id": own,
                            "unit_id": unit, "issuer_id": world.trainer, "holder_name": f"Person {n:05}", "level": 4,
                            "award": "", "facts": {}, "issued_on": then.date(), "issued_at": then, "digest": "0",
                            "valid_until": _day(n % 500), **council, **seal} for own, unit, n in there))  # fmt: skip
    _led(db, world, people)


def _led(db: Session, world: World, people: list[uuid.UUID]) -> None:
    group, held = make_group(db, world), [new_id() for _ in people]
    each = {"group_id": group, "trainer_id": world.trainer, "minutes": 60, "role": "outside", "phases": {}, "open": 3,
            "closed": 1, "leading": 0, "advice": 0, "own_ratings": {}, "keep": "", "state": "signed",
            "submitted_at": clock.now()}  # fmt: skip
    _add(db, PracticeSession, ({"id": held[n], "person_id": own, "held_on": _day(-1 - n % 179), **each}
                               for n, own in enumerate(people)))  # fmt: skip
    signed = {"signer_id": world.trainer, "meaning": "", "authenticated_by": "password", "session_version": 1,
              "digest": "0", "rubric_version": 1, "rubric_hash": "0", "ratings": {}, "level": 4, "leaf_seq": 1,
              "signed_at": clock.now() - timedelta(days=1)}  # fmt: skip
    _add(db, Signature, ({"id": new_id(), "session_id": held[n], "person_id": own, **signed}
                         for n, own in enumerate(people)))  # fmt: skip


def _day(ahead: int) -> date:
    return clock.today() + timedelta(days=ahead)


def _add(db: Session, table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    db.execute(insert(table), list(rows))


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print how long it took."""
    begun, worked = time.perf_counter(), time.process_time()
    yield
    print(f"{what}: {time.process_time() - worked:.2f} s of processor time in {time.perf_counter() - begun:.2f} s")


def main() -> None:
    """Print what it costs to look, to save, and to work it in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in-request", action="store_true", help="save it in the request, as for a small organisation")
    if parser.parse_args().in_request:
        working_in.MOST_AT_ONCE = PEOPLE
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="askwell-meaning-") as folder:
        app = _make(Path(folder))
        database: Database = app.extensions["askwell_database"]
        with database.transaction() as db:
            world = World.make(db)
            fill(db, world)
        _settle(Path(folder) / "test.db")
        with measured("the summary made anew"):
            list(rebuild(database))
        hana = browser_of(app, world.manager)
        asked = "&".join(f"{name}={value}" for name, value in TRY.items())
        for path in ("/coverage", "/coverage/meaning", *(f"/coverage/meaning?{asked}&page={n}" for n in (1, 1, 2))):
            with measured(path):
                assert hana.get(path).status_code == 200, path
        form = TRY | {"from": clock.today().isoformat(), "reason": "We agreed so."}
        form["csrf_token"] = token(hana.get(f"/coverage/meaning?{asked}"))
        with measured("saving"):
            assert hana.post("/coverage/meaning", data=form).status_code == 303
        with measured("/coverage after that"):
            assert hana.get("/coverage").status_code == 200
        _work(database)


def _settle(path: Path) -> None:
    """What was filled in stands in the file itself, as it does once a house has been there for a while."""
    connection = sqlite_driver().connect(path)
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    assert not busy


def _work(database: Database) -> None:
    longest, transaction = [0.0], Database.transaction

    @contextmanager
    def timed(self: Database) -> Iterator[Session]:
        begun = time.perf_counter()
        with transaction(self) as db:
            yield db
        longest.append(time.perf_counter() - begun)

    with database.readers() as db:
        promised = jobs.find(db, jobs.Job.name == "work_in_meaning")
    if not promised:
        return
    Database.transaction = timed  # type: ignore[method-assign]
    with measured("the job"):
        work_in_meaning(database, **promised[0].arguments)
    print(f"{len(longest) - 1} transactions, the longest {max(longest):.2f} s, the last {longest[-1]:.2f} s")


def _make(folder: Path) -> Flask:
    settings = use(settings_for(f"sqlite:///{folder}/test.db", folder))
    schema.upgrade(settings.database_url)
    plant_files(folder)
    return create_app(settings)


if __name__ == "__main__":
    main()
