"""The page of a meeting's observers: the form of one, and what the circle reads of all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.forms import version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups.standards import standard_of
from lms.people import service as people
from lms.people.accounts import prove_again
from lms.takeover import forms, observing, rules, service
from lms.takeover.models import MeetingObservation
from lms.takeover.observing import StaleObservation
from lms.takeover.survey_views import pages

__all__ = ["pages"]


@pages.get("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/observers")
@signed_in
def observers(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """What observers saw of a meeting, and the form for whoever may write it."""
    return _observers(group_id, meeting_id)


def _observers(
    group_id: uuid.UUID,
    meeting_id: uuid.UUID,
    errors: Mapping[str, str] | None = None,
    *,
    stale: bool = False,
) -> ResponseReturnValue:
    db, who = reading(), actor()
    group, meeting = observing.get_meeting(db, who, group_id, meeting_id)
    why_not = observing.why_not(db, who, group, meeting)
    rows = observing.list_observations(db, [meeting.id]).get(meeting.id, [])
    own = observing.find_own(rows, who)
    typed, stages = request.method == "POST", standard_of(group).stages
    form = request.form.to_dict() if typed else _filled(own)
    page = render_template(
        "takeover/observers.html",
        current="groups",
        group=group,
        meeting=meeting,
        why_not=why_not,
        own=own,
        # Two who were there write what they saw before either reads the other's.
        shown=[] if not why_not and own is None else rows,
        others=len(rows) - (own is not None),
        names=people.names_of(db, [each.observer_id for each in rows]),
        worried=[each for each in rows if each.concern] if service.may_move(db, who, group) else [],
        helped=[(str(place), words, "") for place, words in enumerate(rules.HELPED, start=1)],
        stages={each.id: each for each in stages},
        stage_ways=[(each.id, each.name, each.picture) for each in stages],
        signs=rules.SIGNS,
        ticked=request.form.getlist("seen") if typed else list(own.seen) if own else [],
        answers=list(rules.YES_OR_NO.items()),
        ties=rules.TIES,
        form=form | {"version": version_of(form) if errors else own.version if own else 0},
        errors=errors or {},
        stale=stale,
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 409 if stale else 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/observers")
@signed_in
def observe(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what you saw."""
    who = actor()
    group, _ = observing.get_meeting(reading(), who, group_id, meeting_id)
    try:
        stages = [each.id for each in standard_of(group).stages]
        seen = forms.read_seen(request.form, stages, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            observing.observe(db, who, group_id, meeting_id, version_of(request.form), seen, proof)
    except Invalid as error:
        return _observers(group_id, meeting_id, error.fields)
    except StaleObservation:
        return _observers(group_id, meeting_id, stale=True)
    flash("Thank you. The circle reads it, with your name.")
    return redirect(url_for("takeover.observers", group_id=group_id, meeting_id=meeting_id), 303)


def _filled(own: MeetingObservation | None) -> dict[str, str]:
    """The form as its observer filled it before."""
    if own is None:
        return {}
    seen = observing.as_seen(own)
    return {
        "helped": str(seen.helped),
        "stage": seen.stage,
        "keep": seen.keep,
        "try_next": seen.try_next,
        "concern": "yes" if seen.concern else "no",
    }
