"""Which of the organisations somebody manages a page is about."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lms.core.actor import Actor, Role
from lms.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Managed:
    """An organisation the actor manages."""

    id: uuid.UUID
    name: str


def all_managed(actor: Actor) -> list[Managed]:
    """Every organisation the actor manages, by name."""
    mine = {each.organisation_id: each.organisation_name for each in actor.memberships if each.role is Role.MANAGER}
    found = (Managed(own, name) for own, name in mine.items())
    return sorted(found, key=lambda each: (each.name.casefold(), str(each.id)))


def managed(actor: Actor, wanted: uuid.UUID | str | None = None) -> Managed:
    """The organisation an address asks for, or the first by name. Raises NotFound for anybody else's."""
    for each in all_managed(actor):
        if not wanted or str(wanted) == str(each.id):
            return each
    raise NotFound
