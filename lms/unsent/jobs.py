"""Every morning: forget what nobody came back to."""

from __future__ import annotations

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.unsent import service


@task
def forget_unsent(database: Database) -> None:
    """In one transaction with the promise of the next morning."""
    with database.transaction() as db:
        promise_morning(db, "forget_unsent", days=1)
        service.forget_old(db)
