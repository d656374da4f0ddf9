"""The delivery of letters. It may run twice for one letter; the Message-ID is the same both times."""

from __future__ import annotations

import uuid

from lms.core import settings
from lms.core.jobs import task
from lms.core.unit import Database
from lms.messages import service, smtp


@task
def deliver(database: Database, *, message: str) -> None:
    """Hand one letter to the mail server. No transaction is open while the server takes its time.

    Without a mail server the letter stays where it is, and is not sent later either: by then it is old news.
    """
    chosen = settings.current()
    with database.readers() as db:
        letter = service.find_unsent(db, uuid.UUID(message))
    if letter is None or chosen.smtp_url is None:
        return
    try:
        smtp.hand_over(chosen.smtp_url, chosen.mail_from, letter)
    except smtp.Refused as error:
        with database.transaction() as db:
            service.note_trouble(db, letter.id, str(error))
        raise
    with database.transaction() as db:
        service.note_sent(db, letter.id)
