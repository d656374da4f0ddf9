"""When somebody last practised in a module: times only, nothing of what they answered or what was said of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, ScalarSelect, Uuid, bindparam, func, literal, select, union_all

from courses.schema import Module
from lms.core.lines import in_lines, instant, read_lines
from lms.exercises.dialogue_models import DialogueRun, DialogueTurn
from lms.exercises.models import Attempt, CaseRating, CodingPractice


@cache
def practised_in_lines() -> ScalarSelect[str]:
    """The last time of each activity, for `last_practised`, as a column of whatever query needs it.

    Whose it is, that query is told as its parameter `practised_by`.
    """
    times = _times(bindparam("practised_by", type_=Uuid)).subquery()
    name, at = times.c
    return select(in_lines((name, at))).where(at.is_not(None)).scalar_subquery()


def last_practised(lines: str | None, modules: Iterable[Module]) -> dict[str, datetime]:
    """The last time in each of these modules, by its id; a module never practised is not there.

    An attempt belongs to the module with which the id of its activity begins. Dialogues, rounds to code and evenings
    to rate belong to every module that has an activity of their kind.
    """
    found = [(name, instant(at)) for name, at in read_lines(lines, 2)]
    times: dict[str, datetime] = {}
    for module in modules:
        kinds = {each.kind for lesson in module.lessons for each in lesson.activities}
        mine = [at for name, at in found if name in kinds or name.partition("-")[0] == module.id]
        if mine:
            times[module.id] = max(mine)
    return times


def _times(person_id: ColumnElement[uuid.UUID]) -> CompoundSelect[Any]:
    tried = select(Attempt.activity_id, func.max(Attempt.created_at)).where(Attempt.person_id == person_id)
    asked = select(literal("dialogue"), func.max(DialogueTurn.asked_at)).where(DialogueRun.person_id == person_id)
    ended = select(literal("dialogue"), func.max(DialogueRun.ended_at)).where(DialogueRun.person_id == person_id)
    coded = select(literal("coding"), func.max(func.coalesce(CodingPractice.sent_at, CodingPractice.saved_at)))
    rated = select(literal("rating"), func.max(CaseRating.rated_at)).where(CaseRating.person_id == person_id)
    return union_all(
        tried.group_by(Attempt.activity_id),
        asked.join_from(DialogueTurn, DialogueRun, DialogueRun.id == DialogueTurn.run_id),
        ended,
        coded.where(CodingPractice.person_id == person_id),
        rated,
    )
