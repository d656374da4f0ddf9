"""Pages to find things: the search, and the glossary."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from courses.catalogue import Catalogue
from lms.core.forms import page_of
from lms.core.unit import reading
from lms.core.web import actor, signed_in
from lms.editions import shelf
from lms.find import rules, service
from lms.learning import service as learning

pages = Blueprint("find", __name__)


@pages.get("/search")
@signed_in
def search() -> ResponseReturnValue:
    """What the lessons, the glossary and one’s own notes have on some words."""
    stands, typed, page = learning.progress(reading(), actor()), request.args.get("q", ""), page_of(request.args)
    known, asked = shelf.catalogue_of(reading(), stands.content_hash), rules.read(typed)
    return render_template(
        "find/search.html",
        current="learn",
        typed=typed[: rules.LONGEST].strip(),
        problem=asked.problem,
        cut=asked.cut,
        most=rules.MOST_WORDS,
        found=None if asked.problem else service.search(reading(), actor(), known, asked, page),
        known=known,
        terms={each.id: each for each in known.terms},
        done=stands.done,
        page=page,
        size=service.PAGE,
    )


@pages.get("/glossary")
@signed_in
def glossary() -> ResponseReturnValue:
    """Every term on one page, in the order of the alphabet."""
    known = _catalogue()
    return render_template(
        "find/glossary.html",
        current="learn",
        known=known,
        listed=known.terms,
        terms={each.id: each for each in known.terms},
    )


def _catalogue() -> Catalogue:
    """What this reader reads."""
    return shelf.catalogue_of(reading(), learning.progress(reading(), actor()).content_hash)
