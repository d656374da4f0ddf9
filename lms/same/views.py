"""The page on which somebody who has two accounts gives one up."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import flask_login
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.core.forms import Reader, identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.people import beside, passkey_beside
from lms.people.accounts import prove_again
from lms.same import rules, service
from lms.same.service import Hindered, Proved

pages = Blueprint("same", __name__)


@pages.get("/account/other")
@signed_in
def other() -> ResponseReturnValue:
    """What becomes of an account that is given up, and the form for it."""
    return _page({}, {})


@pages.post("/account/other")
@signed_in
def give_up() -> ResponseReturnValue:
    """Give it up. Sent twice, it is given up once."""
    key = identity_of(request.form) or uuid.uuid4()
    if service.find_said(reading(), actor(), key) is not None:
        return _done()
    try:
        _read(request.form)
        proof = prove_again(request.form.get("own_password", ""))
        who, former = _prove_other(request.form)
        with transaction() as db:
            service.give_up(db, actor(), key, who.person_id, Proved(proof, former))
    except Invalid as error:
        return _page(request.form, error.fields), 422
    except Hindered as error:
        return _page(request.form, {}, error.sentence, error.first), 409
    return _done()


def _done() -> ResponseReturnValue:
    flash("The two accounts are one person now. Both addresses have a letter about it.")
    return redirect(url_for("people.account"), 303)


def _read(form: Mapping[str, str]) -> None:
    """Everything that can be seen to be missing, before anything is proved. Raises Invalid."""
    reader = Reader(form)
    if not form.get("credential"):
        reader.line("email", "Type the address of the other account.")
        if not form.get("password"):
            reader.wrong("password", "Type the password of the other account. It is not kept here.")
    if not reader.ticked("read"):
        reader.wrong("read", rules.NOBODY)
    if not form.get("own_password") and not actor().is_fresh(clock.now()):
        reader.wrong("own_password", "Type the password of this account too.")
    reader.check()


def _prove_other(form: Mapping[str, str]) -> tuple[Actor, str]:
    if form.get("credential"):
        who, proof = passkey_beside.prove(form["credential"], form.get("asked", ""), _deed())
    else:
        reader = Reader(form)
        who, proof = beside.prove_beside(reader.line("email"), form["password"], reader.line("code"))
    if who.person_id == actor().person_id:
        raise Invalid({"email": rules.ONESELF})
    return who, proof


def _deed() -> str:
    return f"one person with {actor().person_id}"


def _page(form: Mapping[str, str], errors: Mapping[str, str], hindrance: str = "", first: Sequence[str] = ()) -> str:
    options, asked = passkey_beside.ask(_deed())
    who = actor()
    return render_template(
        "same/other.html",
        current="account",
        email=flask_login.current_user.email,
        options=options,
        asked=asked,
        key=identity_of(form) or uuid.uuid4(),
        form=form,
        errors=errors,
        hindrance=hindrance,
        first=first,
        is_fresh=who.is_fresh(clock.now()),
    )
