"""Pages of the letter about today's round: wanting it, and stopping it with or without signing in."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, signed_in, unlisted
from lms.refresh import forms, reminding, rules
from lms.refresh.views import pages

__all__ = ["pages"]

HOURS = [(hour, f"{hour}:00") for hour in rules.HOURS]


@pages.get("/refresh/letter")
@signed_in
def letter() -> ResponseReturnValue:
    """Whether one wants a letter, at what hour and on which days."""
    found = reminding.find_letter(reading(), actor())
    if found is None:
        return _page(False, rules.MORNING, range(5))
    return _page(found.wanted, found.hour, rules.chosen_of(found.days))


@pages.post("/refresh/letter")
@signed_in
def choose_letter() -> ResponseReturnValue:
    """Want it, or want it no more."""
    if request.form.get("do") == "stop":
        with transaction() as db:
            reminding.turn_off(db, actor())
        flash("No letters about it any more.")
        return redirect(url_for("refresh.letter"), 303)
    try:
        hour, days = forms.read_letter(request.form)
        with transaction() as db:
            reminding.choose(db, actor(), hour, days)
    except Invalid as error:
        found = reminding.find_letter(reading(), actor())
        typed = request.form.get("hour", "")
        return _page(bool(found and found.wanted), typed, forms.chosen_days(request.form), error.fields)
    flash(f"A letter comes at {hour}:00, {rules.days_in_words(days)}, if something waits.")
    return redirect(url_for("refresh.letter"), 303)


@pages.get("/refresh/stop/<code>")
@public
@unlisted
def stop(code: str) -> ResponseReturnValue:
    """The page a letter's link opens. Opening it stops nothing: programs that check letters open links too."""
    return _stopping(code)


@pages.post("/refresh/stop/<code>")
@public
@unlisted
def stop_now(code: str) -> ResponseReturnValue:
    """Stop the letters."""
    if reminding.find_by_code(reading(), code) is None:
        return _stopping(code)
    with transaction() as db:
        reminding.stop(db, code)
    return redirect(url_for("refresh.stop", code=code), 303)


def _stopping(code: str) -> ResponseReturnValue:
    found = reminding.find_by_code(reading(), code)
    page = render_template("refresh/stop.html", letter=found, code=code)
    return page, 200 if found else 404


def _page(
    wanted: bool, hour: int | str, days: Collection[int], errors: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "refresh/letter.html",
        current="learn",
        wanted=wanted,
        hour=hour,
        hours=HOURS,
        days=days,
        names=rules.DAYS,
        errors=errors or {},
    )
    return page, 422 if errors else 200
