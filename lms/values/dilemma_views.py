"""Pages of dilemmas for whoever writes: all six, one of them, sending it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.dilemmas import ASKED, PARTS, is_passed
from lms.core.errors import Conflict, Forbidden, Invalid, OldPage, Stale
from lms.core.forms import Reader, identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in, tell_script
from lms.values import dilemmas as writing
from lms.values import judging, written_forms
from lms.values.alone_views import lesson_link, pages
from lms.values.dilemmas import Mine

__all__ = ["pages"]

LESSON = "M05-L4"


@pages.get("/values/dilemmas")
@signed_in
def dilemmas() -> ResponseReturnValue:
    """The six as they stand with the reader, and the next one."""
    db, who = reading(), actor()
    found = writing.look(db, who)
    right = [each.dilemma.id for each in found if each.status == "right"]
    order = ("not yet", "begun", "new")
    open_ones = sorted((each for each in found if each.status in order), key=lambda each: order.index(each.status))
    return render_template(
        "values/dilemmas.html",
        current="learn",
        found=found,
        pack=found[0].pack,
        right=right,
        passed=writing.dilemmas_passed(db, who.person_id),
        enough=is_passed(found[0].pack, right),
        following=open_ones[0] if open_ones else None,
        lesson=lesson_link(LESSON),
    )


@pages.get("/values/dilemmas/<dilemma>")
@signed_in
def dilemma(dilemma: str) -> ResponseReturnValue:
    """One scene, with what was written, sent and judged."""
    return _page(writing.get_mine(reading(), actor(), dilemma))


def _page(mine: Mine, status: int = 200, **more: Any) -> ResponseReturnValue:
    values = {"errors": {}, "told": "", "theirs": {}, "version": mine.version, "changes": ()} | more
    values["form"] = values.get("form") or {**mine.written, "key": str(uuid.uuid4())}
    page = render_template(
        "values/dilemma.html",
        current="learn",
        mine=mine,
        dilemma=mine.dilemma,
        place=mine.pack.dilemmas.index(mine.dilemma) + 1,
        asked=[(part, *ASKED[part]) for part in PARTS],
        judges=judging.judges_of(reading(), mine.answers),
        points={each.id: sum(judging.there(each).values()) for each in mine.answers if each.judged_at},
        **values,
    )
    return page, status


@pages.post("/values/dilemmas/<dilemma>")
@signed_in
def send_dilemma(dilemma: str) -> ResponseReturnValue:
    """Keep it and stay, keep it and leave, or send it to be judged."""
    who, form = actor(), request.form
    mine = writing.get_mine(reading(), who, dilemma)
    reader, seen = Reader(form), version_of(form)
    sends = reader.raw("do") == "send" and not (reader.ticked("leave") or reader.ticked("save"))
    try:
        parts = written_forms.read_parts(form, whole=sends)
        with transaction() as db:
            if sends:
                key = identity_of(form) or uuid.uuid4()
                writing.send(db, who, dilemma, key, seen, version_of(form, "text"), parts)
            else:
                writing.keep(db, who, dilemma, seen, parts)
    except Invalid as error:
        return _page(mine, 422, form=form, errors=error.fields, version=seen)
    except Stale as error:
        return _page(mine, 409, form=form, changes=error.changes, version=seen)
    except OldPage as error:
        theirs = {part: text for part, text in error.kept.items() if text}
        return _page(mine, 409, form=form, version=error.version, told=error.sentence, theirs=theirs)
    except (Conflict, Forbidden) as error:
        now = writing.get_mine(reading(), who, dilemma)
        return _page(now, error.status, form=form, told=error.sentence, version=seen)
    if sends:
        flash("It is sent. You get a letter when it has been judged.")
    return redirect(url_for("values.dilemmas") if sends or reader.ticked("leave") else _here(dilemma), 303)


def _here(dilemma: str) -> str:
    return url_for("values.dilemma", dilemma=dilemma)


@pages.post("/values/dilemmas/<dilemma>/draft")
@signed_in
def draft_dilemma(dilemma: str) -> ResponseReturnValue:
    """What the page sends by itself while somebody writes."""
    who = actor()
    writing.get_mine(reading(), who, dilemma)

    def save() -> int:
        parts = written_forms.read_parts(request.form, whole=False)
        with transaction() as db:
            return writing.keep(db, who, dilemma, version_of(request.form), parts)

    return tell_script(save, "You wrote on in another browser. Press “Keep it and go on later” to see both")
