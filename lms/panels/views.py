"""Pages of panels: who may sit, the page all members read, the votes once they are open, and what was decided."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid
from lms.core.phrases import day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.handover.rules import DECIDERS, KINDS
from lms.panels import appeals, ballots, closing, forms, listing, rules, service, tables
from lms.panels.tables import Table

pages = Blueprint("panels", __name__)


@pages.get("/panels")
@requires(*DECIDERS)
def index() -> ResponseReturnValue:
    """The panels of your provider: what waits for your vote first."""
    found = listing.list_panels(reading(), actor())
    return render_template(
        "panels/index.html", current="people_ready", headline=listing.headline(found), sections=found
    )


@pages.get("/readiness/<uuid:person_id>/panel")
@requires(*DECIDERS)
def call(person_id: uuid.UUID) -> ResponseReturnValue:
    """Who may sit on a panel about somebody, and who may not and why."""
    return _call(person_id, MultiDict(), {})


def _call(person_id: uuid.UUID, form: MultiDict[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    learner, rule, known = service.choices(db, who, person_id)
    running = tables.find_running(db, learner)
    if running is not None:
        return redirect(url_for("panels.panel", panel_id=running.id))
    each_because = [(each, rules.kept_off(each, rule)) for each in known.values()]
    page = render_template(
        "panels/call.html",
        current="people_ready",
        learner=learner,
        rule=rule,
        lacking=rules.lacking(list(known.values()), rule),
        may=[each for each, because in each_because if not because],
        may_not=[(each, because) for each, because in each_because if because],
        chosen=set(form.getlist("members")),
        key=form.get("key") or str(uuid.uuid4()),
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/readiness/<uuid:person_id>/panel")
@requires(*DECIDERS)
def call_now(person_id: uuid.UUID) -> ResponseReturnValue:
    """Call it."""
    who = actor()
    service.choices(reading(), who, person_id)
    try:
        members, key = forms.read_members(request.form)
        with transaction() as db:
            panel = service.call(db, who, person_id, members, key)
    except Invalid as error:
        return _call(person_id, request.form, error.fields)
    flash("The panel is called, and its page is frozen. Each member gets a letter.")
    return redirect(url_for("panels.panel", panel_id=panel.id), 303)


@pages.get("/panels/<uuid:panel_id>")
@signed_in
def panel(panel_id: uuid.UUID) -> ResponseReturnValue:
    """The page that all members read, with their votes once all are in."""
    return show(panel_id)


def show(
    panel_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    said: str = "",
) -> ResponseReturnValue:
    """The panel’s page, with what somebody typed and what was wrong with it."""
    db, who = reading(), actor()
    found = tables.get_panel(db, who, panel_id)
    table = tables.table_of(db, found)
    votes = ballots.read(db, who, table)
    mine = next((each for each in table.seats if each.seat.person_id == who.person_id and not each.because), None)
    asked = closing.asked(table, votes) if votes.first else None
    typed = {"kind": "", "reason": "", "because": "", "answer": "", "exceptional": "", "stepping": "", "words": ""}
    if votes.earlier:
        typed |= {"kind": votes.earlier.kind, "reason": votes.earlier.reason}
    page = render_template(
        "panels/panel.html",
        current="readiness" if who.person_id == found.person_id else "people_ready",
        panel=found,
        table=table,
        votes=votes,
        mine=mine,
        asked=asked,
        act=_act(who, table, votes, asked, sits=mine is not None),
        headline=_headline(table, votes),
        counted=rules.count_in_words(votes.voted, found.size),
        ladder=listing.ladder(table.readiness),
        decision=closing.find_decision(db, found),
        way=appeals.way_of(db, found) if found.closed_at else None,
        may_arrange=tables.may_arrange(who, found),
        is_about_me=who.person_id == found.person_id,
        words=KINDS,
        form=typed | {"key": str(uuid.uuid4())} | dict(form or {}),
        errors=errors or {},
        said=said,
        is_fresh=who.is_fresh(clock.now()),
        first_and_again=(ballots.FIRST, ballots.AGAIN),
    )
    return page, status


def _act(who: Actor, table: Table, votes: ballots.Votes, asked: closing.Asked | None, *, sits: bool) -> str:
    """The one thing the reader does next here: vote, again, decide; nothing for everybody else."""
    if not sits or table.panel.closed_at is not None:
        return ""
    if asked is None:
        return "" if ballots.FIRST in votes.mine else "vote"
    chairs = table.chair is not None and table.chair.seat.person_id == who.person_id
    may_vote = votes.is_again and ballots.AGAIN not in votes.mine
    if chairs and (not may_vote or "chair" in request.values):
        return "decide"
    return "again" if may_vote else ""


def _headline(table: Table, votes: ballots.Votes) -> str:
    if table.panel.closed_at is not None:
        return f"Decided on {day(table.panel.closed_at)}"
    if votes.first:
        shown = votes.again if len(votes.again) == len(votes.first) else votes.first
        return rules.headline([each.vote.kind for each in shown], votes.outcome)
    return rules.question(table.name, table.readiness)


def refused(panel_id: uuid.UUID, error: Invalid | Conflict) -> ResponseReturnValue:
    """The page again with what was typed, and what is wrong with it or has changed meanwhile."""
    if isinstance(error, Invalid):
        return show(panel_id, request.form, error.fields, 422)
    return show(panel_id, request.form, {}, 409, error.sentence)
