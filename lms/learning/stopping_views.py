"""The page on which a learner stops a training for now, and returns to it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.standards import get_standard
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.learning import stopping
from lms.learning.case_views import pages

__all__ = ["pages"]


@pages.get("/learn/training")
@signed_in
def training() -> ResponseReturnValue:
    """One's trainings: those that run, and those one may go on with."""
    return _page({}, {})


@pages.post("/learn/training/<uuid:enrolment_id>/stop")
@signed_in
def stop(enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """Stop for now."""
    reader = Reader(request.form)
    reason = reader.text("reason", longest=stopping.LONGEST_REASON)
    try:
        reader.check()
        with transaction() as db:
            stopping.stop(db, actor(), enrolment_id, reason)
    except Invalid as error:
        return _page(request.form, error.fields), 422
    flash("Your training rests. Everything you did stays, and you can go on here whenever you like.")
    return redirect(url_for("learning.training"), 303)


@pages.post("/learn/training/<uuid:enrolment_id>/go-on")
@signed_in
def go_on(enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """Return."""
    with transaction() as db:
        stopping.go_on(db, actor(), enrolment_id)
    flash("Welcome back. You go on where you were.")
    return redirect(url_for("learning.index"), 303)


def _page(form: object, errors: dict[str, str] | object) -> str:
    trainings = stopping.list_trainings(reading(), actor())
    return render_template(
        "learning/training.html",
        trainings=[(each, get_standard(each.standard_id, each.standard_version).title) for each in trainings],
        form=form,
        errors=errors,
        current="learn",
    )
