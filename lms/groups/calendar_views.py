"""Pages about the calendar one’s meetings stand in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import settings
from lms.core.errors import Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, signed_in
from lms.groups import feed, forms, invitations
from lms.groups.meeting_views import pages

__all__ = ["pages"]


@pages.get("/calendar")
@signed_in
def calendar() -> ResponseReturnValue:
    """How one's meetings come into a calendar program: by letter, and from an address it reads."""
    return _calendar("", {})


def _calendar(secret: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who, site = reading(), actor(), settings.current()
    page = render_template(
        "groups/calendar.html",
        current="account",
        since=feed.feed_since(db, who),
        zone=site.time_zone,
        address=f"{site.public_url}{url_for('groups.read_calendar', secret=secret)}" if secret else "",
        invited=invitations.takes_invitations(db, who.person_id),
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/calendar")
@signed_in
def make_calendar() -> ResponseReturnValue:
    """A new private address, shown this once: what is kept does not tell it."""
    who = actor()
    with transaction() as db:
        secret = feed.make_address(db, who)
    return _calendar(secret, {})


@pages.post("/calendar/end")
@signed_in
def end_calendar() -> ResponseReturnValue:
    """The address opens nothing any more."""
    who = actor()
    with transaction() as db:
        feed.end_address(db, who)
    flash("The address is closed. Your calendar program keeps what it has read until you remove it there.")
    return redirect(url_for("groups.calendar"), 303)


@pages.post("/calendar/invitations")
@signed_in
def choose_invitations() -> ResponseReturnValue:
    """Whether letters bring one's meetings."""
    who = actor()
    try:
        wanted = forms.read_invitations(request.form)
        with transaction() as db:
            invitations.take_invitations(db, who, yes=wanted)
    except Invalid as error:
        return _calendar("", error.fields)
    flash("Invitations come by letter again." if wanted else "No more invitations come by letter.")
    return redirect(url_for("groups.calendar", _anchor="invitations"), 303)


@pages.get("/calendar/<secret>.ics")
@public
def read_calendar(secret: str) -> ResponseReturnValue:
    """The meetings of whoever holds the secret, for a program that cannot sign in."""
    return Response(feed.read(reading(), secret), mimetype="text/calendar")
