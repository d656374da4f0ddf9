"""Workers lose no job: not when they are killed, not beside each other, not while the database is away."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from lms.core import clock, jobs
from lms.core.db import make_engine
from lms.core.jobs import Job, Worker, task
from lms.core.settings import Settings
from lms.core.unit import Database
from tests.integration.test_jobs import done, nothing_done, promise, the_job

__all__ = ["nothing_done"]

ROOT = Path(__file__).parents[2]
SHORT = timedelta(seconds=1)
END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)
# A process of its own that starts a job, says so in a file, and never comes to its end.
STUCK = """
import sys, threading, time
from datetime import timedelta
from pathlib import Path
from lms.core.db import make_engine
from lms.core.jobs import Worker, task
from lms.core.unit import Database

@task
def note(database, *, what):
    Path(sys.argv[2]).write_text(what)
    time.sleep(60)

Worker(Database.of(make_engine(sys.argv[1])), threading.Event(), timedelta(seconds=1)).run()
"""


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def start(worker: Worker) -> threading.Thread:
    thread = threading.Thread(target=worker.run)
    thread.start()
    return thread


def test_a_job_whose_worker_was_killed_is_taken_over_by_another(
    store: Database, settings: Settings, tmp_path: Path
) -> None:
    promise(store)
    started = tmp_path / "started"
    killed = subprocess.Popen([sys.executable, "-c", STUCK, settings.database_url, str(started)], cwd=ROOT)
    until(started.exists)
    assert not Worker(store, threading.Event()).run_one(), "its lease still stands"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert the_job(store).state == "running"
    other = Worker(store, threading.Event(), SHORT)
    until(other.run_one)
    assert done == ["it"]
    assert (the_job(store).state, the_job(store).tries) == ("done", 2)


def test_a_job_that_takes_its_worker_with_it_every_time_is_given_up(store: Database) -> None:
    promise(store)
    with store.transaction() as db:
        db.execute(update(Job).values(state="running", tries=8, owner="gone", lease_until=clock.now() - SHORT))
    worker = Worker(store, threading.Event())
    assert worker.run_one()
    assert (the_job(store).state, the_job(store).error, done) == ("dead", "LeaseRanOut", [])


def test_a_long_job_keeps_its_lease(store: Database) -> None:
    finish, stop = threading.Event(), threading.Event()

    @task
    def linger(_database: Database, *, what: str) -> None:
        done.append(what)
        finish.wait(20)

    promise(store, "linger")
    thread = start(Worker(store, stop, SHORT))
    until(lambda: done)
    time.sleep(SHORT.total_seconds() * 2)
    assert not Worker(store, threading.Event(), SHORT).run_one(), "the first worker still holds it"
    stop.set()
    finish.set()
    thread.join()
    assert done == ["it"]
    assert the_job(store).state == "done"


def test_a_worker_that_lost_its_lease_does_not_overwrite_the_one_that_took_over(store: Database) -> None:
    @task
    def lose(database: Database, *, what: str) -> None:
        with database.transaction() as db:
            db.execute(update(Job).values(owner="another", tries=2))
        raise ValueError

    promise(store, "lose")
    Worker(store, threading.Event()).run_one()
    job = the_job(store)
    assert (job.state, job.owner, job.error) == ("running", "another", None)


def test_workers_side_by_side_never_run_a_job_twice(store: Database, settings: Settings) -> None:
    for number in range(60):
        promise(store, what=str(number))
    others = [Database.of(make_engine(settings.database_url)) for _ in range(3)]
    threads = [
        threading.Thread(target=Worker(each, threading.Event()).run, kwargs={"until_idle": True}) for each in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in others:
        each.engine.dispose()
    Worker(store, threading.Event()).run(until_idle=True)
    assert sorted(done, key=int) == [str(number) for number in range(60)]


def test_a_worker_told_to_stop_finishes_the_job_in_hand(store: Database) -> None:
    stop = threading.Event()

    @task
    def stopping(_database: Database, *, what: str) -> None:
        stop.set()
        done.append(what)

    promise(store, "stopping")
    promise(store)
    Worker(store, stop).run()
    assert done == ["it"]


def test_an_idle_worker_never_takes_the_write_lock(store: Database) -> None:
    begun: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        begun.append(statement)

    event.listen(store.engine, "before_cursor_execute", listen)
    assert not Worker(store, threading.Event()).run_one()
    assert not [each for each in begun if "IMMEDIATE" in each or "UPDATE" in each.split()]


def test_an_idle_worker_does_not_keep_sqlite_from_shortening_its_log(store: Database) -> None:
    if store.engine.dialect.name != "sqlite":
        return  # PostgreSQL's log does not wait for readers
    stop = threading.Event()
    thread = start(Worker(store, stop))
    time.sleep(0.2)
    promise(store)
    until(lambda: the_job(store).state == "done")
    connection = store.engine.raw_connection()
    try:
        busy, left, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
        stop.set()
        thread.join()
    assert (busy, left) == (0, 0)


def test_a_worker_waits_while_the_database_is_away(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "DATABASE_AWAY_SECONDS", 0.1)
    away, refused, stop = threading.Event(), threading.Event(), threading.Event()

    def refuse(_connection: object) -> None:
        if away.is_set():
            refused.set()
            raise OperationalError("BEGIN", {}, Exception("the server is starting up"))

    event.listen(store.engine, "begin", refuse)
    away.set()
    thread = start(Worker(store, stop))
    assert refused.wait(10)
    away.clear()
    promise(store)
    until(lambda: done)
    stop.set()
    thread.join()
    assert done == ["it"]


def test_a_lease_survives_a_renewal_that_fails(store: Database, settings: Settings) -> None:
    """The database is away while the job in hand works on; afterwards the lease is renewed and the job ends well."""
    renewals, finish, stop = list[str](), threading.Event(), threading.Event()
    own = Database.of(make_engine(settings.database_url))

    @task
    def outlast(_database: Database, *, what: str) -> None:
        done.append(what)
        finish.wait(20)

    def refuse_once(connection: object) -> None:
        if threading.current_thread() is not thread and done:
            renewals.append("tried")
            if len(renewals) == 1:
                raise OperationalError("BEGIN", {}, Exception("connection lost"))

    event.listen(own.engine, "begin", refuse_once)
    promise(store, "outlast")
    thread = start(Worker(own, stop, SHORT))
    until(lambda: len(renewals) >= 3)
    assert not Worker(store, threading.Event(), SHORT).run_one()
    stop.set()
    finish.set()
    thread.join()
    own.engine.dispose()
    assert the_job(store).state == "done"


def test_a_worker_survives_the_end_of_all_its_connections(store: Database) -> None:
    if store.engine.dialect.name == "sqlite":
        return  # there is no server that could end them
    stop = threading.Event()
    thread = start(Worker(store, stop))
    time.sleep(0.3)
    with store.engine.connect() as connection:
        connection.execute(text(END_ALL))
    promise(store)
    until(lambda: done)
    stop.set()
    thread.join()
    assert the_job(store).state == "done"


def test_a_transaction_whose_connection_lost_its_server_fails_and_the_next_one_works(
    store: Database, settings: Settings
) -> None:
    if store.engine.dialect.name == "sqlite":
        return  # there is no server that could end it
    own = Database.of(make_engine(settings.database_url))
    with own.transaction() as db:
        db.execute(text("SELECT 1"))
    with store.engine.connect() as connection:
        connection.execute(text(END_ALL))
    with pytest.raises(OperationalError), own.transaction() as db:
        db.execute(text("SELECT 1"))
    with own.transaction() as db:
        assert db.scalar(text("SELECT 1")) == 1
    own.engine.dispose()
