"""The outbox: what was written to whom, what became of it, and, where no mail server is set, the letters themselves."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import settings
from lms.core.actor import Role
from lms.core.errors import NotFound
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.messages import rules, service

pages = Blueprint("messages", __name__)


@pages.get("/outbox")
@requires(Role.ADMINISTRATOR)
def outbox() -> ResponseReturnValue:
    """The newest letters, and a way to older ones."""
    letters = service.list_messages(reading(), actor(), _before())
    shown = letters[: service.PAGE]
    return render_template(
        "messages/outbox.html",
        letters=[(each, service.state(each)) for each in shown],
        beside=rules.beside,
        older=shown[-1].id if len(letters) > service.PAGE else None,
        delivering=service.is_delivering(),
        zone=settings.current().time_zone,
        current="outbox",
    )


@pages.get("/outbox/<uuid:message_id>")
@requires(Role.ADMINISTRATOR)
def letter(message_id: uuid.UUID) -> ResponseReturnValue:
    """One letter; its text only where nobody else brings it to the person."""
    found = service.get_message(reading(), actor(), message_id)
    return render_template(
        "messages/letter.html",
        letter=found,
        beside=rules.beside(found.calendar) if found.calendar else "",
        state=service.state(found),
        delivering=service.is_delivering(),
        zone=settings.current().time_zone,
        current="outbox",
    )


@pages.post("/outbox/<uuid:message_id>")
@requires(Role.ADMINISTRATOR)
def send_again(message_id: uuid.UUID) -> ResponseReturnValue:
    """Try to deliver a letter once more."""
    with transaction() as db:
        service.send_again(db, actor(), message_id)
    flash("The letter will be tried again within a minute.")
    return redirect(url_for("messages.letter", message_id=message_id), 303)


def _before() -> uuid.UUID | None:
    typed = request.args.get("before")
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        raise NotFound from None
