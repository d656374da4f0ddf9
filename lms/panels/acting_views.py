"""What members, callers and whom it is about send to a panel."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.handover.rules import DECIDERS
from lms.panels import appeals, ballots, closing, forms, service, tables
from lms.panels.views import pages, refused
from lms.people.accounts import prove_again
from lms.unsent import service as unsent

__all__ = ["pages"]


def _back(panel_id: uuid.UUID, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("panels.panel", panel_id=panel_id), 303)


@pages.post("/panels/<uuid:panel_id>/vote")
@requires(*DECIDERS)
def vote(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Cast one’s vote."""
    who = actor()
    _table(panel_id).seat_of(who)
    try:
        ballot = forms.read_ballot(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            ballots.vote(db, who, panel_id, ballot, proof)
            unsent.drop(db, who, "panel-vote", panel_id)
    except (Invalid, Conflict) as error:
        return refused(panel_id, error)
    if tables.get_panel(reading(), who, panel_id).opened_at is not None:
        return _back(panel_id, "Your vote is in, and the votes are open.")
    return _back(panel_id, "Your vote is sealed. It opens when all have voted, and nobody reads it before.")


@pages.post("/panels/<uuid:panel_id>/step-down")
@requires(*DECIDERS)
def step_down(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Leave one’s seat."""
    who = actor()
    _table(panel_id).seat_of(who)
    missing = "Write down why. Whoever called the panel reads it and names somebody else."
    try:
        reason = forms.read_text(request.form, "stepping", missing)
        with transaction() as db:
            service.step_down(db, who, panel_id, reason)
    except (Invalid, Conflict) as error:
        return refused(panel_id, error)
    return _back(panel_id, "You have stepped down. Whoever called the panel names somebody else.")


@pages.post("/panels/<uuid:panel_id>/renew")
@requires(*DECIDERS)
def renew(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Bring the page up to date."""
    try:
        with transaction() as db:
            service.renew(db, actor(), panel_id)
    except Conflict as error:
        return refused(panel_id, error)
    return _back(panel_id, "The page is up to date. Members read it again and vote on it.")


@pages.get("/panels/<uuid:panel_id>/seat")
@requires(*DECIDERS)
def seat(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Who may take a free seat, and who may not and why."""
    return _seat(panel_id, {})


def _seat(panel_id: uuid.UUID, errors: Mapping[str, str]) -> ResponseReturnValue:
    table = _table(panel_id)
    if not tables.may_arrange(actor(), table.panel):
        raise Forbidden("Whoever called this panel, or an administrator, names somebody else.")
    if len(table.taken) >= table.panel.size or table.panel.closed_at is not None:
        return redirect(url_for("panels.panel", panel_id=panel_id))
    found = service.free_choices(table).values()
    page = render_template(
        "panels/seat.html",
        current="people_ready",
        table=table,
        panel=table.panel,
        may=[each for each, because in found if not because],
        may_not=[(each, because) for each, because in found if because],
        chosen=request.form.get("member", ""),
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/panels/<uuid:panel_id>/seat")
@requires(*DECIDERS)
def name_another(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Name somebody for it."""
    _table(panel_id)
    try:
        member = forms.read_member(request.form)
        with transaction() as db:
            service.name_another(db, actor(), panel_id, member)
    except Invalid as error:
        return _seat(panel_id, error.fields)
    return _back(panel_id, "The seat is taken again. Whoever takes it gets a letter.")


@pages.post("/panels/<uuid:panel_id>/decide")
@requires(*DECIDERS)
def decide(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the panel decides."""
    who = actor()
    _table(panel_id).seat_of(who)
    try:
        words = forms.read_words(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            closing.decide(db, who, panel_id, words, proof, identity_of(request.form) or uuid.uuid4())
            unsent.drop(db, who, "panel-decision", panel_id)
    except (Invalid, Conflict) as error:
        return refused(panel_id, error)
    return _back(panel_id, "Decided and recorded. The letter with the result and your words is on its way.")


@pages.post("/panels/<uuid:panel_id>/appeal")
@signed_in
def appeal(panel_id: uuid.UUID) -> ResponseReturnValue:
    """Appeal against it, as whom it is about."""
    who = actor()
    if tables.get_panel(reading(), who, panel_id).person_id != who.person_id:
        raise NotFound
    try:
        words = forms.read_text(request.form, "words", "Write what you do not accept. The new panel reads it.")
        with transaction() as db:
            appeals.appeal(db, who, panel_id, words)
    except (Invalid, Conflict) as error:
        return refused(panel_id, error)
    return _back(panel_id, "You have appealed. Other people are called to decide, and you get a letter.")


def _table(panel_id: uuid.UUID) -> tables.Table:
    db = reading()
    return tables.table_of(db, tables.get_panel(db, actor(), panel_id))
