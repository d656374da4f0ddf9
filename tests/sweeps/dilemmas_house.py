"""Dilemmas for the sweeps: one of Amara's that waits, one of another trainee's, and every form about them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.beliefs import current_beliefs
from assessments.dilemmas import PARTS
from assessments.value_rows import CELLS, current_rows
from lms.people.models import Person
from lms.values.written_models import DilemmaAnswer
from tests.make_dilemmas import SPONSOR, send

WRITING = {**{part: f"My {part}." for part in PARTS}, "version": "0"}
TABLE = {f"{cell}-{each.id}": f"My {cell}." for each in current_rows().values for cell in CELLS} | {"version": "0"}
LINE = {each.id: "3" for each in current_beliefs().statements} | {"why-silence-unkind": "Mine.", "version": "0"}
MARKS = {**dict.fromkeys(PARTS, "yes"), "said-duty": "Say where it ends.", "password": ""}
# Who sends each form, and what they type.
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "values.stand": ("trainee", LINE),
    "values.keep_table": ("trainee", TABLE),
    "values.draft_table": ("trainee", TABLE),
    "values.send_dilemma": ("trainee", WRITING | {"do": "send", "text": "1", "key": str(uuid.uuid4())}),
    "values.draft_dilemma": ("trainee", WRITING),
    "values.judge": ("trainer", MARKS),
}


def dilemmas(db: Session, amara: uuid.UUID) -> dict[str, Any]:
    """Their ids, and a scene that nobody has sent."""
    other = db.scalars(select(Person.id).where(Person.name == "Tomasz Zielinski")).one()
    waits = select(DilemmaAnswer.id).where(DilemmaAnswer.judged_at.is_(None))
    mine, others = (
        db.scalar(waits.where(DilemmaAnswer.person_id == each)) or send(db, each, SPONSOR) for each in (amara, other)
    )
    return {"dilemma": "two-bidders", "answer_id": mine, "others_answer": others}
