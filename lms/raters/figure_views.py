"""The page of one's own figure of agreement: what it rests on, what is still to do, and taking it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import cases, own_figures
from assessments.calibration import MEASURES, Kind
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, Stale
from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.exercises import rating
from lms.people.accounts import prove_again
from lms.raters import figures
from lms.raters.figures import Place

pages = Blueprint("raters", __name__)


@pages.get("/my-agreement")
@requires(Role.TRAINER)
def agreement() -> ResponseReturnValue:
    """How far one agrees with the key, whether one may sign, and what comes next."""
    return _page({})


@pages.post("/my-agreement/<kind>")
@requires(Role.TRAINER)
def take(kind: str) -> ResponseReturnValue:
    """Take a figure as one's own, with proof of who takes it."""
    who, reader = actor(), Reader(request.form)
    try:
        reader.proof(fresh=who.is_fresh(clock.now()))
        reader.check()
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            said = figures.take(db, who, kind, reader.raw("seen"), proof)
    except Invalid as error:
        return _page(error.fields, status=422)
    except Stale as error:
        return _page({}, told=error.sentence, status=409)
    except Conflict as error:
        return _page({}, told=error.sentence, status=409)
    flash(f"Taken: {said}. It stands beside whatever you sign from now on.")
    return redirect(url_for("raters.agreement"), 303)


def _page(errors: Mapping[str, str], told: str = "", status: int = 200) -> ResponseReturnValue:
    db, who = reading(), actor()
    found, recorded = figures.bases(db, who), figures.list_recorded(db, who)
    places = figures.places(db, who)
    page = render_template(
        "raters/agreement.html",
        current="sign_off",
        places=places,
        headline=_headline(places),
        parts_of=[_part(each, found[each], recorded) for each in figures.KINDS],
        recorded=recorded,
        following=figures.next_round(db, who),
        evening=cases.current().get(rating.next_for(db, who) or ""),
        is_fresh=who.is_fresh(clock.now()),
        errors=errors,
        told=told,
    )
    return page, status


def _part(kind: Kind, basis: own_figures.Basis, recorded: list[figures.Recorded]) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": MEASURES[kind].title,
        "basis": basis,
        "rows": list(zip(figures.titles(basis), basis.counting, strict=True)),
        "lacking": own_figures.lacking(basis),
        "taken": figures.is_taken(basis, recorded),
    }


def _headline(places: list[Place]) -> str:
    judged = [each.standing for each in places if each.standing is not None]
    if not judged:
        return "No figure of agreement is asked of you yet"
    untils = [each.until for each in judged if each.until is not None]
    if len(untils) < len(judged):
        return "You can comment, and not sign for everybody"
    return f"You can sign for everybody until {full_day(min(untils))}"
