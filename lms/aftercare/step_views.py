"""The circle takes more support again: proposed by one, agreed by another, on a page without shame."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.aftercare import forms, rules, service, stepping
from lms.aftercare.help_views import pages
from lms.aftercare.models import StepBack
from lms.aftercare.rules import MORE_SUPPORT, Part
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.people import service as people
from lms.people.accounts import prove_again
from lms.takeover.refresher import refreshers

__all__ = ["pages"]


@pages.get("/groups/<uuid:group_id>/after/more-support")
@signed_in
def more_support(group_id: uuid.UUID) -> ResponseReturnValue:
    """How a circle takes more support again, and what stays its own."""
    return _more_support(group_id, {}, {})


def _more_support(group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    handed = stepping.get_circle(db, who, group_id)
    proposal = stepping.find_open(db, handed.group)
    stage = stepping.stage_of(db, handed)
    ways = [(each.id, each.name, each.picture) for each in stepping.ways_back(db, handed)]
    given = {"to": ways[0][0] if ways else "", "reason": "", "key": str(uuid.uuid4()), "stands": stage.id}
    page = render_template(
        "aftercare/more_support.html",
        current="groups",
        group=handed.group,
        seated=handed.part is Part.SEAT,
        alone=rules.may_step_back_alone(handed.part, service.accounts_in(db, handed.group)),
        stage=stage,
        stages={each.id: each for each in handed.standard.stages},
        ways=ways,
        proposal=proposal,
        mine=proposal is not None and proposal.proposed_by == who.person_id,
        names=people.names_of(db, [handed.group.trainer_id, proposal.proposed_by if proposal else None]),
        refreshers=refreshers(),
        form=given | dict(form),
        errors=errors,
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/after/more-support")
@signed_in
def propose(group_id: uuid.UUID) -> ResponseReturnValue:
    """Propose it to the others, or decide it where one person may."""
    who = actor()
    try:
        to, reason, key = forms.read_step(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            stands = request.form.get("stands", "")
            made = stepping.propose(db, who, group_id, stands, to, reason, proof, key)
            waits = isinstance(made, StepBack)
    except Invalid as error:
        return _more_support(group_id, request.form, error.fields)
    if not waits:
        return _done(group_id)
    flash("It is proposed. The others of your circle get a letter, and one of them agrees or does not.")
    return redirect(url_for("aftercare.more_support", group_id=group_id), 303)


@pages.post("/groups/<uuid:group_id>/after/more-support/<uuid:proposal_id>")
@signed_in
def agree(group_id: uuid.UUID, proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Agree with what another of the circle proposed."""
    who = actor()
    try:
        reader = Reader(request.form)
        reader.proof(fresh=who.is_fresh(clock.now()))
        reader.check()
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            stepping.agree(db, who, group_id, proposal_id, proof)
    except Invalid as error:
        return _more_support(group_id, request.form, error.fields)
    return _done(group_id)


@pages.post("/groups/<uuid:group_id>/after/more-support/<uuid:proposal_id>/leave")
@signed_in
def leave(group_id: uuid.UUID, proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Leave it as it is."""
    with transaction() as db:
        stepping.leave(db, actor(), group_id, proposal_id)
    flash("It stays as it is. Anybody of your circle can propose it again.")
    return redirect(url_for("aftercare.page", group_id=group_id), 303)


def _done(group_id: uuid.UUID) -> ResponseReturnValue:
    flash(f"{MORE_SUPPORT}. Whoever sits in it and has an account gets a letter, and so does its trainer.")
    return redirect(url_for("takeover.page", group_id=group_id, _anchor="moves"), 303)
