"""A quiz: answered whole, marked with a reason for each answer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.schema import Quiz
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.unit import transaction
from lms.core.web import actor
from lms.exercises import service
from lms.exercises.places import Place, key_of


def show(place: Place) -> ResponseReturnValue:
    """All questions."""
    return _page(place)


def take(place: Place) -> ResponseReturnValue:
    """All answers."""
    reader, quiz = Reader(request.form), _quiz(place)
    answers = {item.id: reader.raw(item.id)[:2] for item in quiz.items}
    try:
        with transaction() as db:
            mark = service.submit_quiz(db, actor(), place.activity.id, quiz, answers, key_of(reader))
    except Invalid as error:
        return _page(place, answers=answers, errors=error.fields), 422
    return _page(place, answers=answers, mark=mark)


def _quiz(place: Place) -> Quiz:
    return bank.current().get_quiz(place.activity.bank)


def _page(place: Place, **more: Any) -> str:
    values = {"answers": {}, "errors": {}, "mark": None} | more
    return render_template(
        "exercises/quiz.html", place=place, quiz=_quiz(place), key=uuid.uuid4().hex, current="learn", **values
    )
