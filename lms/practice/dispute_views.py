"""Pages of a dispute: where a trainee disputes, and where the first assessor answers and the second decides."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.wording import first_name
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid, NotFound
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import accounts
from lms.practice import calibration, contest, display, dispute_rules, forms, rules, service
from lms.practice.rows import Opened

NOTHING = uuid.UUID(int=0)


def install(pages: Blueprint) -> None:
    """Put these pages beside the session's: they are of one area."""
    pages.add_url_rule("/practice/<uuid:session_id>/dispute", view_func=dispute)
    pages.add_url_rule("/practice/<uuid:session_id>/dispute", view_func=dispute_now, methods=["POST"])
    pages.add_url_rule("/practice/<uuid:session_id>/dispute/take-back", view_func=take_back, methods=["POST"])
    pages.add_url_rule("/sign-off/<uuid:session_id>/dispute", view_func=decide_dispute)
    pages.add_url_rule("/sign-off/<uuid:session_id>/dispute", view_func=decide_now, methods=["POST"])
    pages.add_url_rule("/sign-off/<uuid:session_id>/dispute/answer", view_func=answer, methods=["POST"])


@requires(Role.TRAINEE)
def dispute(session_id: uuid.UUID) -> ResponseReturnValue:
    """What disputing does, who will decide, and the form for it."""
    opened = _own(session_id)
    if contest.disputable(opened, actor().person_id) is None:
        return _session(session_id)
    return _dispute(opened, {})


@requires(Role.TRAINEE)
def dispute_now(session_id: uuid.UUID) -> ResponseReturnValue:
    """Dispute exactly the signature or the return that was on the page."""
    who, opened = actor(), _own(session_id)
    try:
        reason = forms.read_words(request.form, "reason", dispute_rules.UNDISPUTED)
        with transaction() as db:
            service.dispute(db, who, session_id, identity_of(request.form, "about") or NOTHING, reason)
    except Invalid as error:
        return _dispute(opened, error.fields)
    flash("Your dispute is open.")
    return _session(session_id)


@requires(Role.TRAINEE)
def take_back(session_id: uuid.UUID) -> ResponseReturnValue:
    """Not dispute it any longer."""
    who = actor()
    with transaction() as db:
        service.take_back(db, who, session_id, identity_of(request.form, "dispute") or NOTHING)
    flash("Your dispute is taken back.")
    return _session(session_id)


@requires(Role.TRAINER)
def decide_dispute(session_id: uuid.UUID) -> ResponseReturnValue:
    """Everything the second assessor reads, and the form to decide; for the first assessor, the form to answer."""
    opened = service.open_to_decide(reading(), actor(), session_id)
    if opened.dispute is None or opened.dispute.ended_id is not None:
        return _session(session_id)
    return _decide(opened, {})


@requires(Role.TRAINER)
def decide_now(session_id: uuid.UUID) -> ResponseReturnValue:
    """Decide about exactly the dispute that was on the page."""
    who = actor()
    opened = service.open_to_decide(reading(), who, session_id)
    try:
        outcome, reason = forms.read_decision(request.form)
        proof = accounts.prove_again(request.form.get("password", ""))
        with transaction() as db:
            service.decide_dispute(db, who, session_id, _which(), outcome, reason, proof)
    except Invalid as error:
        return _decide(opened, error.fields)
    said = "It stands." if outcome == "upheld" else "It does not stand, and the session waits for you."
    flash(f"Decided. {said} Both have a letter and read why on the session’s page.")
    return _session(session_id)


@requires(Role.TRAINER)
def answer(session_id: uuid.UUID) -> ResponseReturnValue:
    """The first assessor's answer."""
    who = actor()
    opened = service.open_to_decide(reading(), who, session_id)
    try:
        text = forms.read_words(request.form, "answer", dispute_rules.UNANSWERED)
        with transaction() as db:
            service.answer(db, who, session_id, _which(), text)
    except Invalid as error:
        return _decide(opened, error.fields)
    flash("Your answer stands beside the dispute.")
    return _session(session_id)


def _which() -> uuid.UUID:
    return identity_of(request.form, "dispute") or NOTHING


def _own(session_id: uuid.UUID) -> Opened:
    opened = service.open_session(reading(), actor(), session_id)
    if opened.session.person_id != actor().person_id:
        raise NotFound
    return opened


def _session(session_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("practice.session", session_id=session_id), 303)


def _dispute(opened: Opened, errors: Mapping[str, str]) -> ResponseReturnValue:
    signed = opened.signature
    first_id = signed.signer_id if signed else opened.returns[-1].returned_by if opened.returns else NOTHING
    page = render_template(
        "practice/dispute.html",
        current="practice",
        opened=opened,
        first=first_name(opened.names.get(first_id, "")),
        about=request.form.get("about") or contest.disputable(opened, actor().person_id) or "",
        deciders=list(service.list_deciders(reading(), opened, first_id).values()),
        reason=request.form.get("reason", ""),
        errors=errors,
    )
    return page, 422 if errors else 200


def _decide(opened: Opened, errors: Mapping[str, str]) -> ResponseReturnValue:
    who, seen = actor(), contest.see(opened)
    made = seen.dispute if seen else None
    may = service.list_deciders(reading(), opened, made.first_id) if made else {}
    signed = opened.signature
    page = render_template(
        "practice/decide_dispute.html",
        current="sign_off",
        opened=opened,
        contest=seen,
        name=first_name(opened.name),
        first=first_name(opened.names[made.first_id]) if made else "",
        is_first=made is not None and made.first_id == who.person_id,
        may_decide=who.person_id in may,
        which=request.form.get("dispute") or (made.id if made else ""),
        form=request.form,
        errors=errors,
        barred=calibration.bars(reading(), opened, who, calibration.DECIDE),
        outcomes=dispute_rules.OUTCOMES,
        times=display.times(opened.session),
        seen=display.seen(opened, rules.rubric(signed.rubric_version if signed else None)),
        parts_played=rules.ROLE_WORDS,
        is_fresh=who.is_fresh(clock.now()) and "password" not in errors,
    )
    return page, 422 if errors else 200
