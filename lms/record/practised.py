"""What somebody practised, in their own record: rounds coded, evenings rated, knowledge tests, and under which text.

No part of the register: it is practice, proves nothing and decides nothing. Only its owner reads it.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import cases, transcripts
from lms.exercises import coding, knowledge, rating
from lms.exercises.knowledge_models import KnowledgeTest
from lms.exercises.models import CaseRating, CodingPractice

GONE = "A text that is no longer here"
SHORT = 8  # as much of a hash as somebody reads aloud


@dataclass(frozen=True, slots=True)
class Practised:
    """One thing that was done: what, when, what came of it, and the text it was judged under."""

    kind: str
    title: str
    at: datetime
    result: str
    version: str
    id: uuid.UUID

    def kept(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {"at": self.at.isoformat(), "id": str(self.id)}


def list_practised(db: Session, person_id: uuid.UUID) -> list[Practised]:
    """Everything somebody sent, rated or handed in, newest first, in three queries. For its owner, or their archive."""
    sent = select(CodingPractice).where(CodingPractice.person_id == person_id, CodingPractice.sent_at.is_not(None))
    rated = select(CaseRating).where(CaseRating.person_id == person_id)
    handed = select(KnowledgeTest).where(KnowledgeTest.person_id == person_id, KnowledgeTest.handed_in_at.is_not(None))
    found = [
        *(_coded(row) for row in db.scalars(sent)),
        *(_rated(row) for row in db.scalars(rated)),
        *(_tested(row) for row in db.scalars(handed)),
    ]
    return sorted(found, key=lambda each: (each.at, str(each.id)), reverse=True)


def _coded(row: CodingPractice) -> Practised:
    sheet = transcripts.current().get(row.transcript_id)
    return Practised(
        "Round coded",
        sheet.title if sheet else GONE,
        row.sent_at or row.saved_at,
        coding.comparison_of(row).openness.in_words,
        row.content_hash[:SHORT],
        row.id,
    )


def _rated(row: CaseRating) -> Practised:
    case = cases.current().get(row.case_id)
    title = case.title if case else GONE
    return Practised(
        "Evening rated", title, row.rated_at, rating.rated_of(row).in_words, row.content_hash[:SHORT], row.id
    )


def _tested(row: KnowledgeTest) -> Practised:
    return Practised(
        "Knowledge test",
        knowledge.blueprint_of(row).title,
        row.handed_in_at or row.started_at,
        "Passed" if row.passed else "Not yet",
        f"{row.blueprint_version}, {row.content_hash[:SHORT]}",
        row.id,
    )
