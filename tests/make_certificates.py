"""A decision that can be certified, and a certificate, in the world of `make`."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assessments.evidence import Evidence
from assessments.readiness import judge
from assessments.standards import get_standard
from lms.certificates import service
from lms.certificates.models import Certificate
from lms.certificates.rules import Facts, printed
from lms.handover import rules
from lms.handover.models import Decision
from lms.register import service as register
from tests.make import World, actor
from tests.unit.readiness_examples import AT, lessons, six

CODE = "7K4M2PXR9DHQ3WQH8LTC5K6H9FVZ"
REASON = "The room stopped looking at me for the next move."


def decide(
    db: Session, world: World, person_id: uuid.UUID | None = None, kind: str = "ready", by: uuid.UUID | None = None
) -> Decision:
    """What the trainer decided about Amara, on six signed sessions."""
    about, decided_by = person_id or world.trainee, by or world.trainer
    readiness = judge(get_standard("certified", 4), Evidence(lessons=lessons(), sessions=six()), AT)
    made = Decision(
        id=uuid.uuid4(),
        person_id=about,
        provider_id=world.provider,
        kind=kind,
        reason=REASON,
        decided_by=decided_by,
        standard_id=readiness.standard_id,
        standard_version=readiness.version,
        standard_hash=readiness.hash,
        readiness=readiness.to_dict(),
    )
    leaf = register.append(
        db,
        actor(db, decided_by),
        kind="decision",
        subject_kind="decision",
        subject_id=made.id,
        payload=rules.payload(made),
        meaning=rules.MEANINGS[kind],
        authenticated_by="password",
    )
    made.decided_at, made.leaf_seq = leaf.at, leaf.seq
    db.add(made)
    db.flush()
    return made


def certify(db: Session, world: World, person_id: uuid.UUID | None = None) -> Certificate:
    """Amara's certificate, issued by Ilse."""
    return service.issue(db, actor(db, world.administrator), decide(db, world, person_id).id, "password")


def facts(holder: str = "Joan Fairweather", **other: Any) -> Facts:
    """What a certificate says, without a database."""
    said: dict[str, Any] = {
        "code": CODE,
        "address": f"https://learn.example.org/v/{printed(CODE)}",
        "holder": holder,
        "award": "Certified peer group facilitator",
        "claim": "has led peer groups with a trainer beside, then outside the circle, and is entrusted to lead alone.",
        "level": 4,
        "provider": "Fieldfare Peer Learning",
        "organisation": "Harbourside Council",
        "unit": "Parks & Depot",
        "evidence": ("11 sessions", "78% open questions in the last 5"),
        "seen_by": 2,
        "signer": "Ruth Tamihana",
        "signed_on": date(2024, 7, 18),
        "issuer": "Bashir Noor",
        "issued_on": date(2024, 7, 21),
        "valid_until": date(2026, 7, 21),
    }
    return Facts(**{**said, **other})
