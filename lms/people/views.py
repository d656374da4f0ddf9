"""Pages of people: one’s own account."""

from __future__ import annotations

import uuid

import flask_login
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import settings, unit, web
from lms.core.errors import NotFound
from lms.people import same, service

pages = Blueprint("people", __name__)

THEMES = {"device": "As on this device", "light": "Light", "dark": "Dark"}
THEME_FOR_SECONDS = 365 * 24 * 3600


@pages.get("/account")
@web.signed_in
def account() -> ResponseReturnValue:
    """Where somebody is signed in, what lets them in, and how pages look."""
    actor, person = web.actor(), flask_login.current_user
    return render_template(
        "people/account.html",
        sign_ins=service.list_sign_ins(unit.reading(), actor.person_id),
        passkeys=service.list_passkeys(unit.reading(), actor.person_id),
        email=person.email,
        earlier=same.earlier_of(unit.reading(), actor.person_id),
        has_authenticator=bool(person.tf_primary_method),
        codes=len(person.mf_recovery_codes or ()),
        themes=THEMES,
        look=request.cookies.get("theme", "device"),
        zone=settings.current().time_zone,
        current="account",
    )


@pages.post("/account/sign-ins/<uuid:sign_in_id>/end")
@web.signed_in
def end_sign_in(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """Sign one other browser out."""
    actor = web.actor()
    with unit.transaction() as db:
        if not service.end_sign_ins(db, actor.person_id, only=sign_in_id):
            raise NotFound
    flash("That browser is signed out. If it was not yours, change your password too.")
    return redirect(url_for("people.account"))


@pages.post("/account/sign-ins/end-others")
@web.signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    """Sign every other browser out."""
    actor = web.actor()
    with unit.transaction() as db:
        ended = service.end_sign_ins(db, actor.person_id, but=actor.sign_in_id)
    flash("You are signed out everywhere else." if ended else "You were signed in nowhere else.")
    return redirect(url_for("people.account"))


@pages.post("/account/theme")
@web.signed_in
def choose_theme() -> ResponseReturnValue:
    """Light, dark, or as the device says. Kept in the browser, because it is about this screen."""
    chosen = request.form.get("theme", "device")
    answer = redirect(url_for("people.account"))
    if chosen in ("light", "dark"):
        answer.set_cookie(
            "theme", chosen, max_age=THEME_FOR_SECONDS, samesite="Lax", httponly=True, secure=settings.current().secure
        )
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer
