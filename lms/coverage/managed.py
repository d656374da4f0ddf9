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
    found = {each.organisation_id: each.organisation_name for each in actor.memberships if each.role is Role.MANAGER}
    return sorted((Managed(*each) for each in found.items()), key=lambda each: (each.name.casefold(), each.id))


def managed(actor: Actor, wanted: str = "") -> Managed:
    """The organisation an address asks for, or the first by name. Raises NotFound for anybody else's."""
    mine = all_managed(actor)
    chosen = [each for each in mine if not wanted or str(each.id) == wanted]
    if not chosen:
        raise NotFound
    return chosen[0]
