"""Who types at the machine's terminal: an account's address and its password, tried no more often than at the door.

Needs the application around it, whose account library knows how passwords are kept.
"""

from __future__ import annotations

import flask_security
from flask import current_app

from lms.core.actor import Actor
from lms.core.errors import Forbidden
from lms.core.unit import Database
from lms.people import guard, service
from lms.people.rules import fold

PROOF = "password, at the terminal"
NOT_PROVEN = "The address and the password do not fit together, so nothing was done."


def prove(database: Database, email: str, password: str) -> Actor:
    """The person with this address, if the password is theirs. Raises Forbidden.

    What a decision keeps about how they proved it is `PROOF`.
    """
    with database.transaction() as db:
        counted = service.record_try(db, [f"terminal account {fold(email)}"])
    if not counted:
        raise Forbidden(guard.TOO_MANY_TRIES)
    with database.readers() as db:
        person = service.find_account(db, "email", fold(email))
        hashed = person.password if person else None
    normal = current_app.extensions["security"].password_util.normalize(password)
    if person is None or not hashed or not flask_security.verify_password(normal, hashed):
        raise Forbidden(NOT_PROVEN)
    with database.transaction() as db:
        service.forgive_try(db, counted)
        return service.get_actor(db, person.id)
