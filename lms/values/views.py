"""Pages of values: how a circle sits together, writing it, answering it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.wording import initials
from lms.core import clock
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader, identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.people import service as people
from lms.values import forms, rules, service, sorting
from lms.values.service import State

pages = Blueprint("values", __name__)

REVIEW_AFTER = timedelta(days=90)
NOTHING = {"agrees": "", "reason": ""}


@pages.get("/groups/<uuid:group_id>/values")
@signed_in
def agreement(group_id: uuid.UUID) -> ResponseReturnValue:
    """How a circle sits together: for those who sit there, and for their provider."""
    return _page(group_id)


def _page(
    group_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    changes: Sequence[str] = (),
) -> ResponseReturnValue:
    db = reading()
    state = service.look(db, actor(), group_id)
    shown, mine = state.newest, state.answers.get(state.mine.key) if state.mine else None
    before = state.holds if state.proposed else None
    page = render_template(
        "values/agreement.html",
        current="groups",
        state=state,
        group=state.group,
        shown=shown,
        lines=service.lines_of(shown),
        changed=rules.differences(service.lines_of(before), service.lines_of(shown)) if before else [],
        chairs=_drawn(state),
        names=people.names_of(db, [each.written_by for each in state.versions]),
        form=form
        or {"agrees": ("yes" if mine.agrees else "no") if mine else "", "reason": mine.reason if mine else ""},
        errors=errors or {},
        changes=changes,
        may_write=state.mine is not None and len(state.chairs) >= rules.FEWEST_SEATS,
        too_few=rules.TOO_FEW if len(state.chairs) < rules.FEWEST_SEATS else "",
        aloud=[each for each in state.waiting if each.person_id is None] if state.mine else [],
        is_due=shown is not None and shown.review_on <= clock.today(state.group.zone),
    )
    return page, 409 if changes else 422 if errors else 200


def _drawn(state: State) -> tuple[int, dict[int, str], dict[int, str]]:
    """The circle for the picture: how many chairs, how each is drawn, whose initials stand on it."""
    kinds = {}
    for at, each in enumerate(state.chairs):
        said = state.answers.get(each.key)
        kinds[at] = "you" if each is state.mine else "ok" if said and said.agrees else "gap" if not said else ""
    labels = {at: "You" if each is state.mine else initials(each.name) for at, each in enumerate(state.chairs)}
    return len(state.chairs), kinds, labels


@pages.post("/groups/<uuid:group_id>/values")
@signed_in
def answer(group_id: uuid.UUID) -> ResponseReturnValue:
    """Say yes or no to what stands there."""
    who = actor()
    service.get_seated(reading(), who, group_id)
    try:
        agrees, reason = forms.read_answer(request.form)
        with transaction() as db:
            state = service.answer(db, who, group_id, version_of(request.form), agrees=agrees, reason=reason)
    except Invalid as error:
        return _page(group_id, request.form, error.fields)
    except Stale as error:
        return _page(group_id, request.form, changes=error.changes)
    flash(_said(state) if agrees else "Your no is written down, with the reason. The circle reads both.")
    return redirect(url_for("values.agreement", group_id=group_id), 303)


@pages.post("/groups/<uuid:group_id>/values/aloud")
@signed_in
def aloud(group_id: uuid.UUID) -> ResponseReturnValue:
    """Write down that somebody without an account said yes in the circle."""
    who, seat = actor(), Reader(request.form).raw("seat")
    try:
        with transaction() as db:
            state = service.note(db, who, group_id, seat, version_of(request.form))
    except Stale as error:
        return _page(group_id, changes=error.changes)
    flash(_said(state))
    return redirect(url_for("values.agreement", group_id=group_id), 303)


def _said(state: State) -> str:
    if state.proposed is None:
        return "Everybody who sits here has agreed. This is how you sit together from now on."
    return "The yes is written down."


@pages.get("/groups/<uuid:group_id>/values/write")
@signed_in
def write(group_id: uuid.UUID) -> ResponseReturnValue:
    """The form of a version: what stands now, to be changed."""
    state, _mine = service.get_seated(reading(), actor(), group_id)
    review_on = clock.today(state.group.zone) + REVIEW_AFTER
    form = forms.filled(service.lines_of(state.newest), review_on) | {"key": str(uuid.uuid4())}
    return _write(state, form | {"version": str(state.newest.version if state.newest else 0)})


def _write(
    state: State, form: Mapping[str, str], errors: Mapping[str, str] | None = None, changes: Sequence[str] = ()
) -> ResponseReturnValue:
    page = render_template(
        "values/write.html",
        current="groups",
        group=state.group,
        form=form,
        errors=errors or {},
        changes=changes,
        rows=forms.rows(form),
        first=state.newest is None,
        brought=sorting.brought(reading(), state),
    )
    return page, 409 if changes else 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/values/write")
@signed_in
def propose(group_id: uuid.UUID) -> ResponseReturnValue:
    """Put a version before the circle."""
    who, form = actor(), request.form
    state, _mine = service.get_seated(reading(), who, group_id)
    key = identity_of(form) or uuid.uuid4()
    try:
        lines, review_on = forms.read_version(form)
        with transaction() as db:
            service.write(db, who, group_id, key, version_of(form), lines, review_on)
    except Invalid as error:
        return _write(state, form, error.fields)
    except Stale as error:
        now, _mine = service.get_seated(reading(), who, group_id)
        newest: Any = now.newest
        return _write(now, {**form, "version": str(newest.version)}, changes=error.changes)
    flash("It is written down, with your yes. The others get a letter, and everybody answers for themselves.")
    return redirect(url_for("values.agreement", group_id=group_id), 303)
