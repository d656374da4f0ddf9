"""What administrators do to a certificate: withdraw it, take that back, suspend it, lift the suspension.

Each step is a row and an entry in the register. Whoever acts read the page first: if something happened since, they
are told. Steps of one certificate take turns; that no two follow the same entry is the wall behind it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from assessments.ladder import ALONE
from lms.certificates import editions, grounds, history, records, rules, steps
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN, State
from lms.certificates.models import Certificate, Step
from lms.core import clock, jobs
from lms.core.actor import Actor, Role
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, Stale
from lms.credentials import service as credentials
from lms.messages import service as messages
from lms.people import service as people
from lms.register import service as register

UNREASONED = "Write why, in your words. The holder reads it."
CORRECTED = "corrected the name on the certificate"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `key` is their form's own, `seen` the newest entry on its page, 0 where nobody looked."""

    reason: str
    authenticated_by: str
    key: uuid.UUID
    seen: int = 0


def revoke(
    db: Session,
    actor: Actor,
    certificate_id: uuid.UUID,
    reason: str,
    authenticated_by: str,
    kind: str = "evidence",
    seen: int = 0,
) -> Step:
    """Withdraw a certificate, so that nobody relies on it. A second withdrawal changes nothing.

    The holder reads `reason` on their page; the register keeps only its `kind`. Raises NotFound, Forbidden, Invalid,
    Stale.
    """
    asked = Asked(reason, authenticated_by, new_id(), seen)
    certificate = take_turn(db, actor, certificate_id, asked)
    before = steps.state_of(db, certificate_id)
    if before.withdrawn is not None:
        return db.get_one(Step, before.withdrawn.id)
    check_seen(db, certificate, asked)
    _tell(db, certificate, "revoked", "cover_lost", revoked_on=records.today())
    credentials.mark(db, certificate_id, certificate.edition, withheld=True)
    return _keep(db, actor, certificate, WITHDRAWN, asked, cause=kind)


def undo(db: Session, actor: Actor, certificate_id: uuid.UUID, asked: Asked) -> Step:
    """Take a withdrawal back, within 24 hours. Raises NotFound, Forbidden, Invalid, Stale, Conflict."""
    return _take(db, actor, certificate_id, UNDONE, asked)


def suspend(db: Session, actor: Actor, certificate_id: uuid.UUID, asked: Asked) -> Step:
    """Suspend a certificate: nobody relies on it while that lasts. Raises as `undo`."""
    return _take(db, actor, certificate_id, SUSPENDED, asked)


def lift(db: Session, actor: Actor, certificate_id: uuid.UUID, asked: Asked) -> Step:
    """Lift a suspension. Raises as `undo`."""
    return _take(db, actor, certificate_id, LIFTED, asked)


def changes_since(db: Session, certificate: Certificate, seen: int) -> tuple[str, ...]:
    """What happened to a certificate after an entry, in sentences."""
    happened = [
        *((each.leaf_seq, each.done_by, history.KINDS[each.kind].told) for each in steps.steps_of(db, certificate.id)),
        *((each.leaf_seq, each.done_by, CORRECTED) for each in editions.corrections_of(db, certificate.id)),
    ]
    later = sorted(each for each in happened if each[0] > seen)
    names = people.names_of(db, [by for _, by, _ in later])
    return tuple(f"{names[by]} {told} while your page was open." for _, by, told in later)


def hindrance(db: Session, certificate: Certificate, kind: str) -> str:
    """Why a step cannot be taken now, in a sentence; empty when it can."""
    return history.hinders(steps.state_of(db, certificate.id), kind, clock.now())


def _take(db: Session, actor: Actor, certificate_id: uuid.UUID, kind: str, asked: Asked) -> Step:
    certificate = take_turn(db, actor, certificate_id, asked)
    made = db.get(Step, asked.key)
    if made is not None and (made.certificate_id, made.kind, made.done_by) == (certificate_id, kind, actor.person_id):
        return made
    check_seen(db, certificate, asked)
    before = steps.state_of(db, certificate_id)
    hindered = history.hinders(before, kind, clock.now())
    if hindered:
        raise Conflict(hindered)
    after = State(None, before.suspended) if kind == UNDONE else State()
    if kind == SUSPENDED:
        _tell(db, certificate, "suspended", "cover_suspended", on=records.today())
        credentials.mark(db, certificate_id, certificate.edition, withheld=True)
    else:
        _give_back(db, certificate, kind, after, asked)
    return _keep(db, actor, certificate, kind, asked)


def take_turn(db: Session, actor: Actor, certificate_id: uuid.UUID, asked: Asked) -> Certificate:
    """The certificate, held so that nobody else changes how it stands. Raises NotFound, Forbidden, Invalid."""
    certificate = records.get_record(db, actor, certificate_id).certificate
    grounds.must_administer(db, actor, certificate.provider_id, certificate.person_id)
    if not asked.reason.strip():
        raise Invalid({"reason": UNREASONED})
    records.hold(db, certificate)
    return certificate


def check_seen(db: Session, certificate: Certificate, asked: Asked) -> None:
    """Raises Stale with what happened since whoever asks read the page."""
    changes = changes_since(db, certificate, asked.seen) if asked.seen else ()
    if changes:
        raise Stale(changes)


def _give_back(db: Session, certificate: Certificate, kind: str, after: State, asked: Asked) -> None:
    """What was taken is there again, unless a suspension still lasts; every letter gets its answer."""
    stands = after.withheld is None
    back = stands and rules.status(certificate, None, records.today()) is rules.Status.VALID
    template = "undone" if kind == UNDONE else "lifted"
    _tell(db, certificate, template, "cover_back" if back else "", on=records.today(), stands=stands)
    if stands:
        credentials.mark(db, certificate.id, certificate.edition, withheld=False)
        if credentials.find(db, certificate.id, certificate.edition) is None:  # never signed, because it did not stand
            key = f"sign_certificate:{certificate.id}:{asked.key}"
            jobs.enqueue(db, "sign_certificate", key=key, certificate=str(certificate.id))


def _keep(db: Session, actor: Actor, certificate: Certificate, kind: str, asked: Asked, cause: str = "") -> Step:
    said, now, reason = history.KINDS[kind], clock.now(), asked.reason.strip()
    follows = steps.follows(db, certificate)
    leaf = register.append(
        db,
        actor,
        kind=said.entry,
        subject_kind="certificate",
        subject_id=certificate.id,
        payload=rules.payload_of_withdrawal(certificate.digest, cause, reason, now)
        if kind == WITHDRAWN
        else history.payload(certificate.digest, kind, reason, now, follows),
        meaning=said.meaning,
        reason=rules.WITHDRAWALS[cause].title if cause else "",
        authenticated_by=asked.authenticated_by,
    )
    step = Step(
        id=asked.key,
        certificate_id=certificate.id,
        kind=kind,
        cause=cause,
        reason=reason,
        done_by=actor.person_id,
        done_at=now,
        follows=follows,
        leaf_seq=leaf.seq,
    )
    db.add(step)
    db.flush()
    return step


def _tell(db: Session, certificate: Certificate, template: str, to_managers: str, **about: Any) -> None:
    """The holder, who reads why on their page; and the managers, who learn what it means for cover, and not why."""
    messages.send(
        db,
        template,
        person_id=certificate.person_id,
        organisation_id=certificate.provider_id,
        award=certificate.award,
        issuer=certificate.facts["provider"],
        link=messages.link(f"/certificates/{certificate.id}"),
        **about,
    )
    covers = to_managers and certificate.level >= ALONE
    for manager in people.people_with(db, Role.MANAGER, [certificate.organisation_id]) if covers else ():
        messages.send(
            db,
            to_managers,
            person_id=manager,
            organisation_id=certificate.provider_id,
            holder=certificate.name,
            unit=certificate.facts["unit"],
            link=messages.link("/coverage"),
            **about,
        )
