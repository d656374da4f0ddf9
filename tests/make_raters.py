"""Rounds that somebody coded and evenings they rated, some days ago."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from assessments import cases, transcripts
from assessments.coding import Label
from assessments.double_coding import own_labels
from lms.core import clock
from lms.exercises import coding, rating
from tests.make import actor

KEPT = ("firm-estimates", "school-reading-room")  # for assessors; together they hold enough questions
OTHERS = ("fire-station-quiet-watch", "choir-second-altos")


def code_round(
    db: Session, person_id: uuid.UUID, name: str, *, days_ago: int = 0, alike: bool = True, **labels: Label
) -> uuid.UUID:
    """Code a round as its key does, or everything as closed; `labels` are given otherwise."""
    sheet = transcripts.current()[name]
    given = own_labels(sheet) if alike else dict.fromkeys(sheet.keyed, Label("closed", "no"))
    with clock.at(clock.now() - timedelta(days=days_ago)):
        who = actor(db, person_id)
        coding.save(db, who, sheet, uuid.uuid4(), (0, sheet.content_hash), given | labels)
        return coding.send(db, who, sheet).id


def rate_evenings(db: Session, person_id: uuid.UUID, *, days_ago: int = 0, anchor: int | None = None) -> None:
    """Rate every evening as its key does, or with one anchor throughout."""
    with clock.at(clock.now() - timedelta(days=days_ago)):
        for case in cases.current().values():
            levels = case.levels if anchor is None else dict.fromkeys(case.levels, anchor)
            rating.keep(db, actor(db, person_id), case, uuid.uuid4(), levels)
