"""A page of the holder's own: whoever has its address reads which certificates they hold that are valid now.

It is closed until they open it, and what was closed never opens again: the next one has another address.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates import looking, records, rules
from lms.certificates.looking import Found
from lms.certificates.models import Certificate, HolderPage
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict
from lms.messages import service as messages

MOST_SHOWN = 20
NOTHING_TO_SHOW = "You hold no valid certificate now that such a page could show."


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows: certificates that are valid now, newest first. Without any it names nobody."""

    certificates: tuple[Found, ...]

    @property
    def holder(self) -> str:
        """The name on the newest of them."""
        return self.certificates[0].facts.holder if self.certificates else ""


def find_address(db: Session, actor: Actor) -> str:
    """Where the actor's own page is, or nothing while it is closed."""
    code = db.scalar(select(HolderPage.code).where(HolderPage.person_id == actor.person_id, _IS_OPEN))
    return messages.link(f"/holder/{rules.printed(code)}") if code else ""


def open_page(db: Session, actor: Actor) -> None:
    """Open it under a new address. Opened twice, the first address stays. Raises Conflict without a certificate."""
    mine = [each for each in records.own_records(db, actor) if each.certificate.person_id == actor.person_id]
    if not any(each.status is Status.VALID for each in mine):
        raise Conflict(NOTHING_TO_SHOW)
    if not find_address(db, actor):  # whoever is quicker meets the constraint
        add_once(db, HolderPage(person_id=actor.person_id, code=rules.new_code(), opened_at=clock.now()))


def close_page(db: Session, actor: Actor) -> None:
    """Close it. From the end of this transaction on nobody opens its address, and nobody ever will."""
    db.execute(
        update(HolderPage).where(HolderPage.person_id == actor.person_id, _IS_OPEN).values(closed_at=clock.now())
    )


def find_shown(db: Session, typed: str) -> Shown | None:
    """What an address shows to anybody. Each certificate is checked again, as on the page of its number."""
    code = rules.parse(typed)
    owner = db.scalar(select(HolderPage.person_id).where(HolderPage.code == code, _IS_OPEN)) if code else None
    if owner is None:
        return None
    newest = Certificate.issued_at.desc(), Certificate.id
    today = records.today()
    held = db.scalars(
        select(Certificate)
        .where(Certificate.person_id == owner, Certificate.issued_on <= today, Certificate.valid_until >= today)
        .order_by(*newest)
        .limit(MOST_SHOWN)
    )
    found = (looking.found_of(db, each) for each in held)
    return Shown(tuple(each for each in found if each.word == Status.VALID.value))


_IS_OPEN = HolderPage.closed_at.is_(None)
