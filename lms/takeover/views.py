"""Pages of taking over: how a circle’s meetings ran, what is short before its trainer leaves, the stool’s moves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid
from lms.core.forms import version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import meetings
from lms.people import service as people
from lms.takeover import counting, forms, rules, service
from lms.takeover.counting import StaleCount

pages = Blueprint("takeover", __name__)


@pages.get("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/count")
@signed_in
def count(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """How a meeting ran, in figures."""
    return _count(group_id, meeting_id)


def _count(
    group_id: uuid.UUID,
    meeting_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: StaleCount | None = None,
) -> ResponseReturnValue:
    db, who = reading(), actor()
    meeting = counting.get_meeting(db, who, group_id, meeting_id)
    chairs, row = counting.chairs_at(db, meeting), counting.find(db, meeting)
    if form is None:
        form = forms.filled(counting.as_counted(row)) if row else {}
    page = render_template(
        "takeover/count.html",
        current="groups",
        group=service.get_circle(db, who, group_id),
        meeting=meeting,
        has_begun=meetings.has_begun(meeting),
        counted=row,
        names=people.names_of(db, [row.counted_by if row else None]),
        version=version_of(form) if errors else row.version if row else 0,
        seats=[("", "Choose"), *((each.id, each.name) for each in chairs)],
        times=[(name, label, "") for name, label in forms.TIMES.items()],
        turns=[(f"turns-{each.id}", each.name, "") for each in chairs],
        answers=list(rules.YES_OR_NO.items()),
        steps=list(rules.STEPS.items()),
        form=form,
        errors=errors or {},
        theirs=forms.differences(form, counting.as_counted(row), chairs) if stale and row else [],
    )
    return page, 409 if stale else 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/count")
@signed_in
def save_count(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Write the figures down."""
    db, who = reading(), actor()
    meeting = counting.get_meeting(db, who, group_id, meeting_id)
    try:
        counted = forms.read_count(request.form, counting.chairs_at(db, meeting))
        with transaction() as writing:
            counting.count(writing, who, group_id, meeting_id, version_of(request.form), counted)
    except Invalid as error:
        return _count(group_id, meeting_id, request.form, error.fields)
    except StaleCount as error:
        return _count(group_id, meeting_id, request.form, stale=error)
    flash("The figures are saved.")
    return redirect(url_for("takeover.page", group_id=group_id), 303)


@pages.get("/groups/<uuid:group_id>/taking-over")
@signed_in
def page(group_id: uuid.UUID) -> ResponseReturnValue:
    """Where a circle stands on its way to doing without a trainer, and what is short."""
    group = service.get_circle(reading(), actor(), group_id)
    return render_template("takeover/circle.html", current="groups", group=group)
