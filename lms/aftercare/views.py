"""The page of a circle after its hand-over: what drifted, the check, and what would help."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms.aftercare import checking, forms, helping, rules, service, stepping
from lms.aftercare.checking import StaleAnswer
from lms.aftercare.rules import Part
from lms.aftercare.service import Handed
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.core.forms import identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import attendance
from lms.people import service as people
from lms.takeover.refresher import refreshers

pages = Blueprint("aftercare", __name__)


@pages.get("/groups/<uuid:group_id>/after")
@signed_in
def page(group_id: uuid.UUID) -> ResponseReturnValue:
    """How a circle is after its hand-over."""
    return show(service.get_circle(reading(), actor(), group_id))


def show(
    handed: Handed,
    form: MultiDict[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: StaleAnswer | None = None,
) -> ResponseReturnValue:
    """The page, with a form that could not be taken."""
    db, who = reading(), actor()
    signs, seats = service.signs_of(db, handed), attendance.seats_now(db, handed.group)
    answers = service.list_answers(db, handed.group)
    open_ = handed.current if handed.current is not None and handed.current not in answers else None
    page = render_template(
        "aftercare/after.html",
        current="groups",
        group=handed.group,
        handed=handed,
        inside=handed.part is not Part.PROGRAMME,
        seated=handed.part is Part.SEAT,
        headline=_headline(handed, len(seats) - 1, len(signs), open_),
        open=open_,
        members=len(seats) - 1,
        signs=signs,
        answers=answers,
        names=people.names_of(db, [handed.group.trainer_id, *(row.answered_by for row in _all(answers))]),
        proposal=stepping.find_open(db, handed.group),
        refreshers=refreshers(),
        key=str(uuid.uuid4()),
        errors=errors or {},
        **_calls(handed, who),
        **_check(handed, form, stale),
    )
    return page, 409 if stale else 422 if errors else 200


def _headline(handed: Handed, members: int, signs: int, days_open: int | None) -> str:
    return rules.headline(handed.group.name, handed.part, members=members, signs=signs, days_open=days_open)


def _all(answers: Mapping[int, Any]) -> list[Any]:
    return [row for rows in answers.values() for row in rows]


def _calls(handed: Handed, who: Actor) -> dict[str, Any]:
    calls = helping.list_calls(reading(), handed.group)
    return {
        "calls": calls,
        "readable": {each.id for each in calls if helping.may_read(who, handed, each)},
        "askers": people.names_of(reading(), [each.asked_by for each in calls]),
    }


def _check(handed: Handed, form: MultiDict[str, str] | None, stale: StaleAnswer | None) -> dict[str, Any]:
    """What the check's form needs: filled with what stands, or with what was just typed."""
    seats = attendance.seats_now(reading(), handed.group)
    names = {each.id: each.name for each in seats}
    rows = service.list_answers(reading(), handed.group).get(handed.current or 0, ())
    stands = service.as_answered(rows[0]) if rows else None
    theirs = rules.said_of(stands, names) if stands else []
    if stale is not None and form is not None:
        theirs = rules.differences(rules.said_of(forms.read_answer(form, seats), names), theirs)
    typed = form if form is not None else forms.filled(stands) if stands else MultiDict[str, str]()
    return {
        "stands": rows[0] if rows else None,
        "older": [(row, rules.said_of(service.as_answered(row), names)) for row in rows[1:]],
        "theirs": theirs,
        "stale": stale,
        "form": typed,
        "ran": typed.getlist("ran"),
        "version": version_of(typed) if form is not None and stale is None else rows[0].version if rows else 0,
        "met": [(key, words, "") for key, words in rules.MET.items()],
        "hosts": [("", "Choose"), *rules.HOSTS.items(), *names.items()],
        "seats": list(names.items()),
        "yes_or_no": list(rules.YES_OR_NO.items()),
    }


@pages.post("/groups/<uuid:group_id>/after")
@signed_in
def answer(group_id: uuid.UUID) -> ResponseReturnValue:
    """Answer the check, or correct the answer."""
    who = actor()
    handed = service.get_seated(reading(), who, group_id)
    try:
        answered = forms.read_answer(request.form, attendance.seats_now(reading(), handed.group))
        with transaction() as db:
            key, days = identity_of(request.form) or uuid.uuid4(), version_of(request.form, "days")
            checking.answer(db, who, group_id, days, version_of(request.form), answered, key)
    except Invalid as error:
        return show(service.get_circle(reading(), who, group_id), request.form, error.fields)
    except StaleAnswer as error:
        return show(service.get_circle(reading(), who, group_id), request.form, stale=error)
    flash("The check is answered. Everybody who sits here reads it.")
    wants_help = answered.harmed or answered.help
    return redirect(url_for("aftercare.help" if wants_help else "aftercare.page", group_id=group_id), 303)
