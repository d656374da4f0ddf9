"""Pages of the problem cases: the two collections, and one case as cards for a practice round. All of it is text."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue

from courses import problem_cases
from courses.problem_cases import LEVELS
from lms.core.errors import NotFound
from lms.core.web import signed_in
from lms.learning.newer_views import pages

__all__ = ["pages"]

LEVEL_WORDS: Mapping[str, str] = {
    "first": "For first rounds",
    "harder": "Harder",
    "experienced": "For experienced facilitators",
}
SECTOR_WORDS: Mapping[str, str] = {
    "health": "Health",
    "council": "Council",
    "school": "School",
    "charity": "Charity",
    "small-firm": "Small firm",
    "carer": "Caring at home",
    "volunteer": "Volunteers",
    "union": "Union",
    "farming": "Farming",
    "faith": "Faith community",
    "police": "Police",
    "library": "Library",
    "youth-work": "Youth work",
    "family": "Family",
}
KIND_WORDS: Mapping[str, str] = {
    "clarify": "A question that clarifies",
    "probe": "A question that goes on along the same thread",
    "feel": "A question about feeling",
    "perspective": "A question from another chair",
    "assumption": "A question about what is taken as given",
    "implication": "A question about what would follow",
    "own-part": "A question about the holder’s own part",
}


@pages.get("/cases")
@signed_in
def cases() -> ResponseReturnValue:
    """Both collections, or what is left of them once somebody has chosen a level or a sector."""
    shelf = problem_cases.current()
    level, sector = request.args.get("level", ""), request.args.get("sector", "")
    shown = [
        (each, [case for case in each.cases if level in ("", case.level) and sector in ("", case.sector)])
        for each in shelf.collections
    ]
    present = {case.sector for case in shelf.cases}
    return render_template(
        "learning/cases.html",
        shown=shown,
        chosen={"level": level, "sector": sector},
        levels=[(each, LEVEL_WORDS[each]) for each in LEVELS],
        sectors=[each for each in SECTOR_WORDS.items() if each[0] in present],
        level_words=LEVEL_WORDS,
        sector_words=SECTOR_WORDS,
        current="learn",
    )


@pages.get("/cases/<collection>/<slug>")
@signed_in
def case(collection: str, slug: str) -> ResponseReturnValue:
    """One case: what the holder says, and folded below it what only some should read."""
    shelf = problem_cases.current()
    found = shelf.find(collection, slug)
    if found is None:
        raise NotFound
    return render_template(
        "learning/case.html",
        case=found,
        collection=shelf.collection_of(found),
        level=LEVEL_WORDS[found.level],
        sector=SECTOR_WORDS[found.sector],
        kinds=KIND_WORDS,
        current="learn",
    )
