"""What a worker does about coverage: works in what a large organisation says covered means, and writes to managers."""

from __future__ import annotations

import uuid
from itertools import groupby

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.coverage import weekly, working_in


@task
def tell_managers(database: Database) -> None:
    """Every morning, mostly on Mondays: write to whoever manages an organisation and was not looked for this week.

    Each letter is written in a transaction of its own. Tomorrow's round is promised first.
    """
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


@task
def work_in_meaning(database: Database, meaning_id: str) -> None:
    """Make the summary of a large organisation anew by what it says covered means."""
    working_in.work_in(database, uuid.UUID(meaning_id))
