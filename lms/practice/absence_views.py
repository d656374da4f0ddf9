"""A trainer's page of absences."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.phrases import day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.practice import service
from lms.practice.absences import Away


def install(pages: Blueprint) -> None:
    """Put this page beside the queue: it is of one area."""
    pages.add_url_rule("/sign-off/absences", view_func=absences)
    pages.add_url_rule("/sign-off/absences", view_func=be_away, methods=["POST"])
    pages.add_url_rule("/sign-off/absences/<uuid:absence_id>/end", view_func=come_back, methods=["POST"])


@requires(Role.TRAINER)
def absences() -> ResponseReturnValue:
    """When you are away, and when you were."""
    return _page({}, {})


@requires(Role.TRAINER)
def be_away() -> ResponseReturnValue:
    """Say when you are away."""
    who = actor()
    try:
        away = _read(request.form)
        with transaction() as db:
            service.be_away(db, who, away)
    except Invalid as error:
        return _page(request.form, error.fields)
    flash(f"Noted: you are away from {day(away.starts_on)} to {day(away.ends_on)}.")
    return redirect(url_for("practice.absences"), 303)


@requires(Role.TRAINER)
def come_back(absence_id: uuid.UUID) -> ResponseReturnValue:
    """You are back, or you stay after all."""
    who = actor()
    with transaction() as db:
        service.come_back(db, who, absence_id)
    flash("That absence is over. New sessions wait for you again.")
    return redirect(url_for("practice.absences"), 303)


def _read(form: Mapping[str, str]) -> Away:
    """The two days. Raises Invalid."""
    reader = Reader(form)
    starts_on = reader.day("starts_on", "Enter the first day you are away.")
    ends_on = reader.day("ends_on", "Enter the last day you are away.")
    reader.check()
    return Away(starts_on or date.max, ends_on or date.min)  # whichever is missing has been refused


def _page(form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    today = clock.today(settings.current().time_zone)
    found = service.list_absences(reading(), actor())
    now = next((each for each in found if each.starts_on <= today <= each.ends_on), None)
    coming = [each for each in found if each.ends_on >= today]
    page = render_template(
        "practice/absences.html",
        current="sign_off",
        form=form,
        errors=errors,
        today=today,
        headline=f"You are away until {day(now.ends_on)}" if now else "You are there",
        coming=coming[::-1],
        past=[each for each in found if each.ends_on < today],
    )
    return page, 422 if errors else 200
