"""What waits for somebody. Every area says it of its own as lines of one shape, and home asks for all in one query."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.db import UtcDateTime


@dataclass(frozen=True, slots=True)
class Line:
    """Something that waits: of what kind, where it is done, and what it is about."""

    kind: str
    id: uuid.UUID
    name: str
    since: datetime | None
    began: datetime | None
    more: str | None


def line(
    kind: str | sa.ColumnElement[str],
    subject: sa.SQLColumnExpression[uuid.UUID],
    name: sa.SQLColumnExpression[str],
    *,
    since: sa.SQLColumnExpression[Any] | None = None,
    began: sa.SQLColumnExpression[Any] | None = None,
    more: sa.SQLColumnExpression[Any] | None = None,
) -> tuple[sa.Label[Any], ...]:
    """The columns of a Line, in its order."""
    return (
        (sa.literal(kind, sa.String()) if isinstance(kind, str) else kind).label("kind"),
        sa.type_coerce(subject, sa.Uuid()).label("id"),
        sa.type_coerce(name, sa.String()).label("name"),
        _or_nothing(since, UtcDateTime()).label("since"),
        _or_nothing(began, UtcDateTime()).label("began"),
        _or_nothing(more, sa.String()).label("more"),
    )


def _or_nothing(given: sa.SQLColumnExpression[Any] | None, kind: Any) -> sa.ColumnElement[Any]:
    """What was given, or nothing of this kind: databases want to know of what."""
    return sa.type_coerce(given, kind) if given is not None else sa.cast(sa.null(), kind)
