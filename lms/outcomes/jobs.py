"""Every morning: letters to holders whose sixty days are over."""

from __future__ import annotations

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.outcomes import asking


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
