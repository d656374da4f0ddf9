"""Every morning: letters to holders whose sixty days are over, and quarters that are due to be read."""

from __future__ import annotations

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.outcomes import asking, reading, surveying


@task
def ask_holders(database: Database) -> None:
    """Write to each in a transaction of its own. Tomorrow's round is promised first."""
    with database.transaction() as db:
        promise_morning(db, "ask_holders", days=1)
    with database.readers() as db:
        found = asking.whose_turn_it_is(db)
    for follow_up_id in found:
        with database.transaction() as db:
            asking.write(db, follow_up_id)


@task
def read_outcomes(database: Database) -> None:
    """Read what is due, each organisation's quarter in a transaction of its own. Tomorrow's round is promised first."""
    with database.transaction() as db:
        promise_morning(db, "read_outcomes", days=1)
    with database.transaction() as db:
        surveying.end_overdue(db)
    with database.readers() as db:
        due = [(each, end) for each in reading.organisations(db) for end in reading.quarters_to_read(db, each)]
    for organisation_id, end in due:
        with database.transaction() as db:
            reading.read(db, organisation_id, end)
