"""Pages of exercises: what stands in a lesson is opened, tried, and looked at, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.core.web import signed_in
from lms.exercises import ladder_views, quiz_views, repair_views, return_views, silence_views, sort_views
from lms.exercises.places import Place, Way

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
    place = Place.find(module, lesson, activity)
    return WAYS[place.activity.kind].show(place)


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
