"""Checks after a hand-over that wait for somebody who sits in the circle."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, cast, func, literal, select

from assessments.drift import checks_due
from assessments.group_standards import after_of, standard_in_force
from lms.aftercare.models import AfterCheck
from lms.core import clock
from lms.core.actor import Actor
from lms.core.waiting import Line, line
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup

CHECK = "after-check"
BETWEEN = " "


def to_check(actor: Actor) -> Select[Any]:
    """Every circle that runs itself and in which the actor sits, with its zone and the checks it has answered.

    Whether one is due is asked of `due`: a check’s day is one of the circle’s own zone, by its own standard.
    """
    answered = (
        select(func.aggregate_strings(cast(AfterCheck.days, String), BETWEEN))
        .where(AfterCheck.group_id == PeerGroup.id, AfterCheck.handed_over_at == PeerGroup.handed_over_at)
        .scalar_subquery()
    )
    more = PeerGroup.zone + literal(BETWEEN) + func.coalesce(answered, "")
    shown = line(
        CHECK, PeerGroup.id, PeerGroup.name, since=PeerGroup.handed_over_at, began=PeerGroup.created_at, more=more
    )
    peopled = select(GroupMember.id).where(GroupMember.group_id == PeerGroup.id, GroupMember.left_on.is_(None))
    return select(*shown).where(
        PeerGroup.id.in_(groups.ids_sat_in(actor)), PeerGroup.handed_over_at.is_not(None), peopled.exists()
    )


def due(row: Line) -> int | None:
    """The check that waits for an answer: the latest that is due, unless it has one."""
    if row.since is None or row.began is None:
        return None
    zone, *answered = (row.more or "").split(BETWEEN)
    here = ZoneInfo(zone)
    after = after_of(standard_in_force(row.began.astimezone(here).date()))
    asked = checks_due(after, row.since.astimezone(here).date(), clock.today(zone))
    return asked[-1] if asked and str(asked[-1]) not in answered else None
