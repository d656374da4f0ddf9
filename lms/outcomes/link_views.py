"""Pages that a letter's links open, without signing in: answering once, and being asked no more."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Conflict, Invalid
from lms.core.unit import reading, transaction
from lms.core.web import public, unlisted
from lms.outcomes import forms, holding, rules

pages = Blueprint("outcomes", __name__)


@pages.get("/came-of-it/<code>")
@public
@unlisted
def came_of_it(code: str) -> ResponseReturnValue:
    """The questions, or that they are answered. What was said is never on this page."""
    return _page(code, forms.filled(None), {})


@pages.post("/came-of-it/<code>")
@public
@unlisted
def tell(code: str) -> ResponseReturnValue:
    """Answer them, once."""
    asked = holding.find_by_code(reading(), code)
    if asked is None:
        return _page(code, {}, {})
    try:
        said = forms.read_said(request.form, asks_importance=asked.asks_importance)
        with transaction() as db:
            holding.answer_by_code(db, code, said)
    except Invalid as error:
        return _page(code, request.form, error.fields)
    except Conflict as error:
        return _page(code, {}, {}, error.sentence)
    return redirect(url_for("outcomes.came_of_it", code=code), 303)


@pages.get("/came-of-it/stop/<code>")
@public
@unlisted
def stop(code: str) -> ResponseReturnValue:
    """The page a letter's second link opens. Opening it stops nothing: programs that check letters open links too."""
    return _stopping(code)


@pages.post("/came-of-it/stop/<code>")
@public
@unlisted
def stop_now(code: str) -> ResponseReturnValue:
    """Ask this person no more."""
    if holding.find_stop(reading(), code) is None:
        return _stopping(code)
    with transaction() as db:
        holding.stop(db, code)
    return redirect(url_for("outcomes.stop", code=code), 303)


def _page(code: str, form: Mapping[str, str], errors: Mapping[str, str], refused: str = "") -> ResponseReturnValue:
    asked = holding.find_by_code(reading(), code)
    page = render_template(
        "outcomes/came_of_it.html",
        asked=asked,
        code=code,
        rules=rules,
        form=form,
        errors=errors,
        refused=refused,
    )
    return page, 404 if asked is None else 409 if refused else 422 if errors else 200


def _stopping(code: str) -> ResponseReturnValue:
    stopped = holding.find_stop(reading(), code)
    page = render_template("outcomes/stop.html", stopped=stopped, code=code)
    return page, 404 if stopped is None else 200
