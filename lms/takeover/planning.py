"""The plan of fading: by when the stool is meant to move. What moves it is a decision; the plan decides nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assessments.group_standards import Stage
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.groups.models import PeerGroup
from lms.groups.standards import standard_of
from lms.takeover import service
from lms.takeover.models import StagePlan

IN_ORDER = "A later stage is not planned before an earlier one. Choose this day or a later one: {day:%-d %B %Y}."


def stages(group: PeerGroup) -> Sequence[Stage]:
    """What can be planned: every stage but the first."""
    return standard_of(group).stages[1:]


def find_plan(db: Session, group_id: uuid.UUID) -> dict[str, date]:
    """By when which stage is meant to be entered, for a circle the caller holds through a scope."""
    chosen = select(StagePlan.stage, StagePlan.day).where(StagePlan.group_id == group_id)
    return {row.stage: row.day for row in db.execute(chosen)}


def plan(db: Session, actor: Actor, group_id: uuid.UUID, days: Mapping[str, date]) -> None:
    """Write the plan down in place of the one before. Raises NotFound, Forbidden, Invalid."""
    group = service.get_to_move(db, actor, group_id, lock=True)
    if wrong := out_of_order(days, [each.id for each in stages(group)]):
        raise Invalid(wrong)
    before = find_plan(db, group.id)
    changed = [stage for stage, day in before.items() if days.get(stage) != day]
    db.execute(delete(StagePlan).where(StagePlan.group_id == group.id, StagePlan.stage.in_(changed)))
    planned = {"group_id": group.id, "planned_by": actor.person_id, "planned_at": clock.now()}
    db.add_all([StagePlan(stage=stage, day=day, **planned) for stage, day in days.items() if before.get(stage) != day])
    db.flush()


def out_of_order(days: Mapping[str, date], order: Sequence[str]) -> dict[str, str]:
    """A sentence for every stage that is planned before an earlier one, by the field it was typed in."""
    wrong, latest = dict[str, str](), date.min
    for stage in order:
        day = days.get(stage)
        if day is None:
            continue
        if day < latest:
            wrong[f"day-{stage}"] = IN_ORDER.format(day=latest)
        latest = max(latest, day)
    return wrong
