"""“I see it differently”: a learner's own label for a question of theirs."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid, NotFound
from lms.core.forms import Reader, identity_of
from lms.core.unit import transaction
from lms.core.web import actor, signed_in
from lms.exercises import labels
from lms.exercises.extra_time_views import pages
from lms.exercises.labels import Seen
from lms.exercises.places import Place
from lms.exercises.repair_views import show_again

__all__ = ["pages"]


@pages.post("/learn/<module>/<lesson>/<activity>/differ")
@signed_in
def differ(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """Keep the label, or forget every label of one's own."""
    place = Place.find(module, lesson, activity)
    if place.activity.kind != "drill":
        raise NotFound
    reader, who = Reader(request.form), actor()
    problem = reader.line("problem")
    if reader.raw("do") == "forget":
        with transaction() as db:
            labels.forget(db, who)
        flash("Every label of yours is deleted, with the words that were kept beside it.")
        return redirect(place.address(problem=problem or None), 303)
    attempt = identity_of(request.form, "attempt")
    if attempt is None:
        raise NotFound
    try:
        seen = _read(reader)
        with transaction() as db:
            labels.label(db, who, attempt, seen)
    except Invalid as error:
        return show_again(place, problem, error.fields), 422
    flash("Thank you. Your label stands beside the coach’s, and the coach is measured with it.")
    return redirect(place.address(problem=problem or None), 303)


def _read(reader: Reader) -> Seen:
    openness = reader.choice("openness", labels.OPENNESS, "Say whether it is open, closed, or can’t be told.")
    fault = reader.choice("fault", labels.FAULTS, "Choose what is wrong with it, or nothing.")
    reader.check()
    return Seen(openness, fault, reader.ticked("keeps_text"))
