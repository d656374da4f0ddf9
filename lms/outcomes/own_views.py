"""Pages of one's own follow-ups, signed in: what one was asked, what one said, changing and deleting it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Conflict, Invalid, OldPage
from lms.core.forms import version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.outcomes import forms, holding, rules
from lms.outcomes.link_views import pages
from lms.outcomes.rules import Said

__all__ = ["pages"]


@pages.get("/follow-ups")
@signed_in
def follow_ups() -> ResponseReturnValue:
    """Everything one was asked, and will be."""
    db, who = reading(), actor()
    return render_template(
        "outcomes/follow_ups.html",
        current="account",
        asked=holding.list_own(db, who),
        stopped=holding.has_stopped(db, who),
        rules=rules,
    )


@pages.post("/follow-ups/letters")
@signed_in
def choose_letters() -> ResponseReturnValue:
    """Be asked again, or no more."""
    wanted = request.form.get("do") == "ask"
    with transaction() as db:
        holding.choose(db, actor(), wanted=wanted)
    flash("You are asked again." if wanted else "You are asked no more. What you wrote stays here.")
    return redirect(url_for("outcomes.follow_ups"), 303)


@pages.get("/follow-ups/<uuid:follow_up_id>")
@signed_in
def follow_up(follow_up_id: uuid.UUID) -> ResponseReturnValue:
    """The questions with what one said, to change while there is time."""
    asked = holding.get_own(reading(), actor(), follow_up_id)
    return _page(follow_up_id, forms.filled(asked.said), asked.version)


@pages.post("/follow-ups/<uuid:follow_up_id>")
@signed_in
def answer(follow_up_id: uuid.UUID) -> ResponseReturnValue:
    """Answer them, or change it."""
    version = version_of(request.form)
    asked = holding.get_own(reading(), actor(), follow_up_id)
    try:
        said = forms.read_said(request.form, asks_importance=asked.asks_importance)
        with transaction() as db:
            holding.answer(db, actor(), follow_up_id, version, said)
    except Invalid as error:
        return _page(follow_up_id, request.form, version, error.fields)
    except OldPage as error:
        return _page(follow_up_id, request.form, error.version, refused=error.sentence, other=error.kept)
    except Conflict as error:
        return _page(follow_up_id, request.form, version, refused=error.sentence)
    flash("Kept. It stays yours.")
    return redirect(url_for("outcomes.follow_ups"), 303)


@pages.post("/follow-ups/<uuid:follow_up_id>/delete")
@signed_in
def take_back(follow_up_id: uuid.UUID) -> ResponseReturnValue:
    """Delete what one wrote."""
    with transaction() as db:
        holding.take_back(db, actor(), follow_up_id)
    flash("It is deleted, and you are not asked about it again.")
    return redirect(url_for("outcomes.follow_ups"), 303)


def _page(
    follow_up_id: uuid.UUID,
    form: Mapping[str, str],
    version: int,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    other: Said | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "outcomes/follow_up.html",
        current="account",
        asked=holding.get_own(reading(), actor(), follow_up_id),
        rules=rules,
        form=form,
        version=version,
        errors=errors or {},
        refused=refused,
        other=other,
    )
    return page, 409 if refused else 422 if errors else 200
