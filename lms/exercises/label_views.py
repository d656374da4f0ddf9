"""“I see it differently”: a learner's own label for a question of theirs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid, NotFound
from lms.core.forms import Reader, identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.exercises import labels
from lms.exercises.extra_time_views import pages
from lms.exercises.labels import Seen
from lms.exercises.places import Place

__all__ = ["pages"]


@pages.get("/learn/<module>/<lesson>/<activity>/differ")
@signed_in
def see_differently(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """A question of one's own, and how one sees it."""
    place, attempt = _drill(module, lesson, activity), identity_of(request.args, "attempt")
    return _page(place, attempt) if attempt else redirect(place.address())


@pages.post("/learn/<module>/<lesson>/<activity>/differ")
@signed_in
def differ(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """Keep the label, or forget every label of one's own."""
    place, reader, who = _drill(module, lesson, activity), Reader(request.form), actor()
    if reader.raw("do") == "forget":
        with transaction() as db:
            labels.forget(db, who)
        flash("Every label of yours is deleted, with the words that were kept beside it.")
        return redirect(place.address(), 303)
    attempt = identity_of(request.form, "attempt")
    if attempt is None:
        raise NotFound
    try:
        seen = _read(reader)
        with transaction() as db:
            about = labels.label(db, who, attempt, seen)
    except Invalid as error:
        return _page(place, attempt, request.form, error.fields), 422
    flash("Thank you. Your label stands beside the coach’s, and the coach is measured with it.")
    return redirect(place.address(problem=about.item_id or None), 303)


def _drill(module: str, lesson: str, activity: str) -> Place:
    place = Place.find(module, lesson, activity)
    if place.activity.kind != "drill":
        raise NotFound
    return place


def _page(
    place: Place,
    attempt_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    attempt = labels.get_question(reading(), actor(), attempt_id)
    return render_template(
        "exercises/differ.html",
        current="learn",
        place=place,
        attempt=attempt,
        openness=[*labels.OPENNESS.items()],
        faults=[*labels.FAULTS.items()],
        form={name: (form or {}).get(name, "") for name in ("openness", "fault", "keeps_text")},
        errors=errors or {},
    )


def _read(reader: Reader) -> Seen:
    openness = reader.choice("openness", labels.OPENNESS, "Say whether it is open, closed, or can’t be told.")
    fault = reader.choice("fault", labels.FAULTS, "Choose what is wrong with it, or nothing.")
    reader.check()
    return Seen(openness, fault, reader.ticked("keeps_text"))
