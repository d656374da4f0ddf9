"""Follow-ups and an organisation’s survey for the sweeps, and every form of them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.site_days import today
from lms.groups.models import PeerGroup
from lms.outcomes import followups, surveying
from lms.outcomes.models import FollowUp, FollowUpLink
from lms.outcomes.rules import Agreed
from lms.people.models import Person
from lms.people.rules import digest
from tests.make import actor

ANSWERS, STOPPED = ("outcomes.came_of_it", "outcomes.tell"), ("outcomes.stop", "outcomes.stop_now")
SAID = {
    "state": "moved", "acted": "team", "right": "2", "surprised": "He asked.",
    "learning": "I can wait.", "depth": "3", "story": "no",
}  # fmt: skip
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "outcomes.tell": ("", SAID | {"state": ""}),  # not all of it, so that the link is never used
    "outcomes.stop_now": ("", {}),
    "outcomes.answer": ("trainee", SAID | {"version": "0"}),
    "outcomes.take_back": ("trainee", {}),
    "outcomes.choose_letters": ("trainee", {"do": "ask"}),
    "outcomes.ask": ("manager", {"kind": "openness", "slips": "8", "key": str(uuid.uuid4())}),
    "outcomes.close_asking": ("manager", {}),
}


def outcome_ids(endpoint: str, ids: dict[str, Any]) -> dict[str, Any]:
    """What an address of this area has instead of what others call the same."""
    if not endpoint.startswith("outcomes."):
        return {}
    return {"follow_up_id": ids.get(endpoint, ids["follow_up_id"]), "survey_id": ids["asked_survey"]}


def asked(db: Session, amara: uuid.UUID, manager: uuid.UUID, group: PeerGroup) -> dict[str, Any]:
    """By the names the addresses use: hers to answer and to delete, somebody else’s, and codes of their letters."""
    theirs = db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one()
    mine, gone, others = (_asked(db, each, group) for each in (amara, amara, theirs))
    codes = {"answer": f"answers-{uuid.uuid4()}", "stop": f"stops-{uuid.uuid4()}"}
    for purpose, code in codes.items():
        db.add(FollowUpLink(code_digest=digest(code), follow_up_id=others, purpose=purpose))
    survey, _ = surveying.ask(db, actor(db, manager), "members", 8, uuid.uuid4())
    return {
        "follow_up_id": mine, "outcomes.take_back": gone, "others_follow_up": others, "asked_survey": survey.id,
        "answer_code": codes["answer"], "stop_code": codes["stop"],
    }  # fmt: skip


def _asked(db: Session, person_id: uuid.UUID, group: PeerGroup) -> uuid.UUID:
    round_id, held_on = uuid.uuid4(), date(2026, 1, 5)
    followups.follow(db, Agreed(round_id, person_id, group.organisation_id, group.id, held_on))
    row = db.scalars(select(FollowUp).where(FollowUp.round_id == round_id)).one()
    row.asked_on, row.until = today(), today() + timedelta(days=45)
    db.flush()
    return row.id
