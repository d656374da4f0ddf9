"""The page on which an open concern about somebody’s safety is recorded and settled."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.handover import concerns, forms, rules
from lms.handover.views import pages
from lms.people.accounts import prove_again

__all__ = ["pages"]


@pages.get("/readiness/<uuid:person_id>/safety")
@requires(*rules.DECIDERS)
def safety(person_id: uuid.UUID) -> ResponseReturnValue:
    """Whether a concern is open, who recorded it and when; what it is about for administrators alone."""
    return _safety(person_id, {}, {})


@pages.post("/readiness/<uuid:person_id>/safety")
@requires(*rules.DECIDERS)
def open_concern(person_id: uuid.UUID) -> ResponseReturnValue:
    """Record that one is open."""
    who = actor()
    learner = concerns.get_about(reading(), who, person_id)
    try:
        reason = forms.read_concern(request.form, rules.UNEXPLAINED, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            concerns.open_concern(db, who, person_id, reason, proof, identity_of(request.form) or uuid.uuid4())
    except Invalid as error:
        return _safety(person_id, request.form, error.fields)
    flash(f"Recorded. Nobody says ready about {learner.name} until it is settled. Talk with them.")
    return redirect(url_for("handover.safety", person_id=person_id), 303)


@pages.post("/readiness/<uuid:person_id>/safety/settle")
@requires(Role.ADMINISTRATOR)
def settle_concern(person_id: uuid.UUID) -> ResponseReturnValue:
    """Record that it is settled."""
    who = actor()
    learner = concerns.get_about(reading(), who, person_id)
    try:
        reason = forms.read_concern(request.form, rules.UNSETTLED_BECAUSE, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            concerns.settle(db, who, person_id, reason, proof)
    except Invalid as error:
        return _safety(person_id, request.form, error.fields)
    flash(f"Settled. It no longer stands between {learner.name} and a decision.")
    return redirect(url_for("handover.safety", person_id=person_id), 303)


def _safety(person_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    who = actor()
    learner = concerns.get_about(reading(), who, person_id)
    found = concerns.list_concerns(reading(), who, learner)
    page = render_template(
        "handover/safety.html",
        current="people_ready",
        learner=learner,
        first=learner.name.split()[0],
        open=next((each for each in found if each.settled_at is None), None),
        may_settle=concerns.may_settle(who, learner),
        settled=[each for each in found if each.settled_at is not None],
        form={"reason": "", "key": str(uuid.uuid4())} | dict(form),
        errors=errors,
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 422 if errors else 200
