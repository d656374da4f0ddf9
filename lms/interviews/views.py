"""Pages of the values interview: whom to ask, the page of one interview for everybody who has to do with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.core.phrases import day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.interviews import forms, rules, service, sitting
from lms.interviews.assessors import candidates
from lms.interviews.models import InterviewAssessor
from lms.interviews.rules import ALONE, ARRANGERS
from lms.interviews.sitting import Sitting

pages = Blueprint("interviews", __name__)
Errors = Mapping[str, str]
EMPTY = {"breach": "", "repair": "", "verdict": "", "missing": "", "because": "", "place": "", "member": ""}


@pages.get("/readiness/<uuid:person_id>/interview")
@requires(*ARRANGERS)
def arrange(person_id: uuid.UUID) -> ResponseReturnValue:
    """Who may hear somebody, and who may not and why."""
    return _arrange(person_id, MultiDict(), {})


def _arrange(person_id: uuid.UUID, form: MultiDict[str, str], errors: Errors) -> ResponseReturnValue:
    found = service.to_hear(reading(), actor(), person_id)
    if found.running is not None:
        return redirect(url_for("interviews.interview", interview_id=found.running.id))
    known = list(found.known.values())
    page = render_template(
        "interviews/arrange.html",
        current="people_ready",
        found=found,
        lacking=rules.lacking(known),
        may=[each for each in known if not each.because],
        may_not=[(each, each.because) for each in known if each.because],
        chosen=set(form.getlist("members")),
        held_on=form.get("held_on", ""),
        key=form.get("key") or str(uuid.uuid4()),
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/readiness/<uuid:person_id>/interview")
@requires(*ARRANGERS)
def arrange_now(person_id: uuid.UUID) -> ResponseReturnValue:
    """Ask two people to hear somebody."""
    who = actor()
    service.to_hear(reading(), who, person_id)
    try:
        members, held_on, key = forms.read_arrangement(request.form, service.today())
        with transaction() as db:
            made = service.arrange(db, who, person_id, members, held_on, key)
    except Invalid as error:
        return _arrange(person_id, request.form, error.fields)
    flash("It is arranged. All three get a letter.")
    return redirect(url_for("interviews.interview", interview_id=made.id), 303)


@pages.get("/interviews/<uuid:interview_id>")
@signed_in
def interview(interview_id: uuid.UUID) -> ResponseReturnValue:
    """One interview, as far as the reader may know it."""
    return show(interview_id)


def show(
    interview_id: uuid.UUID, form: Mapping[str, str] | None = None, errors: Errors | None = None
) -> ResponseReturnValue:
    """The page of an interview, with what somebody typed and what was wrong with it."""
    db, who = reading(), actor()
    found = sitting.get(db, who, interview_id)
    mine = found.find_place(who.person_id)
    own = found.note_of(mine, ALONE) if mine else None
    act = _act(found, hears=mine is not None, sent=own is not None)
    typed = EMPTY | (forms.filled(rules.said_of(own)) if own and act == "talk" else {})
    arranges = service.may_arrange(who, found.interview) and found.is_running
    page = render_template(
        "interviews/interview.html",
        current="readiness" if found.interview.person_id == who.person_id else "people_ready",
        found=found,
        interview=found.interview,
        asked=found.asked,
        act=act,
        mine=mine,
        headline=_headline(found, hears=mine is not None),
        notes=found.readable(who),
        missing=found.missing(),
        is_about_me=found.interview.person_id == who.person_id,
        may_call_off=arranges and not found.notes,
        free=[(each.id, found.names[each.person_id]) for each in _free(found)],
        others=_others(found) if arranges and _free(found) else [],
        words=rules.VERDICTS,
        form=typed | dict(form or {}),
        errors=errors or {},
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 422 if errors else 200


def _free(found: Sitting) -> list[InterviewAssessor]:
    """The places from which no note came."""
    return [each for each in found.places if found.note_of(each, ALONE) is None]


def _others(found: Sitting) -> list[tuple[uuid.UUID, str]]:
    """Who could take one of these places, by id and name."""
    known = candidates(reading(), found.interview.person_id, found.interview.provider_id)
    return [(each, known[each].name) for each, fault in service.may_replace(found, known).items() if not fault]


def _act(found: Sitting, *, hears: bool, sent: bool) -> str:
    """The one thing the reader does next here: write a note, talk; nothing for everybody else."""
    if not hears or not found.is_running:
        return ""
    if found.interview.opened_at is not None:
        return "talk"
    return "" if sent else "note"


def _headline(found: Sitting, *, hears: bool) -> str:
    row = found.interview
    if row.cancelled_at is not None:
        return f"Called off on {day(row.cancelled_at)}"
    if row.result is not None:
        return "Both say yes" if row.result == "yes" else "Not yet"
    if row.opened_at is not None:
        return "You say different things. Talk first" if hears else "Both notes are in, and the two are talking"
    return f"Values interview on {day(row.held_on)}"


def back(interview_id: uuid.UUID, sentence: str) -> ResponseReturnValue:
    """To the page of the interview, with a sentence about what was just done."""
    flash(sentence)
    return redirect(url_for("interviews.interview", interview_id=interview_id), 303)


def find(interview_id: uuid.UUID, who: Actor) -> Sitting:
    """The interview somebody sends a form about. Raises NotFound."""
    return sitting.get(reading(), who, interview_id)
