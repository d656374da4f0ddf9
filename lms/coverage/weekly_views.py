"""Pages of the weekly letter to managers: wanting it or not, with or without signing in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, requires, unlisted
from lms.coverage import weekly
from lms.coverage.leaving_views import pages
from lms.people.managed import all_managed, managed

__all__ = ["pages"]


@pages.get("/coverage/weekly")
@requires(Role.MANAGER)
def weekly_letter() -> ResponseReturnValue:
    """Whether one wants a letter a week."""
    organisation = managed(actor(), request.args.get("organisation", ""))
    found = weekly.find(reading(), actor(), organisation)
    return render_template(
        "coverage/weekly.html",
        organisation=organisation,
        organisations=all_managed(actor()),
        wanted=found is None or found.wanted,
        current="coverage",
    )


@pages.post("/coverage/weekly")
@requires(Role.MANAGER)
def choose_weekly() -> ResponseReturnValue:
    """Want it, or want it no more."""
    organisation = managed(actor(), request.form.get("organisation", ""))
    wanted = request.form.get("do") != "stop"
    with transaction() as db:
        weekly.choose(db, actor(), organisation, wanted=wanted)
    flash("A letter comes on Mondays, if anything changed." if wanted else "No weekly letters any more.")
    return redirect(url_for("coverage.weekly_letter", organisation=organisation.id), 303)


@pages.get("/coverage/weekly/<code>")
@public
@unlisted
def weekly_link(code: str) -> ResponseReturnValue:
    """The page a letter's link opens. Opening it changes nothing: programs that check letters open links too."""
    return _by_code(code)


@pages.post("/coverage/weekly/<code>")
@public
@unlisted
def weekly_switch(code: str) -> ResponseReturnValue:
    """Stop the letters, or start them again."""
    if weekly.find_by_code(reading(), code) is None:
        return _by_code(code)
    with transaction() as db:
        weekly.turn(db, code, wanted=request.form.get("do") == "start")
    return redirect(url_for("coverage.weekly_link", code=code), 303)


def _by_code(code: str) -> ResponseReturnValue:
    found = weekly.find_by_code(reading(), code)
    letter, organisation = found or (None, "")
    page = render_template("coverage/weekly_link.html", letter=letter, organisation=organisation, code=code)
    return page, 200 if found else 404
