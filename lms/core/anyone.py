"""Statements that are built once for everybody: who asks is filled in when they are sent.

Putting a long statement together takes longer than sending it. A scope takes an actor; given ANYONE, it leaves gaps in
its statement for the person and for the organisations of each role, and `filled` says what belongs in them.
"""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa

from lms.core.actor import Actor, Role

_PERSON = "actor_id"


def _name(role: Role) -> str:
    return f"actor_{role}_of"


class _Anyone:
    """As much of an actor as scopes read."""

    person_id = sa.bindparam(_PERSON, type_=sa.Uuid())

    def organisations(self, role: Role) -> Any:
        """The gap for the organisations in which this one role is held."""
        return sa.bindparam(_name(role), type_=sa.Uuid(), expanding=True)


ANYONE = cast("Actor", _Anyone())


def filled(actor: Actor, *roles: Role) -> dict[str, Any]:
    """What a statement built for ANYONE, of scopes that ask for these roles, needs to be sent for `actor`."""
    return {_PERSON: actor.person_id} | {_name(role): list(actor.organisations(role)) for role in roles}
