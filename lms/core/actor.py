"""Who is acting: a plain, frozen value that views hand to services, made afresh for every request."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FRESH_FOR = timedelta(minutes=5)


class Role(StrEnum):
    """What a membership allows. One person may hold several, in several organisations."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.TRAINEE: "Trainee facilitator",
    Role.TRAINER: "Trainer",
    Role.MANAGER: "Organisation manager",
    Role.ADMINISTRATOR: "Programme administrator",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One role in one organisation, and in one of its units where that matters."""

    role: Role
    organisation_id: uuid.UUID
    organisation_name: str
    unit_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person, their memberships as of this request, and how they proved who they are."""

    person_id: uuid.UUID
    name: str
    memberships: tuple[Member, ...] = ()
    sign_in_id: uuid.UUID | None = None
    verified_at: datetime | None = None
    verified_by: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(each.role for each in self.memberships)

    def organisations(self, *roles: Role) -> frozenset[uuid.UUID]:
        """The organisations in which any of `roles` is held."""
        return frozenset(each.organisation_id for each in self.memberships if each.role in roles)

    def is_fresh(self, at: datetime) -> bool:
        """Whether they proved who they are within the last five minutes."""
        return self.verified_at is not None and at - self.verified_at < FRESH_FOR

    @property
    def initials(self) -> str:
        """At most two letters for the chip in the header."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def role_label(self) -> str:
        """The line under the name in the header."""
        for role in (Role.ADMINISTRATOR, Role.TRAINER, Role.TRAINEE):
            if role in self.roles:
                return ROLE_LABELS[role]
        return self.memberships[0].organisation_name if self.memberships else ""
