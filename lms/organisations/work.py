"""How an import works on the database: in one transaction of a request, or in many of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.orm import Session

Work = Callable[[], AbstractContextManager[Session]]


def within(db: Session) -> Work:
    """Everything in the transaction that is open already."""

    @contextmanager
    def same() -> Iterator[Session]:
        yield db
        db.flush()

    return same
