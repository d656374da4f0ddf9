"""An administrator's pages of calibration: whose figures hold, recording one, withdrawing one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import cast, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.calibration import MEASURES, Figure, Kind, Standing
from assessments.wording import first_name
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.practice import calibrating, forms
from lms.practice.calibrating import Assessor, Entry

MOST_ITEMS = 10_000
LONGEST_EVIDENCE = 500
UNREAD = "Write the figure with a point and two decimals, like 0.72. Leave further decimals off: 0.598 is 0.59."
KINDS = [(kind, measure.title, "") for kind, measure in MEASURES.items()]
_FIGURE = re.compile(r"([-−]?)([01]|(?=[.,]))(?:[.,]([0-9]{1,2}))?")


def install(pages: Blueprint) -> None:
    """Put these pages beside those of signing, which they are about."""
    pages.add_url_rule("/people/calibration", view_func=calibrations)
    pages.add_url_rule("/people/<uuid:assessor_id>/calibration", view_func=assessor)
    pages.add_url_rule("/people/<uuid:assessor_id>/calibration", view_func=calibrate, methods=["POST"])
    pages.add_url_rule("/people/calibration/<uuid:calibration_id>/withdraw", view_func=figure)
    pages.add_url_rule(
        "/people/calibration/<uuid:calibration_id>/withdraw", view_func=withdraw_figure, methods=["POST"]
    )


@requires(Role.ADMINISTRATOR)
def calibrations() -> ResponseReturnValue:
    """Every trainer with the last figures, their date and how long they hold."""
    found = calibrating.list_assessors(reading(), actor())
    return render_template(
        "practice/calibrations.html",
        current="people",
        assessors=found,
        headline=_headline(found),
        states={each.id: state(each.standing) for each in found},
        newest=calibrating.newest_asks(),
        several=len({each.provider_id for each in found}) > 1,
    )


@requires(Role.ADMINISTRATOR)
def assessor(assessor_id: uuid.UUID) -> ResponseReturnValue:
    """What is recorded of one trainer, and the form to record more."""
    return _assessor(assessor_id, {}, {})


@requires(Role.ADMINISTRATOR)
def calibrate(assessor_id: uuid.UUID) -> ResponseReturnValue:
    """Record a figure."""
    who = actor()
    try:
        measured, evidence = _read(request.form)
        with transaction() as db:
            calibrating.record(db, who, assessor_id, measured, evidence)
    except Invalid as error:
        return _assessor(assessor_id, request.form, error.fields)
    flash(f"Recorded: {measured.in_words()}.")
    return redirect(url_for("practice.assessor", assessor_id=assessor_id), 303)


@requires(Role.ADMINISTRATOR)
def figure(calibration_id: uuid.UUID) -> ResponseReturnValue:
    """What withdrawing a figure does, and the form for it."""
    return _withdrawal(calibration_id, {})


@requires(Role.ADMINISTRATOR)
def withdraw_figure(calibration_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw it, with a reason."""
    who = actor()
    whose, entry = calibrating.open_entry(reading(), who, calibration_id)
    try:
        reason = forms.read_words(request.form, "reason", calibrating.UNEXPLAINED)
        with transaction() as db:
            calibrating.withdraw(db, who, calibration_id, reason)
    except Invalid as error:
        return _withdrawal(calibration_id, error.fields)
    flash(f"Withdrawn: {entry.figure.in_words()}. It stays on this page and counts no more.")
    return redirect(url_for("practice.assessor", assessor_id=whose.id), 303)


def state(standing: Standing | None) -> tuple[str, str]:
    """How a trainer stands in a word or two, with the colour of its tag."""
    if standing is None:
        return "Nothing is asked", "none"
    if standing.until is None:
        return "No valid figure", "stop"
    return f"Valid until {full_day(standing.until)}", "done"


def _headline(found: list[Assessor]) -> str:
    asked = [each for each in found if each.standing]
    if not asked:
        return "No standard in use asks for a figure yet"
    holding = sum(each.standing.holds for each in asked if each.standing)
    if holding == len(asked):
        return "Every trainer can sign"
    return f"{holding} of {len(asked)} trainers can sign for everybody"


def _of(who: Assessor) -> str:
    if who.standing is None:
        return f"No figure is asked of {who.name} yet"
    if who.standing.until is None:
        return f"{who.name} cannot sign for everybody"
    return f"{who.name} can sign for everybody until {full_day(who.standing.until)}"


def _assessor(assessor_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    who, entries = calibrating.open_assessor(reading(), actor(), assessor_id)
    page = render_template(
        "practice/assessor.html",
        current="people",
        assessor=who,
        name=first_name(who.name),
        headline=_of(who),
        entries=entries,
        kinds=KINDS,
        is_own=who.person_id == actor().person_id,
        own=calibrating.OWN,
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


def _withdrawal(calibration_id: uuid.UUID, errors: Mapping[str, str]) -> ResponseReturnValue:
    whose, entry = calibrating.open_entry(reading(), actor(), calibration_id)
    if _is_over(entry, whose):
        return redirect(url_for("practice.assessor", assessor_id=whose.id), 303)
    page = render_template(
        "practice/withdraw_figure.html",
        current="people",
        assessor=whose,
        entry=entry,
        reason=request.form.get("reason", ""),
        errors=errors,
    )
    return page, 422 if errors else 200


def _is_over(entry: Entry, whose: Assessor) -> bool:
    return entry.row.withdrawn_at is not None or whose.person_id == actor().person_id


def _read(form: Mapping[str, str]) -> tuple[Figure, str]:
    """A figure and where it can be read. Raises Invalid with every mistake."""
    reader = Reader(form)
    kind = reader.choice("kind", get_args(Kind), "Choose what was measured.")
    hundredths = _hundredths(reader)
    items = reader.number("items", 1, MOST_ITEMS, "Write on how many questions or sessions, as a whole number.")
    done_on = reader.day("done_on", "Enter the day it was measured.")
    evidence = reader.text("evidence", calibrating.UNSUPPORTED, LONGEST_EVIDENCE)
    reader.check()
    assert hundredths is not None and items is not None and done_on is not None  # noqa: S101, PT018 - checked
    return Figure(cast("Kind", kind), hundredths, items, done_on), evidence


def _hundredths(reader: Reader) -> int | None:
    found = _FIGURE.fullmatch(reader.raw("value"))
    if found is None:
        reader.wrong("value", UNREAD)
        return None
    minus, whole, decimals = found.groups()
    hundredths = int(whole or 0) * 100 + int((decimals or "0").ljust(2, "0"))
    if hundredths > 100:
        reader.wrong("value", "A figure of agreement is never above 1. Write it like 0.72.")
    return -hundredths if minus else hundredths
