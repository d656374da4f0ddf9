"""Jobs are promised with what needs them, done once it is committed, and tried again when they fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.core import clock, jobs
from lms.core.jobs import Job, Worker, enqueue, task
from lms.core.unit import Database

done: list[str] = []


@task
def note(_database: Database, *, what: str) -> None:
    done.append(what)


@task
def stumble(_database: Database, *, what: str) -> None:
    done.append(what)
    raise ValueError("nobody should read this in the table")


@pytest.fixture(autouse=True)
def nothing_done() -> Iterator[None]:
    done.clear()
    yield
    done.clear()


def promise(store: Database, name: str = "note", what: str = "it", key: str | None = None) -> None:
    with store.transaction() as db:
        enqueue(db, name, key=key, what=what)


def the_job(store: Database) -> Job:
    with store.readers() as db:
        return db.scalars(select(Job)).one()


def make_due(store: Database) -> None:
    with store.transaction() as db:
        db.execute(update(Job).values(due_at=clock.now() - timedelta(seconds=1)))


def test_a_job_is_promised_only_if_its_transaction_commits(store: Database) -> None:
    with store.writers() as db:
        enqueue(db, "note", what="never")
        db.rollback()
    promise(store)
    Worker(store, threading.Event()).run(until_idle=True)
    assert done == ["it"]
    assert the_job(store).state == "done"


def test_a_promise_with_a_key_is_made_once_for_ever(store: Database) -> None:
    promise(store, key="letter:1")
    promise(store, key="letter:1", what="again")
    worker = Worker(store, threading.Event())
    worker.run(until_idle=True)
    promise(store, key="letter:1", what="later")
    worker.run(until_idle=True)
    assert done == ["it"]


def test_two_transactions_that_promise_the_same_at_once_both_commit(store: Database) -> None:
    ready, faults = threading.Barrier(2), list[BaseException]()

    def work() -> None:
        ready.wait()
        try:
            for number in range(20):
                promise(store, key=f"letter:{number}")
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []
    Worker(store, threading.Event()).run(until_idle=True)
    assert len(done) == 20


def test_a_delayed_job_waits(store: Database) -> None:
    with store.transaction() as db:
        enqueue(db, "note", delay=timedelta(hours=1), what="later")
    worker = Worker(store, threading.Event())
    assert not worker.run_one()
    make_due(store)
    assert worker.run_one()
    assert done == ["later"]


def test_a_job_that_fails_is_tried_again_later_and_keeps_only_the_kind_of_error(store: Database) -> None:
    promise(store, "stumble")
    worker = Worker(store, threading.Event())
    assert worker.run_one()
    job = the_job(store)
    assert (job.state, job.tries, job.error) == ("ready", 1, "ValueError")
    assert timedelta(seconds=2) < job.due_at - clock.now() <= timedelta(seconds=4)
    assert not worker.run_one()


def test_a_job_is_given_up_after_eight_tries(store: Database) -> None:
    promise(store, "stumble")
    worker = Worker(store, threading.Event())
    for _ in range(8):
        make_due(store)
        assert worker.run_one()
    make_due(store)
    assert not worker.run_one()
    assert (the_job(store).state, len(done)) == ("dead", 8)


def test_the_waits_grow_to_an_hour_and_span_two() -> None:
    waits = [jobs.wait_after(tries) for tries in range(1, 8)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=4)
    assert waits[-1] == timedelta(hours=1)
    assert sum(waits, timedelta()) > timedelta(hours=2)


def test_a_job_nobody_knows_is_kept_with_its_error(store: Database) -> None:
    promise(store, "unheard_of")
    assert Worker(store, threading.Event()).run_one()
    assert (the_job(store).state, the_job(store).error) == ("ready", "KeyError")
