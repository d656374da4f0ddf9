"""Pages about the calendar one’s meetings stand in."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import settings
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, signed_in
from lms.groups import feed
from lms.groups.meeting_views import pages

__all__ = ["pages"]


@pages.get("/calendar")
@signed_in
def calendar() -> ResponseReturnValue:
    """Whether one's meetings can be read by a calendar program."""
    return _calendar("")


def _calendar(secret: str) -> ResponseReturnValue:
    site = settings.current()
    return render_template(
        "groups/calendar.html",
        current="account",
        since=feed.feed_since(reading(), actor()),
        zone=site.time_zone,
        address=f"{site.public_url}{url_for('groups.read_calendar', secret=secret)}" if secret else "",
    )


@pages.post("/calendar")
@signed_in
def make_calendar() -> ResponseReturnValue:
    """A new private address, shown this once: what is kept does not tell it."""
    who = actor()
    with transaction() as db:
        secret = feed.make_address(db, who)
    return _calendar(secret)


@pages.post("/calendar/end")
@signed_in
def end_calendar() -> ResponseReturnValue:
    """The address opens nothing any more."""
    who = actor()
    with transaction() as db:
        feed.end_address(db, who)
    flash("The address is closed. Your calendar program keeps what it has read until you remove it there.")
    return redirect(url_for("groups.calendar"), 303)


@pages.get("/calendar/<secret>.ics")
@public
def read_calendar(secret: str) -> ResponseReturnValue:
    """The meetings of whoever holds the secret, for a program that cannot sign in."""
    return Response(feed.read(reading(), secret), mimetype="text/calendar")
