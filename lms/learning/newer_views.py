"""The page on which a learner reads what a newer edition says otherwise, and accepts it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.difference import Change, difference, joined_and_left, modules
from lms.core.errors import Conflict
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.editions import service as editions
from lms.editions import shelf
from lms.learning import service
from lms.learning.award_views import pages
from lms.learning.service import Progress

__all__ = ["pages"]
LONGEST_NUMBER = 9


@pages.get("/learn/newer")
@signed_in
def newer() -> ResponseReturnValue:
    """What is new, what it does to what one has done, and the choice."""
    return _page()


@pages.post("/learn/newer")
@signed_in
def accept_newer() -> ResponseReturnValue:
    """Read the newer edition from now on."""
    typed = Reader(request.form).line("edition", longest=LONGEST_NUMBER)
    try:
        with transaction() as db:
            edition = editions.accept(db, actor(), int(typed) if typed.isdecimal() else 0)
    except Conflict as error:
        return _page(error.sentence), 409
    flash(f"You read edition {edition.number} of the programme now. What you finished stays finished.")
    return redirect(url_for("learning.index"), 303)


def _page(stale: str = "") -> str:
    db, stands = reading(), service.progress(reading(), actor())
    if stands.newer is None:
        return render_template("learning/newer.html", edition=None, stands=stands, stale=stale, current="learn")
    edition = editions.get_edition(db, stands.newer)
    before, after = shelf.catalogue_of(db, stands.content_hash), shelf.catalogue_of(db, edition.content_hash)
    changes = difference(before, after)
    joined, left = joined_and_left(stands.way(before).lessons, stands.way(after).lessons)
    return render_template(
        "learning/newer.html",
        edition=edition,
        news=editions.news_since(db, stands.edition or 0),
        stands=stands,
        changes=changes,
        modules=modules(before, after),
        touched=[each for each in changes if each.lesson.id in stands.done],
        after=after,
        joined=joined,
        left=left,
        touch=lambda change: touch(change, stands),
        stale=stale,
        current="learn",
    )


def touch(change: Change, stands: Progress) -> str:
    """What a change does to what somebody has done, in a sentence."""
    if change.lesson.id not in stands.done:
        return "" if change.after else "You had not finished it, and it is not asked for any more."
    if change.after is None:
        return "You finished it. That stays in your record."
    if change.is_much:
        return "You finished it, and that stays. Much of it is other now: it is worth reading again."
    return "You finished it, and that stays."
