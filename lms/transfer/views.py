"""Pages of the hand-over: the agreement as it is drafted and read, and the copy that is kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import rules as seats
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.people import service as people
from lms.takeover import links
from lms.takeover import service as takeover
from lms.transfer import deed, drafting, forms, service
from lms.transfer.service import State
from lms.transfer.terms import Terms

pages = Blueprint("transfer", __name__)


@pages.get("/groups/<uuid:group_id>/hand-over")
@signed_in
def page(group_id: uuid.UUID) -> ResponseReturnValue:
    """The hand-over of a circle: what is agreed, what is short, who has signed."""
    return show(group_id, {}, {})


def show(
    group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str], stale: str = ""
) -> ResponseReturnValue:
    """The page, with what somebody typed on it."""
    db, who = reading(), actor()
    state = service.look(db, who, group_id)
    group, agreement = state.group, state.agreement
    done = service.done_on(agreement, group.zone) if agreement else None
    page = render_template(
        "transfer/page.html",
        current="groups",
        state=state,
        group=group,
        agreement=agreement,
        done=done,
        deed=deed.deed(state.terms, _lines(db, state), done),
        chairs=seats.chairs(len(state.chairs) + 1),
        lacks=_lacks(db, who, state),
        off=service.latest_called_off(db, group),
        **_tasks(db, who, state),
        form=_filled(db, state) | dict(form),
        ticked=request.form.getlist("said") if form else _noted(state),
        errors=errors,
        stale=stale,
        is_fresh=who.is_fresh(clock.now()),
        answers=list(forms.ANSWERS.items()),
    )
    return page, 409 if stale else 422 if errors else 200


def _lines(db: Session, state: State) -> list[deed.Line]:
    names = people.names_of(db, [each.person_id for each in state.signatures.values()])
    if state.agreement is not None and state.agreement.completed_at is not None:
        return deed.kept_lines(state.agreement, list(state.signatures.values()), names, state.group.zone)
    fallen = {part: each for part, each in state.signatures.items() if part not in state.standing}
    signed = deed.lines(state.terms, state.standing, fallen, names, state.group.zone)
    return [*signed, deed.circle_line(state.said, state.many_yes, len(state.chairs), done=False)]


def _lacks(db: Session, who: Actor, state: State) -> list[tuple[drafting.Lack, str]]:
    """What is short, each with where the reader puts it right. Whoever reads no signs reads of the time alone."""
    group = state.group
    reads_signs = db.scalar(takeover.scope(who).where(PeerGroup.id == group.id)) is not None
    moves = reads_signs and takeover.may_move(db, who, group)
    hrefs = links.addresses(group, arranges=groups.may_arrange(who, group), moves=moves)
    hrefs["stage"] = url_for("takeover.page", group_id=group.id)
    if group.organisation_id in who.organisations(Role.MANAGER) and not groups.sits_in(db, who, group.id):
        hrefs["protected-time"] = url_for("takeover.time", group_id=group.id)
    shown = [each for each in state.lacks if reads_signs or each.kind == "protected-time"]
    return [(each, hrefs.get(each.kind, "")) for each in shown]


def _tasks(db: Session, who: Actor, state: State) -> dict[str, object]:
    """What the reader can do here."""
    agreement, group = state.agreement, state.group
    is_open = agreement is not None and agreement.completed_at is None
    seated = groups.sits_in(db, who, group.id)
    mine = {part: each for part, each in state.signatures.items() if each.person_id == who.person_id}
    parts = [part for part in state.parts_of(who) if is_open and part not in state.standing]
    own = next((each for each in state.chairs if each.person_id == who.person_id), None)
    trains = who.person_id == group.trainer_id and group.provider_id in who.organisations(Role.TRAINER) and not seated
    leads = is_open and who.person_id in state.may["facilitator"]
    answered = state.answers.get(own.id) if own else None
    return {
        "is_open": is_open,
        "unready": _unready(db, who, state, trains=trains),
        "drafts": trains and (is_open or (agreement is None and state.found.standing.is_near)),
        "facilitators": list(drafting.who_may_facilitate(db, group, state.found.members).items()) if trains else [],
        "part": "" if any(part in state.standing for part in mine) or not parts else parts[0],
        "may_withdraw": is_open and bool(mine),
        "may_say": is_open and own is not None,
        "said_by_me": {True: "yes", False: "no"}[answered.yes] if answered else "",
        "to_ask": [each for each in state.chairs if each.person_id is None] if leads else [],
        "may_finish": is_open and state.is_complete() and (seated or bool(mine)),
    }


def _unready(db: Session, who: Actor, state: State, *, trains: bool) -> str:
    """What whoever facilitates from then on does before they sign: for themselves and for the trainer, nobody else."""
    agreement = state.agreement
    facilitator = agreement.facilitator_id if agreement else state.group.facilitator_id
    is_done = agreement is not None and agreement.completed_at is not None
    if is_done or not (trains or who.person_id == facilitator):
        return ""
    return service.unready(db, who, state.group, facilitator)


def _filled(db: Session, state: State) -> dict[str, str]:
    """The forms as they stand before anybody types, with what tells an old page from a new one."""
    words = drafting.words_of(state.agreement) if state.agreement else None
    trainer = people.get_person(db, state.group.trainer_id)
    noted = max((each.asked_on for each in state.answers.values() if each.asked_on), default=None)
    return {
        "facilitator": str(words.facilitator_id if words else state.group.facilitator_id),
        "help": words.help if words else f"{trainer.name}, {trainer.email}",
        "message": words.message if words else "",
        "because": words.because if words else "",
        "asked_on": full_day(noted) if noted else "",
        "off": "",
        "read": "",
        "digest": state.terms.digest if state.agreement else "",
        "marks": state.terms.marks if state.agreement else "",
    }


def _noted(state: State) -> list[str]:
    return [str(each.id) for each in state.chairs if each.person_id is None and each.id in state.answers]


@pages.post("/groups/<uuid:group_id>/hand-over")
@signed_in
def draft(group_id: uuid.UUID) -> ResponseReturnValue:
    """Draft it, or draft it again."""
    who, form, read = actor(), request.form, Reader(request.form)
    service.get_to_draft(reading(), who, group_id)
    try:
        words = forms.read_words(form)
        with transaction() as db:
            service.draft(db, who, group_id, read.raw("digest"), read.raw("marks"), words)
    except Invalid as error:
        return show(group_id, form, error.fields)
    except Stale as error:
        return show(group_id, _typed(form), {}, error.sentence)
    flash("The agreement is drafted. Three people sign it, and the circle says yes, in any order.")
    return redirect(url_for("transfer.page", group_id=group_id), 303)


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, for a page that shows what stands now."""
    return {name: value for name, value in form.items() if name not in ("digest", "marks", "read")}


@pages.post("/groups/<uuid:group_id>/hand-over/call-off")
@signed_in
def call_off(group_id: uuid.UUID) -> ResponseReturnValue:
    """There is no hand-over by this agreement."""
    who = actor()
    service.get_to_draft(reading(), who, group_id)
    try:
        because = forms.read_reason(request.form)
        with transaction() as db:
            service.call_off(db, who, group_id, because)
    except Invalid as error:
        return show(group_id, request.form, error.fields)
    flash("The agreement is called off. Whoever sits here with an account, and whoever had signed, gets a letter.")
    return redirect(url_for("transfer.page", group_id=group_id), 303)


@pages.get("/hand-over/<uuid:agreement_id>")
@signed_in
def kept(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """An agreement as it was signed, for those whose it is."""
    db, who = reading(), actor()
    agreement, signatures = service.get_kept(db, who, agreement_id)
    group = db.get_one(PeerGroup, agreement.group_id)
    done = service.done_on(agreement, group.zone)
    names = people.names_of(db, [each.person_id for each in signatures])
    lines = deed.kept_lines(agreement, signatures, names, group.zone)
    return render_template(
        "transfer/kept.html",
        current="groups",
        agreement=agreement,
        deed=deed.deed(Terms.of(agreement.terms), lines, done),
        chairs=seats.chairs((agreement.said_yes or 0) + 1),
        opens=db.scalar(groups.scope(who).where(PeerGroup.id == group.id)) is not None,
        group_id=group.id,
    )
