"""The daily look for sessions that wait too long."""

from __future__ import annotations

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.practice import backup


@task
def ask_backup(database: Database) -> None:
    """Offer what is late to other trainers. Tomorrow's round is promised first, whatever becomes of this one."""
    with database.transaction() as db:
        promise_morning(db, "ask_backup", days=1)
    looked_at = 1
    while looked_at:
        with database.transaction() as db:
            looked_at = backup.ask_others(db)
