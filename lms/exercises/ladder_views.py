"""The drill of generating: six questions to one statement, each looked at; the rung one judges oneself."""

from __future__ import annotations

import uuid
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.drills import RUNGS, Ladder, Statement
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor
from lms.exercises import drills
from lms.exercises.places import LONGEST_REQUEST, Place, after, asked_for, key_of, refused, stays_fresh


def show(place: Place) -> ResponseReturnValue:
    """The statement asked for, or the next one, with what was last written to it."""
    sheet = _sheet(place)
    item = asked_for(sheet.items, request.args.get("problem", ""))
    if item is None:
        done = drills.list_tried(reading(), actor(), "ladder", place.activity.id, sheet.content_hash)
        item = next((each for each in sheet.items if each.id not in done), sheet.items[0])
    texts = drills.latest_answer(reading(), actor(), "ladder", place.activity.id, item.id, sheet.content_hash)
    return _page(place, item, texts=texts, tried=bool(texts))


def take(place: Place) -> ResponseReturnValue:
    """The questions that came: kept together, and looked at one by one on the same page."""
    reader, sheet = Reader(request.form), _sheet(place)
    texts = {rung: reader.line(rung, longest=LONGEST_REQUEST) for rung in RUNGS}
    problem = reader.line("problem")
    try:
        stays_fresh(reader, sheet.content_hash)
        item = asked_for(sheet.items, problem) or sheet.items[0]
        with transaction() as db:
            seen = drills.submit_ladder(db, actor(), place.activity.id, sheet, item, texts, key_of(reader))
    except Invalid as error:
        return _page(place, item, texts=texts, errors=error.fields), refused(*texts.values())
    except Stale as error:
        item = next((each for each in sheet.items if each.id == problem), sheet.items[0])
        return _page(place, item, texts=texts, stale=error.changes), 409
    return _page(place, item, texts=texts, seen=seen, tried=True)


def _sheet(place: Place) -> Ladder:
    return bank.current().ladders[place.activity.bank]


def _page(place: Place, item: Statement, **more: Any) -> str:
    sheet = _sheet(place)
    values = {"texts": {}, "errors": {}, "seen": {}, "tried": False, "stale": ()} | more
    return render_template(
        "exercises/ladder.html",
        place=place,
        sheet=sheet,
        item=item,
        number=sheet.items.index(item) + 1,
        following=after(sheet.items, item.id),
        key=uuid.uuid4().hex,
        **values,
    )
