"""Statements that are built once for everybody: who asks is filled in when they are sent.

Putting a long statement together takes longer than sending it. A scope takes an actor; given ANYONE, it leaves gaps in
its statement for the person and for the organisations of each role, and `filled` says what belongs in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa

from lms.core.actor import Actor, Role

_PERSON = "actor_id"


def _name(*roles: Role) -> str:
    return f"actor_{'_'.join(sorted(roles))}_of"


class _Anyone:
    """As much of an actor as scopes read."""

    person_id = sa.bindparam(_PERSON, type_=sa.Uuid())

    def organisations(self, *roles: Role) -> Any:
        """The gap for the organisations in which one of these roles is held."""
        return sa.bindparam(_name(*roles), type_=sa.Uuid(), expanding=True)


ANYONE = cast("Actor", _Anyone())


def filled(actor: Actor, *asked: Role | Iterable[Role]) -> dict[str, Any]:
    """What a statement built for ANYONE, of scopes that ask for these roles, needs to be sent for `actor`. Roles that a
    scope asks for together stand together here.
    """
    together = [(each,) if isinstance(each, Role) else tuple(each) for each in asked]
    return {_PERSON: actor.person_id} | {_name(*roles): list(actor.organisations(*roles)) for roles in together}
