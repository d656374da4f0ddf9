"""Pages of asking an organisation without names: what was asked, the slips, closing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import drawings, settings
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid
from lms.core.forms import Reader, identity_of
from lms.core.site_days import today
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.outcomes import surveying
from lms.outcomes.own_views import pages
from lms.people import service as people
from lms.people.managed import all_managed, managed

__all__ = ["pages"]


@pages.get("/outcomes/asking")
@requires(Role.MANAGER)
def asking() -> ResponseReturnValue:
    """What the organisation was asked, and asking it again."""
    return _asking({"organisation": request.args.get("organisation", "")}, {})


@pages.post("/outcomes/asking")
@requires(Role.MANAGER)
def ask() -> ResponseReturnValue:
    """Open a survey, and show its slips: this once."""
    here = managed(actor(), identity_of(request.form, "organisation"))
    reader = Reader(request.form)
    kind = reader.choice("kind", surveying.KINDS, "Choose what you want to ask.")
    slips = reader.number("slips", surveying.FEWEST_SLIPS, surveying.MOST_SLIPS, surveying.NUMBER)
    try:
        reader.check()
        with transaction() as db:
            key = identity_of(request.form) or uuid.uuid4()
            made, codes = surveying.ask(db, actor(), kind, slips or 0, key, here.id)
            sheet, until = surveying.KINDS[made.kind], made.until
    except Invalid as error:
        return _asking(request.form, error.fields)
    addresses = [settings.current().public_url + url_for("takeover.sheet", code=each) for each in codes]
    return render_template(
        "outcomes/slips.html",
        current="coverage",
        organisation=here.name,
        sheet=sheet,
        until=until,
        slips=[(each, drawings.square_code(each, "Square code of this slip", scale=3)) for each in addresses],
        **choosing(actor(), here.id),
    )


@pages.post("/outcomes/asking/<uuid:survey_id>/close")
@requires(Role.MANAGER)
def close_asking(survey_id: uuid.UUID) -> ResponseReturnValue:
    """End it."""
    with transaction() as db:
        whose = surveying.close(db, actor(), survey_id)
    flash("It is closed. What was answered is read at the end of the quarter.")
    return redirect(url_for("outcomes.asking", **choosing(actor(), whose)["here"]), 303)


def choosing(who: Actor, chosen: uuid.UUID) -> dict[str, Any]:
    """What a page of one organisation needs of somebody who manages several: which, and what its links carry on."""
    mine = [(each.id, each.name) for each in all_managed(who)]
    return {"organisations": mine, "chosen": chosen, "here": {"organisation": chosen} if len(mine) > 1 else {}}


def _asking(form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = managed(who, identity_of(form, "organisation"))
    asked = surveying.list_surveys(db, who, found.id)
    page = render_template(
        "outcomes/asking.html",
        current="coverage",
        organisation=found.name,
        surveys=asked,
        sheets=surveying.KINDS,
        next_on=surveying.next_on(asked),
        today=today(),
        names=people.names_of(db, [each.opened_by for each in asked]),
        form={"key": str(uuid.uuid4())} | {name: form.get(name, "") for name in ("kind", "slips")},
        errors=errors,
        **choosing(who, found.id),
    )
    return page, 422 if errors else 200
