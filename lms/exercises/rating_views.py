"""Pages on which an invented evening is rated by the rubric and laid beside the key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import cases
from assessments.cases import Case
from assessments.standards import Rubric, get_rubric
from lms.core.errors import Invalid
from lms.core.forms import Reader, identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.exercises import rating
from lms.exercises.coding_views import lesson_address
from lms.exercises.views import pages

__all__ = ["pages"]

UNSEEN = "none"
REVISED = "This evening was revised since you opened it. What you chose is still here; read it once more, and send it."


@pages.get("/evenings-to-rate")
@signed_in
def evenings() -> ResponseReturnValue:
    """Every evening, with what the reader has made of it, and the one to rate next."""
    mine = {each.case_id: each for each in rating.list_mine(reading(), actor())}
    return render_template(
        "exercises/evenings.html",
        current="learn",
        cases=cases.current(),
        mine=mine,
        said={name: rating.rated_of(row).in_words for name, row in mine.items()},
        following=rating.next_for(reading(), actor()),
        lesson=lesson_address(next(iter(cases.current().values()), None)),
    )


@pages.get("/evenings-to-rate/<case>")
@signed_in
def to_rate(case: str) -> ResponseReturnValue:
    """An evening to rate."""
    return _page(rating.get_case(case), {}, {})


@pages.post("/evenings-to-rate/<case>")
@signed_in
def rate(case: str) -> ResponseReturnValue:
    """Keep a rating, once every row has a level or was not to be seen."""
    sheet = rating.get_case(case)
    try:
        levels = _read(sheet)
    except Invalid as error:
        return _page(sheet, request.form, error.fields), 422
    if Reader(request.form).raw("text") != sheet.content_hash:
        return _page(sheet, request.form, {}, stale=REVISED), 409
    with transaction() as db:
        kept = rating.keep(db, actor(), sheet, identity_of(request.form) or uuid.uuid4(), levels).id
    return redirect(url_for("exercises.rated", rating_id=kept), 303)


@pages.get("/evenings-to-rate/rated/<uuid:rating_id>")
@signed_in
def rated(rating_id: uuid.UUID) -> ResponseReturnValue:
    """What was given beside the key, row by row; the rows that are far apart first."""
    row = rating.get_mine(reading(), actor(), rating_id)
    case, beside = cases.current().get(row.case_id), rating.rated_of(row)
    as_rated = case if case is not None and case.content_hash == row.content_hash else None
    following = rating.next_for(reading(), actor())
    return render_template(
        "exercises/rated.html",
        current="learn",
        row=row,
        case=as_rated,
        title=case.title if case else "An evening that is no longer here",
        beside=beside,
        rows=[*beside.far, *(each for each in beside.rows if each.near)],
        rubric={each.id: each for each in _rubric(case).rows} if case else {},
        whys={each.row: each.why for each in as_rated.key} if as_rated else {},
        following=cases.current().get(following) if following else None,
        lesson=lesson_address(case),
    )


def _page(sheet: Case, form: Mapping[str, str], errors: Mapping[str, str], stale: str = "") -> str:
    return render_template(
        "exercises/to_rate.html",
        current="learn",
        case=sheet,
        rows=_rubric(sheet).rows,
        unseen=UNSEEN,
        form=form,
        key=identity_of(form) or uuid.uuid4(),
        stale=stale,
        errors=errors,
    )


def _rubric(case: Case) -> Rubric:
    name, _, version = case.rubric.rpartition("-")
    return get_rubric(name, int(version))


def _read(case: Case) -> dict[str, int | None]:
    """A level for every row, or none where it was not to be seen. Raises Invalid."""
    reader, found = Reader(request.form), dict[str, int | None]()
    offered = (*"12345", UNSEEN)
    for row in case.levels:
        typed = reader.choice(f"row-{row}", offered, "Choose what you saw, or that it was not to be seen.")
        found[row] = int(typed) if typed in offered and typed != UNSEEN else None
    reader.check()
    return found
