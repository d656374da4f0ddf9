"""The daily look whether this month's checkpoint is signed. The first one of a month that can sign it does."""

from __future__ import annotations

from lms.checkpoints import service
from lms.core import log
from lms.core.jobs import promise_morning, task
from lms.core.unit import Database
from lms.keys import service as keys


@task
def sign_checkpoint(database: Database) -> None:
    """Sign and send the month's checkpoint. Tomorrow's look is promised first, whatever becomes of this one.

    What hinders it is something for people: it is told in the log, and tried again tomorrow.
    """
    with database.transaction() as db:
        promise_morning(db, "sign_checkpoint", days=1)
    month = service.this_month()
    try:
        with database.readers() as db:
            if service.is_signed(db, month):
                return
            signer = keys.find_signer(db)
            if signer is None:
                log.warning("no checkpoint was signed", month=month, why="there is no key: lms keys new")
                return
            seen = service.look(db)
    except keys.Unusable as error:
        log.error("no checkpoint was signed", month=month, why=error.sentence)
    except service.Broken as error:
        log.error("no checkpoint was signed", month=month, why="lms register verify", problems=len(error.problems))
    else:
        with database.transaction() as db:
            service.publish(db, month, seen, signer)
