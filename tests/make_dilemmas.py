"""A dilemma written, sent and judged, for tests."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from assessments.dilemmas import PARTS, current_dilemmas
from lms.values import dilemmas, judging
from tests.make import actor

SPONSOR, CHILD = "sponsor-asks", "harm-to-a-child"
WRITTEN = {part: f"My {part}, in words." for part in PARTS}


def send(db: Session, who: uuid.UUID, dilemma: str = SPONSOR, **instead: Any) -> uuid.UUID:
    """Send one as it stands; the id of what was sent."""
    mine = dilemmas.get_mine(db, actor(db, who), dilemma)
    given: dict[str, Any] = {
        "key": uuid.uuid4(),
        "seen": mine.version,
        "pack_version": current_dilemmas().version,
        "parts": WRITTEN,
    }
    return dilemmas.send(db, actor(db, who), dilemma, **(given | instead)).id


def marks(*missing: str) -> dict[str, dict[str, Any]]:
    """All there but these."""
    return {
        part: {"there": part not in missing, "said": f"Say more about {part}." if part in missing else ""}
        for part in PARTS
    }


def judge(db: Session, trainer: uuid.UUID, answer: uuid.UUID, *missing: str) -> judging.Opened:
    """Judge it, all there but what is missing."""
    return judging.judge(db, actor(db, trainer), answer, marks(*missing), "password")
