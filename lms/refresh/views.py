"""Pages of spaced practice: the question that is asked now, what is said to an answer, the end of the round."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessments.spacing import again_in_words
from courses.catalogue import Catalogue
from lms.core import markdown, phrases
from lms.core.actor import Actor
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.site_days import today
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.refresh import forms, reminding, rules, service
from lms.refresh.models import RefreshAnswer
from lms.refresh.service import Today

pages = Blueprint("refresh", __name__)


@pages.get("/refresh")
@signed_in
def index() -> ResponseReturnValue:
    """The question that is asked now, or that today's round is over."""
    return _page(service.find_today(reading(), actor()))


@pages.post("/refresh")
@signed_in
def answer() -> ResponseReturnValue:
    """One answer. A choice leads to its reason; what was compared at home leads on."""
    sent = forms.read_answer(request.form)
    try:
        with transaction() as db:
            kept = service.answer(db, actor(), sent.key, sent.question, sent.given)
            due_on = service.due_after(db, kept)
    except Invalid as error:
        return _page(service.find_today(reading(), actor()), errors=error.fields, status=422)
    except Stale as error:
        return _page(service.find_today(reading(), actor()), changes=error.changes, status=409)
    if kept.chosen:
        return redirect(url_for("refresh.answered", answer_id=kept.id), 303)
    return _go_on(due_on)


@pages.get("/refresh/answers/<uuid:answer_id>")
@signed_in
def answered(answer_id: uuid.UUID) -> ResponseReturnValue:
    """Whether it was right and why, and how hard it was."""
    return _answered(service.get_answer(reading(), actor(), answer_id))


@pages.post("/refresh/answers/<uuid:answer_id>")
@signed_in
def rate(answer_id: uuid.UUID) -> ResponseReturnValue:
    """How hard it was."""
    felt = Reader(request.form).raw("felt")
    try:
        with transaction() as db:
            kept = service.rate(db, actor(), answer_id, felt)
            due_on = service.due_after(db, kept)
    except Invalid as error:
        return _answered(service.get_answer(reading(), actor(), answer_id), error.fields)
    return _go_on(due_on)


def line(db: Session, who: Actor, known: Catalogue, finished: Collection[str]) -> Today | None:
    """For the page of all lessons: today's round, if there is one. One query for whoever finished a lesson."""
    if not finished:
        return None
    now = service.today_of(db, who, known, finished)
    return now if now.left else None


def _go_on(due_on: date) -> ResponseReturnValue:
    flash(f"That one comes {again_in_words(due_on, today())}.")
    return redirect(url_for("refresh.index"), 303)


def _page(
    now: Today, *, errors: Mapping[str, str] | None = None, changes: tuple[str, ...] = (), status: int = 200
) -> ResponseReturnValue:
    first = now.first
    same = first is not None and request.form.get("question") == first.key
    page = render_template(
        "refresh/index.html",
        current="learn",
        now=now,
        question=first,
        prompt=markdown.render(first.prompt) if first else "",
        revealed=markdown.render(first.answer) if first else "",
        lesson=now.known.find_lesson_by_id(first.lesson) if first else None,
        compared=rules.COMPARED,
        given=request.form.get("given", "") if same else "",
        key=(request.form.get("key") if same else None) or uuid.uuid4(),
        next_on=rules.day_in_words(now.next_on, today()) if now.next_on else "",
        letter=reminding.find_letter(reading(), actor()) if first is None else None,
        rules=rules,
        number=phrases.number,
        errors=errors or {},
        changes=changes,
    )
    return page, status


def _answered(kept: RefreshAnswer, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    db, now = reading(), service.find_today(reading(), actor())
    question = now.every.get(kept.question)
    if question is None or question.digest != kept.digest or not question.choices:
        if kept.chosen:
            flash("The words of that question have changed since you answered it, so it starts anew.")
        return redirect(url_for("refresh.index"), 303)
    asks = service.asks_how(db, kept)
    page = render_template(
        "refresh/answered.html",
        current="learn",
        answer=kept,
        question=question,
        prompt=markdown.render(question.prompt),
        lesson=now.known.find_lesson_by_id(question.lesson),
        left=now.left,
        again=again_in_words(service.due_after(db, kept), today()),
        felt=[
            (name, words, again_in_words(service.due_after(db, kept, name), today()))
            for name, words in rules.FELT.items()
        ]
        if asks
        else [],
        errors=errors or {},
    )
    return page, 422 if errors else 200
