"""A trainer's pages of practice: what waits, and the page on which a session is read and signed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.wording import first_name
from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid
from lms.core.forms import identity_of, page_of, version_of
from lms.core.phrases import number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import accounts
from lms.practice import (
    calibration,
    comparing,
    contest,
    display,
    dispute_rules,
    flags,
    forms,
    observers,
    outside,
    rules,
    service,
    timing,
)
from lms.practice.rows import Beside, Opened
from lms.practice.signing import StaleReading
from lms.practice.waiting import LISTS, PAGE, RARE
from lms.unsent import service as unsent


def install(pages: Blueprint) -> None:
    """Put these pages beside the trainee's: they are of one area."""
    pages.add_url_rule("/sign-off", view_func=queue)
    pages.add_url_rule("/sign-off/<uuid:session_id>", view_func=review)
    pages.add_url_rule("/sign-off/<uuid:session_id>", view_func=sign, methods=["POST"])
    pages.add_url_rule("/sign-off/<uuid:session_id>/withdraw", view_func=withdraw)
    pages.add_url_rule("/sign-off/<uuid:session_id>/withdraw", view_func=withdraw_now, methods=["POST"])


@requires(Role.TRAINER)
def queue() -> ResponseReturnValue:
    """What waits for you, oldest first; what you returned; what was signed this month."""
    zone = settings.current().time_zone
    today = clock.today(zone)
    month = datetime.combine(today.replace(day=1), time(), ZoneInfo(zone)).astimezone(UTC)
    show = request.args.get("show", "waiting")
    show = show if show in LISTS else "waiting"
    found = service.queue(reading(), actor(), show, month, page_of(request.args))
    lengths = {name: getattr(found, name) for name in LISTS}
    return render_template(
        "practice/queue.html",
        current="sign_off",
        show=show,
        today=today,
        lists=[
            (key, label, lengths[key]) for key, label in LISTS.items() if key not in RARE or lengths[key] or show == key
        ],
        headline=display.queue_headline(show, lengths[show]),
        lede=display.queue_lede(found) if show == "waiting" and found.page == 1 else "",
        pace=display.pace_words(found),
        notices=calibration.notices(reading(), actor()),
        page=found.page,
        more=found.page * PAGE < lengths[show],
        meetings=display.by_meeting(found.rows),
        number=number,
        roles=rules.ROLE_WORDS,
        waited=flags.waited,
    )


@requires(Role.TRAINER)
def review(session_id: uuid.UUID) -> ResponseReturnValue:
    """The page on which a session is read and signed."""
    opened = service.open_for_review(reading(), actor(), session_id)
    if opened.session.state != "waiting":
        return redirect(url_for("practice.session", session_id=session_id), 303)
    before = forms.again(opened.voided, actor().person_id, opened.session)
    return _review(opened, before | {"notes": opened.notes, "opened": timing.opening(session_id)}, {})


@requires(Role.TRAINER)
def sign(session_id: uuid.UUID) -> ResponseReturnValue:
    """Sign what was read, or send it back."""
    who = actor()
    opened = service.open_for_review(reading(), who, session_id)
    name, version = first_name(opened.name), version_of(request.form)
    try:
        if request.form.get("do") == "comment":
            said, notes = forms.read_words(request.form, "said", rules.UNSAID), forms.read_notes(request.form)
            with transaction() as db:
                service.comment_on(db, who, session_id, version, said, notes)
                unsent.drop(db, who, "sign-off", session_id)
            flash(f"{opened.name} can read what you wrote. Session {opened.number} still waits to be signed.")
        elif request.form.get("do") == "return":
            reason, notes = forms.read_reason(request.form, name), forms.read_notes(request.form)
            with transaction() as db:
                service.return_session(db, who, session_id, version, reason, notes)
                unsent.drop(db, who, "sign-off", session_id)
            flash(f"Session {opened.number} is back with {opened.name}.")
        else:
            passed = timing.seconds_since(session_id, request.form.get("opened", ""))
            seen, beside = read(opened, request.form, passed)
            proof = accounts.prove_again(request.form.get("password", ""))
            with transaction() as db:
                service.sign_off(
                    db, who, session_id, version, seen.ratings, seen.level, seen.comment, proof, seen.meaning,
                    beside,
                )  # fmt: skip
                unsent.drop(db, who, "sign-off", session_id)
            flash(f"Session {opened.number} of {opened.name} is signed.")
    except Invalid as error:
        return _review(opened, request.form, error.fields)
    except StaleReading as error:
        now = service.open_for_review(reading(), who, session_id)
        if now.session.state != "waiting":
            raise
        return _review(now, request.form, {}, error)
    return redirect(url_for("practice.queue"), 303)


@requires(Role.TRAINER)
def withdraw(session_id: uuid.UUID) -> ResponseReturnValue:
    """What withdrawing one's signature does, and the form for it."""
    opened = service.open_to_withdraw(reading(), actor(), session_id)
    if opened.signature is None:
        return redirect(url_for("practice.session", session_id=session_id), 303)
    return _withdrawal(opened, {})


@requires(Role.TRAINER)
def withdraw_now(session_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw exactly the signature that was on the page."""
    who = actor()
    opened = service.open_to_withdraw(reading(), who, session_id)
    which = identity_of(request.form, "signature") or uuid.UUID(int=0)
    try:
        reason = forms.read_why(request.form)
        proof = accounts.prove_again(request.form.get("password", ""))
        with transaction() as db:
            service.withdraw_signature(db, who, session_id, which, reason, proof)
    except Invalid as error:
        return _withdrawal(opened, error.fields)
    flash(f"Your signature is withdrawn. {opened.name} has a letter, and the session waits for you.")
    return redirect(url_for("practice.session", session_id=session_id), 303)


def _withdrawal(opened: Opened, errors: Mapping[str, str]) -> ResponseReturnValue:
    page = render_template(
        "practice/withdraw.html",
        current="sign_off",
        opened=opened,
        name=first_name(opened.name),
        which=request.form.get("signature") or (opened.signature.id if opened.signature else ""),
        reason=request.form.get("reason", ""),
        errors=errors,
        is_fresh=actor().is_fresh(clock.now()) and "password" not in errors,
    )
    return page, 422 if errors else 200


def _review(
    opened: Opened, form: Mapping[str, str], errors: Mapping[str, str], conflict: Conflict | None = None
) -> ResponseReturnValue:
    """The page with whatever is rated and written so far. After a conflict it has to be ticked again."""
    voided, trainer_id, who = opened.voided, opened.session.trainer_id, actor()
    page = render_template(
        "practice/review.html",
        current="sign_off",
        opened=opened,
        name=first_name(opened.name),
        form=form,
        errors=errors,
        conflict=conflict,
        is_fresh=who.is_fresh(clock.now()) and "password" not in errors,
        sheet=forms.review_sheet(opened.session.role, first_name(opened.name)),
        voided=voided,
        changed=comparing.changes(opened, voided.event.kept) if voided and voided.event.kept else [],
        times=display.times(opened.session),
        parts_played=rules.ROLE_WORDS,
        meanings=meanings_of(opened),
        ways=display.ways(meanings_of(opened)),
        contest=contest.see(opened),
        barred=calibration.bars(reading(), opened, who),
        may_return=not dispute_rules.bars(opened.overruled, who.person_id, trainer_id, signing=False),
        outside=outside.from_outside(opened, observers.links_of(reading(), opened.session.id), mine=False),
    )
    return page, 409 if conflict else 422 if errors else 200


def read(opened: Opened, form: Mapping[str, str], seconds: int | None = None) -> tuple[forms.Review, Beside]:
    """What was seen, and what the signer keeps for themself. Raises Invalid with every mistake of both."""
    wrong, notes = dict[str, str](), ""
    try:
        notes = forms.read_notes(form)
    except Invalid as error:
        wrong = dict(error.fields)
    try:
        seen = forms.read_review(form, opened.session.role, first_name(opened.name), meanings_of(opened))
    except Invalid as error:
        raise Invalid(error.fields | wrong) from None
    if wrong:
        raise Invalid(wrong)
    return seen, Beside(seen.observation, notes, seconds)


def meanings_of(opened: Opened) -> Mapping[str, str]:
    """What a signature of this session by the actor can mean."""
    last, who = opened.last_signature, actor().person_id
    held = rules.meanings(opened.session.role, last.level if last else None)
    voided = opened.voided.signature if opened.voided else None
    again = voided is not None and (voided.signer_id, voided.meaning) == (who, rules.UNSEEN)
    if again or who not in (opened.session.trainer_id, opened.circle.trainer_id):
        held |= {"unseen": rules.UNSEEN}  # asked in the trainer's place, and hardly ever there
    return held | contest.meanings(opened, who)
