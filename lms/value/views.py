"""Pages of the value guarantee: all engagements, and one with its terms, its steps and its bills."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid, Stale
from lms.core.forms import UNSIGNED, Reader, version_of
from lms.core.phrases import full_day
from lms.core.site_days import day_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import service as people
from lms.people.accounts import prove_again
from lms.value import amounts, answering, billing, forms, rules, service, surveying
from lms.value.outcomes import CAME, OUTCOMES, SENTENCES
from lms.value.rules import Phase
from lms.value.service import View
from lms.value.terms import Agreed, differences

pages = Blueprint("value", __name__)
SIDES = (Role.MANAGER, Role.ADMINISTRATOR)
CURRENT = "coverage"
PASSED, BEING_MADE = "the last day for it has gone by", "being made from the agreed fee"


def current() -> str:
    """Where in the main navigation these pages are: a manager comes from coverage, an administrator from people."""
    return CURRENT if Role.MANAGER in actor().roles else "people"


@pages.get("/value")
@requires(*SIDES)
def index() -> ResponseReturnValue:
    """Every engagement, and the two numbers that are published."""
    who = actor()
    found = service.list_engagements(reading(), who)
    mine = rules.administers(who)
    told = billing.published(reading(), sorted({each.engagement.provider_id for each in found} | mine))
    names = {each.engagement.provider_id: each.provider for each in found}
    names |= {each.organisation_id: each.organisation_name for each in who.memberships}
    return render_template(
        "value/index.html",
        found=found,
        published=[(names[key], each) for key, each in told.items()],
        may_write=bool(mine),
        kept_away=bool(who.organisations(Role.ADMINISTRATOR) & who.organisations(Role.TRAINER)),
        marked=amounts.marked,
        hundredths=rules.hundredths,
        current=current(),
    )


@pages.get("/value/<uuid:engagement_id>")
@requires(*SIDES)
def engagement(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """One engagement."""
    return show(find(engagement_id))


@pages.post("/value/<uuid:engagement_id>/confirm")
@requires(Role.MANAGER)
def confirm(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """Say yes to the terms, for the client."""
    view = find(engagement_id)
    try:
        reader = Reader(request.form)
        if not actor().is_fresh(clock.now()) and not request.form.get("password"):
            reader.wrong("password", UNSIGNED)
        reader.check()
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            answering.answer(db, actor(), engagement_id, version_of(request.form), proof=proof)
    except Invalid as error:
        return show(view, 422, errors=error.fields)
    except Stale as error:
        return show(find(engagement_id), 409, changes=error.changes)
    flash("You have confirmed these terms. They change only when both of you agree.")
    return redirect(url_for("value.engagement", engagement_id=engagement_id), 303)


@pages.post("/value/<uuid:engagement_id>/decline")
@requires(Role.MANAGER)
def decline(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """Say what should be otherwise."""
    view = find(engagement_id)
    try:
        because = forms.read_reason(request.form)
        with transaction() as db:
            answering.answer(db, actor(), engagement_id, version_of(request.form), because=because)
    except Invalid as error:
        return show(view, 422, errors=error.fields)
    except Stale as error:
        return show(find(engagement_id), 409, changes=error.changes)
    flash("You said what should be otherwise. You get a letter when other terms are written down.")
    return redirect(url_for("value.engagement", engagement_id=engagement_id), 303)


def find(engagement_id: uuid.UUID) -> View:
    """An engagement in scope."""
    return service.get(reading(), actor(), engagement_id)


def show(
    view: View,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    changes: Sequence[str] = (),
    told: str = "",
) -> ResponseReturnValue:
    """One engagement, with what could not be done."""
    proposed = view.proposed
    page = render_template(
        "value/engagement.html",
        view=view,
        latest=view.latest,
        proposed=proposed,
        differs=differences(view.latest, Agreed.of(proposed)) if proposed and view.terms else (),
        declined=view.versions[-1] if view.versions[-1].is_confirmed is False else None,
        told_terms=list((Agreed.of(proposed) if proposed and not view.terms else view.latest).told()),
        names=people.names_of(reading(), _named(view)),
        steps=steps(view),
        outcomes=_read_outcomes(view),
        sentences=SENTENCES,
        form=request.form,
        errors=errors or {},
        changes=changes,
        told=told,
        is_fresh=actor().is_fresh(clock.now()),
        **promises(view),
    )
    return page, status


def _named(view: View) -> set[uuid.UUID | None]:
    last = view.versions[-1]
    said = {view.statement.decided_by} if view.statement else set()
    return {last.written_by, last.answered_by, *said}


def _read_outcomes(view: View) -> list[tuple[str, str, str]]:
    """What came of it, to be read: by the client at once, by the provider when the bill is made."""
    if view.survey is None or not (view.for_client or view.bills):
        return []
    answers = view.survey.answers
    return [(each.sentence, CAME[answers[each.key]["came"]], answers[each.key]["words"]) for each in OUTCOMES]


def promises(view: View) -> dict[str, Any]:
    """What every page of an engagement says beside it."""
    provider_id = view.engagement.provider_id
    return {
        "published": billing.published(reading(), [provider_id]).get(provider_id),
        "marked": amounts.marked,
        "hundredths": rules.hundredths,
        "current": current(),
    }


def steps(view: View) -> list[tuple[str, str, str, str | None]]:
    """The order at the end: state, name, what is said of it, and where it is done."""
    terms, first, last = view.latest, view.survey, view.statement
    asked = {Phase.OUTCOMES: surveying.OUTCOMES, Phase.WORTH: surveying.WORTH}.get(view.phase)
    over = view.phase in (Phase.OVER, Phase.BILLED)
    until = f"open until {full_day(terms.answer_by)}"
    begins, then = (PASSED, PASSED) if over else (f"from {full_day(terms.ends_on)}", "then")
    came = f"Nine outcomes, finished and locked {full_day(day_of(first.finished_at))}" if first else ""
    felt = f"said on {full_day(day_of(last.decided_at))}" if last else ""
    billed = f"made on {full_day(view.bills[0].made_on)}" if view.bills else ""
    return [
        _step("What came of it", came, until if asked == surveying.OUTCOMES else "", begins, surveying.OUTCOMES),
        _step("What it was worth", felt, until if asked == surveying.WORTH else "", then, surveying.WORTH),
        _step("The bill", billed, "", BEING_MADE if over else "made from your amount the same day", None),
    ]


def _step(name: str, done: str, now: str, else_: str, where: str | None) -> tuple[str, str, str, str | None]:
    """Done, open now, or neither."""
    state = "done" if done else "now" if now else "to_come"
    return state, name, done or now or else_, where if state == "now" else None
