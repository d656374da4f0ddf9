"""Signing the lists of what was withdrawn: at once when something was, and every morning before they lapse."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.credentials import signing
from lms.credentials.models import StatusList


@task
def sign_status_list(database: Database, *, number: str) -> None:
    """Sign one list as it is now."""
    signing.patiently(database, "lists", partial(signing.sign_list, database, int(number)), "sign_status_lists")


@task
def sign_status_lists(database: Database) -> None:
    """Sign every list anew, so that none lapses. Tomorrow's round is promised first, whatever becomes of this one."""
    with database.transaction() as db:
        promise_morning(db, "sign_status_lists", days=1)
    with database.readers() as db:
        numbers = db.scalars(select(StatusList.number).order_by(StatusList.number)).all()

    def work() -> None:
        for number in numbers:
            signing.sign_list(database, number)

    signing.patiently(database, "lists", work, "sign_status_lists")
