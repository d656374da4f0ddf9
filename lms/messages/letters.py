"""The account library's letters, written in our words and sent our way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import structlog
from flask_security import MailUtil

from lms.core import unit
from lms.messages import service

log = structlog.get_logger()

LETTERS = {
    "security/email/reset_instructions": "reset",
    "security/email/reset_notice": "password_changed",
    "security/email/change_notice": "password_changed",
}
FORGOTTEN = "/reset"


class AccountLetters(MailUtil):
    """Where the library would send mail, it writes one of our letters beside what it changed, and commits both."""

    def send_mail(
        self, template: str, subject: Any, recipient: Any, sender: Any, body: Any, html: Any, **about: Any
    ) -> None:
        """Write the letter that goes with the library's `template`; those we have no words for are not sent."""
        ours = LETTERS.get(template)
        if ours is None:
            log.warning("letter without words", template=template)
            return
        # The library makes its link from the request's host, which a stranger may choose: only its path is kept.
        path = urlsplit(about["reset_link"]).path if "reset_link" in about else FORGOTTEN
        service.send(unit.library_session(), ours, person_id=about["user"].id, link=service.link(path))
        unit.commit_library()
