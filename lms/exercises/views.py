"""Pages of exercises: a quiz is answered and marked, a drill is tried and looked at, as often as one likes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.schema import Drill, DrillItem, Quiz
from assessments.turn import LONGEST
from courses import catalogue
from courses.catalogue import UnknownLesson
from courses.schema import Activity, Lesson, Module
from lms.core.errors import Invalid, NotFound
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.exercises import labels, service
from lms.exercises.models import KEY_LENGTH

pages = Blueprint("exercises", __name__)

ELSEWHERE = {  # their sheets have addresses of their own
    "coding": "exercises.rounds",
    "rating": "exercises.evenings",
    "beliefs": "values.beliefs",
    "rows": "values.table",
    "dilemmas": "values.dilemmas",
}
FAULTS = [*labels.FAULTS.items()]
LONGEST_REQUEST = 2_000_000  # longer never arrives; the service says how long a question may be


@dataclass(frozen=True)
class Place:
    """Where in the programme an exercise stands."""

    module: Module
    lesson: Lesson
    activity: Activity

    @classmethod
    def find(cls, module: str, lesson: str, activity: str) -> Place:
        """Raises NotFound."""
        known = catalogue.current()
        try:
            found = known.lesson(module, lesson)
        except UnknownLesson:
            raise NotFound from None
        for each in found.activities:
            if each.slug == activity:
                return cls(known.module(module), found, each)
        raise NotFound

    def address(self, problem: str | None = None) -> str:
        """The exercise's own address."""
        return url_for(
            "exercises.activity",
            module=self.module.slug,
            lesson=self.lesson.slug,
            activity=self.activity.slug,
            problem=problem,
        )

    def quiz(self) -> Quiz:
        return bank.current().get_quiz(self.activity.bank)

    def drill(self) -> Drill:
        return bank.current().get_drill(self.activity.bank)


@pages.get("/learn/<module>/<lesson>/<activity>")
@signed_in
def activity(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """A quiz to answer, the next problem of a drill, or somebody to ask."""
    place = Place.find(module, lesson, activity)
    if place.activity.kind == "dialogue":
        return redirect(url_for("exercises.dialogue", dialogue=place.activity.bank))
    if place.activity.kind in ELSEWHERE:
        return redirect(url_for(ELSEWHERE[place.activity.kind]))
    if place.activity.kind == "quiz":
        return _quiz_page(place)
    return _drill_page(place, _problem(place, request.args.get("problem", "")))


@pages.post("/learn/<module>/<lesson>/<activity>")
@signed_in
def attempt(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """Answers to a quiz, or one question of a drill: kept, and looked at on the same page."""
    place = Place.find(module, lesson, activity)
    if place.activity.kind not in ("quiz", "drill"):
        raise NotFound
    return _attempt_quiz(place) if place.activity.kind == "quiz" else _attempt_drill(place)


@pages.post("/learn/<module>/<lesson>/<activity>/decide")
@signed_in
def decide(module: str, lesson: str, activity: str) -> ResponseReturnValue:
    """Open or closed: the learner decides where the coach could not."""
    place = Place.find(module, lesson, activity)
    if place.activity.kind != "drill":
        raise NotFound
    reader = Reader(request.form)
    attempt_id = reader.identity("attempt", "This try is not here any more.")
    if attempt_id is None:
        raise NotFound
    try:
        with transaction() as db:
            service.decide(db, actor(), attempt_id, reader.raw("label"))
    except Invalid as error:
        return _drill_page(place, _problem(place, reader.line("problem")), errors=error.fields), 422
    return redirect(place.address(problem=_after(place.drill(), reader.line("problem"))))


def key_of(reader: Reader) -> str:
    """The form's own key, or a fresh one for a form that lost it."""
    typed = reader.raw("key")
    return typed if 0 < len(typed) <= KEY_LENGTH else uuid.uuid4().hex


def _attempt_quiz(place: Place) -> ResponseReturnValue:
    reader, quiz = Reader(request.form), place.quiz()
    answers = {item.id: reader.raw(item.id)[:2] for item in quiz.items}
    try:
        with transaction() as db:
            mark = service.submit_quiz(db, actor(), place.activity.id, quiz, answers, key_of(reader))
    except Invalid as error:
        return _quiz_page(place, answers=answers, errors=error.fields), 422
    return _quiz_page(place, answers=answers, mark=mark)


def _quiz_page(place: Place, **more: Any) -> str:
    values = {"answers": {}, "errors": {}, "mark": None} | more
    return render_template(
        "exercises/quiz.html", place=place, quiz=place.quiz(), key=uuid.uuid4().hex, current="learn", **values
    )


def _attempt_drill(place: Place) -> ResponseReturnValue:
    reader, drill = Reader(request.form), place.drill()
    item = _problem(place, reader.line("problem")) or drill.items[0]
    text = reader.line("question", longest=LONGEST_REQUEST)
    # Looked up before, so that nobody waits for the database's lock longer than the write takes.
    before = service.latest(reading(), actor(), place.activity.id)
    try:
        with transaction() as db:
            seen, attempt_id, new = service.submit_question(
                db, actor(), place.activity.id, drill, item, text, key_of(reader)
            )
    except Invalid as error:
        refused = 400 if len(text) > LONGEST else 422
        return _drill_page(place, item, before, text=text, errors=error.fields), refused
    latest = [seen.looks, *before][: service.RECENT] if new else None
    return _drill_page(place, item, latest, text=text, feedback=seen, attempt=attempt_id)


def _drill_page(place: Place, item: DrillItem | None, latest: list[str] | None = None, **more: Any) -> str:
    drill = place.drill()
    if item is None:
        tried = service.tried(reading(), actor(), place.activity.id)
        item = next((each for each in drill.items if each.id not in tried), drill.items[0])
    values = {"text": "", "errors": {}, "feedback": None, "attempt": None} | more
    return render_template(
        "exercises/drill.html",
        place=place,
        drill=drill,
        item=item,
        following=_after(drill, item.id),
        latest=Counter(service.latest(reading(), actor(), place.activity.id) if latest is None else latest),
        key=uuid.uuid4().hex,
        faults=FAULTS,
        **values,
    )


def show_drill(place: Place, problem: str, errors: Mapping[str, str]) -> str:
    """A drill's page again, with what was wrong in a form of another view."""
    return _drill_page(place, _problem(place, problem), errors=errors)


def _problem(place: Place, problem: str) -> DrillItem | None:
    """The problem asked for, None when none was. Raises NotFound for one that is not in the drill."""
    if not problem:
        return None
    found = next((each for each in place.drill().items if each.id == problem), None)
    if found is None:
        raise NotFound
    return found


def _after(drill: Drill, problem: str) -> str:
    """The id of the problem after this one; after the last, the first."""
    ids = [each.id for each in drill.items]
    return ids[(ids.index(problem) + 1) % len(ids)] if problem in ids else ids[0]
