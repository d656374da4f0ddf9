"""Pages of a circle about its samples: asking for one, everybody's yes, entering turns, naming coders, results."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import coding
from lms.coding import asking, forms, naming, own, rules, service
from lms.coding.models import CodingCoder
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import service as groups
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rules import FACILITATOR
from lms.groups.standards import standard_of
from lms.people import service as people

pages = Blueprint("coding", __name__)
Errors = Mapping[str, str]


@pages.get("/groups/<uuid:group_id>/coding")
@signed_in
def circle(group_id: uuid.UUID) -> ResponseReturnValue:
    """The samples of a circle, and what came of them."""
    return _circle(group_id, {}, {})


def _circle(group_id: uuid.UUID, form: Mapping[str, str], errors: Errors) -> ResponseReturnValue:
    db, who = reading(), actor()
    group = service.get_circle(db, who, group_id)
    samples, standard = service.list_samples(db, group.id), standard_of(group)
    taken = {sample.meeting_id for sample, _, _ in samples if sample.state != "ended"}
    today = clock.today(group.zone)
    recent = [
        each
        for each in groups.list_meetings(db, [group.id], before=clock.now())
        if each.id not in taken and each.starts_local.date() >= today - rules.LATEST
    ]
    leads = people.names_of(db, [group.facilitator_id])[group.facilitator_id]
    seats = [(FACILITATOR, leads), *((each.id, each.pseudonym) for each in groups.list_members(db, group.id))]
    page = render_template(
        "coding/circle.html",
        current="groups",
        group=group,
        open=[row for row in samples if row[0].state != "closed"],
        decimal=coding.decimal,
        results=[(meeting, result, coding.Outcome(result.turns, result.open, result.without_advice))
                 for _, meeting, result in samples if result],
        least=coding.kappa_asked(standard),
        wanted=coding.turns_wanted(standard),
        names=people.names_of(db, [each for _, _, r in samples if r for each in (r.written_by, r.signed_by)]),
        states=rules.STATES,
        own_states=rules.OWN_STATES,
        ended=rules.ENDED,
        about_leader=own.list_of_circle(db, who, group.id),
        leads=leads,
        may_ask=service.may_ask(db, who, group),
        meetings=[("", "Choose"), *((each.id, full_day(each.starts_local)) for each in recent)],
        seats=[("", "Choose"), *seats],
        until=today + rules.KEPT,
        form={"meeting": "", "holder": "", "key": str(uuid.uuid4())} | dict(form),
        errors=errors,
    )  # fmt: skip
    return page, 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/coding")
@signed_in
def ask(group_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for a sample of a meeting."""
    who = actor()
    service.get_to_ask(reading(), who, group_id)
    try:
        meeting_id, holder, key = forms.read_ask(request.form)
        with transaction() as db:
            made = asking.ask(db, who, group_id, meeting_id, holder, key)
    except Invalid as error:
        return _circle(group_id, request.form, error.fields)
    flash("The circle is asked. Whoever has an account gets a letter and says yes, or does not, for themselves.")
    return redirect(url_for("coding.sample", group_id=group_id, sample_id=made.id), 303)


@pages.get("/groups/<uuid:group_id>/coding/<uuid:sample_id>")
@signed_in
def sample(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """One sample: what is coded, by whom, how long words stay, one's own yes, and what comes next."""
    return _sample(group_id, sample_id, {}, {})


def _sample(group_id: uuid.UUID, sample_id: uuid.UUID, form: Mapping[str, str], errors: Errors) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = service.get_sample(db, who, group_id, sample_id)
    seats = service.seats(db, found)
    asked = service.asked(found, seats)
    consents = asking.list_consents(db, found.id)
    group = db.get_one(PeerGroup, found.group_id)
    coders = naming.list_coders(db, found.id)
    names_coders = service.may_name(db, who, group) and found.state in ("coding", "comparing")
    candidates = naming.list_candidates(db, found, who.person_id) if names_coders else []
    agreed, may_stop = asking.standing_yes(consents), service.may_stop(db, who, found)
    page = render_template(
        "coding/sample.html",
        current="groups",
        group=group,
        sample=found,
        meeting=db.get_one(Meeting, found.meeting_id),
        leader=seats[0].name,
        asks_own=found.person_id is not None and may_stop,
        is_leader=found.person_id == who.person_id,
        state=(rules.STATES if found.person_id is None else rules.OWN_STATES)[found.state],
        ended=rules.ENDED.get(found.ended_because or "", ""),
        holder=asking.holder_name(found, seats),
        agreed=agreed,
        asked=asked,
        own=next((each.id for each in asked if each.person_id == who.person_id), ""),
        noted=[each for each in asked if each.person_id is None],
        leads=who.person_id == group.facilitator_id,
        sees_yes=may_stop or (found.person_id is not None and who.person_id == group.facilitator_id),
        may_enter=service.may_enter(db, who, found, seats),
        may_stop=may_stop and found.state in ("asked", "coding"),
        to_note=[("", "Choose"), *((e.id, e.name) for e in asked if e.person_id is None and e.id not in agreed)],
        candidates=candidates,
        able=[("", "Choose"), *((each.person_id, each.name) for each in candidates if not each.fault)],
        coders=coders,
        names=people.names_of(db, [each.person_id for each in coders]),
        wanted=own.turns_wanted(db, found, group),
        form=_filled(group, coders) | dict(form),
        errors=errors,
    )  # fmt: skip
    return page, 422 if errors else 200


def _filled(group: PeerGroup, coders: Sequence[CodingCoder]) -> dict[str, str]:
    """The forms as they are offered: today, and those who were named."""
    named = dict(zip(("first", "second"), (str(each.person_id) for each in coders), strict=False))
    return {"seat": "", "said_on": full_day(clock.today(group.zone)), **named}


@pages.post("/groups/<uuid:group_id>/coding/<uuid:sample_id>/yes")
@signed_in
def say_yes(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """One's own yes."""
    with transaction() as db:
        asking.say_yes(db, actor(), group_id, sample_id)
    flash("Your yes is noted. You can take it back here until the two have settled what they read.")
    return redirect(url_for("coding.sample", group_id=group_id, sample_id=sample_id), 303)


@pages.post("/groups/<uuid:group_id>/coding/<uuid:sample_id>/take-back")
@signed_in
def take_back(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """A yes is taken back: one's own, or that of somebody without an account, which the facilitator noted."""
    with transaction() as db:
        asking.take_back(db, actor(), group_id, sample_id, request.form.get("seat", "")[:36])
    flash("Noted. What it was about is deleted, and what was counted from it counts no more.")
    return redirect(url_for("coding.sample", group_id=group_id, sample_id=sample_id), 303)


@pages.post("/groups/<uuid:group_id>/coding/<uuid:sample_id>/noted")
@signed_in
def note_yes(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """Note the yes of somebody without an account."""
    who = actor()
    service.get_sample(reading(), who, group_id, sample_id)
    try:
        seat, on = forms.read_noted(request.form)
        with transaction() as db:
            asking.note_yes(db, who, group_id, sample_id, seat, on)
    except Invalid as error:
        return _sample(group_id, sample_id, request.form, error.fields)
    flash("Their yes is noted, with the day.")
    return redirect(url_for("coding.sample", group_id=group_id, sample_id=sample_id), 303)


@pages.post("/groups/<uuid:group_id>/coding/<uuid:sample_id>/coders")
@signed_in
def name_coders(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """Name the two who code."""
    who = actor()
    service.get_sample(reading(), who, group_id, sample_id)
    service.get_to_name(reading(), who, group_id)
    try:
        first, second = forms.read_coders(request.form)
        with transaction() as db:
            naming.name_coders(db, who, group_id, sample_id, first, second)
    except Invalid as error:
        return _sample(group_id, sample_id, request.form, error.fields)
    flash("The two are named. Each gets a letter and reads alone.")
    return redirect(url_for("coding.sample", group_id=group_id, sample_id=sample_id), 303)


@pages.post("/groups/<uuid:group_id>/coding/<uuid:sample_id>/stop")
@signed_in
def stop(group_id: uuid.UUID, sample_id: uuid.UUID) -> ResponseReturnValue:
    """Stop a sample; all its words are deleted."""
    with transaction() as db:
        asking.stop(db, actor(), group_id, sample_id)
    flash("The sample is stopped, and all its turns are deleted.")
    return redirect(url_for("coding.sample", group_id=group_id, sample_id=sample_id), 303)
