"""Pages of renewals: the holder's, which fills itself in, and the administrator's, who decides."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.renewal_rules import ABOUT_SAID
from courses import catalogue
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.people.accounts import prove_again
from lms.renewals import forms, rules, service

pages = Blueprint("renewals", __name__)
CURRENT = "certificates"
TYPED = ("title", "about", "day", "hours")


@pages.get("/renewals")
@requires(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Renewals that were sent, first those to decide on."""
    return render_template("renewals/index.html", current=CURRENT, sent=service.list_sent(reading(), actor()))


@pages.get("/certificates/<uuid:certificate_id>/renew")
@signed_in
def renew(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What is there, what is missing, and how to send it."""
    return _own_page(certificate_id, {})


@pages.post("/certificates/<uuid:certificate_id>/renew")
@signed_in
def send(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Send it, with what is still to come."""
    try:
        forms.read_sending(request.form)
    except Invalid as error:
        return _own_page(certificate_id, error.fields)
    with transaction() as db:
        view = service.send(db, actor(), certificate_id)
    flash("Sent. An administrator decides on it now." if view.found.ready else "Sent. It waits for what is missing.")
    return redirect(url_for("renewals.renew", certificate_id=certificate_id), 303)


@pages.post("/certificates/<uuid:certificate_id>/renew/add")
@signed_in
def add(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Add something by one's own word."""
    try:
        key, added = forms.read_entry(request.form)
        with transaction() as db:
            service.add(db, actor(), certificate_id, key, added)
    except Invalid as error:
        return _own_page(certificate_id, error.fields)
    flash("Added, as your own word.")
    return redirect(url_for("renewals.renew", certificate_id=certificate_id), 303)


@pages.post("/certificates/<uuid:certificate_id>/renew/again")
@signed_in
def again(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Say that a lesson was done again today."""
    with transaction() as db:
        key = identity_of(request.form) or uuid.uuid4()
        service.again(db, actor(), certificate_id, key, request.form.get("lesson", ""))
    flash("Noted for today, as your own word.")
    return redirect(url_for("renewals.renew", certificate_id=certificate_id), 303)


@pages.get("/certificates/<uuid:certificate_id>/renewal")
@requires(Role.ADMINISTRATOR)
def decide(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What was sent, and the one step that issues the new certificate."""
    return _decide_page(certificate_id, {})


@pages.post("/certificates/<uuid:certificate_id>/renewal")
@requires(Role.ADMINISTRATOR)
def decide_now(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Issue it. Sent twice, it leads to the same certificate."""
    try:
        proof = prove_again(request.form.get("password", ""))
    except Invalid as error:
        return _decide_page(certificate_id, error.fields)
    with transaction() as db:
        made = service.decide(db, actor(), certificate_id, proof)
    flash(f"Renewed. {made.holder_name} has a letter, and the new number works from now on.")
    return redirect(url_for("certificates.certificate", certificate_id=made.id), 303)


def _own_page(certificate_id: uuid.UUID, errors: Mapping[str, str]) -> ResponseReturnValue:
    view = service.own(reading(), actor(), certificate_id)
    page = render_template(
        "renewals/renew.html",
        current=CURRENT,
        form={name: request.form.get(name, "") for name in TYPED},
        key=identity_of(request.form) or uuid.uuid4(),
        kinds=[(each, said, "") for each, said in ABOUT_SAID.items()],
        errors=errors,
        **_shown(view),
    )
    return page, 422 if errors else 200


def _decide_page(certificate_id: uuid.UUID, errors: Mapping[str, str]) -> ResponseReturnValue:
    view = service.to_decide(reading(), actor(), certificate_id)
    if view.renewed is not None:
        return redirect(url_for("certificates.certificate", certificate_id=view.renewed.id))
    page = render_template(
        "renewals/decide.html",
        current=CURRENT,
        errors=errors,
        is_fresh=actor().is_fresh(clock.now()),
        statement=rules.STATEMENT,
        **_shown(view),
    )
    return page, 422 if errors else 200


def _shown(view: service.View) -> dict[str, object]:
    found = view.found
    known = catalogue.current()
    lessons = [each for finding in found.left for each in finding.lessons]
    days = [
        ("Open since" if found.opens <= found.at else "Opens", found.opens),
        ("Today", found.at),
        ("Ends" if found.ends >= found.at else "Ended", found.ends),
        ("Grace ends" if found.grace_ends >= found.at else "Grace ended", found.grace_ends),
    ]
    return {
        "view": view,
        "found": found,
        "facts": view.facts,
        "about": ABOUT_SAID,
        "line": [(*each, each[1] <= found.at) for each in sorted(days, key=lambda one: one[1])],
        "lessons": [(each, known.module_of(each)) for one in lessons if (each := known.find_lesson_by_id(one))],
        "hours": sum(each.minutes for each in found.learning) // 60,
    }
