"""Pages of themes on their way up: drafting one, reading it, and what holds it back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.advising import forms, lists, marks, notes, rules, service
from lms.advising import reading as readers
from lms.advising.models import AdvisoryCase, ThemeNote
from lms.advising.notes import StaleText
from lms.advising.views import THEMES, pages
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.forms import identity_of, page_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import service as people
from lms.people.accounts import prove_again

__all__ = ["pages"]


@pages.get("/advice/themes")
@requires(*service.ADVISERS)
def themes() -> ResponseReturnValue:
    """The themes on their way to a sponsor."""
    return render_template(
        "advising/themes.html",
        current="advice",
        found=lists.notes(reading(), actor(), min(page_of(request.args), 1000)),
        themes=rules.THEMES,
    )


@pages.get("/advice/themes/new")
@requires(*service.ADVISERS)
def new_theme() -> ResponseReturnValue:
    """The form for a theme, from a case or from nothing."""
    case_id = identity_of(request.args, "case")
    return _new_theme({"key": str(uuid.uuid4()), "case": str(case_id or "")}, {})


def _new_theme(form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    case = _case_of(db, form)
    places = service.places(db, who) if case is None else {}
    page = render_template(
        "advising/new_theme.html",
        current="advice",
        case=case,
        subject=rules.THEMES[case.theme] if case else None,
        places=[("", "Choose"), *((key, place.name) for key, place in places.items())],
        themes=THEMES,
        longest=rules.LONGEST_THEME,
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


def _case_of(db: Session, form: Mapping[str, str]) -> AdvisoryCase | None:
    """The case a theme is drafted from. Raises NotFound."""
    case_id = identity_of(form, "case")
    return service.get_own_case(db, actor(), case_id) if case_id else None


@pages.post("/advice/themes/new")
@requires(*service.ADVISERS)
def draft() -> ResponseReturnValue:
    """Write it down for two readers."""
    case = _case_of(reading(), request.form)
    try:
        key, about, theme, text = forms.read_theme(request.form, of_case=case is not None)
        with transaction() as db:
            note_id = notes.draft(db, actor(), key, about, theme, text, case.id if case else None).id
    except Invalid as error:
        return _new_theme(request.form, error.fields)
    flash("The theme is written down. Ask two others to read it.")
    return redirect(url_for("advising.theme", note_id=note_id), 303)


@pages.get("/advice/themes/<uuid:note_id>")
@requires(*service.ADVISERS)
def theme(note_id: uuid.UUID) -> ResponseReturnValue:
    """A theme as the sponsor would read it, with what a reader needs."""
    return _theme(note_id)


def _theme(
    note_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: str = "",
) -> ResponseReturnValue:
    db, who = reading(), actor()
    note = service.get_note(db, who, note_id)
    readings, on_its_way = notes.readings_of(db, note), note.passed_at is None and note.taken_back_at is None
    current = [each for each in readings if each.version == note.version]
    answers, why_not = [each.clear for each in current], readers.why_not(db, who, note)
    own = any(each.reader_id == who.person_id for each in current)
    marked = marks.pieces(note.text, notes.names_there(db, note.organisation_id))
    state = rules.state_of(answers, passed=note.passed_at is not None, taken_back=note.taken_back_at is not None)
    page = render_template(
        "advising/theme.html",
        current="advice",
        note=note,
        organisation=service.name_of(db, note.organisation_id),
        circle=service.circle_of(db, note.group_id),
        subject=rules.THEMES[note.theme],
        state=state,
        held_back=rules.held_back(notes.backing(db, note)) if on_its_way else "",
        marked=marked,
        found=marks.found(marked),
        why_not=why_not or (rules.HAS_READ if own else ""),
        may_read=on_its_way and not why_not and not own,
        on_its_way=on_its_way,
        readings=_told(note, readings, blind=on_its_way and not why_not and not own),
        names=people.names_of(db, [note.changed_by, *(each.reader_id for each in readings)]),
        answers=[(key, words, "") for key, words in rules.CLEAR.items()],
        longest=rules.LONGEST_THEME,
        form={"clear": "", "change": "", "text": note.text, "key": str(uuid.uuid4())} | dict(form or {}),
        version=version_of(form) if form is not None and not stale else note.version,
        errors=errors or {},
        stale=stale,
        read_before=_read_before(db, note, form) if stale else "",
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 409 if stale else 422 if errors else 200


def _read_before(db: Session, note: ThemeNote, form: Mapping[str, str] | None) -> str:
    """The text as an old page showed it."""
    shown = version_of(form or {})
    return next((each.kept["text"] for each in service.history(db, note_id=note.id) if each.version == shown), "")


def _told(note: ThemeNote, readings: notes.Readings, *, blind: bool) -> notes.Readings:
    """The readings, newest first; whoever still reads this text is not told what others found in it."""
    return [each for each in reversed(readings) if not blind or each.version != note.version]


@pages.post("/advice/themes/<uuid:note_id>")
@requires(*service.ADVISERS)
def rewrite(note_id: uuid.UUID) -> ResponseReturnValue:
    """Change the text."""
    who = actor()
    service.get_note(reading(), who, note_id)
    try:
        text = forms.read_text(request.form)
        with transaction() as db:
            notes.rewrite(db, who, note_id, version_of(request.form), text)
    except Invalid as error:
        return _theme(note_id, request.form, error.fields)
    except StaleText as error:
        return _theme(note_id, request.form, stale=error.sentence)
    flash("The text is changed. Two others read it from the beginning.")
    return redirect(url_for("advising.theme", note_id=note_id), 303)


@pages.post("/advice/themes/<uuid:note_id>/read")
@requires(*service.ADVISERS)
def read(note_id: uuid.UUID) -> ResponseReturnValue:
    """Sign what one found in it."""
    who = actor()
    service.get_note(reading(), who, note_id)
    try:
        clear, change, key = forms.read_reading(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            readers.read(
                db, who, note_id, version_of(request.form), clear=clear, change=change, authenticated_by=proof, key=key
            )
    except Invalid as error:
        return _theme(note_id, request.form, error.fields)
    except StaleText as error:
        return _theme(note_id, request.form, stale=error.sentence)
    flash("Your reading is signed.")
    return redirect(url_for("advising.theme", note_id=note_id), 303)


@pages.post("/advice/themes/<uuid:note_id>/take-back")
@requires(*service.ADVISERS)
def take_back(note_id: uuid.UUID) -> ResponseReturnValue:
    """The sponsor reads it no more."""
    who = actor()
    service.get_note(reading(), who, note_id)
    with transaction() as db:
        notes.take_back(db, who, note_id)
    flash("The theme is taken back. No sponsor reads it.")
    return redirect(url_for("advising.theme", note_id=note_id), 303)
