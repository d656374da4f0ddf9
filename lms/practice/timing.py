"""How long a review lay open before it was signed. The page carries its opening time, sealed, so GET keeps nothing."""

from __future__ import annotations

import uuid
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from lms.core import clock, settings

LONGEST = 60 * 60  # whoever takes an hour has done something else as well


def opening(session_id: uuid.UUID) -> str:
    """What the form of a review that is opened now carries."""
    return _seal(session_id).dumps(clock.now().isoformat())


def seconds_since(session_id: uuid.UUID, carried: str) -> int | None:
    """The seconds since that opening, an hour at most; None where it was lost, changed or another session's."""
    try:
        opened = datetime.fromisoformat(_seal(session_id).loads(carried))
        passed = int((clock.now() - opened).total_seconds())
    except (BadData, ValueError, TypeError):
        return None
    return min(passed, LONGEST) if passed >= 0 else None


def _seal(session_id: uuid.UUID) -> URLSafeSerializer:
    return URLSafeSerializer(settings.current().secret_key, salt=f"review opened {session_id}")
