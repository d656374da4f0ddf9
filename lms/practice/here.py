"""Signing face to face: the trainer signs on the learner's device with their own account, right after the meeting."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.wording import first_name
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.forms import Reader, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import beside, passkey_beside
from lms.practice import calibration, display, forms, rules, service, timing
from lms.practice.rows import Beside, Opened
from lms.practice.signing import StaleReading

NOT_THEIRS = "Only {}, whoever trains this circle now, or a trainer asked in their place signs it."
SEEN = {"yes": rules.MEANING}  # whoever signs here was there


def install(pages: Blueprint) -> None:
    """Put this page beside the session's: it is of one area."""
    pages.add_url_rule("/practice/<uuid:session_id>/sign-here", view_func=here)
    pages.add_url_rule("/practice/<uuid:session_id>/sign-here", view_func=sign_here, methods=["POST"])


@requires(Role.TRAINEE)
def here(session_id: uuid.UUID) -> ResponseReturnValue:
    """The page to hand to the trainer."""
    opened = _own(session_id)
    if opened.session.state != "waiting":
        return redirect(url_for("practice.session", session_id=session_id), 303)
    return _page(opened, {"opened": timing.opening(session_id)}, {})


@requires(Role.TRAINEE)
def sign_here(session_id: uuid.UUID) -> ResponseReturnValue:
    """The trainer's signature, proved by the trainer's own account."""
    form, opened = request.form, _own(session_id)
    try:
        seen, who, proof = _read(form, opened)
        with transaction() as db:
            service.sign_off(
                db, who, session_id, version_of(form), seen.ratings, seen.level, seen.comment, proof, seen.meaning,
                Beside(seen.observation, seconds=timing.seconds_since(session_id, form.get("opened", ""))),
            )  # fmt: skip
    except Invalid as error:
        return _page(opened, form, error.fields)
    except (NotFound, Forbidden):
        return _page(opened, form, {"email": NOT_THEIRS.format(opened.trainer)})
    except StaleReading as error:
        now = _own(session_id)
        if now.session.state != "waiting":
            raise
        return _page(now, form, {}, error)
    flash(f"{who.name} has signed session {opened.number}.")
    return redirect(url_for("practice.session", session_id=session_id), 303)


def _own(session_id: uuid.UUID) -> Opened:
    opened = service.open_session(reading(), actor(), session_id)
    if opened.session.person_id != actor().person_id:
        raise NotFound
    return opened


def _read(form: Mapping[str, str], opened: Opened) -> tuple[forms.Review, Actor, str]:
    """What the trainer saw, who that is, and how it was proved. Raises Invalid."""
    reader, passkey, email = Reader(form), form.get("credential"), ""
    if not passkey:
        email = reader.line("email", "Type the address of your own account.")
        if not form.get("password"):
            reader.wrong("password", "Type your own password to sign. It is not kept here.")
    try:
        seen = forms.read_review(form, opened.session.role, first_name(opened.name), SEEN)
    except Invalid as error:
        raise Invalid(error.fields | reader.errors) from None
    reader.check()
    if passkey:
        return seen, *passkey_beside.prove(passkey, form.get("asked", ""), _deed(opened, version_of(form)))
    return seen, *beside.prove_beside(email, form["password"], reader.line("code"))


def _deed(opened: Opened, version: int) -> str:
    return f"sign {opened.session.id} version {version}"


def _page(
    opened: Opened, form: Mapping[str, str], errors: Mapping[str, str], conflict: Conflict | None = None
) -> ResponseReturnValue:
    options, asked = passkey_beside.ask(_deed(opened, opened.session.version))
    page = render_template(
        "practice/here.html",
        options=options,
        asked=asked,
        opened=opened,
        name=first_name(opened.name),
        trainer=first_name(opened.trainer),
        form=form,
        errors=errors,
        conflict=conflict,
        sheet=forms.review_sheet(opened.session.role, first_name(opened.name)),
        times=display.times(opened.session),
        parts_played=rules.ROLE_WORDS,
        meaning=rules.MEANING,
        barred=calibration.why_not(reading(), opened, opened.session.trainer_id, opened.trainer),
    )
    return page, 409 if conflict else 422 if errors else 200
