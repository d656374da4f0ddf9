"""The daily look at circles that were handed over: who is asked a check today, and what has drifted."""

from __future__ import annotations

from lms.aftercare import letters, service
from lms.core.errors import NotFound
from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.groups.models import PeerGroup


@task
def look_after_circles(database: Database) -> None:
    """Write about checks and signs, each circle in a transaction of its own.

    Tomorrow's round is promised first, whatever becomes of this one.
    """
    with database.transaction() as db:
        promise_morning(db, "look_after_circles", days=1)
    with database.readers() as db:
        circles = service.handed_over(db)
    for group_id in circles:
        with database.transaction() as db:
            group = db.get_one(PeerGroup, group_id, with_for_update=True)
            try:
                handed = service.look_at(group)
            except NotFound:  # it took more support again just now
                continue
            letters.ask(db, handed)
            letters.tell_signs(db, handed)
