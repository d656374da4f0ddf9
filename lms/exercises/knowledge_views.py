"""Pages of the knowledge test: where one stands, one question a page, all of them in a list, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.knowledge_test import Marked
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, OldPage
from lms.core.forms import Reader, turned_to, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in, tell_script
from lms.exercises import extra_time, knowledge, knowledge_forms
from lms.exercises.dialogue_views import pages
from lms.exercises.knowledge import Shown
from lms.exercises.knowledge_models import KnowledgeTest
from lms.exercises.places import key_of
from lms.learning.links import find_lesson

__all__ = ["pages"]

Errors = Mapping[str, str]


@pages.get("/knowledge-test")
@signed_in
def tests() -> ResponseReturnValue:
    """What the test is, one's own tries, and the next thing to do."""
    return _tests()


def _tests(told: str = "", status: int = 200) -> ResponseReturnValue:
    who, blueprint = actor(), bank.current().get_blueprint(knowledge.BLUEPRINT)
    granted = [extra_time.much_of(row).in_words for row in extra_time.mine(reading(), who)]
    page = render_template(
        "exercises/tests.html",
        current="learn",
        granted=granted,
        more=extra_time.minutes_more(reading(), who, blueprint.minutes) if granted else 0,
        standing=knowledge.standing(reading(), who),
        blueprint=blueprint,
        takes=Role.TRAINEE in who.roles,
        not_taking=knowledge.NOT_TAKING,
        told=told,
        key=uuid.uuid4().hex,
    )
    return page, status


@pages.post("/knowledge-test")
@signed_in
def begin_test() -> ResponseReturnValue:
    """A fresh test, or the open one."""
    try:
        with transaction() as db:
            test = knowledge.begin(db, actor(), key_of(Reader(request.form)))
    except Conflict as error:
        return _tests(error.sentence, 409)
    if test.handed_in_at is not None:
        return redirect(url_for("exercises.test", test_id=test.id), 303)
    return redirect(url_for("exercises.question", test_id=test.id, place=1), 303)


@pages.get("/knowledge-test/<uuid:test_id>")
@signed_in
def test(test_id: uuid.UUID) -> ResponseReturnValue:
    """All questions of an open test, and handing it in; of one that is handed in, what came of it."""
    return _test(test_id, {})


def _test(test_id: uuid.UUID, errors: Errors) -> ResponseReturnValue:
    db = reading()
    found = knowledge.get_test(db, actor(), test_id)
    shown = knowledge.questions(db, found)
    if found.handed_in_at is not None:
        return _result(found, shown)
    page = render_template(
        "exercises/test.html",
        current="learn",
        test=found,
        title=knowledge.blueprint_of(found).title,
        shown=shown,
        left=[each.number for each in shown if each.answer.empty],
        ends=knowledge.ends_at(found),
        over=knowledge.is_over(found),
        errors=errors,
    )
    return page, 422 if errors else 200


def _result(found: KnowledgeTest, shown: list[Shown]) -> ResponseReturnValue:
    result = knowledge.judge(found, shown)
    marked = list(zip(shown, result.marked, strict=True))
    return render_template(
        "exercises/result.html",
        current="learn",
        test=found,
        blueprint=knowledge.blueprint_of(found),
        result=result,
        points=_points(result.share * len(shown)),
        again=[(_lesson(each.lesson), each) for each in result.again],
        missed=[row for row in marked if not row[1].right],
        right=[row for row in marked if row[1].right],
        words=knowledge_forms.in_words,
        lesson_of=_lesson,
        partly=_partly,
        waits_until=knowledge.standing(reading(), actor()).waits_until,
    )


def _points(points: Fraction) -> str:
    """Points with one decimal at most, rounded down: nobody reads 32 who has less."""
    tenths = points.numerator * 10 // points.denominator
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def _partly(marked: Marked) -> bool:
    return 0 < marked.points < 1


def _lesson(objective: str) -> dict[str, str]:
    """A lesson's title and address; its id alone when it is taught no more."""
    found = find_lesson(objective)
    return {"title": found[0].title, "href": found[1]} if found else {"title": objective, "href": ""}


@pages.get("/knowledge-test/<uuid:test_id>/<int:place>")
@signed_in
def question(test_id: uuid.UUID, place: int) -> ResponseReturnValue:
    """One question, with what was saved."""
    db, who = reading(), actor()
    found = knowledge.get_test(db, who, test_id)
    shown = knowledge.question(db, found, place)
    if found.handed_in_at is not None:
        return redirect(url_for("exercises.test", test_id=test_id), 303)
    return _question(found, shown)


def _question(found: KnowledgeTest, shown: Shown, status: int = 200, **more: Any) -> ResponseReturnValue:
    values = {"errors": {}, "told": "", "theirs": []} | more
    values["form"] = values.get("form") or knowledge_forms.write_answer(shown, shown.answer)
    values["version"] = values.get("version", shown.version)
    page = render_template(
        "exercises/question.html",
        current="learn",
        test=found,
        shown=shown,
        item=shown.item,
        total=len(found.drawn["items"]),
        ends=knowledge.ends_at(found),
        sureness=knowledge_forms.SURENESS,
        **values,
    )
    return page, status


@pages.post("/knowledge-test/<uuid:test_id>/<int:place>")
@signed_in
def save_answer(test_id: uuid.UUID, place: int) -> ResponseReturnValue:
    """Keep the answer and go on, back, to the list, or away."""
    who = actor()
    found = knowledge.get_test(reading(), who, test_id)
    shown = knowledge.question(reading(), found, place)
    typed = dict(request.form)
    try:
        answer = knowledge_forms.read_answer(request.form, shown)
        with transaction() as db:
            knowledge.save(db, who, test_id, place, answer, version_of(request.form))
    except Invalid as error:
        fields = {knowledge_forms.anchor(shown.item) if name == "answer" else name: each
                  for name, each in error.fields.items()}  # fmt: skip
        return _question(found, shown, 422, form=typed, errors=fields, version=version_of(request.form))
    except OldPage as error:
        theirs = knowledge_forms.in_words(shown, error.kept)
        return _question(
            found, shown, 409, form=typed, version=error.version, told=error.sentence, theirs=theirs or ["Left open"]
        )
    except Conflict as error:
        return _question(found, shown, 409, form=typed, told=error.sentence)
    return redirect(_onwards(found, place), 303)


def _onwards(found: KnowledgeTest, place: int) -> str:
    """Where the button leads that was pressed."""
    reader = Reader(request.form)
    if reader.ticked("leave"):
        return url_for("exercises.tests")
    if reader.ticked("save"):
        return url_for("exercises.question", test_id=found.id, place=place)
    wanted = turned_to(request.form, place, len(found.drawn["items"]))
    if wanted is None:
        return url_for("exercises.test", test_id=found.id)
    return url_for("exercises.question", test_id=found.id, place=wanted)


@pages.post("/knowledge-test/<uuid:test_id>/<int:place>/draft")
@signed_in
def draft_answer(test_id: uuid.UUID, place: int) -> ResponseReturnValue:
    """What the page sends by itself while somebody answers."""
    who = actor()
    found = knowledge.get_test(reading(), who, test_id)
    shown = knowledge.question(reading(), found, place)

    def save() -> int:
        answer = knowledge_forms.read_answer(request.form, shown)
        with transaction() as db:
            return knowledge.save(db, who, test_id, place, answer, version_of(request.form))

    return tell_script(save, "You answered this in another browser. Press “Save” to see both")


@pages.post("/knowledge-test/<uuid:test_id>/hand-in")
@signed_in
def hand_in(test_id: uuid.UUID) -> ResponseReturnValue:
    """The end, said explicitly. Twice is once."""
    who, reader = actor(), Reader(request.form)
    knowledge.get_test(reading(), who, test_id)
    reader.ticked("finished", "Tick that you have finished. After that nothing is changed any more.")
    if reader.errors:
        return _test(test_id, reader.errors)
    with transaction() as db:
        knowledge.hand_in(db, who, test_id)
    return redirect(url_for("exercises.test", test_id=test_id), 303)
