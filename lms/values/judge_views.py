"""Pages of dilemmas for whoever judges: what waits, and one answer beside its scene, its criteria and a model."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.dilemmas import ASKED, PARTS
from assessments.wording import first_name
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people.accounts import prove_again
from lms.unsent import service as unsent
from lms.values import judging, written_forms
from lms.values.dilemma_views import pages

__all__ = ["pages"]


@pages.get("/values/judging")
@requires(Role.TRAINER)
def to_judge() -> ResponseReturnValue:
    """Dilemmas that wait, one's own learners first."""
    return render_template("values/to_judge.html", current="sign_off", waiting=judging.list_waiting(reading(), actor()))


@pages.get("/values/judging/<uuid:answer_id>")
@requires(Role.TRAINER)
def answer_to_judge(answer_id: uuid.UUID) -> ResponseReturnValue:
    """One answer, to be judged or as it was judged."""
    return _page(answer_id)


def _page(
    answer_id: uuid.UUID, form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, told: str = ""
) -> ResponseReturnValue:
    opened = judging.open_answer(reading(), actor(), answer_id)
    page = render_template(
        "values/judge.html",
        current="sign_off",
        opened=opened,
        answer=opened.answer,
        dilemma=opened.dilemma,
        name=first_name(opened.name),
        asked=[(part, ASKED[part][0]) for part in PARTS],
        must=[ASKED[part][0].lower() for part in opened.dilemma.must],
        form=form or {},
        errors=errors or {},
        told=told,
        is_fresh=actor().is_fresh(clock.now()),
    )
    return page, 409 if told else 422 if errors else 200


@pages.post("/values/judging/<uuid:answer_id>")
@requires(Role.TRAINER)
def judge(answer_id: uuid.UUID) -> ResponseReturnValue:
    """Judge it, and let the learner read it."""
    who, form = actor(), request.form
    judging.open_answer(reading(), who, answer_id)
    try:
        marks = written_forms.read_marks(form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(form.get("password", ""))
        with transaction() as db:
            opened = judging.judge(db, who, answer_id, marks, proof)
            unsent.drop(db, who, "dilemma", answer_id)
    except Invalid as error:
        return _page(answer_id, form, error.fields)
    except Conflict as error:
        return _page(answer_id, form, told=error.sentence)
    name = first_name(opened.name)
    flash(f"{name} gets a letter and reads it: {'enough is there' if opened.answer.is_right else 'not yet'}.")
    return redirect(url_for("values.to_judge"), 303)
