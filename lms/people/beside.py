"""Somebody beside the person who is signed in proves who they are, on the same device, for one deed."""

from __future__ import annotations

from typing import Any

import flask_security
from flask import current_app

from lms.core import unit
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.people import guard, service
from lms.people.models import Person
from lms.people.rules import FACE_TO_FACE, fold

_NO_FIT = "That address and password do not go together. Nothing on this page is lost."


def prove_beside(email: str, password: str, code: str) -> tuple[Actor, str]:
    """Who it is and the words a signature keeps. Nobody is signed in by it, and nothing of theirs stays here.

    Call it before the transaction: hashing is slow. Raises Invalid.
    """
    library = current_app.extensions["security"]
    counted = guard.admit(email)
    if not counted:
        raise Invalid({"password": guard.TOO_MANY_TRIES})
    person = service.find_account(unit.library_session(), "email", fold(email))
    if not _fits(library, person, password):
        raise Invalid({"password": _NO_FIT})
    person = service.find_account(unit.library_session(), "email", fold(email), lock=True)  # hashing let go of it
    if person is None:
        raise Invalid({"password": _NO_FIT})
    if person.tf_primary_method and not _code_fits(library, person, code):
        raise Invalid({"code": "Type the six figures your authenticator app shows now. Each works once."})
    guard.forgive(counted)
    actor = service.get_actor(unit.library_session(), person.id)
    unit.commit_library()
    unit.end_library()
    return actor, f"password{' and code' if person.tf_primary_method else ''}{FACE_TO_FACE}"


def _fits(library: Any, person: Person | None, password: str) -> bool:
    if person is None or not person.password:
        flask_security.hash_password("as much work as a known address makes")
        return False
    return bool(flask_security.verify_password(library.password_util.normalize(password), person.password))


def _code_fits(library: Any, person: Person, code: str) -> bool:
    window = current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
    return bool(library.totp_factory.verify_totp(code.replace(" ", ""), person.tf_totp_secret, person, window))
