"""Pages on which trainees code an invented round: choose one, code it turn by turn, see it beside the key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import coding as words
from assessments import double_coding, transcripts
from assessments.cases import Case
from assessments.coding import ADVICE, OPENNESS, Label
from assessments.transcripts import PHASES, Transcript
from lms.core.errors import Conflict, Invalid, Stale
from lms.core.forms import Reader, identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.exercises import coding
from lms.exercises.coding import Sent
from lms.exercises.models import CodingPractice
from lms.exercises.views import pages
from lms.learning.links import find_lesson

FAULTS = {
    "X-ADV": "Advice in it",
    "X-SOLV": "Advice, without a question",
    "X-RHET": "A verdict",
    "X-LEAD": "Leading",
    "X-MULT": "Stacked",
    "X-WHY": "A why that asks for a defence",
    "X-LONG": "A speech before the question",
}


@pages.get("/rounds-to-code")
@signed_in
def rounds() -> ResponseReturnValue:
    """Every round, with what the reader has made of it, and the one to code next."""
    mine, sheets = coding.list_mine(reading(), actor()), coding.sheets_for(actor())
    return render_template(
        "exercises/rounds.html",
        current="learn",
        sheets=sheets,
        drafts={each.transcript_id for each in mine if each.sent_at is None},
        sent={each.transcript_id: each for each in mine if each.sent_at},
        following=coding.next_for(reading(), actor()),
        lesson=lesson_address(next(iter(sheets.values()), None)),
        decimal=words.decimal,
    )


@pages.get("/rounds-to-code/<transcript>")
@signed_in
def to_code(transcript: str) -> ResponseReturnValue:
    """A round to code, with what was chosen before."""
    sheet = coding.get_sheet(actor(), transcript)
    return _sheet(sheet, coding.find_draft(reading(), actor(), sheet.id))


@pages.post("/rounds-to-code/<transcript>")
@signed_in
def code(transcript: str) -> ResponseReturnValue:
    """Keep the codes, and leave, stay or send."""
    who, sheet = actor(), coding.get_sheet(actor(), transcript)
    chosen, coding_id = _read(sheet), identity_of(request.form) or uuid.uuid4()
    try:
        with transaction() as db:
            coding.save(db, who, sheet, coding_id, _seen(), chosen)
        if request.form.get("do") == "send":
            with transaction() as db:
                sent_id = coding.send(db, who, sheet).id
            return redirect(url_for("exercises.coded", coding_id=sent_id), 303)
    except Sent as done:
        return redirect(url_for("exercises.coded", coding_id=done.coding_id), 303)
    except Invalid as error:
        return _sheet(sheet, coding.find_draft(reading(), who, sheet.id), chosen, error.fields)
    except Stale as error:
        return _sheet(sheet, coding.find_draft(reading(), who, sheet.id), chosen, stale=error)
    flash("Saved. You can go on whenever you like.")
    to = url_for("exercises.rounds") if "leave" in request.form else url_for("exercises.to_code", transcript=sheet.id)
    return redirect(to, 303)


@pages.post("/rounds-to-code/<transcript>/draft")
@signed_in
def code_draft(transcript: str) -> ResponseReturnValue:
    """What the page sends by itself while somebody codes. It answers with a version, and with no code."""
    sheet = coding.get_sheet(actor(), transcript)
    coding_id = identity_of(request.form) or uuid.uuid4()
    try:
        with transaction() as db:
            draft = coding.save(db, actor(), sheet, coding_id, _seen(), _read(sheet))
            return {"version": draft.version}
    except Sent:
        return {"message": "You have sent this round. What you sent stands."}, 409
    except Conflict as error:
        return {"message": f"{error.sentence} Press “Save” to see both."}, 409


@pages.get("/rounds-to-code/sent/<uuid:coding_id>")
@signed_in
def coded(coding_id: uuid.UUID) -> ResponseReturnValue:
    """What was sent beside the key: the figure in words, the table, and every difference with its reason."""
    row = coding.get_sent(reading(), actor(), coding_id)
    sheet, compared = transcripts.current().get(row.transcript_id), coding.comparison_of(row)
    as_sent = sheet if sheet is not None and sheet.content_hash == row.content_hash else None
    following = coding.next_for(reading(), actor())
    return render_template(
        "exercises/coded.html",
        current="learn",
        row=row,
        sheet=as_sent,
        title=sheet.title if sheet else "A round that is no longer here",
        compared=compared,
        said=double_coding.in_words(compared),
        on_advice=double_coding.advice_in_words(compared),
        turns={turn.id: turn for turn in as_sent.turns} if as_sent else {},
        openness=OPENNESS,
        advice=ADVICE,
        faults=FAULTS,
        following=transcripts.current().get(following) if following else None,
        lesson=lesson_address(sheet),
        decimal=words.decimal,
    )


def _sheet(
    sheet: Transcript,
    draft: CodingPractice | None,
    chosen: Mapping[str, Label] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: Stale | None = None,
) -> ResponseReturnValue:
    kept = coding.labels_of(draft)
    shown = kept if chosen is None else chosen
    revised = draft is not None and draft.content_hash != sheet.content_hash and stale is None
    page = render_template(
        "exercises/to_code.html",
        current="learn",
        sheet=sheet,
        phases={each.starts: PHASES[each.phase] for each in sheet.phases},
        coding_id=draft.id if draft else uuid.uuid4(),
        version=draft.version if draft else 0,
        form=_filled(shown),
        coded=sum(label.openness in OPENNESS for turn, label in shown.items() if turn in sheet.keyed),
        openness=list(OPENNESS.items()),
        theirs=_theirs(sheet, kept, shown) if stale else [],
        stale=stale.sentence if stale else coding.REVISED if revised else "",
        errors=errors or {},
    )
    return page, 409 if stale else 422 if errors else 200


def _read(sheet: Transcript) -> dict[str, Label]:
    """What was chosen for the turns that are coded. A tick is advice, no tick is none; anything else is no choice."""
    reader, found = Reader(request.form), dict[str, Label]()
    for turn in sheet.keyed:
        openness = reader.raw(f"open-{turn}")
        found[turn] = Label(
            openness if openness in OPENNESS else "", "yes" if f"advice-{turn}" in request.form else "no"
        )
    return found


def _seen() -> tuple[int, str]:
    return version_of(request.form), Reader(request.form).raw("text")


def _filled(labels: Mapping[str, Label]) -> dict[str, str]:
    out: dict[str, str] = {}
    for turn, label in labels.items():
        out |= {f"open-{turn}": label.openness, f"advice-{turn}": "yes" if label.advice == "yes" else ""}
    return out


def _theirs(sheet: Transcript, kept: Mapping[str, Label], shown: Mapping[str, Label]) -> list[tuple[str, str]]:
    """What stands in the draft otherwise than in the form."""
    out: list[tuple[str, str]] = []
    for turn in sheet.keyed if kept else ():
        there = kept.get(turn, Label("", "no"))
        if there != shown.get(turn, Label("", "no")):
            said = OPENNESS.get(there.openness, "Nothing")
            out.append((f"Turn {turn[1:]}", f"{said}, with advice" if there.advice == "yes" else said))
    return out


def lesson_address(sheet: Transcript | Case | None) -> str:
    """The lesson that a round or an evening belongs to, or all lessons."""
    found = find_lesson(sheet.lesson) if sheet else None
    return found[1] if found else url_for("learning.index")
