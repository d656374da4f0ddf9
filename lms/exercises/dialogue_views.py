"""Pages of dialogues: choose somebody, ask in your own words, say what kind it was, read what nobody asked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import bank
from assessments.dialogue import MOST_TURNS, ending, told_so_far
from assessments.dialogue_schema import AskedKind, Dialogue, Function
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.core.forms import Reader, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.exercises import dialogue_words as words
from lms.exercises import dialogues
from lms.exercises.dialogues import LONGEST_ASKED, Asked
from lms.exercises.places import key_of
from lms.exercises.rating_views import pages

__all__ = ["pages"]

CHANGED = "You changed your words, so the coach looked again. Nothing has been asked yet."


@pages.get("/dialogues")
@signed_in
def dialogue_list() -> ResponseReturnValue:
    """Everybody who can be asked."""
    return render_template(
        "exercises/dialogue_list.html",
        current="learn",
        dialogues=list(bank.current().dialogues.values()),
        latest=dialogues.list_latest(reading(), actor()),
    )


@pages.get("/dialogues/<dialogue>")
@signed_in
def dialogue(dialogue: str) -> ResponseReturnValue:
    """Who it is, and how this works."""
    found = _get(dialogue)
    latest = dialogues.list_latest(reading(), actor()).get(found.id)
    return render_template(
        "exercises/dialogue.html",
        current="learn",
        dialogue=found,
        latest=latest,
        going_on=latest is not None and latest.ended_at is None and dialogues.same_version(latest) is not None,
        most=MOST_TURNS,
        key=uuid.uuid4().hex,
    )


@pages.post("/dialogues/<dialogue>")
@signed_in
def begin_dialogue(dialogue: str) -> ResponseReturnValue:
    """Begin a conversation."""
    found = _get(dialogue)
    with transaction() as db:
        run_id = dialogues.begin(db, actor(), found, key_of(Reader(request.form)))
    return redirect(url_for("exercises.talk", run_id=run_id), 303)


@pages.get("/dialogues/talks/<uuid:run_id>")
@signed_in
def talk(run_id: uuid.UUID) -> ResponseReturnValue:
    """A conversation so far, and the next question."""
    if dialogues.get_run(reading(), actor(), run_id).ended_at is not None:
        return redirect(url_for("exercises.talk_end", run_id=run_id))
    return _talk(run_id)


@pages.post("/dialogues/talks/<uuid:run_id>")
@signed_in
def speak(run_id: uuid.UUID) -> ResponseReturnValue:
    """Look at the words, ask them, or say nothing for a moment."""
    reader, do = Reader(request.form), request.form.get("do", "")
    text = reader.text("asked", longest=LONGEST_ASKED)
    try:
        if do == "silence":
            return _silence(run_id, reader, text)
        if not text:
            reader.wrong("asked", "Write what you would ask, or say nothing for a moment.")
        reader.check()
        if do != "ask":
            _keep(run_id, text)
            return redirect(url_for("exercises.talk", run_id=run_id, _anchor="coach"), 303)
        return _ask(run_id, reader, text)
    except Invalid as error:
        return _talk(run_id, text, error.fields)
    except Stale as error:
        return _talk(run_id, text, stale=error.sentence)


@pages.post("/dialogues/talks/<uuid:run_id>/draft")
@signed_in
def draft_question(run_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is typed so far, for the page's script."""
    try:
        _keep(run_id, Reader(request.form).raw("asked"))
    except Conflict as error:
        return {"message": error.sentence}, 409
    return {"saved": True}


@pages.post("/dialogues/talks/<uuid:run_id>/end")
@signed_in
def stop_talk(run_id: uuid.UUID) -> ResponseReturnValue:
    """Stop here."""
    with transaction() as db:
        dialogues.stop(db, actor(), run_id)
    return redirect(url_for("exercises.talk_end", run_id=run_id), 303)


@pages.get("/dialogues/talks/<uuid:run_id>/end")
@signed_in
def talk_end(run_id: uuid.UUID) -> ResponseReturnValue:
    """What was reached, and what nobody asked."""
    if dialogues.get_run(reading(), actor(), run_id).ended_at is None:
        return redirect(url_for("exercises.talk", run_id=run_id))
    return _end(run_id)


def _get(dialogue: str) -> Dialogue:
    found = bank.current().dialogues.get(dialogue)
    if found is None:
        raise NotFound
    return found


def _keep(run_id: uuid.UUID, text: str) -> None:
    with transaction() as db:
        dialogues.keep_draft(db, actor(), run_id, text)


def _silence(run_id: uuid.UUID, reader: Reader, text: str) -> ResponseReturnValue:
    """A wait is a turn too. What stands in the field stays for the next one."""
    if text:
        _keep(run_id, text)
    asked = Asked("", "silence", None, version_of(request.form, "number"), key_of(reader))
    with transaction() as db:
        dialogues.ask(db, actor(), run_id, asked)
    return redirect(url_for("exercises.talk", run_id=run_id, _anchor="latest"), 303)


def _ask(run_id: uuid.UUID, reader: Reader, text: str) -> ResponseReturnValue:
    """Ask what the coach has looked at, as the kind that was confirmed. Raises Invalid, Stale."""
    if text != reader.raw("looked"):
        _keep(run_id, text)
        return _talk(run_id, text, note=CHANGED)
    kinds = tuple(key for key, _, _ in words.KINDS)
    kind = reader.choice("kind", kinds, "Choose what kind of question it is.")
    function = reader.raw("function")
    if kind == "open":
        reader.choice("function", tuple(words.AFTER), "An open question is after something. Choose what.")
    reader.check()
    asked = Asked(
        text,
        cast("AskedKind", kind),
        cast("Function", function) if kind == "open" else None,
        version_of(request.form, "number"),
        key_of(reader),
    )
    with transaction() as db:
        dialogues.ask(db, actor(), run_id, asked)
    return redirect(url_for("exercises.talk", run_id=run_id, _anchor="latest"), 303)


def _talk(
    run_id: uuid.UUID,
    typed: str | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    stale: str = "",
    note: str = "",
) -> ResponseReturnValue:
    """The page of a conversation, with what was typed in it. A stale one shows how it stands now."""
    db = reading()
    run = dialogues.get_run(db, actor(), run_id)
    if run.ended_at is not None:
        return _end(run_id, typed or "", stale or dialogues.OVER)
    turns, found = dialogues.list_turns(db, run), dialogues.same_version(run)
    text = run.draft if typed is None else typed
    proposal = words.propose(text) if text and len(text) <= LONGEST_ASKED else None
    state = dialogues.state_of(found, turns) if found else None
    chosen = request.form if errors else {"kind": proposal.kind, "function": proposal.function} if proposal else {}
    page = render_template(
        "exercises/talk.html",
        **_shown(run_id, run.dialogue_id, turns),
        dialogue=found,
        told=told_so_far(found, state) if found and state else (),
        state=state,
        did=list(words.what_kinds_did(ending(found, state).kinds, found.holder)) if found and state else [],
        typed=text,
        proposal=proposal,
        chosen={name: chosen.get(name, "") for name in ("kind", "function")},
        kinds=words.KINDS,
        functions=words.FUNCTIONS,
        most=MOST_TURNS,
        key=uuid.uuid4().hex,
        errors=errors or {},
        stale=stale,
        note=note,
        cannot_tell=words.CANNOT_TELL,
    )
    return page, 409 if stale else 422 if errors else 200


def _end(run_id: uuid.UUID, typed: str = "", stale: str = "") -> ResponseReturnValue:
    """The page of a conversation that is over."""
    db = reading()
    run = dialogues.get_run(db, actor(), run_id)
    turns, found = dialogues.list_turns(db, run), dialogues.same_version(run)
    end = ending(found, dialogues.state_of(found, turns)) if found else None
    page = render_template(
        "exercises/talk_end.html",
        current="learn",
        **_shown(run_id, run.dialogue_id, turns),
        run=run,
        dialogue=found,
        end=end,
        never=[(each.thread, words.could_have(each)) for each in end.never] if end else [],
        not_after=[words.AFTER_IN_WORDS[each] for each in end.not_after] if end else [],
        did=list(words.what_kinds_did(end.kinds, found.holder)) if found and end else [],
        why_over=words.why_over(end, found.holder) if found and end else "",
        typed=typed,
        stale=stale,
        key=uuid.uuid4().hex,
    )
    return page, 409 if stale else 200


def _shown(run_id: uuid.UUID, dialogue_id: str, turns: Any) -> dict[str, Any]:
    """What both pages of a conversation show: who it is with and what was said, by today's name for it."""
    return {
        "run_id": run_id,
        "turns": turns,
        "today": bank.current().dialogues.get(dialogue_id),
        "names": words.NAMES,
        "after": words.AFTER,
        "colours": words.COLOURS,
    }
