"""Every hour: letters to those who want one at this hour."""

from __future__ import annotations

from datetime import timedelta

from lms.core import clock
from lms.core.jobs import enqueue, promise_morning, task
from lms.core.unit import Database
from lms.refresh import reminding

AN_HOUR = timedelta(hours=1)


@task
def remind_to_refresh(database: Database) -> None:
    """Write what is due, each in a transaction of its own. The next hour and tomorrow's first are promised before."""
    now = clock.now()
    following = now.replace(minute=0, second=0, microsecond=0) + AN_HOUR
    with database.transaction() as db:
        promise_morning(db, "remind_to_refresh", days=1)
        enqueue(db, "remind_to_refresh", key=f"remind_to_refresh:{following:%Y-%m-%dT%H}", delay=following - now)
    with database.readers() as db:
        found = reminding.whose_hour_it_is(db)
    for person_id in found:
        with database.transaction() as db:
            reminding.write(db, person_id)
