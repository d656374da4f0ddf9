"""Pages of groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.groups import forms, rules, service
from lms.people import service as people

pages = Blueprint("groups", __name__)


@pages.get("/groups")
@signed_in
def index() -> ResponseReturnValue:
    """The circles you may see."""
    db, who = reading(), actor()
    groups = service.list_groups(db, who)
    members = service.count_members(db, [group.id for group in groups])
    return render_template(
        "groups/index.html",
        current="groups",
        groups=groups,
        headline=rules.headline(len(groups)),
        seats={group.id: members[group.id] + 1 for group in groups},
        chairs={group.id: rules.chairs(members[group.id] + 1) for group in groups},
        names=people.names_of(db, [each for group in groups for each in (group.facilitator_id, group.trainer_id)]),
        units={unit.id: unit for unit in people.list_units(db, ids=[group.unit_id for group in groups])},
        people_in=rules.people_in,
        may_start=bool(who.organisations(Role.TRAINER, Role.ADMINISTRATOR)),
    )


@pages.get("/groups/new")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """The form for a new circle."""
    who = actor()
    trainer = str(who.person_id) if Role.TRAINER in who.roles else ""
    return _new({"key": str(uuid.uuid4()), "zone": settings.current().time_zone, "trainer": trainer}, {})


def _new(form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    choices = service.choices(reading(), actor())
    page = render_template(
        "groups/new.html",
        current="groups",
        form=form,
        errors=errors,
        units=[(unit.id, f"{unit.name}, {unit.organisation_name}") for unit in choices.units],
        facilitators=list(choices.facilitators.items()),
        trainers=list(choices.trainers.items()),
        zones=[(zone, zone.replace("_", " ")) for zone in rules.zones()],
    )
    return page, 422 if errors else 200


@pages.post("/groups/new")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    """Start the circle, and go to it."""
    who = actor()
    try:
        typed = forms.read_group(request.form)
        with transaction() as db:
            made = service.create_group(db, who, forms.key_of(request.form), typed).id
    except Invalid as error:
        return _new(request.form, error.fields)
    return redirect(url_for("groups.group", group_id=made), 303)


@pages.get("/groups/<uuid:group_id>")
@signed_in
def group(group_id: uuid.UUID) -> ResponseReturnValue:
    """One circle: who sits in it, and when it meets."""
    return _group(group_id, {}, {})


def _group(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = service.get_group(db, who, group_id)
    members = service.list_members(db, found.id)
    meetings = service.list_meetings(db, [found.id])
    may_arrange = rules.may_arrange(who, provider_id=found.provider_id, facilitator_id=found.facilitator_id)
    now = clock.now()
    page = render_template(
        "groups/group.html",
        current="groups",
        group=found,
        unit=people.list_units(db, ids=[found.unit_id])[0],
        names=people.names_of(db, [found.facilitator_id, found.trainer_id, *(each.person_id for each in members)]),
        members=members,
        coming=[each for each in reversed(meetings) if each.ends_at > now],
        past=[each for each in meetings if each.ends_at <= now],
        chairs=rules.chairs(len(members) + 1),
        warning=rules.size_warning(len(members) + 1),
        may_arrange=may_arrange,
        to_seat=list(service.people_to_seat(db, who, found).items()) if may_arrange else [],
        default_minutes=rules.DEFAULT_MINUTES,
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/members")
@signed_in
def add_member(group_id: uuid.UUID) -> ResponseReturnValue:
    """Give somebody a chair."""
    who = actor()
    try:
        pseudonym, person_id = forms.read_member(request.form)
        with transaction() as db:
            service.add_member(db, who, group_id, pseudonym, person_id)
    except Invalid as error:
        return _group(group_id, request.form, error.fields)
    return redirect(url_for("groups.group", group_id=group_id, _anchor="members"), 303)


@pages.post("/groups/<uuid:group_id>/members/<uuid:member_id>/remove")
@signed_in
def remove_member(group_id: uuid.UUID, member_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody leaves."""
    who = actor()
    with transaction() as db:
        name = service.remove_member(db, who, group_id, member_id)
    flash(f"{name} has left the circle. If that was a mistake, add {name} again.")
    return redirect(url_for("groups.group", group_id=group_id, _anchor="members"), 303)


@pages.post("/groups/<uuid:group_id>/meetings")
@signed_in
def add_meeting(group_id: uuid.UUID) -> ResponseReturnValue:
    """Say when the circle meets."""
    who = actor()
    zone = service.get_group(reading(), who, group_id).zone
    try:
        starts, minutes, place = forms.read_meeting(request.form, clock.today(zone))
        with transaction() as db:
            service.add_meeting(db, who, group_id, starts, minutes, place)
    except Invalid as error:
        return _group(group_id, request.form, error.fields)
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
