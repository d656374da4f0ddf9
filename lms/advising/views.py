"""Pages of advice: the cases of an organisation, opening one, and what was agreed about it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.advising import cases, forms, lists, marks, notes, rules, service
from lms.advising.cases import StaleCase
from lms.advising.models import AdvisoryCase
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import identity_of, page_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import service as people

pages = Blueprint("advising", __name__)

BY = [("", "Choose"), *rules.RAISED_BY.items()]
THEMES = [(key, title, sentence) for key, (title, sentence) in rules.THEMES.items()]


@pages.get("/advice")
@requires(*service.ADVISERS, Role.MANAGER)
def index() -> ResponseReturnValue:
    """The cases you may see, and, for a sponsor, what their circles raise."""
    db, who = reading(), actor()
    advises, sponsors = bool(who.organisations(*service.ADVISERS)), bool(who.organisations(Role.MANAGER))
    show = request.args.get("show", "")
    show = show if show in lists.SHOW else "open" if advises else "all"
    organisation_id, number = identity_of(request.args, "org"), min(page_of(request.args), 1000)
    return render_template(
        "advising/index.html",
        current="advice",
        found=lists.cases(db, who, show, organisation_id, number),
        passed=lists.passed(db, who, 1) if sponsors else None,
        advises=advises,
        organisations=[(each.id, each.name) for each in service.organisations_of(db, who)] if advises else [],
        show=show,
        org=organisation_id or "",
        shows=list(lists.SHOW.items()),
        themes=rules.THEMES,
        states=rules.STATES,
        today=service.today(),
    )


@pages.get("/advice/new")
@requires(*service.ADVISERS)
def new() -> ResponseReturnValue:
    """The form for a case; a gap of a circle leads here with its circle and theme."""
    db, who = reading(), actor()
    circle, theme = identity_of(request.args, "circle"), request.args.get("theme", "")
    about = [key for key, place in service.places(db, who).items() if place.group_id == circle] if circle else []
    return _new({"about": about[0] if about else "", "theme": theme, "key": str(uuid.uuid4())}, {})


def _new(form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    places = service.places(reading(), actor())
    page = render_template(
        "advising/new.html",
        current="advice",
        places=[("", "Choose"), *((key, place.name) for key, place in places.items())],
        themes=THEMES,
        rows=forms.option_rows(form),
        by=BY,
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/advice/new")
@requires(*service.ADVISERS)
def open_case() -> ResponseReturnValue:
    """Open it."""
    try:
        key, about, advice = forms.read_new(request.form)
        with transaction() as db:
            case_id = cases.open_case(db, actor(), key, about, advice).id
    except Invalid as error:
        return _new(request.form, error.fields)
    flash("The case is open. Write the step here once one is agreed.")
    return redirect(url_for("advising.case", case_id=case_id), 303)


@pages.get("/advice/<uuid:case_id>")
@requires(*service.ADVISERS, Role.MANAGER)
def case(case_id: uuid.UUID) -> ResponseReturnValue:
    """A case: all of it for whoever advises, and for a sponsor what was opened with them."""
    db, who = reading(), actor()
    found = service.get_case(db, who, case_id)
    if service.advises(who, found):
        return _case(case_id)
    return render_template(
        "advising/shared.html",
        current="advice",
        case=found,
        organisation=service.name_of(db, found.organisation_id),
        owner=people.names_of(db, [found.owner_id]).get(found.owner_id) if found.owner_id else "",
        subject=rules.THEMES[found.theme],
        state=rules.STATES[found.state],
        by=rules.RAISED_BY,
    )


def _case(
    case_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: StaleCase | None = None,
) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = service.get_own_case(db, who, case_id)
    versions, managers = service.history(db, case_id=case_id), cases.owners(db, found.organisation_id)
    names = people.names_of(db, cases.people_in(found, versions))
    owners = managers | {key: name for key, name in names.items() if key == found.owner_id}
    shown = form if form is not None else forms.filled(cases.as_advice(found))
    page = render_template(
        "advising/case.html",
        current="advice",
        case=found,
        about=_about(db, found),
        themes=[(key, title) for key, title, _ in THEMES],
        subject=rules.THEMES[found.theme],
        state=rules.STATES[found.state],
        states=[(key, words, "") for key, words in rules.STATES.items()],
        owners=[("", "Nobody on this list"), *owners.items()],
        rows=forms.option_rows(shown),
        by=BY,
        form=shown,
        version=version_of(form) if form is not None and errors else found.version,
        errors=errors or {},
        theirs=_theirs(found, form or {}, {str(key): name for key, name in owners.items()}) if stale else [],
        changes=cases.changes(versions),
        stood=partial(cases.stood, names={str(key): name for key, name in names.items()}),
        notes=notes.of_case(db, found),
        found=_found(db, found) if found.shared_with_sponsor else [],
        names=names,
    )
    return page, 409 if stale else 422 if errors else 200


def _found(db: Session, case: AdvisoryCase) -> list[tuple[str, list[str]]]:
    """What in the words that a sponsor reads is written like a name of theirs, a day, a figure or a quotation."""
    said = [case.issue, case.step, case.owner, case.outcome, *(each[0] for each in case.options)]
    return marks.found(marks.pieces("\n".join(said), notes.names_there(db, case.organisation_id)))


def _about(db: Session, found: AdvisoryCase) -> tuple[str, str]:
    return service.name_of(db, found.organisation_id), service.circle_of(db, found.group_id)


def _theirs(found: AdvisoryCase, form: Mapping[str, str], names: dict[str, str]) -> list[tuple[str, str]]:
    """What somebody else wrote otherwise; of what cannot be read in the form, everything."""
    try:
        typed: dict[str, Any] = forms.read_case(form).kept()
    except Invalid:
        typed = dict.fromkeys(rules.LABELS)
    return cases.differences(found, typed, names)


@pages.post("/advice/<uuid:case_id>")
@requires(*service.ADVISERS)
def change_case(case_id: uuid.UUID) -> ResponseReturnValue:
    """Save what it says now."""
    who = actor()
    service.get_own_case(reading(), who, case_id)
    try:
        advice = forms.read_case(request.form)
        with transaction() as db:
            cases.change(db, who, case_id, version_of(request.form), advice)
    except Invalid as error:
        return _case(case_id, request.form, error.fields)
    except StaleCase as error:
        return _case(case_id, request.form, stale=error)
    flash("Saved. What stood here before is kept below.")
    return redirect(url_for("advising.case", case_id=case_id), 303)
