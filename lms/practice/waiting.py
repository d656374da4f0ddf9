"""A trainer's lists: what waits, what went back, what was signed this month."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import Session

from lms.core import settings
from lms.core.actor import Actor
from lms.core.phrases import days_since
from lms.groups import service as groups
from lms.people import service as people
from lms.practice import access, rules
from lms.practice.models import STANDING, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.rows import Queue, QueueRow, SessionRow

MOST_ROWS = 200
LISTS = {"waiting": "Waiting", "returned": "Returned", "signed": "Signed this month"}


def queue(db: Session, actor: Actor, show: str, month_start: datetime) -> Queue:
    """The sessions that wait for the actor, those they returned, or those signed since `month_start`; five queries."""
    mine = access.supervised(actor) & (PracticeSession.person_id != actor.person_id)
    lists = _lists(month_start)
    counted = select(*(func.count(case((each, 1))) for each in lists.values())).select_from(PracticeSession)
    counts = db.execute(counted.outerjoin(Signature, STANDING).where(mine)).one()
    found = _found(db, show, mine & lists[show])
    rows = access.rows_of(db, [each.person_id for each in found])
    circles = groups.circles_by_id(db, [each.group_id for each in rows])
    names = people.names_of(db, [each.person_id for each in found])
    history: dict[uuid.UUID, list[SessionRow]] = {}
    for row in rows:
        history.setdefault(row.person_id, []).append(row)
    by_id = {row.id: row for row in rows}
    listed = [
        _listed(
            by_id[each.id],
            history[each.person_id],
            each,
            name=names[each.person_id],
            group=circles[by_id[each.id].group_id].name,
            place=place if show == "waiting" else None,
        )
        for place, each in enumerate(found)
    ]
    return Queue(tuple(listed), waiting=counts[0], returned=counts[1], signed=counts[2])


def _lists(month_start: datetime) -> Mapping[str, ColumnElement[bool]]:
    return {
        "waiting": PracticeSession.state == "waiting",
        "returned": PracticeSession.state == "returned",
        "signed": (PracticeSession.state == "signed") & (Signature.signed_at >= month_start),
    }


def _found(db: Session, show: str, chosen: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Ids of the sessions to list, when each was sent, returned or signed, why it came back and what voided it."""
    returns = (
        select(PracticeReturn)
        .where(PracticeReturn.session_id == PracticeSession.id)
        .order_by(PracticeReturn.version.desc())
        .limit(1)
    )
    times: dict[str, ColumnElement[datetime]] = {
        "waiting": PracticeSession.submitted_at.expression,
        "returned": returns.with_only_columns(PracticeReturn.returned_at).scalar_subquery(),
        "signed": Signature.signed_at.expression,
    }
    at = times[show]
    reason = returns.with_only_columns(PracticeReturn.reason).scalar_subquery()
    voided = (
        select(PracticeEvent.kind)
        .where(PracticeEvent.session_id == PracticeSession.id, PracticeEvent.kept.is_not(None))
        .order_by(PracticeEvent.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (at.label("at"), reason.label("reason"), voided.label("voided"))
    return db.execute(
        select(PracticeSession.id, PracticeSession.person_id, *columns)
        .outerjoin(Signature, STANDING)
        .where(chosen)
        .order_by(at.asc() if show == "waiting" else at.desc(), PracticeSession.id)
        .limit(MOST_ROWS)
    ).all()


def _listed(
    row: SessionRow, history: list[SessionRow], found: Row[Any], *, name: str, group: str, place: int | None
) -> QueueRow:
    number = history.index(row) + 1
    before = next((each.signature for each in reversed(history[: number - 1]) if each.signature), None)
    days = days_since(found.at, settings.current().time_zone)
    flag = None
    if place is not None:
        flag = rules.flag(
            days=days,
            oldest=place == 0,
            returned_for=found.reason,
            voided=found.voided,
            own=row.own_ratings,
            last=before.ratings if before else None,
            titles={each.id: each.title for each in rules.rubric().rows},
        )
    return QueueRow(
        id=row.id,
        name=name,
        group=group,
        number=number,
        role=row.role,
        level=rules.level_shown(row.role, before.level if before else None),
        agreed=before.level if before else None,
        at=found.at,
        days=days,
        flag=flag,
    )
