"""The drill of repairing: a question that hides advice is asked again without it, as often as one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.schema import Drill, DrillItem
from lms.core.db import new_id
from lms.core.errors import Invalid, NotFound, Stale
from lms.core.forms import Reader
from lms.core.unit import reading, statement, transaction
from lms.core.web import actor
from lms.exercises import service
from lms.exercises.places import (
    LONGEST_REQUEST,
    Place,
    after,
    asked_for,
    key_of,
    refused,
    stays_fresh,
)


def show(place: Place) -> ResponseReturnValue:
    """The problem asked for, or the next one."""
    return _page(place, asked_for(_drill(place).items, request.args.get("problem", "")))


def _show_again(place: Place, problem: str, errors: Mapping[str, str]) -> str:
    """The page again, with what was wrong in a form of another view."""
    return _page(place, asked_for(_drill(place).items, problem), errors=errors)


def take(place: Place) -> ResponseReturnValue:
    """One question: kept, and looked at on the same page."""
    reader, drill = Reader(request.form), _drill(place)
    text = reader.line("question", longest=LONGEST_REQUEST)
    try:
        stays_fresh(reader, drill.content_hash)
    except Stale as error:
        return _page(place, _still_there(drill, reader), text=text, stale=error.changes), 409
    item = asked_for(drill.items, reader.line("problem")) or drill.items[0]
    try:
        seen = service.look_at(item, text)  # before anybody waits for the database's lock
        with statement() as db:
            attempt_id, before = service.submit_question(
                db, actor(), place.activity.id, drill, item, seen, key_of(reader)
            )
    except Invalid as error:
        return _page(place, item, text=text, errors=error.fields), refused(text)
    latest = None if before is None else [seen.looks, *before][: service.RECENT]
    return _page(place, item, latest, text=text, feedback=seen, attempt=attempt_id)


def decide(place: Place) -> ResponseReturnValue:
    """Open or closed: the learner decides where the coach could not."""
    reader = Reader(request.form)
    attempt_id = reader.identity("attempt", "This try is not here any more.")
    if attempt_id is None:
        raise NotFound
    try:
        with transaction() as db:
            service.decide(db, actor(), attempt_id, reader.raw("label"))
    except Invalid as error:
        return _show_again(place, reader.line("problem"), error.fields), 422
    return redirect(place.address(problem=after(_drill(place).items, reader.line("problem"))))


def _drill(place: Place) -> Drill:
    return bank.current().get_drill(place.activity.bank)


def _still_there(drill: Drill, reader: Reader) -> DrillItem:
    """The problem that a stale page was about, or the first one."""
    problem = reader.line("problem")
    return next((each for each in drill.items if each.id == problem), drill.items[0])


def _page(place: Place, item: DrillItem | None, latest: list[str] | None = None, **more: Any) -> str:
    drill = _drill(place)
    if item is None:
        tried = service.tried(reading(), actor(), place.activity.id)
        item = next((each for each in drill.items if each.id not in tried), drill.items[0])
    values = {"text": "", "errors": {}, "feedback": None, "attempt": None, "stale": ()} | more
    return render_template(
        "exercises/drill.html",
        place=place,
        sheet=drill,
        item=item,
        at=[each.id for each in drill.items].index(item.id) + 1,
        following=after(drill.items, item.id),
        latest=Counter(service.latest(reading(), actor(), place.activity.id) if latest is None else latest),
        key=new_id().hex,
        **values,
    )
