"""Pages on which somebody answers for a circle: the sponsor for its time, its trainer for safety and for the plan."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.groups.models import PeerGroup
from lms.people.accounts import prove_again
from lms.takeover import forms, planning, rules, service, words
from lms.takeover.views import pages

__all__ = ["pages"]


@pages.get("/groups/<uuid:group_id>/protected-time")
@requires(Role.MANAGER)
def time(group_id: uuid.UUID) -> ResponseReturnValue:
    """The sponsor's word that a circle may meet in working time."""
    return _time(group_id, {}, {})


def _time(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    group = words.get_sponsored(db, who, group_id)
    last = words.latest_time(db, group.id)
    return _sheet(
        group,
        form,
        errors,
        kind="time",
        headline=f"Time for {group.name}",
        lede="A circle lasts where nobody has to ask for the time again. "
        "You confirm that its members may meet in working time until a day you choose.",
        before=f"Confirmed so far until {full_day(last.until)}." if last and last.until else "",
        button="Confirm the time",
        back=url_for("groups.group", group_id=group_id),
    )


@pages.post("/groups/<uuid:group_id>/protected-time")
@requires(Role.MANAGER)
def protect_time(group_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm it."""
    who = actor()
    words.get_sponsored(reading(), who, group_id)
    try:
        until = forms.read_until(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            words.protect_time(db, who, group_id, until, proof)
    except Invalid as error:
        return _time(group_id, request.form, error.fields)
    flash(f"The time is confirmed until {full_day(until)}. The circle and its trainers see it.")
    return redirect(url_for("groups.group", group_id=group_id), 303)


@pages.get("/groups/<uuid:group_id>/safety")
@signed_in
def safety(group_id: uuid.UUID) -> ResponseReturnValue:
    """Whether anything about anybody's safety is open, in the trainer's word."""
    return _safety(group_id, {}, {})


def _safety(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    group = service.get_to_move(reading(), actor(), group_id)
    return _sheet(
        group,
        form,
        errors,
        kind="case",
        headline="Is anybody’s safety in question?",
        lede="Ask whoever is responsible for safeguarding. Only the answer is kept, not what it is about.",
        before="",
        button="Record the answer",
        back=url_for("takeover.page", group_id=group_id),
    )


@pages.post("/groups/<uuid:group_id>/safety")
@signed_in
def say_case(group_id: uuid.UUID) -> ResponseReturnValue:
    """Record the answer."""
    who = actor()
    service.get_to_move(reading(), actor(), group_id)
    try:
        is_open = forms.read_case(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            words.say_case(db, who, group_id, open_=is_open, authenticated_by=proof)
    except Invalid as error:
        return _safety(group_id, request.form, error.fields)
    flash("The answer is recorded.")
    return redirect(url_for("takeover.page", group_id=group_id), 303)


def _sheet(
    group: PeerGroup, form: Mapping[str, str], errors: Mapping[str, str], **about: object
) -> ResponseReturnValue:
    page = render_template(
        "takeover/word.html",
        current="groups",
        group=group,
        cases=list(rules.CASES.items()),
        form=form,
        errors=errors,
        is_fresh=actor().is_fresh(clock.now()),
        **about,
    )
    return page, 422 if errors else 200


@pages.get("/groups/<uuid:group_id>/taking-over/plan")
@signed_in
def plan(group_id: uuid.UUID) -> ResponseReturnValue:
    """By when the stool is meant to move."""
    return _plan(group_id, None, {})


def _plan(group_id: uuid.UUID, form: Mapping[str, str] | None, errors: Mapping[str, str]) -> ResponseReturnValue:
    group = service.get_to_move(reading(), actor(), group_id)
    if form is None:
        form = {f"day-{stage}": full_day(day) for stage, day in planning.find_plan(reading(), group.id).items()}
    page = render_template(
        "takeover/plan.html", current="groups", group=group, stages=planning.stages(group), form=form, errors=errors
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/taking-over/plan")
@signed_in
def save_plan(group_id: uuid.UUID) -> ResponseReturnValue:
    """Write the plan down."""
    who = actor()
    group = service.get_to_move(reading(), actor(), group_id)
    try:
        days = forms.read_plan(request.form, [each.id for each in planning.stages(group)])
        with transaction() as db:
            planning.plan(db, who, group_id, days)
    except Invalid as error:
        return _plan(group_id, request.form, error.fields)
    flash("The plan is saved. The circle sees it too.")
    return redirect(url_for("takeover.page", group_id=group_id), 303)
