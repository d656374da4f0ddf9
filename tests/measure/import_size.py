"""How long a file of 200,000 people takes and what it needs at most: `python -m tests.measure.import_size csv sqlite`.

Each step runs in a process of its own, so that its peak is its own. Nothing here is a test; the figures go to the note.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy import select

from lms.core import schema
from lms.core.db import make_engine
from lms.core.settings import use
from lms.core.unit import Database
from lms.organisations import jobs
from lms.organisations.models import Import
from lms.people.models import Organisation, Person
from tests.conftest import settings_for
from tests.make_import import PEOPLE, text
from tests.postgres import Cluster

ROWS = int(os.environ.get("ROWS", "200000"))
UNITS = 200


def rows() -> Iterator[list[str]]:
    """Everybody below the one before them by a power of twelve, in units of a thousand."""
    yield list(PEOPLE)
    for number in range(ROWS):
        above = f"person.{number // 12}@example.org" if number else ""
        yield [
            f"person.{number}@example.org", f"Person Number {number}", f"Unit {number % UNITS}",
            f"Post {number % 40}", above, str(number % 6), "2025-03-01", "",
        ]  # fmt: skip


def write(kind: str, path: Path) -> None:
    """The file."""
    if kind == "csv":
        path.write_bytes(text(list(rows())))
        return
    book = Workbook(write_only=True)
    page = book.create_sheet("Staff")
    for row in rows():
        page.append(row)
    book.save(path)


def step(name: str, url: str, path: Path) -> None:
    """One step, and its figures as JSON."""
    use(settings_for(url, path.parent))
    database = Database.of(make_engine(url))
    begun, at_first = time.perf_counter(), peak_mb()
    STEPS[name](database, path)
    took = time.perf_counter() - begun
    figures = {"step": name, "seconds": round(took, 1), "peak_mb": peak_mb(), "before_mb": at_first}
    print(json.dumps(figures | {"cpu": round(time.process_time(), 1)}), flush=True)


def peak_mb() -> int:
    """The most memory this process has held at once, as Linux says."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def bring(database: Database, path: Path) -> None:
    """What the request does: keep the file and promise the rest."""
    from lms.core.actor import Actor, Member, Role
    from lms.organisations import service
    from lms.people.models import Unit

    with database.transaction() as db:
        council = db.scalar(select(Organisation))
        if council is None:
            council = Organisation(name="Large Council", kind="client")
            db.add(council)
            db.flush()
            db.add_all(Unit(organisation_id=council.id, name=f"Unit {number}") for number in range(UNITS))
            db.add(Person(name="Hana", email="hana@example.org"))
            db.flush()
        who = Actor(
            db.scalars(select(Person.id)).one(), "Hana", (Member(Role.MANAGER, council.id, council.name, None),)
        )
        with path.open("rb") as file:
            service.bring(db, who, uuid.uuid4(), council.id, path.name, file)


def newest(database: Database) -> Import:
    with database.readers() as db:
        return db.scalars(select(Import).order_by(Import.brought_at.desc()).limit(1)).one()


def check(database: Database, path: Path) -> None:
    """The dry run."""
    jobs.check_import(database, str(newest(database).id))
    found = newest(database)
    print(found.state, found.fault, found.counts, file=sys.stderr)


def apply(database: Database, path: Path) -> None:
    """The one transaction."""
    run = newest(database)
    with database.transaction() as db:
        db.get_one(Import, run.id).state = "applying"
    jobs.apply_import(database, str(run.id), str(run.brought_by), "")
    print(newest(database).state, file=sys.stderr)


STEPS = {"bring": bring, "check": check, "apply": apply}


def main() -> None:
    """Bring, check, apply; then the same file once more."""
    kind, engine = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"people.{kind}")
        write(kind, path)
        print(f"{path.stat().st_size / 1e6:.1f} MB, {ROWS:,} rows, {engine}", flush=True)
        cluster = Cluster() if engine == "postgresql" else None
        if cluster:
            cluster.start()
        url = cluster.url("postgres") if cluster else f"sqlite:///{folder}/m.db"
        schema.upgrade(settings_for(url, Path(folder)).database_url)
        for name in ("bring", "check", "apply", "bring", "check"):
            subprocess.run([sys.executable, "-m", "tests.measure.import_size", name, url, path], check=True)
        if cluster:
            cluster.stop()


if __name__ == "__main__":
    if sys.argv[1] in STEPS:
        step(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main()
