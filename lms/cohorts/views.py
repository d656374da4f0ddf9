"""Pages of cohorts, for trainers and administrators: the list, the plan, who is where, who joins, writing to one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.ladder import RUNGS
from assessments.standards import get_standard
from lms.cohorts import following, forms, rules, service
from lms.cohorts.following import Row, Which
from lms.cohorts.models import Cohort
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.core.forms import Reader, identity_of, page_of, version_of
from lms.core.phrases import full_day
from lms.core.site_days import today
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires

pages = Blueprint("cohorts", __name__)
LAST_PAGE = 10_000


@pages.get("/cohorts")
@requires(*service.CARERS)
def index() -> ResponseReturnValue:
    """Every cohort, and a new one."""
    return _index({"key": str(uuid.uuid4()), "pace": "2"})


@pages.post("/cohorts")
@requires(*service.CARERS)
def make() -> ResponseReturnValue:
    """Begin a cohort."""
    try:
        wanted = forms.read_plan(request.form)
        provider = Reader(request.form).identity("provider", "")
        with transaction() as db:
            key = identity_of(request.form) or uuid.uuid4()
            cohort = service.make(db, actor(), key, provider or uuid.UUID(int=0), wanted)
    except Invalid as error:
        return _index(request.form, error.fields)
    return redirect(url_for("cohorts.people_to_join", cohort_id=cohort.id), 303)


@pages.get("/cohorts/<uuid:cohort_id>")
@requires(*service.CARERS)
def cohort(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Who is where, the stuck ones first."""
    found, name = service.get_cohort(reading(), actor(), cohort_id), Reader(request.args).line("q")[:80]
    asked = request.args.get("who", "")
    which = cast("Which", asked if asked in rules.VIEWS else "stuck")
    page = min(page_of(request.args), LAST_PAGE)
    seen = following.follow(reading(), actor(), found, which, name, page)
    if asked not in rules.VIEWS and not seen.stuck and not name:
        which, seen = "everyone", following.follow(reading(), actor(), found, "everyone", name, page)
    plan = service.plan_of(found)
    return render_template(
        "cohorts/cohort.html",
        cohort=found,
        seen=seen,
        which=which,
        asked=name,
        headline=rules.headline(seen.stuck, seen.total),
        plan=plan,
        lessons=service.lessons_of(found),
        week=plan.week(today()),
        due=plan.due(today()),
        behind=rules.behind,
        views=[(key, words, rules.people(seen.counts[key])) for key, words in rules.VIEWS.items()],
        award=get_standard(found.standard_id).title,
        current="groups",
    )


@pages.get("/cohorts/<uuid:cohort_id>/plan")
@requires(*service.CARERS)
def plan(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """The plan, to change."""
    found = service.get_cohort(reading(), actor(), cohort_id)
    return _plan(found, _filled(found))


@pages.post("/cohorts/<uuid:cohort_id>/plan")
@requires(*service.CARERS)
def change(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Another plan."""
    try:
        wanted = forms.read_plan(request.form)
        with transaction() as db:
            service.change(db, actor(), cohort_id, version_of(request.form), wanted)
    except Invalid as error:
        return _plan(service.get_cohort(reading(), actor(), cohort_id), request.form, error.fields), 422
    except Stale as error:
        found = service.get_cohort(reading(), actor(), cohort_id)
        form = request.form.to_dict() | {"version": str(found.version)}
        return _plan(found, form, changes=error.changes), 409
    flash("The plan is changed. Everybody in the cohort sees it on their page.")
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


@pages.post("/cohorts/<uuid:cohort_id>/close")
@requires(*service.CARERS)
def close(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Close it."""
    with transaction() as db:
        name = service.close(db, actor(), cohort_id).name
    flash(f"“{name}” is closed. Everybody learns on alone, with all they did.")
    return redirect(url_for("cohorts.index"), 303)


@pages.get("/cohorts/<uuid:cohort_id>/people")
@requires(*service.CARERS)
def people_to_join(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Who might join."""
    return _people(cohort_id)


@pages.post("/cohorts/<uuid:cohort_id>/people")
@requires(*service.CARERS)
def put_in(cohort_id: uuid.UUID) -> ResponseReturnValue:
    """Put the ticked ones in."""
    ticked = {found for each in request.form.getlist("who") if (found := identity_of({"key": each})) is not None}
    if not ticked:
        return _people(cohort_id, rules.NOBODY), 422
    try:
        with transaction() as db:
            many = service.put_in(db, actor(), cohort_id, ticked)
    except Conflict as error:
        return _people(cohort_id, error.sentence), 409
    flash(f"{many} {'person joins' if many == 1 else 'people join'} the cohort.")
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id, who="everyone"), 303)


@pages.get("/cohorts/<uuid:cohort_id>/people/<uuid:enrolment_id>")
@requires(*service.CARERS)
def person(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """One of them: the last steps, what was written to them, and a letter to write."""
    found, row = _row(cohort_id, enrolment_id)
    coming = service.next_lesson(reading(), found, row.person_id)
    text = rules.letter(begun=row.step is not None, stuck=row.stuck, next_lesson=coming)
    return _person(found, row, {"key": str(uuid.uuid4()), "text": text})


@pages.post("/cohorts/<uuid:cohort_id>/people/<uuid:enrolment_id>/write")
@requires(*service.CARERS)
def write(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """Send a letter."""
    found, row = _row(cohort_id, enrolment_id)
    reader = Reader(request.form)
    text = reader.text("text", rules.NOTHING, rules.LONGEST_LETTER)
    try:
        reader.check()
        with transaction() as db:
            key = identity_of(request.form) or uuid.uuid4()
            service.write(db, actor(), cohort_id, enrolment_id, key, text)
    except Invalid as error:
        return _person(found, row, request.form, error.fields), 422
    except Conflict as error:
        return _person(found, row, request.form, {"text": error.sentence}), 409
    flash(f"Your letter to {row.name} is on its way.")
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


@pages.post("/cohorts/<uuid:cohort_id>/people/<uuid:enrolment_id>/take-out")
@requires(*service.CARERS)
def take_out(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> ResponseReturnValue:
    """Take somebody out."""
    _, row = _row(cohort_id, enrolment_id)
    with transaction() as db:
        service.take_out(db, actor(), cohort_id, enrolment_id)
    flash(f"{row.name} learns on alone, with all they did.")
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), 303)


def _row(cohort_id: uuid.UUID, enrolment_id: uuid.UUID) -> tuple[Cohort, Row]:
    found = service.get_cohort(reading(), actor(), cohort_id)
    row = following.find_row(reading(), actor(), found, enrolment_id)
    if row is None:
        raise NotFound
    return found, row


def _filled(found: Cohort) -> dict[str, str]:
    return {
        "name": found.name,
        "award": found.standard_id,
        "begins": full_day(found.begins_on),
        "pace": str(found.per_week),
        "off": ", ".join(found.weeks_off),
        "version": str(found.version),
    }


AWARDS = [(rung.id, get_standard(rung.id).title) for rung in RUNGS]


def _index(form: Mapping[str, str], errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    providers = actor().organisations(*service.CARERS)
    page = render_template(
        "cohorts/index.html",
        cohorts=service.list_cohorts(reading(), actor()),
        providers=sorted(
            {(str(each.organisation_id), each.organisation_name) for each in actor().memberships
             if each.organisation_id in providers},
            key=lambda each: each[1],
        ),
        awards=AWARDS,
        form={"name": "", "award": "", "begins": "", "off": "", "provider": ""} | dict(form),
        errors=errors or {},
        current="groups",
    )  # fmt: skip
    return page, 422 if errors else 200


def _plan(
    found: Cohort,
    form: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    changes: tuple[str, ...] = (),
) -> str:
    return render_template(
        "cohorts/plan.html",
        cohort=found,
        plan=service.plan_of(found),
        lessons=service.lessons_of(found),
        awards=AWARDS,
        form={"name": "", "award": "", "begins": "", "pace": "", "off": "", "version": "0"} | dict(form),
        errors=errors or {},
        changes=changes,
        current="groups",
    )


def _people(cohort_id: uuid.UUID, fault: str = "") -> str:
    found, name = service.get_cohort(reading(), actor(), cohort_id), Reader(request.args).line("q")[:80]
    page = min(page_of(request.args), LAST_PAGE)
    rows, more = service.candidates(reading(), found, name, page)
    return render_template(
        "cohorts/people.html",
        cohort=found,
        rows=rows,
        more=more,
        page=page,
        asked=name,
        errors={"who": fault} if fault else {},
        current="groups",
    )


def _person(found: Cohort, row: Row, form: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "cohorts/person.html",
        cohort=found,
        row=row,
        letters=service.letters(reading(), row.enrolment_id),
        form=form,
        errors=errors or {},
        current="groups",
    )
