"""The letters about meetings: what changed, as soon as it has, and every morning to the hosts of the days to come."""

from __future__ import annotations

import uuid
from importlib import import_module

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.groups import hosting, invitations


@task
def tell_circle(database: Database, *, group: str) -> None:
    """Bring the calendars of a circle up to date, each in a transaction of its own, so that nobody waits for long."""
    import_module("icalendar")  # half a second, and nothing is locked yet
    group_id = uuid.UUID(group)
    with database.readers() as db:
        people = invitations.whom_to_tell(db, group_id)
    for person_id in people:
        with database.transaction() as db:
            invitations.tell(db, group_id, person_id)
    _write_to_hosts(database, group_id)


@task
def remind_hosts(database: Database) -> None:
    """Write to the hosts of the days to come. Tomorrow's round is promised first, whatever becomes of this one."""
    with database.transaction() as db:
        promise_morning(db, "remind_hosts", days=1)
    _write_to_hosts(database)


def _write_to_hosts(database: Database, group_id: uuid.UUID | None = None) -> None:
    with database.readers() as db:
        meetings = hosting.due(db, group_id)
    for meeting_id in meetings:
        with database.transaction() as db:
            hosting.write_to_host(db, meeting_id)
