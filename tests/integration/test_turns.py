"""SQLite lets one writer in at a time: here they queue, and nobody who gives up keeps the others out."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from lms.core import sqlite as core
from lms.core.db import make_engine
from lms.core.sqlite import in_turn, sqlite_driver
from lms.core.unit import Database

WRITERS, TIMES = 8, 25


@pytest.fixture
def counted(tmp_path: Path) -> Database:
    """A database of its own with one number in it."""
    database = Database.of(make_engine(f"sqlite:///{tmp_path}/turns.db"))
    with database.transaction() as db:
        db.execute(text("CREATE TABLE counted (n INTEGER)"))
        db.execute(text("INSERT INTO counted VALUES (0)"))
    return database


def count_one(database: Database) -> None:
    with database.transaction() as db:
        db.execute(text("UPDATE counted SET n = n + 1"))


def counted_so_far(database: Database) -> int:
    with database.readers() as db:
        found: int = db.execute(text("SELECT n FROM counted")).scalar_one()
    return found


def test_many_writers_all_get_their_turn(counted: Database) -> None:
    def write() -> None:
        for _ in range(TIMES):
            count_one(counted)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counted_so_far(counted) == WRITERS * TIMES


def test_a_writer_that_fails_leaves_its_turn_to_the_next(counted: Database) -> None:
    with pytest.raises(OperationalError), counted.transaction() as db:
        db.execute(text("UPDATE nowhere SET n = 99"))
    count_one(counted)
    assert counted_so_far(counted) == 1


def test_a_writer_kept_out_by_another_process_leaves_its_turn_too(
    counted: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "LOCK_TIMEOUT_MS", 50)
    other = sqlite_driver().connect(tmp_path / "turns.db", isolation_level=None)
    counted.engine.dispose()  # connections made from now on wait for 50 ms only
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError):
        count_one(counted)
    other.execute("ROLLBACK")
    count_one(counted)
    assert counted_so_far(counted) == 1


def test_a_writer_waits_for_another_process_and_its_connection_stays_patient(counted: Database, tmp_path: Path) -> None:
    other = sqlite_driver().connect(tmp_path / "turns.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.05, other.execute, ["ROLLBACK"]).start()
    with counted.transaction() as db:
        db.execute(text("UPDATE counted SET n = 7"))
        assert db.execute(text("PRAGMA busy_timeout")).scalar_one() == core.LOCK_TIMEOUT_MS
    assert counted_so_far(counted) == 7


def test_who_waits_too_long_for_a_turn_is_told_so(counted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "TURN_TIMEOUT_SECONDS", 0.05)
    with counted.transaction() as db:
        db.execute(text("UPDATE counted SET n = 5"))
        with pytest.raises(OperationalError, match="locked"):
            count_one(counted)
    count_one(counted)
    assert counted_so_far(counted) == 6


def test_writers_of_two_programs_take_turns(counted: Database, tmp_path: Path) -> None:
    other = Database.of(make_engine(f"sqlite:///{tmp_path}/turns.db"))

    def write(database: Database) -> None:
        for _ in range(TIMES):
            count_one(database)

    threads = [threading.Thread(target=write, args=[each]) for each in (counted, other) * 3]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counted_so_far(counted) == 6 * TIMES


def test_a_program_that_is_killed_in_its_turn_leaves_it_to_the_others(counted: Database, tmp_path: Path) -> None:
    holding = """
import sys, time
from sqlalchemy import text
from lms.core.db import make_engine
from lms.core.unit import Database
with Database.of(make_engine(sys.argv[1])).transaction() as db:
    db.execute(text("UPDATE counted SET n = 99"))
    print("mine", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", holding, f"sqlite:///{tmp_path}/turns.db"], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        other.kill()
    count_one(counted)
    assert counted_so_far(counted) == 1


def test_where_no_file_can_be_locked_sqlites_own_lock_is_enough(counted: Database, tmp_path: Path) -> None:
    (tmp_path / "other.db-turn").mkdir()
    other = Database.of(make_engine(f"sqlite:///{tmp_path}/other.db"))
    with other.transaction() as db:
        db.execute(text("CREATE TABLE counted (n INTEGER)"))
        db.execute(text("INSERT INTO counted VALUES (3)"))
    assert counted_so_far(other) == 3


def test_readers_wait_for_nobody(counted: Database) -> None:
    with counted.transaction() as db:
        db.execute(text("UPDATE counted SET n = 5"))
        assert counted_so_far(counted) == 0


def test_a_statement_is_committed_when_its_answer_has_been_read(counted: Database) -> None:
    with counted.pages.connect() as connection, in_turn(connection):
        assert connection.execute(text("UPDATE counted SET n = 8 RETURNING n")).scalar_one() == 8
        assert counted_so_far(counted) == 8


def test_a_statement_that_cannot_be_committed_says_so_and_leaves_its_turn(counted: Database) -> None:
    with counted.transaction() as db:
        db.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        db.execute(text("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"))
    with counted.pages.connect() as connection:
        with pytest.raises(IntegrityError), in_turn(connection):
            connection.execute(text("INSERT INTO child VALUES (1) RETURNING id")).first()
        with in_turn(connection):
            connection.execute(text("UPDATE counted SET n = 9"))
        assert connection.execute(text("SELECT count(*) FROM child")).scalar_one() == 0
    assert counted_so_far(counted) == 9
