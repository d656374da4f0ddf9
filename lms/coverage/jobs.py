"""Every morning: whoever manages an organisation and was not looked for this week, mostly on Mondays."""

from __future__ import annotations

from itertools import groupby

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.coverage import weekly


@task
def tell_managers(database: Database) -> None:
    """Write what changed, each letter in a transaction of its own. Tomorrow's round is promised first."""
    with database.transaction() as db:
        promise_morning(db, "tell_managers", days=1)
    with database.readers() as db:
        found = weekly.whose_week_it_is(db)
    for organisation_id, managers in groupby(found, key=lambda each: each[0]):
        theirs = [person_id for _, person_id in managers]
        with database.readers() as db:
            now = weekly.look(db, organisation_id, theirs[0])
        for person_id in theirs:
            with database.transaction() as db:
                weekly.write(db, organisation_id, person_id, now)
