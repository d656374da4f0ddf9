"""Asking for help, ending it, and noting that it took place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.aftercare import forms, helping, letters, service
from lms.aftercare.rules import Part
from lms.aftercare.views import pages, show
from lms.core.errors import Forbidden, Invalid
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.people import service as people

__all__ = ["pages"]


@pages.get("/groups/<uuid:group_id>/after/help")
@signed_in
def help(group_id: uuid.UUID) -> ResponseReturnValue:  # noqa: A001 - it is what the address says
    """The form of a call for help."""
    return _help(group_id, {}, {})


def _help(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db = reading()
    handed = service.get_seated(db, actor(), group_id)
    said = [rows[0] for rows in service.list_answers(db, handed.group).values()]
    harmed = bool(said) and said[-1].harmed
    to = people.names_of(db, letters.trainer_of(db, handed.group))
    page = render_template(
        "aftercare/help.html",
        current="groups",
        group=handed.group,
        harmed=harmed,
        trainer=next(iter(to.values()), ""),
        until=handed.today + timedelta(days=handed.after.help_days),
        days=handed.after.help_days,
        form={"key": str(uuid.uuid4()), "safety": "yes" if harmed and not form else ""} | dict(form),
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/after/help")
@signed_in
def ask_help(group_id: uuid.UUID) -> ResponseReturnValue:
    """Send the call."""
    who = actor()
    service.get_seated(reading(), who, group_id)
    try:
        said = forms.read_call(request.form)
        with transaction() as db:
            helping.ask(db, who, group_id, said, identity_of(request.form) or uuid.uuid4())
    except Invalid as error:
        return _help(group_id, request.form, error.fields)
    flash("The letters have gone out. Whoever was asked gets in touch with you.")
    return redirect(url_for("aftercare.page", group_id=group_id, _anchor="calls"), 303)


@pages.post("/groups/<uuid:group_id>/after/help/close")
@signed_in
def close_help(group_id: uuid.UUID) -> ResponseReturnValue:
    """Make the circle's page its own again."""
    with transaction() as db:
        helping.close(db, actor(), group_id)
    flash("The page is the circle’s own again.")
    return redirect(url_for("aftercare.page", group_id=group_id), 303)


@pages.post("/groups/<uuid:group_id>/after/help/<uuid:call_id>")
@signed_in
def note_help(group_id: uuid.UUID, call_id: uuid.UUID) -> ResponseReturnValue:
    """Note the day on which it took place."""
    who = actor()
    handed = service.get_circle(reading(), who, group_id)
    try:
        day = forms.read_day(request.form)
        with transaction() as db:
            helping.note(db, who, group_id, call_id, day)
    except Invalid as error:
        if handed.part is Part.SEAT:
            raise Forbidden("That is for those who were asked.") from error
        return show(handed, request.form, error.fields)
    flash("The day is noted. Nothing else is kept of it.")
    return redirect(url_for("aftercare.page", group_id=group_id, _anchor="calls"), 303)
