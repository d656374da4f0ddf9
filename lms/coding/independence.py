"""What keeps a trainer from reading what somebody says: the records say it, and nothing of it is typed."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lms.coding.models import CodingSample
from lms.groups.models import PeerGroup
from lms.interviews.assessors import candidates
from lms.practice.evidence import seen_sessions
from lms.practice.observation import MANAGER, TIES

TRAINS = "trains this person"
KNOWS = "asked for this sample or names who reads it, and so knows whose turns they are"


def ties(
    db: Session, sample: CodingSample, group: PeerGroup, person_id: uuid.UUID, namer: uuid.UUID | None = None
) -> dict[uuid.UUID, str]:
    """Who may not read the turns of `person_id`, and why, to follow their name. `namer` is about to name the two."""
    found = {each: KNOWS for each in (sample.asked_by, namer) if each is not None}
    for session in seen_sessions(db, [person_id]):
        if session.signed_at is not None and MANAGER in session.observed.ties:
            found[session.signer_id] = TIES[MANAGER]
    found[group.trainer_id] = TRAINS
    for each in candidates(db, person_id, group.provider_id).values():
        if each.because or each.trains:
            found[each.person_id] = each.because or TRAINS
    return found
