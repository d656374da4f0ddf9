"""The drill of returning: a breach goes back to the circle in ten words or fewer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.drills import Breach, Returns, first_name
from assessments.words_counted import MOST_WORDS, count_words
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor
from lms.exercises import drills
from lms.exercises.places import LONGEST_REQUEST, Place, after, asked_for, key_of, refused, stays_fresh


def show(place: Place) -> ResponseReturnValue:
    """The breach asked for, or the next one."""
    sheet = _sheet(place)
    item = asked_for(sheet.items, request.args.get("problem", ""))
    if item is None:
        done = drills.list_tried(reading(), actor(), "return", place.activity.id, sheet.content_hash)
        item = next((each for each in sheet.items if each.id not in done), sheet.items[0])
    return _page(place, item)


def take(place: Place) -> ResponseReturnValue:
    """One return: counted, kept, and looked at on the same page."""
    reader, sheet = Reader(request.form), _sheet(place)
    text = reader.line("say", longest=LONGEST_REQUEST)
    problem = reader.line("problem")
    try:
        stays_fresh(reader, sheet.content_hash)
        item = asked_for(sheet.items, problem) or sheet.items[0]
        with transaction() as db:
            seen = drills.submit_return(db, actor(), place.activity.id, sheet, item, text, key_of(reader))
    except Invalid as error:
        return _page(place, item, text=text, errors=error.fields), refused(text)
    except Stale as error:
        item = next((each for each in sheet.items if each.id == problem), sheet.items[0])
        return _page(place, item, text=text, stale=error.changes), 409
    return _page(place, item, text=text, feedback=seen, words=count_words(text))


def _sheet(place: Place) -> Returns:
    return bank.current().returns[place.activity.bank]


def _page(place: Place, item: Breach, **more: Any) -> str:
    sheet = _sheet(place)
    values = {"text": "", "errors": {}, "feedback": None, "words": 0, "stale": ()} | more
    return render_template(
        "exercises/return.html",
        place=place,
        sheet=sheet,
        item=item,
        holder=first_name(item.situation.speaker),
        number=sheet.items.index(item) + 1,
        following=after(sheet.items, item.id),
        most=MOST_WORDS,
        key=uuid.uuid4().hex,
        **values,
    )
