"""Pages on which a trainer judges what was written in a check a day later."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.delayed import forms, judging
from lms.delayed.views import pages
from lms.people.accounts import prove_again
from lms.unsent import service as unsent

__all__ = ["pages"]


@pages.get("/checks/judging")
@requires(Role.TRAINER)
def queue() -> ResponseReturnValue:
    """What waits to be judged, the oldest first."""
    return _queue()


def _queue(told: str = "", status: int = 200) -> ResponseReturnValue:
    waits = judging.list_waiting(reading(), actor())
    return render_template("delayed/queue.html", current="sign_off", waits=waits, told=told), status


@pages.get("/checks/judging/<uuid:try_id>")
@requires(Role.TRAINER)
def judge(try_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody wrote, beside what it should do."""
    try:
        return _judge(try_id, {}, {})
    except Conflict as error:
        return _queue(error.sentence, 409)


def _judge(try_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    page = render_template(
        "delayed/judge.html",
        current="sign_off",
        found=judging.get_to_judge(reading(), actor(), try_id),
        form=form,
        errors=errors,
        is_fresh=actor().is_fresh(clock.now()),
    )
    return page, 422 if errors else 200


@pages.post("/checks/judging/<uuid:try_id>")
@requires(Role.TRAINER)
def give_verdict(try_id: uuid.UUID) -> ResponseReturnValue:
    """Say of each answer whether it does it, and sign that."""
    who = actor()
    try:
        tasks = judging.tasks_to_judge(reading(), who, try_id)
        verdicts, free = forms.read_verdicts(request.form, tasks, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            judging.judge(db, who, try_id, verdicts, free=free, proof=proof)
            unsent.drop(db, who, "check", try_id)
    except Invalid as error:
        return _again(try_id, error)
    except Conflict as error:
        return _queue(error.sentence, 409)
    flash("It is judged. Whoever wrote it gets a letter that there is a result.")
    return redirect(url_for("delayed.queue"), 303)


def _again(try_id: uuid.UUID, error: Invalid) -> ResponseReturnValue:
    try:
        return _judge(try_id, request.form, error.fields)
    except Conflict as conflict:
        return _queue(conflict.sentence, 409)
