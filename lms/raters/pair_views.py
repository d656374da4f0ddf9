"""Pages on which two people code one round and see, once both have sent, where they part."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import transcripts
from assessments.coding import ADVICE, OPENNESS
from lms.core.errors import Conflict, Invalid, Stale
from lms.core.forms import Reader, identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.exercises import coding
from lms.raters import companions, pairs
from lms.raters.figure_views import pages
from lms.raters.pairs import Opened

__all__ = ["pages"]

Form = Mapping[str, str]
Errors = Mapping[str, str]


@pages.get("/side-by-side")
@signed_in
def side_by_side() -> ResponseReturnValue:
    """Whom one codes with, and asking somebody."""
    return _list({}, {})


@pages.post("/side-by-side")
@signed_in
def ask() -> ResponseReturnValue:
    """Ask somebody by name."""
    who, reader = actor(), Reader(request.form)
    try:
        other = reader.identity("asked", pairs.UNKNOWN)
        transcript = reader.choice("transcript", tuple(coding.sheets_for(who)), pairs.NO_ROUND)
        reader.check()
        with transaction() as db:
            made = pairs.ask(db, who, other or uuid.uuid4(), transcript, identity_of(request.form) or uuid.uuid4()).id
    except Invalid as error:
        return _list(request.form, error.fields, status=422)
    except Conflict as error:
        return _list(request.form, {}, told=error.sentence, status=409)
    flash("Asked. It stands on their home page; they may say no.")
    return redirect(url_for("raters.pair", pair_id=made), 303)


@pages.get("/side-by-side/<uuid:pair_id>")
@signed_in
def pair(pair_id: uuid.UUID) -> ResponseReturnValue:
    """Where the two stand; once both have sent, every turn on which they differ."""
    return _pair(pairs.open_pair(reading(), actor(), pair_id), None, {})


@pages.post("/side-by-side/<uuid:pair_id>/yes")
@signed_in
def accept(pair_id: uuid.UUID) -> ResponseReturnValue:
    """Say yes to it."""
    try:
        with transaction() as db:
            pairs.accept(db, actor(), pair_id)
    except Conflict as error:
        return _list({}, {}, told=error.sentence, status=409)
    return redirect(url_for("raters.pair", pair_id=pair_id), 303)


@pages.post("/side-by-side/<uuid:pair_id>/end")
@signed_in
def end(pair_id: uuid.UUID) -> ResponseReturnValue:
    """Say no to it, or withdraw it."""
    with transaction() as db:
        pairs.end(db, actor(), pair_id)
    flash("Ended. Neither of you sees it any more, and what was written about it is gone. Your own coding stays yours.")
    return redirect(url_for("raters.side_by_side"), 303)


@pages.post("/side-by-side/<uuid:pair_id>/heard")
@signed_in
def write(pair_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what one heard, a sentence a turn."""
    who, reader = actor(), Reader(request.form)
    notes = {name[5:]: reader.raw(name) for name in request.form if name.startswith("note-")}
    try:
        with transaction() as db:
            pairs.write(db, who, pair_id, notes, version_of(request.form))
    except Invalid as error:
        return _pair(pairs.open_pair(reading(), who, pair_id), notes, error.fields, status=422)
    except Stale as error:
        return _pair(pairs.open_pair(reading(), who, pair_id), notes, {}, told=error.sentence, status=409)
    except Conflict as error:
        return _list({}, {}, told=error.sentence, status=409)
    flash("Kept. Only the two of you read it.")
    return redirect(url_for("raters.pair", pair_id=pair_id), 303)


def _list(form: Form, errors: Errors, told: str = "", status: int = 200) -> ResponseReturnValue:
    db, who = reading(), actor()
    sheets = coding.sheets_for(who)
    coded = {each.transcript_id for each in coding.list_mine(db, who) if each.sent_at is not None}
    page = render_template(
        "raters/side_by_side.html",
        current="learn",
        pairs=pairs.list_pairs(db, who),
        titles={name: each.title for name, each in transcripts.current().items()},
        people=list(companions.list_companions(db, who).items()),
        rounds=[(name, f"{each.title}{', which you have coded' if name in coded else ''}")
                for name, each in sheets.items()],
        key=identity_of(form) or uuid.uuid4(),
        form=form,
        errors=errors,
        told=told,
    )  # fmt: skip
    return page, status


def _pair(
    opened: Opened, typed: Mapping[str, str] | None, errors: Errors, told: str = "", status: int = 200
) -> ResponseReturnValue:
    who, sheet = actor(), transcripts.current().get(opened.row.transcript_id)
    same = opened.mine is not None and sheet is not None and sheet.content_hash == opened.mine.content_hash
    notes = pairs.notes_of(reading(), opened)
    mine, theirs = notes.get(who.person_id), notes.get(opened.other_id)
    page = render_template(
        "raters/pair.html",
        current="learn",
        opened=opened,
        title=sheet.title if sheet else "A round that is no longer here",
        turns={turn.id: turn for turn in sheet.turns} if sheet and same else {},
        mine=mine.notes if mine else {},
        typed=(mine.notes if mine else {}) if typed is None else typed,
        theirs=theirs.notes if theirs else {},
        version=mine.version if mine else 0,
        openness=OPENNESS,
        advice=ADVICE,
        errors=errors,
        told=told,
    )
    return page, status
