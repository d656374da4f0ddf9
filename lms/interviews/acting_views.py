"""What assessors and those who arrange send to an interview. What was typed comes back whole whatever is refused."""

from __future__ import annotations

import uuid

from flask import request
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.unit import transaction
from lms.core.web import actor, requires
from lms.interviews import forms, notes, service
from lms.interviews.rules import AFTER, ALONE, ARRANGERS
from lms.interviews.views import back, find, pages, show
from lms.people.accounts import prove_again
from lms.unsent import service as unsent

__all__ = ["pages"]


@pages.post("/interviews/<uuid:interview_id>/note")
@requires(Role.TRAINER)
def note(interview_id: uuid.UUID) -> ResponseReturnValue:
    """Send one’s own note."""
    who = actor()
    found = find(interview_id, who)
    notes.get_place(found, who)
    try:
        said = forms.read_note(request.form, found.asked, ALONE, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            notes.send(db, who, interview_id, said, proof)
            unsent.drop(db, who, "interview-note", interview_id)
    except Invalid as error:
        return show(interview_id, request.form, error.fields)
    row = find(interview_id, who).interview
    if row.closed_at is not None:
        return back(interview_id, "Your note is in, and so is the other one. The letter with the result is on its way.")
    if row.opened_at is not None:
        return back(interview_id, "Your note is in, and so is the other one. You say different things, so talk first.")
    return back(interview_id, "Your note is sealed. It opens when the other one is in, and nobody reads it before.")


@pages.post("/interviews/<uuid:interview_id>/change")
@requires(Role.TRAINER)
def change(interview_id: uuid.UUID) -> ResponseReturnValue:
    """Say something else after both have talked."""
    who = actor()
    found = find(interview_id, who)
    notes.get_place(found, who)
    try:
        said = forms.read_note(request.form, found.asked, AFTER, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            notes.change(db, who, interview_id, said, proof)
            unsent.drop(db, who, "interview-change", interview_id)
    except Invalid as error:
        return show(interview_id, request.form, error.fields)
    return back(
        interview_id, "Your note is changed, with the first one beside it. The letter with the result is on its way."
    )


@pages.post("/interviews/<uuid:interview_id>/leave")
@requires(Role.TRAINER)
def leave(interview_id: uuid.UUID) -> ResponseReturnValue:
    """Leave both notes as they are."""
    who = actor()
    notes.get_place(find(interview_id, who), who)
    try:
        reader = Reader(request.form)
        reader.proof(fresh=who.is_fresh(clock.now()))
        reader.check()
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            notes.leave(db, who, interview_id, proof)
            unsent.drop(db, who, "interview-change", interview_id)
    except Invalid as error:
        return show(interview_id, request.form, error.fields)
    return back(interview_id, "Both notes stay as they are. The letter with the result is on its way.")


@pages.post("/interviews/<uuid:interview_id>/call-off")
@requires(*ARRANGERS)
def call_off(interview_id: uuid.UUID) -> ResponseReturnValue:
    """Call it off before any note is in."""
    with transaction() as db:
        service.call_off(db, actor(), interview_id)
    return back(interview_id, "It is called off, and those who would have met get a letter.")


@pages.post("/interviews/<uuid:interview_id>/other")
@requires(*ARRANGERS)
def other(interview_id: uuid.UUID) -> ResponseReturnValue:
    """Put somebody in the place of an assessor who cannot come."""
    who = actor()
    find(interview_id, who)
    try:
        place, member, because = forms.read_other(request.form)
        with transaction() as db:
            service.replace(db, who, interview_id, place, member, because)
    except Invalid as error:
        return show(interview_id, request.form, error.fields)
    return back(interview_id, "The place is taken again. Everybody concerned gets a letter.")
