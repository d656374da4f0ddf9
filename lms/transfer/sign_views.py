"""Pages on which the hand-over is signed, taken back, and agreed to."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import service as groups
from lms.people.accounts import prove_again
from lms.transfer import forms, signing
from lms.transfer.views import pages, show

__all__ = ["pages"]
DONE = "Everything is there: the circle runs itself from today. Everybody who sits here with an account gets a letter."


def _back(group_id: uuid.UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("transfer.page", group_id=group_id, _anchor="signed"), 303)


@pages.post("/groups/<uuid:group_id>/hand-over/sign")
@signed_in
def sign(group_id: uuid.UUID) -> ResponseReturnValue:
    """Sign what the page showed. Whoever signs last goes to the copy that is kept: a trainer has no other page now."""
    who, form, read = actor(), request.form, Reader(request.form)
    try:
        part = forms.read_signature(form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(form.get("password", ""))
        with transaction() as db:
            made = signing.sign(db, who, group_id, part, read.raw("digest"), read.raw("marks"), proof)
            done = signing.is_done(db, made)
    except Invalid as error:
        return show(group_id, form, error.fields)
    except Stale as error:
        return show(group_id, {}, {}, error.sentence)
    if done:
        flash(DONE)
        return redirect(url_for("transfer.kept", agreement_id=made.hand_over_id), 303)
    return _back(group_id, "You have signed. It counts once all three have, and the circle has said yes.")


@pages.post("/groups/<uuid:group_id>/hand-over/withdraw")
@signed_in
def withdraw(group_id: uuid.UUID) -> ResponseReturnValue:
    """Take one's signature back."""
    with transaction() as db:
        signing.withdraw(db, actor(), group_id)
    return _back(group_id, "Your signature is taken back. That it was given is kept, and counts no more.")


@pages.post("/groups/<uuid:group_id>/hand-over/answer")
@signed_in
def answer(group_id: uuid.UUID) -> ResponseReturnValue:
    """Say it for oneself."""
    who = actor()
    groups.get_group(reading(), who, group_id)
    try:
        yes = forms.read_answer(request.form)
        with transaction() as db:
            done = signing.answer(db, who, group_id, yes=yes)
    except Invalid as error:
        return show(group_id, request.form, error.fields)
    return _back(group_id, DONE if done else "Your answer is noted. You can change it until everything is there.")


@pages.post("/groups/<uuid:group_id>/hand-over/asked")
@signed_in
def note_asked(group_id: uuid.UUID) -> ResponseReturnValue:
    """Note what those without an account said at a meeting."""
    who = actor()
    groups.get_group(reading(), who, group_id)
    try:
        said, on = forms.read_asked(request.form)
        with transaction() as db:
            done = signing.note_asked(db, who, group_id, said, on)
    except Invalid as error:
        return show(group_id, request.form, error.fields)
    return _back(group_id, DONE if done else "Noted. You can correct it until everything is there.")


@pages.post("/groups/<uuid:group_id>/hand-over/finish")
@signed_in
def finish(group_id: uuid.UUID) -> ResponseReturnValue:
    """Hand over what everybody has signed, now that what was short is there."""
    who = actor()
    with transaction() as db:
        agreement_id = signing.finish(db, who, group_id)
    if agreement_id is None:
        return _back(group_id, "Something is still short. It stands on this page.")
    flash(DONE)
    return redirect(url_for("transfer.kept", agreement_id=agreement_id), 303)
