"""Pages of the two questions at the end: what came of it, and then what it was worth."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid, OldPage
from lms.core.forms import identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, tell_script
from lms.people.accounts import prove_again
from lms.value import amounts, forms, rules, stating, surveying
from lms.value.currencies import CURRENCIES
from lms.value.models import ValueDraft
from lms.value.outcomes import CAME, FIRST, OUTCOMES
from lms.value.service import View
from lms.value.surveying import WORTH
from lms.value.terms_views import pages
from lms.value.views import find, promises, show, steps

__all__ = ["pages"]

SAVED_ELSEWHERE = "You wrote on in another browser. Press “Save and leave” to see both"
STAYS = ("save", "leave")


@pages.get("/value/<uuid:engagement_id>/outcomes")
@requires(Role.MANAGER)
def outcomes(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """What came of it: nine outcomes, in the client's own words."""
    view = find(engagement_id)
    if (why := surveying.shut(view, surveying.OUTCOMES)) is not None:
        return show(view, 409, told=why)
    draft = surveying.find_draft(reading(), actor(), engagement_id, surveying.OUTCOMES)
    return _survey(view, draft, _flat(draft.body) if draft else {})


@pages.post("/value/<uuid:engagement_id>/outcomes")
@requires(Role.MANAGER)
def finish(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is written so far, or finish it for good."""
    view, seen, keeps = find(engagement_id), version_of(request.form), any(each in request.form for each in STAYS)
    try:
        answers = forms.read_survey(request.form, whole=not keeps)
        with transaction() as db:
            if keeps:
                surveying.keep(db, actor(), engagement_id, surveying.OUTCOMES, seen, answers)
            else:
                surveying.finish(db, actor(), engagement_id, seen, answers)
    except Invalid as error:
        return _survey(view, None, request.form, errors=error.fields, version=seen)
    except OldPage as error:
        theirs = _flat(error.kept)
        return _survey(view, None, request.form, error.version, told=error.sentence, theirs=theirs)
    if keeps:
        return _kept(engagement_id, "value.outcomes")
    flash("What came of it is finished and locked. Now you say what it was worth.")
    return redirect(url_for("value.worth", engagement_id=engagement_id), 303)


@pages.post("/value/<uuid:engagement_id>/outcomes/draft")
@requires(Role.MANAGER)
def draft_outcomes(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """What the page sends by itself while somebody writes."""

    def save() -> int:
        answers = forms.read_survey(request.form, whole=False)
        with transaction() as db:
            seen = version_of(request.form)
            return surveying.keep(db, actor(), engagement_id, surveying.OUTCOMES, seen, answers).version

    return tell_script(save, SAVED_ELSEWHERE)


@pages.get("/value/<uuid:engagement_id>/worth")
@requires(Role.MANAGER)
def worth(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """What it was worth, with the bill as it would be."""
    view = find(engagement_id)
    if (why := surveying.shut(view, WORTH)) is not None:
        return show(view, 409, told=why)
    draft = surveying.find_draft(reading(), actor(), engagement_id, WORTH)
    return _worth(view, draft, draft.body if draft else {})


@pages.post("/value/<uuid:engagement_id>/worth")
@requires(Role.MANAGER)
def send(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is written so far, or send it for good, which makes the bill."""
    view, seen, who = find(engagement_id), version_of(request.form), actor()
    typed: dict[str, Any] = _typed()
    try:
        typed = forms.read_draft(request.form)
        if any(each in request.form for each in STAYS):
            with transaction() as db:
                surveying.keep(db, who, engagement_id, WORTH, seen, typed)
            return _kept(engagement_id, "value.worth")
        said = forms.read_statement(request.form, view.latest.currency, fresh=who.is_fresh(clock.now()))
        proof, key = prove_again(request.form.get("password", "")), identity_of(request.form) or uuid.uuid4()
        with transaction() as db:
            bill = stating.send(db, who, engagement_id, key, seen, said, typed, proof)
    except Invalid as error:
        return _worth(view, None, typed, errors=error.fields, version=seen)
    except OldPage as error:
        return _worth(view, None, typed, told=error.sentence, theirs=error.kept, version=error.version)
    flash(f"It is sent, and final. Bill {bill.number} is made, and both of you have a letter.")
    return redirect(url_for("value.bill", engagement_id=engagement_id, number=bill.number), 303)


@pages.post("/value/<uuid:engagement_id>/worth/draft")
@requires(Role.MANAGER)
def draft_worth(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """What the page sends by itself while somebody writes; it hears what the bill would be."""

    def save() -> int:
        typed = forms.read_draft(request.form)
        with transaction() as db:
            return surveying.keep(db, actor(), engagement_id, WORTH, version_of(request.form), typed).version

    answer = tell_script(save, SAVED_ELSEWHERE)
    if isinstance(answer, dict):
        preview = _preview(find(engagement_id), request.form.get("amount", ""))
        answer["shown"] = {f"bill-{name}": words for name, words in preview.items()}
    return answer


def _kept(engagement_id: uuid.UUID, here: str) -> ResponseReturnValue:
    leaves = "leave" in request.form
    if not leaves:
        flash("Saved. Nobody else sees it yet.")
    return redirect(url_for("value.engagement" if leaves else here, engagement_id=engagement_id), 303)


def _flat(body: Mapping[str, Any]) -> dict[str, str]:
    return {f"{part}-{key}": text for key, each in body.items() for part, text in each.items()}


def _typed() -> dict[str, Any]:
    """What was typed, as it was typed, where it is too long to be kept."""
    form = request.form
    return {"amount": form.get("amount", ""), "outcomes": form.getlist("outcome"), "why": form.get("why", "")}


def _preview(view: View, amount: str) -> dict[str, str]:
    """The bill as it would be, in the places where the page says it; before an amount stands, as it was agreed."""
    agreed = view.latest
    try:
        felt = amounts.read(amount, agreed.currency) if amount.strip() else None
    except amounts.Unread as error:
        return dict.fromkeys(("adjusted", "net", "tax", "total"), "?") | {"note": error.sentence}
    found = rules.reckon(agreed.fee, felt, agreed.tax_rate, agreed.floor)
    note = "" if felt is not None else "This is the agreed fee. It is the bill if nothing is sent."
    if felt is not None and found.net > felt:
        note = f"Your contract has a floor of {amounts.marked(found.net, agreed.currency)}, so the bill is not less."
    return {
        **{name: amounts.said(getattr(found, name), agreed.currency) for name in ("adjusted", "net", "tax", "total")},
        "note": note,
    }


def _survey(
    view: View, draft: ValueDraft | None, form: Mapping[str, str], version: int = 0, **more: Any
) -> ResponseReturnValue:
    values = {"errors": {}, "told": "", "theirs": {}} | more
    page = render_template(
        "value/outcomes.html",
        view=view,
        form=form,
        version=draft.version if draft else version,
        saved=draft.changed_at if draft else None,
        outcomes=OUTCOMES,
        came=list(CAME.items())[:-1],
        steps=steps(view),
        **values,
        **promises(view),
    )
    return page, 409 if values["told"] else 422 if values["errors"] else 200


def _worth(
    view: View, draft: ValueDraft | None, typed: Mapping[str, Any], version: int = 0, **more: Any
) -> ResponseReturnValue:
    values = {"errors": {}, "told": "", "theirs": {}} | more
    agreed = view.latest
    page = render_template(
        "value/worth.html",
        view=view,
        agreed=agreed,
        form={"amount": typed.get("amount", ""), "why": typed.get("why", "")},
        ticked=typed.get("outcomes", []),
        version=draft.version if draft else version,
        saved=draft.changed_at if draft else None,
        key=identity_of(request.form) or uuid.uuid4(),
        currency=CURRENCIES[agreed.currency],
        said=lambda minor: amounts.said(minor, agreed.currency),
        preview=_preview(view, typed.get("amount", "")),
        open=OUTCOMES[:FIRST],
        others=OUTCOMES[FIRST:],
        steps=steps(view),
        is_fresh=actor().is_fresh(clock.now()),
        **values,
        **promises(view),
    )
    return page, 409 if values["told"] else 422 if values["errors"] else 200
