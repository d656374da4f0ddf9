"""Pages of exercises: what stands in a lesson is opened, tried, and looked at, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from courses import catalogue
from lms.core.errors import NotFound
from lms.core.unit import reading
from lms.core.web import actor, signed_in
from lms.editions import shelf
from lms.exercises import ladder_views, quiz_views, repair_views, return_views, silence_views, sort_views
from lms.exercises.places import Place, Way
from lms.learning import service as learning

pages = Blueprint("exercises", __name__)


def _elsewhere(endpoint: str) -> Callable[[Place], ResponseReturnValue]:
    """For sheets that have addresses of their own."""
    return lambda _place: redirect(url_for(endpoint))


def _somebody(place: Place) -> ResponseReturnValue:
    return redirect(url_for("exercises.dialogue", dialogue=place.activity.bank))


WAYS: Mapping[str, Way] = {
    "quiz": Way(quiz_views.show, quiz_views.take),
    "drill": Way(repair_views.show, repair_views.take),
    "sort": Way(sort_views.show, sort_views.take),
    "ladder": Way(ladder_views.show, ladder_views.take),
    "return": Way(return_views.show, return_views.take),
    "silence": Way(silence_views.show, silence_views.take),
    "dialogue": Way(_somebody),
    "coding": Way(_elsewhere("exercises.rounds")),
    "rating": Way(_elsewhere("exercises.evenings")),
    "beliefs": Way(_elsewhere("values.beliefs")),
    "rows": Way(_elsewhere("values.table")),
    "dilemmas": Way(_elsewhere("values.dilemmas")),
}


@pages.get("/learn/<module>/<lesson>/<activity>")
@signed_in
def activity(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """Something to do: here, or where it has an address of its own."""
    try:
        place = Place.find(module, lesson, activity)
    except NotFound:
        return _as_read(module, lesson, activity)
    return WAYS[place.activity.kind].show(place)


def _as_read(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """From a lesson of an older edition: to where the exercise stands today, or back with a word that it is gone."""
    stands = learning.progress(reading(), actor())
    read = shelf.catalogue_of(reading(), stands.content_hash).find_lesson(module, lesson)
    asked = next((each for each in read.activities if each.slug == activity), None) if read else None
    if asked is None:
        raise NotFound
    today = catalogue.current()
    if today.find_activity(asked.id) is None:
        flash(f"“{asked.title}” is not part of the programme any more. What you did in it stays in your record.")
        return redirect(url_for("learning.lesson", module=module, lesson=lesson))
    there = today.lesson_by_id(asked.lesson_id)
    return redirect(
        url_for("exercises.activity", module=today.module_of(there).slug, lesson=there.slug, activity=asked.slug)
    )


@pages.post("/learn/<module>/<lesson>/<activity>")
@signed_in
def attempt(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """What somebody tried: kept, and looked at on the same page."""
    place = Place.find(module, lesson, activity)
    take = WAYS[place.activity.kind].take
    if take is None:
        raise NotFound
    return take(place)


@pages.post("/learn/<module>/<lesson>/<activity>/decide")
@signed_in
def decide(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """Open or closed: the learner decides where the coach could not."""
    place = Place.find(module, lesson, activity)
    if place.activity.kind != "drill":
        raise NotFound
    return repair_views.decide(place)
