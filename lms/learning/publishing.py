"""Publishing an edition, so that nobody who is learning finds another text than the one they began."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from lms.editions import service as editions
from lms.editions.models import Edition
from lms.learning.models import Enrolment, LessonDone


def publish(db: Session, root: Path, new: str) -> Edition:
    """Publish the content below `root` as the newest edition. Raises Conflict.

    Whoever learns and stays on no edition yet has read the one before, and stays on it; at the first, on that one.
    """
    made = editions.publish(db, root, new)
    learning = db.scalars(union(select(Enrolment.person_id), select(LessonDone.person_id))).all()
    editions.settle(db, learning, max(made.number - 1, 1))
    return made
