"""Checks a day later for the sweeps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.exercises.models import Attempt
from lms.groups.models import PeerGroup
from lms.learning.models import Enrolment, LessonDone
from tests import make_delayed as make
from tests.sweeps.same_house import FORMS as OF_SAME

JUDGING = ("delayed.judge", "delayed.give_verdict")
WRITTEN = {"version": "0", "do": "next", "answer": "a"}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    **OF_SAME,
    "delayed.begin": ("trainee", {"key": "one"}),
    "delayed.save": ("trainee", WRITTEN),
    "delayed.draft": ("trainee", WRITTEN),
    "delayed.send": ("trainee", {}),  # without its tick, so that the try stays open
    "delayed.give_verdict": ("trainer", {"verdict-m08-a-sixty": "met", "why-m08-a-sixty": "One.", "password": ""}),
}


def checks_a_day_later(db: Session, people: dict[str, uuid.UUID], group: PeerGroup) -> dict[str, Any]:
    """A try that is open, and one that another trainee has sent. Of what they had done, the module is left out."""
    learns = (Enrolment.organisation_id == group.organisation_id, Enrolment.ended_on.is_(None))
    other = db.scalars(select(Enrolment.person_id).where(*learns, Enrolment.person_id != people["trainee"])).first()
    assert other is not None
    for each in (people["trainee"], other):
        db.execute(delete(LessonDone).where(LessonDone.person_id == each, LessonDone.lesson_id.startswith("M08-")))
    mine, others = make.begin(db, people["trainee"], "M08"), make.send(db, other, "M08")
    db.execute(delete(Attempt).where(Attempt.activity_id == "M08-L1-any"))
    return {"try_id": mine.id, "others_try": others.id, **dict.fromkeys(JUDGING, others.id)}
