"""Pages of rounds, for those who sit in the circle."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.forms import identity_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import meetings
from lms.groups import service as groups
from lms.groups.rules import FACILITATOR, Seat
from lms.outcomes.rules import IMPORTANCE
from lms.people import service as people
from lms.rounds import forms, keeping, rules, service
from lms.rounds.keeping import StaleRecord
from lms.rounds.models import Round
from lms.rounds.phases import INTERVENTIONS, LENGTHS, PHASES
from lms.rounds.service import Place

pages = Blueprint("rounds", __name__)
ROUND = "/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/rounds/<uuid:round_id>"


@pages.get("/groups/<uuid:group_id>/rounds")
@signed_in
def index(group_id: uuid.UUID) -> ResponseReturnValue:
    """The rounds of a circle's latest meetings."""
    db, who = reading(), actor()
    circle = service.get_circle(db, who, group_id)
    met = groups.list_meetings(db, [circle.id], before=clock.now())
    rounds = service.list_rounds(db, who, {each.id for each in met})
    return render_template(
        "rounds/index.html",
        current="groups",
        group=circle,
        meetings=met,
        rounds={each.id: [row for row in rounds if row.meeting_id == each.id] for each in met},
        holders=service.holders_of(db, rounds),
    )


@pages.get("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/rounds")
@signed_in
def new(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """The rounds of one meeting, and how another begins."""
    return _new(group_id, meeting_id, {"key": str(uuid.uuid4()), "length": str(LENGTHS[0])}, {})


def _new(
    group_id: uuid.UUID, meeting_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    db, who = reading(), actor()
    circle = service.get_circle(db, who, group_id)
    meeting = service.get_meeting(db, who, group_id, meeting_id)
    rounds = service.list_rounds(db, who, [meeting.id])
    page = render_template(
        "rounds/new.html",
        current="groups",
        group=circle,
        meeting=meeting,
        has_begun=meetings.has_begun(meeting),
        rounds=rounds,
        holders=service.holders_of(db, rounds),
        is_full=sum(each.withdrawn_at is None for each in rounds) >= rules.MOST_ROUNDS,
        seats=[
            ("", "Choose"),
            *((each.id, each.name) for each in service.seats_at(db, meeting, circle.facilitator_id)),
        ],
        lengths=[(each, f"{each} minutes") for each in LENGTHS],
        form=form,
        errors=errors,
    )
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/rounds")
@signed_in
def start(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Begin a round, and go to it."""
    who = actor()
    service.get_meeting(reading(), who, group_id, meeting_id)
    try:
        holder, minutes = forms.read_start(request.form)
        with transaction() as db:
            key = identity_of(request.form) or uuid.uuid4()
            made = service.start(db, who, group_id, meeting_id, key, holder, minutes).id
    except Invalid as error:
        return _new(group_id, meeting_id, request.form, error.fields)
    return _to(Place(group_id, meeting_id, made))


@pages.get(ROUND)
@signed_in
def round(group_id: uuid.UUID, meeting_id: uuid.UUID, round_id: uuid.UUID) -> ResponseReturnValue:  # noqa: A001
    """A round: the yes it waits for, its record, or that the yes was taken back."""
    return _round(Place(group_id, meeting_id, round_id))


def _round(
    at: Place,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: StaleRecord | None = None,
) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = service.get_round(db, who, at)
    meeting = service.get_meeting(db, who, at.group_id, at.meeting_id)
    seats = service.seats_at(db, meeting, found.facilitator_id)
    row = keeping.find_row(db, found)
    record = keeping.read(db, row)
    version = stale.version if stale else version_of(form) if form is not None else row.version if row else 0
    page = render_template(
        "rounds/round.html",
        current="groups",
        group=service.get_circle(db, who, at.group_id),
        meeting=meeting,
        round=found,
        holder=service.holders_of(db, [found])[found.id],
        may_answer=service.may_answer(db, who, found),
        holds=service.holds(db, who, found),
        importance=IMPORTANCE.items(),
        names=people.names_of(db, [found.yes_by, found.withdrawn_by, row.saved_by if row else None]),
        seats=[("", "Nobody yet"), *((each.id, each.name) for each in seats)],
        writers=_writers(found, seats),
        phases=PHASES,
        interventions=[(f"times-{each.code}", f"{each.trigger} ({each.code})", each.light) for each in INTERVENTIONS],
        agreement=rules.AGREEMENT_WORDS[rules.where_it_stands(record, str(found.holder_id or FACILITATOR))],
        tags=[("", "Not said"), *rules.TAGS.items()],
        labels=forms.WORDS,
        answers=list(forms.ANSWERS.items()),
        holder_seat=str(found.holder_id or FACILITATOR),
        saved=row,
        version=version,
        form=forms.filled(record) if form is None else form,
        errors=errors or {},
        stale=stale,
        other=forms.differences(form, stale.record, seats) if stale and form is not None else [],
    )
    return page, 409 if stale else 422 if errors else 200


def _writers(found: Round, seats: list[Seat]) -> list[Seat]:
    """Who writes the problem down: every member, and the facilitator only as the holder."""
    return [each for each in seats if each.id != FACILITATOR or found.holder_id is None]


@pages.post(ROUND)
@signed_in
def keep(group_id: uuid.UUID, meeting_id: uuid.UUID, round_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is typed so far."""
    db, who, at = reading(), actor(), Place(group_id, meeting_id, round_id)
    found = service.get_round(db, who, at)
    keeping.check_kept(found)
    seats = service.seats_at(db, service.get_meeting(db, who, group_id, meeting_id), found.facilitator_id)
    try:
        record = forms.read_record(request.form, seats, _writers(found, seats))
        with transaction() as writing:
            keeping.keep(writing, who, at, version_of(request.form), record)
    except Invalid as error:
        return _round(at, request.form, error.fields)
    except StaleRecord as error:
        return _round(at, request.form, stale=error)
    if "leave" in request.form:
        return redirect(url_for("rounds.new", group_id=group_id, meeting_id=meeting_id), 303)
    return _to(at)


@pages.post(f"{ROUND}/yes")
@signed_in
def say_yes(group_id: uuid.UUID, meeting_id: uuid.UUID, round_id: uuid.UUID) -> ResponseReturnValue:
    """The holder agrees that the circle keeps this."""
    who, at = actor(), Place(group_id, meeting_id, round_id)
    service.get_round(reading(), who, at)
    try:
        importance = forms.read_importance(request.form)
    except Invalid as error:
        return _round(at, None, error.fields)
    with transaction() as db:
        service.say_yes(db, who, at, importance)
    return _to(at)


@pages.post(f"{ROUND}/withdraw")
@signed_in
def withdraw(group_id: uuid.UUID, meeting_id: uuid.UUID, round_id: uuid.UUID) -> ResponseReturnValue:
    """The holder takes it back, and the words are gone."""
    who, at = actor(), Place(group_id, meeting_id, round_id)
    with transaction() as db:
        service.withdraw(db, who, at)
    return _to(at)


@pages.post(f"{ROUND}/drop")
@signed_in
def drop(group_id: uuid.UUID, meeting_id: uuid.UUID, round_id: uuid.UUID) -> ResponseReturnValue:
    """A round that was begun by mistake, or whose holder says no."""
    who, at = actor(), Place(group_id, meeting_id, round_id)
    with transaction() as db:
        service.drop(db, who, at)
    flash("The round is taken off. Nothing of it was kept.")
    return redirect(url_for("rounds.new", group_id=group_id, meeting_id=meeting_id), 303)


def _to(at: Place) -> ResponseReturnValue:
    return redirect(
        url_for("rounds.round", group_id=at.group_id, meeting_id=at.meeting_id, round_id=at.round_id), 303
    )  # fmt: skip
