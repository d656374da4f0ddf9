"""Whose advice somebody may see, what they may choose from, and the history that is kept of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from lms.advising.models import AdviceVersion, AdvisoryCase, ThemeNote
from lms.core import clock, settings
from lms.core.actor import Actor, Role
from lms.core.errors import NotFound
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.people import provisions
from lms.people.models import Organisation

ADVISERS = (Role.TRAINER, Role.ADMINISTRATOR)
WHOLE = "whole"


def case_scope(actor: Actor) -> Select[AdvisoryCase]:
    """The cases `actor` may see: of providers they train for or administer, and what was opened with their sponsor."""
    with_sponsor = and_(
        AdvisoryCase.shared_with_sponsor, AdvisoryCase.organisation_id.in_(actor.organisations(Role.MANAGER))
    )
    provided = AdvisoryCase.provider_id.in_(actor.organisations(*ADVISERS))
    return select(AdvisoryCase).where(or_(provided, with_sponsor))


def note_scope(actor: Actor) -> Select[ThemeNote]:
    """The themes `actor` may see on their way up: of providers they train for or administer. No sponsor."""
    return select(ThemeNote).where(ThemeNote.provider_id.in_(actor.organisations(*ADVISERS)))


def get_case(db: Session, actor: Actor, case_id: uuid.UUID) -> AdvisoryCase:
    """A case the actor may see. Raises NotFound."""
    found = db.scalar(case_scope(actor).where(AdvisoryCase.id == case_id))
    if found is None:
        raise NotFound
    return found


def get_own_case(db: Session, actor: Actor, case_id: uuid.UUID, *, lock: bool = False) -> AdvisoryCase:
    """A case of the actor's provider; with `lock`, one change of it at a time. Raises NotFound, to a sponsor too."""
    chosen = select(AdvisoryCase).where(
        AdvisoryCase.id == case_id, AdvisoryCase.provider_id.in_(actor.organisations(*ADVISERS))
    )
    found = db.scalar(chosen.with_for_update(of=AdvisoryCase) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def get_note(db: Session, actor: Actor, note_id: uuid.UUID, *, lock: bool = False) -> ThemeNote:
    """A theme the actor may see on its way; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = note_scope(actor).where(ThemeNote.id == note_id)
    found = db.scalar(chosen.with_for_update(of=ThemeNote) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def advises(actor: Actor, case: AdvisoryCase) -> bool:
    """Whether the actor reads all of a case and may change it, and not only what its sponsor reads."""
    return case.provider_id in actor.organisations(*ADVISERS)


@dataclass(frozen=True, slots=True)
class Place:
    """What a case or a theme is about: an organisation, or one circle of it."""

    organisation_id: uuid.UUID
    provider_id: uuid.UUID
    group_id: uuid.UUID | None
    name: str
    whole: str = WHOLE  # how all of it is called; by its provider, where the actor advises it for several

    @property
    def key(self) -> str:
        """How a form calls it."""
        return f"{self.organisation_id} {self.group_id or self.whole}"


def organisations_of(db: Session, actor: Actor) -> Sequence[Organisation]:
    """The clients of the providers the actor trains for or administers, by name."""
    chosen = select(Organisation).where(Organisation.id.in_(provisions.clients_of(actor.organisations(*ADVISERS))))
    return db.scalars(chosen.order_by(Organisation.name)).all()


def places(db: Session, actor: Actor) -> dict[str, Place]:
    """What the actor may advise about, by how a form calls it: each organisation, then its circles. Three queries."""
    found: dict[str, Place] = {}
    circles, clients, mine = groups.list_groups(db, actor), organisations_of(db, actor), actor.organisations(*ADVISERS)
    trained_by = provisions.providers_of(db, [each.id for each in clients])
    for each in clients:
        advised = [(own, name) for own, name in trained_by[each.id] if own in mine]
        for provider_id, provider in advised:
            whole = f"{each.name}, all of it" + (f", for {provider}" if len(advised) > 1 else "")
            about = [Place(each.id, provider_id, None, whole, str(provider_id) if len(advised) > 1 else WHOLE)]
            about += [
                Place(each.id, provider_id, circle.id, f"{each.name}, the circle {circle.name}")
                for circle in circles
                if (circle.organisation_id, circle.provider_id) == (each.id, provider_id)
            ]
            found |= {place.key: place for place in about}
    return found


def about_case(db: Session, actor: Actor, case: AdvisoryCase) -> str:
    """How a form calls what a case is about; nothing where the actor advises there no more."""
    same = (case.organisation_id, case.provider_id, case.group_id)
    found = places(db, actor).values()
    return next((each.key for each in found if (each.organisation_id, each.provider_id, each.group_id) == same), "")


def name_of(db: Session, organisation_id: uuid.UUID) -> str:
    """The name of an organisation the caller holds through a scope."""
    return db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()


def circle_of(db: Session, group_id: uuid.UUID | None) -> str:
    """The name of a circle the caller holds through a scope; nothing where it is about all of the organisation."""
    return db.scalar(select(PeerGroup.name).where(PeerGroup.id == group_id)) or "" if group_id else ""


def keep(
    db: Session,
    actor: Actor,
    version: int,
    kept: dict[str, Any],
    *,
    case_id: uuid.UUID | None = None,
    note_id: uuid.UUID | None = None,
) -> None:
    """Write down what a version says, and whose it is."""
    db.add(
        AdviceVersion(
            case_id=case_id,
            note_id=note_id,
            version=version,
            kept=kept,
            changed_by=actor.person_id,
            changed_at=clock.now(),
        )
    )
    db.flush()


def history(
    db: Session, *, case_id: uuid.UUID | None = None, note_id: uuid.UUID | None = None
) -> Sequence[AdviceVersion]:
    """Every version of a case or a theme the caller holds through a scope, oldest first."""
    about = AdviceVersion.case_id == case_id if case_id else AdviceVersion.note_id == note_id
    return db.scalars(select(AdviceVersion).where(about).order_by(AdviceVersion.version)).all()


def today() -> date:
    """The day by which dates are judged: the site’s own."""
    return clock.today(settings.current().time_zone)
