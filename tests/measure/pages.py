"""What the pages of readiness cost once there is much to read: `python -m tests.measure.pages`.

Each page is opened by whoever reads it, in one process on a SQLite database of its own, again and again; what is
printed is the least processor time of one visit, and how often the database was asked. Others who use the machine
cannot make it less. Ends with 1 where a goal of the hand-over is missed.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from lms.app import create_app
from lms.core import schema
from lms.core.settings import use
from lms.core.unit import Database
from tests.accounts import browser_of
from tests.conftest import settings_for
from tests.make import World
from tests.make_hand_over import make_near
from tests.make_keys import plant_files
from tests.make_long_circle import ASKED, add_meetings
from tests.make_many_learners import enrol
from tests.statements import statements

MEETINGS, PEOPLE = 200, 5_000
WARM = 3  # visits before the first that counts: what is compiled once is not what a visit costs


@dataclass(frozen=True)
class Goal:
    """A page, who opens it, and the most it may cost."""

    name: str
    reader: uuid.UUID
    path: str
    most_ms: float | None
    most_queries: int


def main() -> None:
    """Print what each page costs, and end with 1 where that is more than its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=60, help="how often each page is opened")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="askwell-pages-") as folder:
        app = _make(Path(folder))
        missed = [_measure(app, goal, asked.visits) for goal in _fill(app.extensions["askwell_database"])]
    sys.exit(1 if any(missed) else 0)


def _make(folder: Path) -> Flask:
    settings = use(settings_for(f"sqlite:///{folder}/pages.db", folder))
    schema.upgrade(settings.database_url)
    plant_files(folder)
    return create_app(settings)


def _fill(database: Database) -> Iterator[Goal]:
    """What is measured, in turn: a circle that met for years and who leads it, then a provider’s thousands."""
    with database.transaction() as db:
        world = World.make(db)
        circle = make_near(db, world)
        add_meetings(db, world, circle, MEETINGS)
    long = f"{MEETINGS} meetings, {MEETINGS * sum(ASKED):,} questions"
    yield Goal(f"circle, {long}", world.trainer, f"/groups/{circle}/taking-over", 25, 21)
    yield Goal(f"person, {long}", world.trainee, "/readiness", None, 6)
    with database.transaction() as db:
        enrol(db, world, PEOPLE - 2)
    yield Goal(f"list, {PEOPLE:,} people", world.administrator, "/readiness/people", None, 8)
    yield Goal(f"list, page 50 of {PEOPLE:,}", world.administrator, "/readiness/people?page=50", None, 8)


def _measure(app: Flask, goal: Goal, visits: int) -> bool:
    browser = browser_of(app, goal.reader)
    for _ in range(WARM):
        answer = browser.get(goal.path)
        assert answer.status_code == 200, (goal.path, answer.status_code)
    with statements(app.extensions["askwell_database"]) as asked:
        browser.get(goal.path)
    spent = min(_visit(browser, goal.path) for _ in range(visits))
    missed = len(asked) > goal.most_queries or (goal.most_ms is not None and spent > goal.most_ms)
    most = f"{goal.most_ms:.0f} ms, " if goal.most_ms is not None else ""
    said = f"goal: {most}{goal.most_queries} queries{', missed' if missed else ''}"
    print(f"{goal.name:40} {spent:6.1f} ms {len(asked):4d} queries   {said}", flush=True)
    return missed


def _visit(browser: FlaskClient, path: str) -> float:
    began = time.process_time()
    browser.get(path)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
