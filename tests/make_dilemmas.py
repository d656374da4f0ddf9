"""A dilemma written, sent and judged, for tests."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from assessments.dilemmas import PARTS, current_dilemmas
from lms.core.unit import Database
from lms.values import dilemmas, judging
from tests.make import World, actor

SPONSOR, CHILD = "sponsor-asks", "harm-to-a-child"
PATH = f"/values/dilemmas/{SPONSOR}"
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


def form(**instead: str) -> dict[str, Any]:
    """A form that sends the first dilemma."""
    sent = {"version": "0", "text": "1", "key": str(uuid.uuid4()), "do": "send"}
    return {**sent, **WRITTEN, **instead}


def judging_form(*missing: str, **instead: str) -> dict[str, str]:
    """A form that judges it, all there but these."""
    said = {part: "no" if part in missing else "yes" for part in PARTS}
    return said | {f"said-{part}": f"Say more about {part}." for part in missing} | instead


def sent(store: Database, who: uuid.UUID, dilemma: str = SPONSOR, **instead: Any) -> uuid.UUID:
    """The same, committed."""
    with store.transaction() as db:
        return send(db, who, dilemma, **instead)


def judged(store: Database, world: World, answer: uuid.UUID, *missing: str) -> judging.Opened:
    """Judged by Ruth, committed."""
    with store.transaction() as db:
        return judge(db, world.trainer, answer, *missing)
