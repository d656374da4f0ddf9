"""Somebody beside the person who is signed in proves with a passkey who they are, for one deed.

The device that keeps the passkey signs a question that names the deed and the moment it was asked, so its answer says
nothing about another deed or another day, and counts
once. Nobody is signed in by it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock, settings, unit
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.people import service
from lms.people.models import Passkey, Person
from lms.people.rules import FACE_TO_FACE

ANSWERED_WITHIN = timedelta(minutes=30)  # the page is read and filled in between
_NO_FIT = "That passkey could not show who you are. Nothing on this page is lost. Try again, or type your password."


def ask(deed: str) -> tuple[str, str]:
    """What the device is asked, as JSON for the page's script, and the question that comes back with its answer."""
    question = _seal(deed).dumps([clock.now().isoformat(), secrets.token_hex(16)])
    asked = {
        "challenge": base64_encode(_challenge(question)).decode(),
        "rpId": _host(),
        "userVerification": "required",
        "timeout": current_app.config["SECURITY_WAN_SIGNIN_TIMEOUT"],
    }
    return json.dumps(asked), str(question)


def prove(answer: str, question: str, deed: str) -> tuple[Actor, str]:
    """Who it is and the words a signature keeps. Raises Invalid for an answer that does not fit this deed."""
    from webauthn.helpers import exceptions, parse_authentication_credential_json  # comes late, see late_libraries

    db = unit.library_session()
    try:
        asked_at = _read_question(question, deed)
        credential = parse_authentication_credential_json(answer)
        passkey, person = _find(db, credential, asked_at)
        passkey.sign_count = _verify(credential, question, passkey)
    except (BadData, exceptions.WebAuthnException, ValueError, TypeError, KeyError, IndexError):
        unit.end_library()
        raise Invalid({"passkey": _NO_FIT}) from None
    passkey.lastuse_datetime = clock.now()
    actor = service.get_actor(db, person.id)
    unit.commit_library()
    unit.end_library()
    return actor, f"passkey{FACE_TO_FACE}"


def _read_question(question: str, deed: str) -> datetime:
    """When it was asked. Raises BadData for another deed’s, ValueError for one of long ago."""
    asked_at = datetime.fromisoformat(_seal(deed).loads(question)[0])
    if not timedelta() <= clock.now() - asked_at <= ANSWERED_WITHIN:
        raise ValueError(question)
    return asked_at


def _find(db: Session, credential: Any, asked_at: datetime) -> tuple[Passkey, Person]:
    """The passkey and whose it is. Raises ValueError for one that we do not know, that was used since (the answer may
    be the same one again) or whose owner may not come in.
    """
    chosen = select(Passkey).where(Passkey.credential_id == credential.raw_id, Passkey.lastuse_datetime < asked_at)
    passkey = db.scalar(chosen.with_for_update())
    if passkey is None:
        raise ValueError(credential.id)
    person = service.find_account(db, "id", passkey.user_id, lock=True)
    if person is None or credential.response.user_handle not in (None, person.fs_webauthn_user_handle.encode()):
        raise ValueError(credential.id)
    return passkey, person


def _verify(credential: Any, question: str, passkey: Passkey) -> int:
    """Check the signature; returns how often the passkey has signed by its own count."""
    from webauthn import verify_authentication_response

    checked = verify_authentication_response(
        credential=credential,
        expected_challenge=_challenge(question),
        expected_rp_id=_host(),
        expected_origin=current_app.extensions["security"].webauthn_util.origin(),
        credential_public_key=passkey.public_key,
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=True,
    )
    return int(checked.new_sign_count)


def _challenge(question: str) -> bytes:
    return hashlib.sha256(question.encode()).digest()


def _host() -> str:
    return request.host.partition(":")[0]


def _seal(deed: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings.current().secret_key, salt=f"passkey beside, {deed}")
