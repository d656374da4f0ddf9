"""The page on which a circle's facilitator, or somebody who kept notes, enters what was asked."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.coding import asking, entering, forms, rules, service
from lms.coding.entering import OldTurns
from lms.coding.models import CodingSample
from lms.coding.rules import Turn
from lms.coding.views import pages
from lms.core.errors import Invalid
from lms.core.forms import version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rules import FACILITATOR, Seat

__all__ = ["pages"]


@pages.get("/groups/<uuid:group_id>/coding/<uuid:sample_id>/turns")
@signed_in
def turns(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """What has been entered so far, with room for more."""
    entering.get_to_enter(reading(), actor(), group_id, sample_id)
    return _page(group_id, sample_id, entering.list_turns(reading(), sample_id))


def _page(
    group_id: uuid.UUID,
    sample_id: uuid.UUID,
    typed: Sequence[Turn],
    errors: Mapping[str, str] | None = None,
    stale: OldTurns | None = None,
) -> ResponseReturnValue:
    db, who = reading(), actor()
    sample, seats = entering.get_to_enter(db, who, group_id, sample_id)
    group = db.get_one(PeerGroup, group_id)
    agreed = asking.standing_yes(asking.list_consents(db, sample.id))
    able = list(seats) if sample.person_id else service.speakers(seats, sample.holder)
    around = entering.names_around(db, group, seats)
    marks = [around.marks(each.words[: rules.LONGEST_TURN]) for each in typed]
    used = max((number for number, each in enumerate(typed, 1) if each.words or each.seat), default=0)
    more = request.args.get("more") == "yes" or request.form.get("do") == "more"
    rows = min(rules.MOST_TURNS, max(rules.ROWS_AT_FIRST, used + (rules.ROWS_MORE if more or used > 9 else 0)))
    room = [*typed, *[Turn("", "")] * max(0, rows - len(typed))]
    page = render_template(
        "coding/turns.html",
        current="groups",
        group=group,
        sample=sample,
        meeting=db.get_one(Meeting, sample.meeting_id),
        holder=asking.holder_name(sample, seats),
        holder_agreed=sample.holder in agreed,
        rows=[(each, marks[n] if n < len(marks) else ()) for n, each in enumerate(room)],
        looked=forms.seen_of(marks),
        leader=seats[0].name if sample.person_id else "",
        speakers=_choices(sample, able, agreed),
        without=[each.name for each in able if each.id not in agreed],
        longest=rules.LONGEST_TURN,
        most=rules.MOST_TURNS,
        form=request.form,
        errors=errors or {},
        stale=stale.sentence if stale else "",
    )
    return page, 409 if stale else 422 if errors else 200


def _choices(sample: CodingSample, able: Sequence[Seat], agreed: Collection[str]) -> list[tuple[str, str]]:
    """Who spoke; where one person did, to whom. What they said to everybody has their own seat."""
    if sample.person_id is None:
        return [("", "Who spoke"), *((each.id, each.name) for each in able if each.id in agreed)]
    names = ((each.id, "Everybody" if each.id == FACILITATOR else each.name) for each in able if each.id in agreed)
    return [("", "To whom"), *names]


@pages.post("/groups/<uuid:group_id>/coding/<uuid:sample_id>/turns")
@signed_in
def save_turns(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what was typed; blank what is marked; or send it, after which it is drawn from."""
    db, who, do = reading(), actor(), request.form.get("do", "save")
    _, seats = entering.get_to_enter(db, who, group_id, sample_id)
    around = entering.names_around(db, db.get_one(PeerGroup, group_id), seats)
    typed = forms.typed_turns(request.form)
    try:
        if do == "blank":
            typed = [Turn(each.seat, around.blank(each.words[: rules.LONGEST_TURN])) for each in typed]
        said = forms.read_turns(typed)
        with transaction() as writing:
            version = entering.save_turns(writing, who, group_id, sample_id, version_of(request.form), said).version
        if do == "send":
            typed = said
            forms.check_sending(request.form, forms.seen_of([around.marks(each.words) for each in said]))
            with transaction() as writing:
                entering.send(writing, who, group_id, sample_id, version)
    except Invalid as error:
        return _page(group_id, sample_id, typed, error.fields)
    except OldTurns as error:
        return _page(group_id, sample_id, typed, stale=error)
    if do == "send":
        flash("The turns are sent. Two people who do not sit in the circle read what was drawn, each alone.")
        return redirect(url_for("coding.sample", group_id=group_id, sample_id=sample_id), 303)
    flash("What is marked is blanked and saved." if do == "blank" else "Saved. Nobody else reads it before it is sent.")
    more = "yes" if do == "more" else None
    return redirect(url_for("coding.turns", group_id=group_id, sample_id=sample_id, more=more), 303)
