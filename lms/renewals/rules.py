"""Pure rules of renewals: what a decision binds, and which reminder is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assessments.renewal import Renewal

STATEMENT = "I still keep the agreement and its limits."
MEANING = "I decided that what is asked for this renewal is there."
REMINDERS = (90, 30, 7, 0)  # days before the end: certification.md §5
CATCHES_UP = 30  # days after the end in which the last reminder still goes out


def due(left: int) -> int | None:
    """The nearest reminder for a certificate that ends in `left` days; after a standstill the earlier ones stay out."""
    if left < -CATCHES_UP:
        return None
    return min((each for each in REMINDERS if left <= each), default=None)


def judged(found: Renewal) -> dict[str, Any]:
    """How a renewal stood when it was decided on, as JSON keeps it."""
    return {
        "rule": [found.rule_id, found.version, found.hash],
        "at": found.at.isoformat(),
        "phase": found.phase,
        "starts": found.starts.isoformat(),
        "until": found.until.isoformat(),
        "findings": [[each.clause, each.state, each.have, each.need] for each in found.findings],
        "learning": [
            [each.learned.title, each.learned.about, each.learned.on.isoformat(), each.minutes, each.learned.on_record]
            for each in found.learning
        ],
    }


def payload(certificate: str, sent_at: datetime, decided_at: datetime, frozen: dict[str, Any]) -> dict[str, Any]:
    """What a decision on a renewal binds: the digest of the certificate, the holder's statement, what was judged."""
    return {
        "certificate": certificate,
        "statement": STATEMENT,
        "sent_at": sent_at.isoformat(),
        "decided_at": decided_at.isoformat(),
        "judged": frozen,
    }
