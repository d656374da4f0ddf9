"""Pages of surveys: asking a circle, what may be said of its answers, and the sheet that a slip opens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.surveys import ENDS, FEWEST, LEAST, MOST, SURVEYS, Survey
from lms.core import drawings, settings
from lms.core.errors import Invalid, NotFound
from lms.core.forms import Reader, identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, signed_in, unlisted
from lms.people import service as people
from lms.takeover import service, surveying
from lms.takeover.word_views import pages

__all__ = ["pages"]

ENDS_SAID = {LEAST: "Not at all", MOST: "Very much"}
ANSWERS = [(str(each), ENDS_SAID.get(each, str(each))) for each in range(LEAST, MOST + 1)]


@pages.get("/groups/<uuid:group_id>/surveys")
@signed_in
def surveys(group_id: uuid.UUID) -> ResponseReturnValue:
    """What the circle was asked, and the middle of what it said."""
    return _surveys(group_id, {})


def _surveys(group_id: uuid.UUID, errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    group = service.get_circle(db, who, group_id)
    asked = surveying.list_surveys(db, group.id)
    page = render_template(
        "takeover/surveys.html",
        current="groups",
        group=group,
        surveys=asked,
        sheets=SURVEYS,
        results=surveying.results_of(db, asked),
        open=next((each for each in asked if each.closed_at is None), None),
        names=people.names_of(db, [each.opened_by for each in asked]),
        may_ask=service.may_ask(db, who, group),
        kinds=[(each.id, each.title, each.when) for each in surveying.OF_CIRCLES.values()],
        fewest=FEWEST,
        form={"key": str(uuid.uuid4()), "kind": request.form.get("kind", "")},
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/surveys")
@signed_in
def ask(group_id: uuid.UUID) -> ResponseReturnValue:
    """Open a survey, and show its slips: this once."""
    who = actor()
    service.get_to_ask(reading(), who, group_id)
    try:
        with transaction() as db:
            key = identity_of(request.form) or uuid.uuid4()
            made, codes = surveying.ask(db, who, group_id, request.form.get("kind", ""), key)
            sheet, until = SURVEYS[made.kind], made.until
    except Invalid as error:
        return _surveys(group_id, error.fields)
    addresses = [settings.current().public_url + url_for("takeover.sheet", code=each) for each in codes]
    return render_template(
        "takeover/slips.html",
        current="groups",
        group=service.get_circle(reading(), who, group_id),
        sheet=sheet,
        until=until,
        slips=[(each, drawings.square_code(each, "Square code of this slip", scale=3)) for each in addresses],
    )


@pages.post("/groups/<uuid:group_id>/surveys/<uuid:survey_id>/close")
@signed_in
def close(group_id: uuid.UUID, survey_id: uuid.UUID) -> ResponseReturnValue:
    """End it, and see what may be said."""
    who = actor()
    with transaction() as db:
        surveying.close(db, who, group_id, survey_id)
    return redirect(url_for("takeover.surveys", group_id=group_id), 303)


@pages.get("/survey/<code>")
@public
@unlisted
def sheet(code: str) -> ResponseReturnValue:
    """The sheet that a slip opens, once."""
    return _sheet(code, {}, {})


def _sheet(code: str, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    opened = surveying.open_slip(reading(), code)
    if opened is None:
        raise NotFound
    questions = [
        (f"q{place}", words, _choices(opened.sheet, place - 1))
        for place, words in enumerate(opened.sheet.questions, start=1)
    ]
    page = render_template(
        "takeover/sheet.html",
        opened=opened,
        questions=questions,
        ends=ENDS,
        numbers=ANSWERS,
        fewest=FEWEST,
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/survey/<code>")
@public
@unlisted
def hand_in(code: str) -> ResponseReturnValue:
    """Hand it in. Nothing is kept of who did, or when."""
    opened = surveying.open_slip(reading(), code)
    if opened is None:
        raise NotFound
    reader = Reader(request.form)
    given = [
        reader.number(f"q{place}", LEAST, opened.sheet.most(place - 1), _unanswered(opened.sheet, place))
        for place in range(1, len(opened.sheet.questions) + 1)
    ]
    try:
        reader.check()
    except Invalid as error:
        return _sheet(code, request.form, error.fields)
    with transaction() as db:
        surveying.answer(db, code, [each or LEAST for each in given])
    return render_template("takeover/thanks.html", opened=opened, fewest=FEWEST)


def _choices(sheet: Survey, place: int) -> list[tuple[str, str, str]]:
    """A question’s own answers; none where it is answered by a number."""
    return [(str(each), words, "") for each, words in enumerate(sheet.choices[place], start=1)] if sheet.choices else []


def _unanswered(sheet: Survey, place: int) -> str:
    if sheet.choices:
        return f"Choose an answer to question {place}."
    return f"Answer question {place} with a number from {LEAST} to {MOST}."
