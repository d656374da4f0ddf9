"""Pages of the journal: the list, one entry, showing it, answering it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses import catalogue
from courses.schema import Lesson
from lms.core import phrases
from lms.core.errors import Invalid, NotFound, Stale
from lms.core.forms import Reader, identity_of, page_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in, tell_script
from lms.journal import rules, service
from lms.journal.models import JournalEntry
from lms.people import service as people
from lms.practice import access

pages = Blueprint("journal", __name__)

About = tuple[str, str]


@pages.get("/journal")
@signed_in
def index() -> ResponseReturnValue:
    """One's own entries, and those that others show."""
    db, who, page = reading(), actor(), page_of(request.args)
    mine, more = service.list_own(db, who, page)
    of = identity_of(request.args, "of")
    shown = service.list_shown(db, who, of)
    return render_template(
        "journal/index.html",
        current="learn",
        mine=[(each, rules.first_line(each.text), _place((each.about, each.about_id))) for each in mine],
        shown=[
            (each, share, _place((each.about, each.about_id)) if each.about == "lesson" else "")
            for each, share in shown
        ],
        of=of,
        names=people.names_of(db, [entry.person_id for entry, _ in shown]),
        page=page,
        more=more,
    )


@pages.get("/journal/write")
@signed_in
def write() -> ResponseReturnValue:
    """An empty page, with what a lesson or a session asks."""
    about = _about(request.args)
    return _page(uuid.uuid4(), None, {"version": "0", "text": ""}, about)


@pages.get("/journal/<uuid:entry_id>")
@signed_in
def entry(entry_id: uuid.UUID) -> ResponseReturnValue:
    """An entry: to write on for whoever wrote it, to read for whom it is shown to."""
    found = service.get_entry(reading(), actor(), entry_id)
    if found.person_id != actor().person_id:
        return _read(found)
    return _own(found)


@pages.post("/journal/<uuid:entry_id>")
@signed_in
def save(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Keep an entry, the first time or once more."""
    reader, about = Reader(request.form), _about(request.form)
    text = reader.text("text", rules.NOTHING, rules.LONGEST_ENTRY)
    try:
        reader.check()
        with transaction() as db:
            service.save(db, actor(), entry_id, version_of(request.form), text, about)
    except Invalid as error:
        return _again(entry_id, about, error.fields)
    except Stale as error:
        return _again(entry_id, about, {}, error.changes)
    lesson_id, note = rules.parted(about[1])
    if note and "back" in request.form:
        return redirect(url_for("learning.lesson_by_id", numbered=lesson_id, _anchor=f"note-{note}"), 303)
    flash("Kept. Only you see it.")
    return redirect(url_for("journal.entry", entry_id=entry_id), 303)


@pages.post("/journal/<uuid:entry_id>/draft")
@signed_in
def draft(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is typed so far, for the page's script."""

    def keep() -> int:
        reader = Reader(request.form)
        text = reader.text("text", rules.NOTHING, rules.LONGEST_ENTRY)
        reader.check()
        with transaction() as db:
            return service.save(db, actor(), entry_id, version_of(request.form), text, _about(request.form)).version

    return tell_script(keep, rules.ELSEWHERE)


@pages.post("/journal/<uuid:entry_id>/show")
@signed_in
def show(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Show an entry to a trainer."""
    reader = Reader(request.form)
    try:
        trainer = reader.identity("trainer", rules.NOBODY)
        with transaction() as db:
            name = service.show(db, actor(), entry_id, trainer)
    except Invalid as error:
        return _own(service.get_own(reading(), actor(), entry_id), error.fields)
    flash(f"{name} can read this entry now, and gets a letter that says so. You can take it back at any time.")
    return redirect(url_for("journal.entry", entry_id=entry_id), 303)


@pages.post("/journal/<uuid:entry_id>/take-back")
@signed_in
def take_back(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Show it no longer."""
    with transaction() as db:
        service.take_back(db, actor(), entry_id, identity_of(request.form, "trainer"))
    flash("It is yours alone again.")
    return redirect(url_for("journal.entry", entry_id=entry_id), 303)


@pages.post("/journal/<uuid:entry_id>/throw-away")
@signed_in
def throw_away(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Delete it."""
    with transaction() as db:
        service.throw_away(db, actor(), entry_id)
    flash("The entry is deleted.")
    return redirect(url_for("journal.index"), 303)


@pages.post("/journal/<uuid:entry_id>/answer")
@signed_in
def answer(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Answer an entry that one is shown."""
    reader, key = Reader(request.form), identity_of(request.form) or uuid.uuid4()
    text = reader.text("answer", rules.NO_ANSWER, rules.LONGEST_ANSWER)
    try:
        reader.check()
        with transaction() as db:
            service.comment(db, actor(), entry_id, key, text)
    except Invalid as error:
        found = service.get_entry(reading(), actor(), entry_id)
        if found.person_id == actor().person_id:
            raise NotFound from None
        return _read(found, request.form, error.fields)
    flash("Your answer stands below the entry.")
    return redirect(url_for("journal.entry", entry_id=entry_id), 303)


def _about(form: Mapping[str, str]) -> About:
    """What an entry is about, as an address or a form names it: a lesson that there is, or a session of one's own."""
    lesson, session = form.get("lesson", ""), identity_of(form, "session")
    if _lesson(lesson) is not None and rules.parted(lesson)[1] in ("", *rules.NOTES):
        return "lesson", lesson
    if session is not None:
        return "session", str(access.get_own(reading(), actor(), session).id)
    return "", ""


def _lesson(about_id: str) -> Lesson | None:
    return catalogue.current().find_lesson_by_id(rules.parted(about_id)[0])


def _place(about: About) -> str:
    """What an entry is about, in words."""
    kind, about_id = about
    if kind == "lesson":
        lesson, (lesson_id, note) = _lesson(about_id), rules.parted(about_id)
        where = f", {rules.NOTES[note]}" if note in rules.NOTES else ""
        return (f"“{lesson.title}”" if lesson else f"Lesson {lesson_id}") + where
    if kind == "session":
        return f"Session of {phrases.full_day(access.get_own(reading(), actor(), uuid.UUID(about_id)).held_on)}"
    return ""


def _prompt(about: About) -> str:
    kind, about_id = about
    lesson, (_, note) = _lesson(about_id) if kind == "lesson" else None, rules.parted(about_id)
    if note in rules.OF_A_NOTE:
        return rules.OF_A_NOTE[note]
    if lesson is not None:
        return rules.prompt_of_lesson(lesson.body)
    return rules.OF_A_SESSION if kind == "session" else rules.OF_NOTHING


def _own(found: JournalEntry, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    form = {"version": str(found.version), "text": found.text}
    return _page(found.id, found, form, (found.about, found.about_id), errors)


def _again(
    entry_id: uuid.UUID, about: About, errors: Mapping[str, str], changes: tuple[str, ...] = ()
) -> ResponseReturnValue:
    """The page with what was typed on it. Sent once more, a stale text takes the place of the other, which is shown."""
    found = service.find_own(reading(), actor(), entry_id)
    version = str(found.version) if found else "0"
    form = {
        "version": version if changes else request.form.get("version", version),
        "text": request.form.get("text", ""),
    }
    return _page(entry_id, found, form, about, errors, changes)


def _page(
    entry_id: uuid.UUID,
    found: JournalEntry | None,
    form: Mapping[str, str],
    about: About,
    errors: Mapping[str, str] | None = None,
    changes: tuple[str, ...] = (),
) -> ResponseReturnValue:
    db, who = reading(), actor()
    shares = service.shares_of(db, found) if found else ()
    comments = service.comments_of(db, found) if found else ()
    shown_to = {each.trainer_id for each in shares}
    trainers = service.trainers_of(db, who) if found else {}
    page = render_template(
        "journal/entry.html",
        current="learn",
        entry_id=entry_id,
        entry=found,
        form=form,
        about=about,
        place=_place(about),
        prompt=_prompt(about),
        shares=shares,
        comments=comments,
        names=people.names_of(db, [*shown_to, *(each.trainer_id for each in comments)]),
        trainers=[(str(key), name) for key, (name, _) in trainers.items() if key not in shown_to],
        errors=errors or {},
        changes=changes,
    )
    return page, 409 if changes else 422 if errors else 200


def _read(
    found: JournalEntry, form: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    db = reading()
    comments = service.comments_of(db, found)
    lesson = _lesson(found.about_id) if found.about == "lesson" else None
    page = render_template(
        "journal/read.html",
        current="sign_off",
        entry=found,
        lesson=lesson,
        comments=comments,
        names=people.names_of(db, [found.person_id, *(each.trainer_id for each in comments)]),
        key=uuid.uuid4(),
        answer=(form or {}).get("answer", ""),
        errors=errors or {},
    )
    return page, 422 if errors else 200
