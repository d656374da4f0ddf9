"""The drill of recognising: one question at a time, sorted by form, function and fault, beside the key at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.drills import FACETS, Sort, SortItem
from assessments.sorting import ASKS, ENOUGH, OPTIONS, Sorted, agreement
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor
from lms.exercises import drills
from lms.exercises.places import Place, after, asked_for, key_of, stays_fresh

ASKED = [(facet, ASKS[facet], [("", "Choose"), *OPTIONS[facet].items()]) for facet in FACETS]


def show(place: Place) -> ResponseReturnValue:
    """The question asked for, the next one, or how far the whole sorting agrees."""
    sheet = _sheet(place)
    item = asked_for(sheet.items, request.args.get("problem", ""))
    tries = drills.list_sorted(reading(), actor(), place.activity.id, sheet)
    if item is None:
        done = {each for each, _ in tries}
        item = next((each for each in sheet.items if each.id not in done), None)
    if item is None:
        return _over(place, sheet, agreement(sheet, tries))
    return _page(place, item, agreement(sheet, tries))


def take(place: Place) -> ResponseReturnValue:
    """How one question was sorted: kept, and laid beside the key on the same page."""
    reader, sheet = Reader(request.form), _sheet(place)
    answer = {facet: reader.raw(facet)[:20] for facet in FACETS}
    problem = reader.line("problem")
    try:
        stays_fresh(reader, sheet.content_hash)
        item = asked_for(sheet.items, problem) or sheet.items[0]
        with transaction() as db:
            seen = drills.submit_sort(db, actor(), place.activity.id, sheet, item, answer, key_of(reader))
    except Invalid as error:
        return _page(place, item, answer=answer, errors=error.fields), 422
    except Stale as error:
        item = next((each for each in sheet.items if each.id == problem), sheet.items[0])
        return _page(place, item, answer=answer, stale=error.changes), 409
    return _page(place, item, answer=answer, seen=seen)


def _sheet(place: Place) -> Sort:
    return bank.current().sorts[place.activity.bank]


def _page(place: Place, item: SortItem, found: Sorted | None = None, **more: Any) -> str:
    sheet = _sheet(place)
    tries = drills.list_sorted(reading(), actor(), place.activity.id, sheet) if found is None else ()
    answer: Mapping[str, str] = {}
    values = {"answer": answer, "errors": {}, "seen": (), "stale": ()} | more
    return render_template(
        "exercises/sort.html",
        place=place,
        sheet=sheet,
        item=item,
        number=sheet.items.index(item) + 1,
        following=after(sheet.items, item.id),
        found=found or agreement(sheet, tries),
        facets=ASKED,
        key=uuid.uuid4().hex,
        **values,
    )


def _over(place: Place, sheet: Sort, found: Sorted) -> str:
    return render_template(
        "exercises/sorted.html",
        place=place,
        sheet=sheet,
        found=found,
        facets=[(facet, ASKS[facet]) for facet in FACETS],
        enough=ENOUGH,
    )
