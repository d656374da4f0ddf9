"""Pages of the check a day later for whoever takes it: what it is and when it opens, its questions, what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.delayed import LONGEST_ANSWER
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, OldPage
from lms.core.forms import Reader, turned_to, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in, tell_script
from lms.delayed import answering, forms, rules, service
from lms.delayed.answering import Shown
from lms.delayed.models import KEY_LENGTH, DelayedTry
from lms.learning.links import find_lesson
from lms.people import service as people

pages = Blueprint("delayed", __name__)

Errors = Mapping[str, str]


@pages.get("/checks/<module>")
@signed_in
def check(module: str) -> ResponseReturnValue:
    """What the check of a module is, why it waits a day and says nothing on the way, and when it opens."""
    return _check(module)


def _check(module: str, told: str = "", status: int = 200) -> ResponseReturnValue:
    state = service.get_state(reading(), actor(), module.upper())
    page = render_template(
        "delayed/check.html",
        current="learn",
        state=state,
        check=state.check,
        takes=Role.TRAINEE in actor().roles,
        not_taking=rules.NOT_TAKING,
        when=answering.when,
        told=told,
        key=uuid.uuid4().hex,
    )
    return page, status


@pages.post("/checks/<module>")
@signed_in
def begin(module: str) -> ResponseReturnValue:
    """A fresh try, or the open one."""
    typed = Reader(request.form).raw("key")
    key = typed if 0 < len(typed) <= KEY_LENGTH else uuid.uuid4().hex
    try:
        with transaction() as db:
            row = answering.begin(db, actor(), module.upper(), key)
    except Conflict as error:
        return _check(module, error.sentence, 409)
    if row.sent_at is not None:
        return redirect(url_for("delayed.sheet", try_id=row.id), 303)
    return redirect(url_for("delayed.task", try_id=row.id, place=1), 303)


@pages.get("/checks/tries/<uuid:try_id>")
@signed_in
def sheet(try_id: uuid.UUID) -> ResponseReturnValue:
    """All questions of an open try, and sending it; of one that is sent, where it is and what came of it."""
    return _sheet(try_id, {})


def _sheet(try_id: uuid.UUID, errors: Errors, told: str = "", status: int = 200) -> ResponseReturnValue:
    db, who = reading(), actor()
    row = answering.get_try(db, who, try_id)
    if row.sent_at is not None:
        return _result(row)
    shown = answering.tasks(db, row)
    paused = answering.paused_until(db, who, row)
    page = render_template(
        "delayed/sheet.html",
        current="learn",
        row=row,
        title=row.pinned["title"],
        module=row.module_id.lower(),
        shown=shown,
        left=[each.number for each in shown if not each.answer],
        ends=answering.when(answering.ends_at(row)),
        over=rules.OVER if answering.is_over(row) else "",
        paused=answering.when(paused) if paused else "",
        told=told,
        errors=errors,
    )
    return page, 422 if errors else status


def _result(row: DelayedTry) -> ResponseReturnValue:
    db, verdicts = reading(), (row.verdicts or {}).values()
    return render_template(
        "delayed/result.html",
        current="learn",
        row=row,
        title=row.pinned["title"],
        module=row.module_id.lower(),
        said=[each["why"] for each in verdicts if each["why"]],
        judge=people.get_person(db, row.judged_by).name if row.judged_by else "",
        again=[_lesson(each) for each in row.again or ()],
        state=service.get_state(db, actor(), row.module_id),
        when=answering.when,
    )


def _lesson(lesson_id: str) -> dict[str, str]:
    """A lesson's title and address; its id alone when it is taught no more."""
    found = find_lesson(lesson_id)
    return {"title": found[0].title, "href": found[1]} if found else {"title": lesson_id, "href": ""}


@pages.get("/checks/tries/<uuid:try_id>/<int:place>")
@signed_in
def task(try_id: uuid.UUID, place: int) -> ResponseReturnValue:
    """One question, with what was saved."""
    db = reading()
    row = answering.get_try(db, actor(), try_id)
    shown = answering.get_task(db, row, place)
    if row.sent_at is not None:
        return redirect(url_for("delayed.sheet", try_id=try_id), 303)
    return _task(row, shown)


def _task(row: DelayedTry, shown: Shown, status: int = 200, **more: Any) -> ResponseReturnValue:
    values = {"errors": {}, "told": "", "theirs": "", "version": shown.version, "answer": shown.answer} | more
    page = render_template(
        "delayed/task.html",
        current="learn",
        row=row,
        title=row.pinned["title"],
        shown=shown,
        total=len(answering.form_of(row).tasks),
        longest=LONGEST_ANSWER,
        **values,
    )
    return page, status


@pages.post("/checks/tries/<uuid:try_id>/<int:place>")
@signed_in
def save(try_id: uuid.UUID, place: int) -> ResponseReturnValue:
    """Keep the answer and go on, back, or to the list."""
    who = actor()
    row = answering.get_try(reading(), who, try_id)
    shown = answering.get_task(reading(), row, place)
    typed, version = Reader(request.form).raw("answer"), version_of(request.form)
    if not typed and not shown.answer and Reader(request.form).raw("do") != "next":
        return redirect(_onwards(row, place), 303)  # there is nothing to keep
    try:
        answer = forms.read_answer(request.form, shown)
        with transaction() as db:
            answering.save(db, who, try_id, place, answer, version)
    except Invalid as error:
        return _task(row, shown, 422, answer=typed, errors=error.fields, version=version)
    except OldPage as error:
        theirs = shown.in_words(error.kept)
        return _task(row, shown, 409, answer=typed, version=error.version, told=error.sentence, theirs=theirs)
    except Conflict as error:
        return _task(row, shown, 409, answer=typed, told=error.sentence, version=version)
    return redirect(_onwards(row, place), 303)


def _onwards(row: DelayedTry, place: int) -> str:
    """Where the button leads that was pressed."""
    reader = Reader(request.form)
    if reader.ticked("save"):
        return url_for("delayed.task", try_id=row.id, place=place)
    if reader.ticked("leave"):
        return url_for("delayed.check", module=row.module_id.lower())
    wanted = turned_to(request.form, place, len(answering.form_of(row).tasks))
    if wanted is None:
        return url_for("delayed.sheet", try_id=row.id)
    return url_for("delayed.task", try_id=row.id, place=wanted)


@pages.post("/checks/tries/<uuid:try_id>/<int:place>/draft")
@signed_in
def draft(try_id: uuid.UUID, place: int) -> ResponseReturnValue:
    """What the page sends by itself while somebody answers."""
    who = actor()
    row = answering.get_try(reading(), who, try_id)
    shown = answering.get_task(reading(), row, place)

    def save() -> int:
        answer = forms.read_answer(request.form, shown)
        with transaction() as db:
            return answering.save(db, who, try_id, place, answer, version_of(request.form))

    return tell_script(save, "You answered this in another browser. Press “Save” to see both")


@pages.post("/checks/tries/<uuid:try_id>/send")
@signed_in
def send(try_id: uuid.UUID) -> ResponseReturnValue:
    """The end, said explicitly. Twice is once."""
    who, reader = actor(), Reader(request.form)
    answering.get_try(reading(), who, try_id)
    reader.ticked("finished", rules.NOT_FINISHED)
    if reader.errors:
        return _sheet(try_id, reader.errors)
    try:
        with transaction() as db:
            answering.send(db, who, try_id)
    except Conflict as error:
        return _sheet(try_id, {}, error.sentence, 409)
    return redirect(url_for("delayed.sheet", try_id=try_id), 303)
