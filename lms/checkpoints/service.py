"""Signing where the register ends, checking such a signature, and the letter of the month."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.checkpoints import rules
from lms.checkpoints.models import SignedCheckpoint
from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.db import add_once
from lms.keys import service as keys
from lms.keys.models import SigningKey
from lms.keys.rules import Signed, site_name
from lms.messages import service as messages
from lms.people.models import Membership, Organisation, Person, Provision
from lms.register import service as register
from lms.register.service import Checkpoint


class Broken(Exception):
    """The register is not whole, or is not the one that was signed last. `problems` are sentences."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Read:
    """A checkpoint from a file, and the key whose signature on it holds; None where it has no signature."""

    seen: Checkpoint
    kid: str | None


def this_month() -> str:
    """The month people have on the wall, such as 2026-12."""
    return f"{clock.today(settings.current().time_zone):%Y-%m}"


def is_signed(db: Session, month: str) -> bool:
    """Whether the checkpoint of a month is there."""
    return db.get(SignedCheckpoint, month) is not None


def find_newest(db: Session) -> SignedCheckpoint | None:
    """The last of the monthly checkpoints."""
    return db.scalar(select(SignedCheckpoint).order_by(SignedCheckpoint.month.desc()).limit(1))


def look(db: Session) -> Checkpoint:
    """Where the register ends, once all of it was checked against what was signed last. Raises Broken.

    Whoever signs a shortened or rewritten register makes it the true one.
    """
    last = find_newest(db)
    found = register.verify(db, Checkpoint(last.seq, last.hash, last.at) if last else None)
    if not found.ok:
        raise Broken(found.problems)
    return Checkpoint(found.count, found.head, clock.now().replace(microsecond=0))


def sign(signer: keys.Signer, seen: Checkpoint) -> str:
    """The signed note about what was seen."""
    origin = site_name(settings.current().public_url)
    return signer.sign(rules.write(seen, origin, signer.kid)).to_note()


def read(db: Session, content: bytes) -> Read:
    """The checkpoint in a file: a signed note, the letter it came in, or an unsigned one. Raises ValueError."""
    if content.lstrip()[:1] == b"{":
        return Read(Checkpoint.from_json(content), None)
    try:
        signed = Signed.from_note(rules.find_note(content))
        seen = rules.read(signed.text)
    except ValueError:
        raise ValueError(
            "This file is not a checkpoint. Make one with `lms register checkpoint`, "
            "or save the whole letter of a month as text."
        ) from None
    try:
        return Read(seen, keys.check(db, signed).kid)
    except ValueError as error:
        raise ValueError(f"This checkpoint proves nothing. {error}") from None


def publish(db: Session, month: str, seen: Checkpoint, signer: keys.Signer) -> bool:
    """Keep the checkpoint of a month and write it to every organisation; False when that has been done."""
    note = sign(signer, seen)
    row = SignedCheckpoint(month=month, seq=seen.seq, hash=seen.hash, at=seen.at, kid=signer.kid, note=note)
    if not add_once(db, row):
        return False
    key = db.get_one(SigningKey, signer.kid).public_key
    for person_id, provider_id in _keepers(db):
        messages.send(
            db,
            "checkpoint",
            person_id=person_id,
            organisation_id=provider_id,
            day=clock.today(settings.current().time_zone),
            note=note.splitlines(),
            key=key.splitlines(),
            link=messages.link("/record"),
        )
    return True


def _keepers(db: Session) -> list[tuple[uuid.UUID, uuid.UUID | None]]:
    """Everybody who administers a provider or manages a client today, once each, and on which provider's behalf: of a
    client with several, the one it has bought from longest.
    """
    rows = db.execute(
        select(Person.id, Organisation.id, Organisation.kind, Provision.provider_id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Provision, (Provision.client_id == Organisation.id) & Provision.ended_on.is_(None))
        .where(
            Person.active,
            Membership.ended_on.is_(None),
            or_(
                and_(Organisation.kind == "provider", Membership.role == Role.ADMINISTRATOR),
                Membership.role == Role.MANAGER,
            ),
        )
        .order_by(Membership.id, Provision.started_on, Provision.id)
    )
    found: dict[uuid.UUID, uuid.UUID | None] = {}
    for person_id, organisation_id, kind, provider_id in rows:
        found.setdefault(person_id, organisation_id if kind == "provider" else provider_id)
    return list(found.items())
