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
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Index, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock
from lms.core.db import Base, new_id
from lms.core.unit import Database

log = structlog.get_logger()
Task = Callable[..., None]

LEASE = timedelta(seconds=30)
IDLE_SECONDS = 0.5
MOST_TRIES = 8
LONGEST_WAIT = timedelta(hours=1)
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
    """Promise to run the task `name`, in the caller's transaction. Arguments are ids, never texts."""
    if key is not None and db.scalar(select(Job.id).where(Job.key == key)) is not None:
        return
    db.add(Job(name=name, arguments=arguments, key=key, due_at=clock.now() + delay))


class Worker:
    """Takes due jobs one at a time until `stop` is set."""

    def __init__(self, database: Database, stop: threading.Event) -> None:
        self.database = database
        self.stop = stop
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._current: uuid.UUID | None = None

    def run(self) -> None:
        """Work until told to stop; the job in hand is finished first."""
        threading.Thread(target=self._keep_lease, daemon=True).start()
        while not self.stop.is_set():
            if not self.run_one():
                self.stop.wait(IDLE_SECONDS)

    def run_one(self) -> bool:
        """Do one due job; False when there is none."""
        job = self._claim()
        if job is None:
            return False
        self._current = job.id
        try:
            _tasks[job.name](self.database, **job.arguments)
            self._finish(job, state="done", error=None)
        except Exception as error:  # noqa: BLE001 - whatever a job raises is kept with it and tried again
            log.warning("job failed", job=job.name, tries=job.tries, error=repr(error))
            wait = min(LONGEST_WAIT, timedelta(seconds=2**job.tries))
            state = "dead" if job.tries >= MOST_TRIES else "ready"
            self._finish(job, state=state, error=type(error).__name__, due_at=clock.now() + wait)
        finally:
            self._current = None
        return True

    def _claim(self) -> Job | None:
        now = clock.now()
        ready = and_(Job.state == "ready", Job.due_at <= now)
        left_behind = and_(Job.state == "running", Job.lease_until < now)
        with self.database.transaction() as db:
            job = db.scalar(
                select(Job)
                .where(or_(ready, left_behind))
                .order_by(Job.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if job is None:
                return None
            job.state, job.owner, job.lease_until, job.tries = "running", self.name, now + LEASE, job.tries + 1
            return job

    def _finish(self, job: Job, **values: Any) -> None:
        with self.database.transaction() as db:
            mine = (Job.id == job.id, Job.owner == self.name)
            db.execute(update(Job).where(*mine).values(lease_until=None, **values))

    def _keep_lease(self) -> None:
        while not self.stop.wait(LEASE.total_seconds() / 3):
            if self._current is not None:
                with self.database.transaction() as db:
                    mine = (Job.id == self._current, Job.owner == self.name)
                    db.execute(update(Job).where(*mine).values(lease_until=clock.now() + LEASE))
