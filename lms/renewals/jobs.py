"""Every morning: reminders about certificates that end."""

from __future__ import annotations

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.renewals import reminding


@task
def remind_of_renewals(database: Database) -> None:
    """Write what is due, each in a transaction of its own. Tomorrow's round is promised first."""
    with database.transaction() as db:
        promise_morning(db, "remind_of_renewals", days=1)
    with database.readers() as db:
        found = reminding.due(db)
    for certificate_id, days in found:
        with database.transaction() as db:
            reminding.remind(db, certificate_id, days)
