"""Pages about a circle’s meetings, and the calendar they stand in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, settings
from lms.core.errors import Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, signed_in
from lms.groups import feed, forms, meetings, service
from lms.groups.views import pages, show_group

__all__ = ["pages"]


@pages.post("/groups/<uuid:group_id>/meetings")
@signed_in
def add_meeting(group_id: uuid.UUID) -> ResponseReturnValue:
    """Say when the circle meets: once, or in a rhythm."""
    who = actor()
    zone = service.get_group(reading(), who, group_id).zone
    try:
        wanted = forms.read_plan(request.form, clock.today(zone))
        with transaction() as db:
            notes = meetings.plan(db, who, group_id, wanted)
    except Invalid as error:
        return show_group(group_id, request.form, error.fields)
    for sentence in notes:
        flash(sentence)
    return redirect(url_for("groups.group", group_id=group_id, _anchor="meetings"), 303)


@pages.get("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>")
@signed_in
def meeting(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """One meeting, to be moved."""
    found = meetings.get_meeting(reading(), actor(), group_id, meeting_id)
    form = {
        "day": found.starts_local.date().isoformat(),
        "time": f"{found.starts_local:%H:%M}",
        "minutes": str(found.minutes),
        "meeting_place": found.place,
    }
    return _meeting(group_id, meeting_id, form, {})


def _meeting(
    group_id: uuid.UUID, meeting_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = meetings.get_meeting(db, who, group_id, meeting_id)
    page = render_template(
        "groups/meeting.html",
        current="groups",
        group=service.get_group(db, who, group_id),
        meeting=found,
        has_begun=meetings.has_begun(found),
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>")
@signed_in
def move_meeting(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """It happens at another time, or elsewhere."""
    who = actor()
    zone = meetings.get_meeting(reading(), who, group_id, meeting_id).zone
    try:
        to = forms.read_move(request.form, clock.today(zone))
        with transaction() as db:
            notes = meetings.move(db, who, group_id, meeting_id, to)
    except Invalid as error:
        return _meeting(group_id, meeting_id, request.form, error.fields)
    for sentence in notes:
        flash(sentence)
    return redirect(url_for("groups.group", group_id=group_id, _anchor="meetings"), 303)


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/call-off")
@signed_in
def call_off(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """A coming meeting will not happen."""
    who = actor()
    with transaction() as db:
        service.call_off(db, who, group_id, meeting_id)
    flash("The meeting is called off. If that was a mistake, plan it again.")
    return redirect(url_for("groups.group", group_id=group_id, _anchor="meetings"), 303)


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
