"""What a decision may know of knowledge tests: which was handed in when, by which version, and whether it was passed.

No answer, no points and no question goes that way.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, case
from sqlalchemy.orm import InstrumentedAttribute

from lms.exercises.knowledge_models import KnowledgeTest

Columns = tuple[SQLColumnExpression[Any], ...]


def handed_in(person_id: InstrumentedAttribute[uuid.UUID]) -> tuple[Columns, tuple[ColumnElement[bool], ...]]:
    """Id, blueprint, its version, “yes” or “no”, and when; and what chooses the tests of the person of a row."""
    told: Columns = (
        KnowledgeTest.id,
        KnowledgeTest.blueprint,
        KnowledgeTest.blueprint_version,
        case((KnowledgeTest.passed.is_(True), "yes"), else_="no"),
        KnowledgeTest.handed_in_at,
    )
    return told, (KnowledgeTest.person_id == person_id, KnowledgeTest.passed.is_not(None))
