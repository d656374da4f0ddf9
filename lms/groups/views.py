"""Pages of groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.groups import composition, forms, handing, meetings, rhythm, rules, seating, service
from lms.groups.models import GroupMember, PeerGroup
from lms.people import service as people

pages = Blueprint("groups", __name__)
BEFORE_LEADING = "askwell_before_leading"  # given at the wiring: what a facilitator still has to do before they lead


@pages.get("/groups")
@signed_in
def index() -> ResponseReturnValue:
    """The circles you may see."""
    db, who = reading(), actor()
    groups, handed_over = service.list_groups(db, who), handing.list_handed_over(db, who)
    members = service.count_members(db, [group.id for group in groups])
    return render_template(
        "groups/index.html",
        current="groups",
        groups=groups,
        headline=rules.headline(len(groups)),
        handed_over=handed_over,
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
            made = service.create_group(db, who, identity_of(request.form) or uuid.uuid4(), typed).id
    except Invalid as error:
        return _new(request.form, error.fields)
    return redirect(url_for("groups.group", group_id=made), 303)


@pages.get("/groups/<uuid:group_id>")
@signed_in
def group(group_id: uuid.UUID) -> ResponseReturnValue:
    """One circle: who sits in it, and when it meets."""
    return show_group(group_id, {}, {})


def show_group(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    """The page of a circle, with what somebody typed on it."""
    db, who = reading(), actor()
    found = service.get_group(db, who, group_id)
    members = [each for each in service.list_members(db, found.id) if each.person_id != found.facilitator_id]
    now = clock.now()
    past = service.list_meetings(db, [found.id], before=now)
    may_arrange = service.may_arrange(who, found)
    names = people.names_of(db, [found.facilitator_id, found.trainer_id, *(each.person_id for each in members)])
    page = render_template(
        "groups/group.html",
        current="groups",
        group=found,
        unit=people.list_units(db, ids=[found.unit_id])[0],
        names=names,
        members=members,
        coming=meetings.list_coming(db, found.id),
        hosts={each.id: each.pseudonym for each in members},
        past=[each for each in past if each.ends_at <= now],
        chairs=rules.chairs(len(members) + 1),
        warnings=_warnings(found, names, members, may_arrange=may_arrange),
        bands=BANDS,
        sits_here=_sits_here(found, names, members),
        may_arrange=may_arrange,
        has_seat=service.sits_in(db, who, found.id),
        to_seat=list(service.people_to_seat(db, who, found).items()) if may_arrange else [],
        default_minutes=rules.DEFAULT_MINUTES,
        every=list(rhythm.EVERY.items()),
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


BANDS = [("", "Not known"), *composition.BANDS.items()]


def _warnings(
    found: PeerGroup, names: Mapping[uuid.UUID, str], members: Sequence[GroupMember], *, may_arrange: bool
) -> list[str]:
    """What its composition asks to think about. Who stands where is for those who arrange it; how many is for all."""
    if may_arrange:
        facilitator = found.facilitator_id, names[found.facilitator_id]
        before_leading = current_app.extensions[BEFORE_LEADING]
        locked = before_leading(reading(), actor(), facilitator, found.provider_id, clock.today(found.zone))
        return [*([locked] if locked else []), *seating.warnings(found, facilitator[1], members)]
    return [each for each in [composition.size_warning(len(members) + 1)] if each]


def _sits_here(
    found: PeerGroup, names: Mapping[uuid.UUID, str], members: Sequence[GroupMember]
) -> list[tuple[uuid.UUID | str, str]]:
    """Whom somebody in the circle may report to, as a form offers it."""
    others = [(each.id, each.pseudonym) for each in members]
    return [("", "Nobody here"), (found.facilitator_id, names[found.facilitator_id]), *others]


@pages.get("/groups/<uuid:group_id>/members/<uuid:member_id>")
@signed_in
def member(group_id: uuid.UUID, member_id: uuid.UUID) -> ResponseReturnValue:
    """Where somebody in the circle stands."""
    db = reading()
    found = service.group_to_arrange(db, actor(), group_id)
    standing = seating.standing_of(found, seating.find_member(db, found.id, member_id))
    form = {"status_band": str(standing.band or ""), "reports_to": str(standing.reports_to or "")}
    return _member(group_id, member_id, form | ({"both_agreed": "yes"} if standing.both_agreed else {}), {})


def _member(
    group_id: uuid.UUID, member_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    db = reading()
    found = service.group_to_arrange(db, actor(), group_id)
    this = seating.find_member(db, found.id, member_id)
    others = [each for each in service.list_members(db, found.id) if each.id != this.id]
    page = render_template(
        "groups/member.html",
        current="groups",
        group=found,
        member=this,
        bands=BANDS,
        sits_here=_sits_here(found, people.names_of(db, [found.facilitator_id]), others),
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/members/<uuid:member_id>")
@signed_in
def describe_member(group_id: uuid.UUID, member_id: uuid.UUID) -> ResponseReturnValue:
    """Correct where somebody stands."""
    who = actor()
    try:
        standing = forms.read_standing(request.form)
        with transaction() as db:
            service.describe_member(db, who, group_id, member_id, standing)
    except Invalid as error:
        return _member(group_id, member_id, request.form, error.fields)
    return redirect(url_for("groups.group", group_id=group_id, _anchor="members"), 303)


@pages.post("/groups/<uuid:group_id>/members")
@signed_in
def add_member(group_id: uuid.UUID) -> ResponseReturnValue:
    """Give somebody a chair."""
    who = actor()
    try:
        pseudonym, person_id = forms.read_member(request.form)
        standing = forms.read_standing(request.form)
        with transaction() as db:
            service.add_member(db, who, group_id, pseudonym, person_id, standing)
    except Invalid as error:
        return show_group(group_id, request.form, error.fields)
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
