"""Pages about a circle’s meetings: when they are, who hosts, who came, and what the circle agreed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import agreements, attendance, forms, meetings, service
from lms.groups.models import Meeting
from lms.groups.views import pages, show_group
from lms.people import service as people

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
    """One meeting: to be moved and hosted, and then who came."""
    return _meeting(group_id, meeting_id, {}, {})


def _as_planned(found: Meeting) -> dict[str, str]:
    """What the forms of a meeting say before anybody types."""
    return {
        "host": str(found.host_id or ""),
        "deputy": str(found.deputy_id or ""),
        "day": full_day(found.starts_local.date()),
        "time": f"{found.starts_local:%H:%M}",
        "minutes": str(found.minutes),
        "meeting_place": found.place,
    }


def _meeting(
    group_id: uuid.UUID, meeting_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = meetings.get_meeting(db, who, group_id, meeting_id)
    seated = attendance.seated_at(db, found)
    page = render_template(
        "groups/meeting.html",
        current="groups",
        group=service.get_group(db, who, group_id),
        meeting=found,
        has_begun=meetings.has_begun(found),
        sits_here=service.sits_in(db, who, group_id),
        seated=seated,
        hosts=[("", "Nobody yet"), *((each.id, each.pseudonym) for each in seated)],
        came=attendance.who_came(db, found),
        names=people.names_of(db, [found.attendance_by]),
        form=_as_planned(found) | dict(form),
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
        meetings.call_off(db, who, group_id, meeting_id)
    flash("The meeting is called off. If that was a mistake, plan it again.")
    return redirect(url_for("groups.group", group_id=group_id, _anchor="meetings"), 303)


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/hosts")
@signed_in
def choose_hosts(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Say who sees to the room and reminds the others."""
    who = actor()
    try:
        hosts = forms.read_hosts(request.form)
        with transaction() as db:
            attendance.choose_hosts(db, who, group_id, meeting_id, hosts)
    except Invalid as error:
        return _meeting(group_id, meeting_id, request.form, error.fields)
    return redirect(url_for("groups.group", group_id=group_id, _anchor="meetings"), 303)


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/attendance")
@signed_in
def note_attendance(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Say who came."""
    who = actor()
    try:
        came = forms.read_came(request.form.getlist("came"))
        with transaction() as db:
            attendance.note_attendance(db, who, group_id, meeting_id, came)
    except Invalid as error:
        return _meeting(group_id, meeting_id, request.form, error.fields)
    flash("Noted. You can correct it here at any time.")
    return redirect(url_for("groups.meeting", group_id=group_id, meeting_id=meeting_id), 303)


@pages.get("/groups/<uuid:group_id>/agreement")
@signed_in
def agreement(group_id: uuid.UUID) -> ResponseReturnValue:
    """What the circle agreed, and agreed before."""
    return _agreement(group_id, {}, {})


def _agreement(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    group = service.get_group(db, who, group_id)
    found = agreements.list_agreements(db, group.id)
    page = render_template(
        "groups/agreement.html",
        current="groups",
        group=group,
        agreements=found,
        held=agreements.meetings_since(db, group, found[0].agreed_on) if found else 0,
        names=people.names_of(db, [each.recorded_by for each in found]),
        may_arrange=service.may_arrange(who, group),
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/agreement")
@signed_in
def agree(group_id: uuid.UUID) -> ResponseReturnValue:
    """Record the agreement, or renew it."""
    who = actor()
    service.get_group(reading(), who, group_id)
    try:
        agreed_on, count = forms.read_agreement(request.form)
        with transaction() as db:
            agreements.agree(db, who, group_id, agreed_on, count)
    except Invalid as error:
        return _agreement(group_id, request.form, error.fields)
    return redirect(url_for("groups.agreement", group_id=group_id), 303)
