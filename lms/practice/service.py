"""What other areas and pages ask of practice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence, Set
from datetime import date

from sqlalchemy.orm import Session

from lms.core import clock
from lms.groups import service as groups
from lms.groups.rows import Circle, MeetingRow
from lms.practice import access
from lms.practice.absences import be_away, come_back, list_absences
from lms.practice.access import get_session, scope
from lms.practice.backup import list_asked
from lms.practice.contested import list_deciders, was_overruled
from lms.practice.disputes import answer, decide_dispute, dispute, open_to_decide, take_back
from lms.practice.drafts import find_draft, list_drafts, save_draft, set_tallies, throw_away
from lms.practice.earlier import earlier_words
from lms.practice.own_words import own_words
from lms.practice.rows import SessionRow
from lms.practice.signing import comment_on, open_for_review, open_session, return_session, sign_off, standing_of
from lms.practice.together import open_together, sign_together
from lms.practice.voiding import correct_practice, open_to_withdraw, withdraw_signature
from lms.practice.waiting import queue
from lms.practice.writing import change_practice, log_practice

__all__ = [
    "answer",
    "be_away",
    "change_practice",
    "come_back",
    "comment_on",
    "correct_practice",
    "decide_dispute",
    "dispute",
    "earlier_words",
    "find_draft",
    "get_session",
    "list_absences",
    "list_asked",
    "list_deciders",
    "list_drafts",
    "log_practice",
    "meetings_to_log",
    "open_for_review",
    "open_session",
    "open_to_decide",
    "open_to_withdraw",
    "open_together",
    "own_words",
    "queue",
    "return_session",
    "save_draft",
    "scope",
    "sessions_of",
    "set_tallies",
    "sign_off",
    "sign_together",
    "standing_of",
    "take_back",
    "throw_away",
    "was_overruled",
    "withdraw_signature",
]


def sessions_of(db: Session, person_id: uuid.UUID) -> tuple[SessionRow, ...]:
    """Every session of a person with its signature, by the day it was held, in one query."""
    return access.rows_of(db, [person_id])


def meetings_to_log(db: Session, circles: Sequence[Circle], written: Set[tuple[uuid.UUID, date]]) -> list[MeetingRow]:
    """Past meetings of these circles on days that nothing is written about, latest first."""
    past = groups.list_meetings(db, [circle.id for circle in circles], before=clock.now())
    return [each for each in past if (each.group_id, each.starts_local.date()) not in written]
