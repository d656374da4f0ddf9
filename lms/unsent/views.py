"""For the pages’ script: keep what is typed so far, and give it back when the page is opened again."""

from __future__ import annotations

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.unit import reading, transaction
from lms.core.web import NEVER_GIVEN_BACK, actor, requires
from lms.unsent import service

pages = Blueprint("unsent", __name__)
WHO_JUDGES = (Role.TRAINER, Role.ADMINISTRATOR)


@pages.get("/unsent/<form>/<uuid:about>")
@requires(*WHO_JUDGES)
def typed(form: str, about: uuid.UUID) -> ResponseReturnValue:
    """What the reader typed there before, and did not send: pairs of a field and its value."""
    draft = service.find(reading(), actor(), form, about)
    if draft is None:
        return {}
    pairs = [(name, value) for name, values in draft.fields.items() for value in values]
    return {"fields": pairs, "saved_at": draft.saved_at.isoformat()}


@pages.post("/unsent/<form>/<uuid:about>")
@requires(*WHO_JUDGES)
def keep(form: str, about: uuid.UUID) -> ResponseReturnValue:
    """Keep it, but for secrets."""
    fields = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in request.form.lists()
        if not NEVER_GIVEN_BACK.fullmatch(name)
    }
    try:
        with transaction() as db:
            saved = service.keep(db, actor(), form, about, fields)
    except Invalid as error:
        return {"message": f"Kept on this device only. {next(iter(error.fields.values()))}"}, 422
    return {"saved_at": saved.isoformat()}
