"""Which of the organisations somebody manages a page is about."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.coverage import service


@dataclass(frozen=True, slots=True)
class Managed:
    """An organisation the actor manages."""

    id: uuid.UUID
    name: str


def all_managed(actor: Actor) -> list[Managed]:
    """Every organisation the actor manages, by name. Raises NotFound where there is none."""
    first, others = service.managed(actor)
    return [Managed(each.organisation_id, each.organisation_name) for each in (first, *others)]


def managed(actor: Actor, wanted: str = "") -> Managed:
    """The organisation an address asks for, or the first by name. Raises NotFound for anybody else's."""
    for each in all_managed(actor):
        if wanted in ("", str(each.id)):
            return each
    raise NotFound
