"""The unit of work: one session to read with, one transaction to change with, and the only commit in the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import current_app, g
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from lms.core import following
from lms.core.db import SNAPSHOT, STATEMENT
from lms.core.sqlite import in_turn


class Asking(Session):
    """A session of single statements on a connection that it is given: it has nothing to begin and nothing to end."""

    bind: Connection

    def connection(self, *_args: Any, **_options: Any) -> Connection:
        """The one it was given, without the steps by which a session comes to one."""
        return self.bind

    def close(self) -> None:
        """Forget what was loaded, and give the connection back."""
        if self.identity_map or self.in_transaction():
            super().close()
        self.bind.close()


@dataclass(frozen=True)
class Database:
    """An engine and the ways to a session: a snapshot to read, single statements for a page, a lock to write."""

    engine: Engine
    readers: sessionmaker[Session]
    pages: Engine
    writers: sessionmaker[Session]

    @classmethod
    def of(cls, engine: Engine) -> Database:
        plain: Engine = engine.get_execution_options()["askwell_plain"]
        reading, paging = engine.execution_options(**SNAPSHOT), plain.execution_options(**STATEMENT)
        return cls(
            engine,
            sessionmaker(reading, autoflush=False),
            paging,
            sessionmaker(engine, expire_on_commit=False),
        )

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """Both, for whoever listens to all statements."""
        return self.engine, self.pages

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Return commits, raise rolls back. What follows the change is done before the commit."""
        with self.writers() as session, session.begin():
            yield session
            if session.in_transaction():  # else it was rolled back already, and nothing follows
                following.settle(session)


def database() -> Database:
    """This application's database."""
    found: Database = current_app.extensions["askwell_database"]
    return found


def reading() -> Session:
    """The request's session for looking things up. It never commits."""
    if "reading" not in g:
        g.reading = Asking(database().pages.connect(), autoflush=False)
    session: Session = g.reading
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """The one place where a request changes anything: return commits, raise rolls back.

    The reading snapshot ends first, so a request never holds two connections and never writes on what it read before
    the lock was its own.
    """
    end_reading()
    with database().transaction() as session:
        yield session


@contextmanager
def statement() -> Iterator[Session]:
    """For a change that is one statement, a transaction by itself on the session that reads: nothing is begun twice."""
    session = reading()
    with in_turn(session.connection()):
        yield session


def end_reading(_error: BaseException | None = None) -> None:
    """Give the reading connection back. What was loaded stays usable, and loads nothing more."""
    session: Session | None = g.pop("reading", None)
    if session is not None:
        session.close()


def library_session() -> Session:
    """The writing session of the account library, which changes its own rows in its own views."""
    if "library" not in g:
        end_reading()
        g.library = database().writers()
    session: Session = g.library
    return session


def commit_library() -> None:
    """Commit what the account library changed, and let go of the lock (it hashes passwords next)."""
    session: Session | None = g.get("library")
    if session is not None:
        following.settle(session)
        session.commit()


def end_library(_error: BaseException | None = None) -> None:
    """Drop what the account library left uncommitted."""
    session: Session | None = g.pop("library", None)
    if session is not None:
        session.close()
