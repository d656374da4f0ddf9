"""The drill of silence: two presses, and the time between them. The house measures; no script is needed.

When a pause begins is sealed into the form that ends it, so a page that only begins one keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from assessments import bank
from assessments.drills import Silence, first_name
from assessments.pauses import LEAST_MS, SHARE, is_kept, newest_run, seconds
from lms.core import clock, settings
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor
from lms.exercises import drills
from lms.exercises.places import Place, stays_fresh

FORGED = "This silence cannot be measured: its beginning was lost or changed on the way. Begin it once more."
ALONE = 3  # as the lesson asks: for the last three, the beat is switched off


def show(place: Place) -> ResponseReturnValue:
    """The next pause, or how ten of them went."""
    sheet = _sheet(place)
    lengths = drills.list_lengths(reading(), actor(), place.activity.id, sheet)
    if lengths and not len(lengths) % sheet.pauses and "again" not in request.args:
        return _over(place, sheet, lengths)
    return _page(place, sheet, lengths)


def take(place: Place) -> ResponseReturnValue:
    """A silence begins, or it ends and is measured."""
    reader, sheet = Reader(request.form), _sheet(place)
    try:
        stays_fresh(reader, sheet.content_hash)
        if reader.raw("do") == "begin":
            lengths = drills.list_lengths(reading(), actor(), place.activity.id, sheet)
            return _page(place, sheet, lengths, start=_begin(place, sheet, len(lengths)))
        number, begun = _begun(place, sheet, reader.raw("start"))
        with transaction() as db:
            drills.submit_pause(db, actor(), place.activity.id, sheet, number, begun)
    except Invalid as error:
        lengths = drills.list_lengths(reading(), actor(), place.activity.id, sheet)
        return _page(place, sheet, lengths, errors=error.fields), 422
    except Stale as error:
        lengths = drills.list_lengths(reading(), actor(), place.activity.id, sheet)
        return _page(place, sheet, lengths, stale=error.changes), 409
    return redirect(place.address(), 303)


def _begin(place: Place, sheet: Silence, number: int) -> str:
    """What the form of a silence that begins now carries."""
    return _seal(place, sheet).dumps([number, clock.now().isoformat()])


def _begun(place: Place, sheet: Silence, carried: str) -> tuple[int, datetime]:
    """Which pause it is and when it begun. Raises Invalid where that was lost, changed or is somebody else's."""
    try:
        number, begun = _seal(place, sheet).loads(carried)
        return int(number), datetime.fromisoformat(begun)
    except (BadData, ValueError, TypeError):
        raise Invalid({"start": FORGED}) from None


def _seal(place: Place, sheet: Silence) -> URLSafeSerializer:
    salt = f"silence {actor().person_id} {place.activity.id} {sheet.content_hash}"
    return URLSafeSerializer(settings.current().secret_key, salt=salt)


def _sheet(place: Place) -> Silence:
    return bank.current().silences[place.activity.bank]


def _page(place: Place, sheet: Silence, lengths: Sequence[int], **more: Any) -> str:
    """The pause that comes next; `start` is there while it is silent."""
    number = len(lengths) % sheet.pauses
    run = newest_run(lengths, sheet.pauses).lengths if number else ()
    item = sheet.items[number // 2]
    values = {"errors": {}, "start": "", "stale": ()} | more
    return render_template(
        "exercises/silence.html",
        place=place,
        sheet=sheet,
        item=item,
        name=first_name(item.situation.speaker),
        number=number,
        after_answer=bool(number % 2),
        last=_told(sheet, run) if run else None,
        answer=(item.slow if is_kept(run[-1]) else item.quick) if number % 2 else "",
        circle=number < sheet.pauses - ALONE,
        least=LEAST_MS // 1000,
        **values,
    )


def _told(sheet: Silence, run: Sequence[int]) -> dict[str, Any]:
    """The pause just kept, and what it brought."""
    item, after_answer = sheet.items[(len(run) - 1) // 2], len(run) % 2 == 0
    kept = is_kept(run[-1])
    return {
        "seconds": seconds(run[-1]),
        "kept": kept,
        "name": first_name(item.situation.speaker),
        "more": item.more if kept and after_answer else "",
        "after_answer": after_answer,
    }


def _over(place: Place, sheet: Silence, lengths: Sequence[int]) -> str:
    run = newest_run(lengths, sheet.pauses)
    return render_template(
        "exercises/silences.html",
        place=place,
        sheet=sheet,
        run=run,
        last=_told(sheet, run.lengths),
        rows=[
            (first_name(sheet.items[place // 2].situation.speaker), place % 2 == 1, seconds(each), is_kept(each))
            for place, each in enumerate(run.lengths)
        ],
        share=round(SHARE * 100),
    )
