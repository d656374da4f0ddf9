"""Jobs: a table in the same database, so work is promised in the transaction that needs it and survives `kill -9`.

A worker takes a job under a lease and keeps the lease alive while it works. If the worker dies, the lease runs out and
another takes over, so a job may run twice: every effect must bear that.
"""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Index, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock, log, settings
from lms.core.db import Base, new_id
from lms.core.unit import Database

Task = Callable[..., None]

LEASE = timedelta(seconds=30)
IDLE_SECONDS = 0.5
DATABASE_AWAY_SECONDS = 2.0
MOST_TRIES = 8
LONGEST_WAIT = timedelta(hours=1)
MORNING = time(6)
_tasks: dict[str, Task] = {}


class Job(Base):
    """A promise to do something. `key` makes the promise unique where it must not be made twice."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_due_at", "state", "due_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="ready")  # ready, running, done, dead
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    error: Mapped[str | None]


def task(function: Task) -> Task:
    """Register `function(database, **arguments)` as what a job of its name does."""
    _tasks[function.__name__] = function
    return function


def enqueue(
    db: Session, name: str, *, key: str | None = None, delay: timedelta = timedelta(0), **arguments: str
) -> None:
    """Promise to run the task `name`, in the caller's transaction. Arguments are ids, never texts.

    A promise whose `key` was ever given before is not made again, also when two transactions make it at once.
    """
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    promise = insert(Job).values(name=name, arguments=arguments, key=key, due_at=clock.now() + delay)
    db.execute(promise.on_conflict_do_nothing(index_elements=["key"]))


def find(db: Session, *which: ColumnElement[bool]) -> list[Job]:
    """Promises that were made, done or not."""
    return list(db.scalars(select(Job).where(*which)))


def revive(db: Session, *which: ColumnElement[bool]) -> None:
    """Take up again what was given up, as if it were promised now. What went wrong stays with it until it is done."""
    db.execute(update(Job).where(Job.state == "dead", *which).values(state="ready", tries=0, due_at=clock.now()))


def promise_morning(db: Session, name: str, days: int = 0) -> None:
    """Promise a task for this morning, or for the day so many days ahead; once a day, however often it is promised."""
    zone = ZoneInfo(settings.current().time_zone)
    day = clock.today(zone.key) + timedelta(days=days)
    wait = datetime.combine(day, MORNING, zone) - clock.now()
    enqueue(db, name, key=f"{name}:{day}", delay=max(wait, timedelta(0)))


def wait_after(tries: int) -> timedelta:
    """How long a job rests after its `tries`-th failure: 4 s, 16 s, 64 s … an hour. Eight tries span over two hours."""
    return min(LONGEST_WAIT, timedelta(seconds=4**tries))


class Worker:
    """Takes due jobs one at a time until `stop` is set."""

    def __init__(self, database: Database, stop: threading.Event, lease: timedelta = LEASE) -> None:
        self.database = database
        self.stop = stop
        self.lease = lease
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._current: uuid.UUID | None = None

    def run(self, *, until_idle: bool = False) -> None:
        """Work until told to stop, or until nothing is due; the job in hand is finished first.

        While the database is away the worker waits for it. What it had in hand then runs again when its lease is over.
        """
        ended = threading.Event()
        threading.Thread(target=self._keep_lease, args=(ended,), daemon=True).start()
        try:
            while not self.stop.is_set():
                busy, pause = self._run_one_if_we_can()
                if until_idle and not busy:
                    return
                self.stop.wait(pause)
        finally:
            ended.set()

    def run_one(self) -> bool:
        """Do one due job; False when there is none."""
        job = self._claim()
        if job is None:
            return False
        self._current = job.id
        try:
            self._change(job.id, lease_until=None, **self._attempt(job))
        finally:
            self._current = None
        return True

    def _run_one_if_we_can(self) -> tuple[bool, float]:
        """Whether there was anything to do, and how long to rest after it."""
        try:
            busy = self.run_one()
        except SQLAlchemyError as error:
            log.warning("the database is away", error=type(error).__name__)
            return True, DATABASE_AWAY_SECONDS
        return busy, 0 if busy else IDLE_SECONDS

    def _attempt(self, job: Job) -> dict[str, Any]:
        """Run the task; returns what the job's row says afterwards."""
        if job.tries > MOST_TRIES:  # it never came to its end: whatever it does, it takes its worker with it
            return {"state": "dead", "error": job.error or "LeaseRanOut"}
        try:
            _tasks[job.name](self.database, **job.arguments)
        except Exception as error:  # noqa: BLE001 - whatever a job raises is kept with it and tried again
            log.warning("job failed", job=job.name, tries=job.tries, error=type(error).__name__)
            state = "dead" if job.tries >= MOST_TRIES else "ready"
            return {"state": state, "error": type(error).__name__, "due_at": clock.now() + wait_after(job.tries)}
        return {"state": "done", "error": None}

    def _claim(self) -> Job | None:
        """The job due longest, now ours. A reader looks first: an idle worker never takes SQLite's only write lock."""
        now = clock.now()
        ready = and_(Job.state == "ready", Job.due_at <= now)
        left_behind = and_(Job.state == "running", Job.lease_until < now)
        due = select(Job).where(or_(ready, left_behind)).order_by(Job.due_at).limit(1)
        with self.database.readers() as db:
            if db.scalar(due) is None:
                return None
        with self.database.transaction() as db:
            job = db.scalar(due.with_for_update(skip_locked=True))
            if job is None:
                return None
            job.state, job.owner, job.lease_until, job.tries = "running", self.name, now + self.lease, job.tries + 1
            return job

    def _keep_lease(self, ended: threading.Event) -> None:
        """Renew the lease of the job in hand well before it runs out, so that one renewal may fail."""
        while not ended.wait(self.lease.total_seconds() / 3):
            job_id = self._current
            if job_id is None:
                continue
            try:
                self._change(job_id, lease_until=clock.now() + self.lease)
            except SQLAlchemyError as error:
                log.warning("lease not renewed", error=type(error).__name__)

    def _change(self, job_id: uuid.UUID, **values: Any) -> None:
        """Change a running job's row, unless another worker has taken it over."""
        ours = (Job.id == job_id, Job.owner == self.name, Job.state == "running")
        with self.database.transaction() as db:
            db.execute(update(Job).where(*ours).values(**values))
