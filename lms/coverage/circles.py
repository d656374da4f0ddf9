"""The circles of an organisation as its managers see them: from outside, in a fixed number of questions."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.advising.models import AdvisoryCase
from lms.advising.rules import STILL_OPEN
from lms.aftercare.models import DriftSign
from lms.core import clock
from lms.coverage import circle_rules as rules
from lms.coverage.circle_rules import Case, Circle
from lms.groups.models import Attendance, GroupMember, Meeting, PeerGroup
from lms.groups.standards import standard_of
from lms.people.managed import Managed
from lms.people.models import Membership, Person, Unit
from lms.takeover.models import CircleWord, MeetingCount, StageMove
from lms.takeover.rules import AGREED
from lms.transfer.models import HandOver, HandOverSignature, HandOverYes

PAGE = 25
MOST_CASES = 30


@dataclass(frozen=True, slots=True)
class Circles:
    """A page of an organisation's circles: what needs somebody first. `cases` are told by their titles."""

    rows: tuple[Circle, ...]
    every: tuple[Circle, ...]
    cases: tuple[Case, ...]
    more_cases: int  # that are counted only
    page: int
    today: date

    @property
    def more(self) -> bool:
        return self.page * PAGE < len(self.every)


def look(db: Session, organisation: Managed, today: date, page: int = 1) -> Circles:
    """One page, the last where there is no such page. Four questions, however many circles there are."""
    found, cases = gather(db, organisation.id, today)
    every = rules.in_order(found, today)
    told, more = rules.told_cases(cases, len(every))
    page = min(page, max(1, -(-len(every) // PAGE)))
    rows = every[(page - 1) * PAGE : page * PAGE]
    return Circles(tuple(rows), tuple(every), tuple(told[:MOST_CASES]), more, page, today)


def gather(db: Session, organisation_id: uuid.UUID, today: date) -> tuple[list[Circle], list[Case]]:
    """Every circle of an organisation that the caller holds through a scope, and the cases that are open there."""
    rows = db.execute(_circles(organisation_id)).all()
    met = _met(db, organisation_id, {row[0].zone for row in rows})
    signs, cases = _signs(db, organisation_id), _cases(db, organisation_id)
    agreed = [each for each in cases if each.agreed]
    steps = Counter(each.group_id for each in agreed)
    late = Counter(each.group_id for each in agreed if each.due_on is not None and each.due_on < today)
    opened = Counter(each.group_id for each in cases)
    found = []
    for row in rows:
        key = row[0].id
        met_on, next_on = met.get(key, (None, None))
        counted = {"steps": steps[key], "late": late[key], "cases": opened[key]}
        found.append(_circle(row, met_on=met_on, next_on=next_on, signs=signs.get(key, ()), **counted))
    return found, cases


def _circle(row: Sequence[Any], **more: Any) -> Circle:
    group, unit, facilitator, here, trainer, moved, until, under_way, *there = row
    standard = standard_of(group)
    stage = standard.stage(moved) if moved else standard.stages[0]
    parts = [*rules.PARTS, rules.YES]
    return Circle(
        id=group.id,
        name=group.name,
        unit=unit,
        stage=stage.id,
        stage_name=stage.name,
        facilitator=facilitator,
        facilitator_here=bool(here),
        trainer=trainer,
        runs_itself=standard.place(stage.id) >= standard.place(AGREED),
        began_on=group.created_at.astimezone(ZoneInfo(group.zone)).date(),
        protected_until=until,
        under_way=under_way is not None,
        waits_for=tuple(part for part, done in zip(parts, there, strict=True) if under_way and not done),
        **more,
    )


def _circles(organisation_id: uuid.UUID) -> Select[Any]:
    """In the order that `_circle` reads."""
    leads, trains = aliased(Person), aliased(Person)
    here = select(Membership.id).where(
        Membership.person_id == PeerGroup.facilitator_id,
        Membership.organisation_id.in_([PeerGroup.organisation_id, PeerGroup.provider_id]),
        Membership.ended_on.is_(None),
    )
    moved = select(StageMove.to_stage).where(StageMove.group_id == PeerGroup.id)
    moved = moved.order_by(StageMove.decided_at.desc(), StageMove.id.desc()).limit(1)
    until = select(CircleWord.until).where(CircleWord.group_id == PeerGroup.id, CircleWord.kind == "time")
    until = until.order_by(CircleWord.said_at.desc(), CircleWord.id.desc()).limit(1)
    return (
        select(
            PeerGroup,
            Unit.name,
            leads.name,
            here.correlate(PeerGroup).exists() & leads.active,
            trains.name,
            moved.correlate(PeerGroup).scalar_subquery(),
            until.correlate(PeerGroup).scalar_subquery(),
            HandOver.id,
            *(_signed(part) for part in rules.PARTS),
            _said_yes(),
        )
        .join(Unit, Unit.id == PeerGroup.unit_id)
        .join(leads, leads.id == PeerGroup.facilitator_id)
        .join(trains, trains.id == PeerGroup.trainer_id)
        .outerjoin(HandOver, _is_open())
        .where(PeerGroup.organisation_id == organisation_id)
        .order_by(PeerGroup.name, PeerGroup.id)
    )


def _is_open() -> ColumnElement[bool]:
    open_ = HandOver.completed_at.is_(None) & HandOver.called_off_at.is_(None)
    return (HandOver.group_id == PeerGroup.id) & open_


def _signed(part: str) -> ColumnElement[bool]:
    """Whether this part stands under what was drafted last, as the page of waiting things asks it (transfer)."""
    same = cast(HandOverSignature.terms, Text) == cast(HandOver.terms, Text)
    stands = (HandOverSignature.hand_over_id == HandOver.id, HandOverSignature.ended_at.is_(None), same)
    return select(HandOverSignature.id).where(*stands, HandOverSignature.part == part).correlate(HandOver).exists()


def _said_yes() -> ColumnElement[bool]:
    """Whether everybody on a chair but who signs as facilitator said yes. Who has not is the circle's own."""
    beside = or_(GroupMember.person_id.is_(None), GroupMember.person_id != HandOver.facilitator_id)
    yes = select(HandOverYes.member_id).where(
        HandOverYes.hand_over_id == HandOver.id, HandOverYes.member_id == GroupMember.id, HandOverYes.yes
    )
    open_ = select(GroupMember.id).where(
        GroupMember.group_id == PeerGroup.id, GroupMember.left_on.is_(None), beside, ~yes.exists()
    )
    return ~open_.correlate(HandOver, PeerGroup).exists()


def _met(
    db: Session, organisation_id: uuid.UUID, zones: Iterable[str]
) -> dict[uuid.UUID, tuple[date | None, date | None]]:
    """When each circle last met and when it meets next, by the clock on its own wall.

    A meeting to which somebody noted that nobody came was none.
    """
    walls: Mapping[str, datetime] = {
        zone: clock.now().astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in zones
    }
    if not walls:
        return {}
    begun = Meeting.starts_local <= case(walls, value=PeerGroup.zone)
    came = select(Attendance.member_id).where(Attendance.meeting_id == Meeting.id)
    counted = select(MeetingCount.meeting_id).where(MeetingCount.meeting_id == Meeting.id)
    held = or_(Meeting.attendance_at.is_(None), came.exists(), counted.exists())
    rows = db.execute(
        select(
            Meeting.group_id,
            func.max(Meeting.starts_local).filter(begun, held),
            func.min(Meeting.starts_local).filter(~begun),
        )
        .join(PeerGroup, PeerGroup.id == Meeting.group_id)
        .where(PeerGroup.organisation_id == organisation_id)
        .group_by(Meeting.group_id)
    )
    return {key: (last.date() if last else None, coming.date() if coming else None) for key, last, coming in rows}


def _signs(db: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, ...]]:
    """The kinds of signs that stand, as the daily look found them last."""
    rows = db.execute(
        select(DriftSign.group_id, DriftSign.kind)
        .join(PeerGroup, PeerGroup.id == DriftSign.group_id)
        .where(
            PeerGroup.organisation_id == organisation_id,
            DriftSign.handed_over_at == PeerGroup.handed_over_at,
            DriftSign.gone_on.is_(None),
        )
    )
    found: dict[uuid.UUID, tuple[str, ...]] = defaultdict(tuple)
    for key, kind in rows:
        found[key] += (kind,)
    return found


def _cases(db: Session, organisation_id: uuid.UUID) -> list[Case]:
    """The advisory cases that are open: never what one says."""
    rows = db.execute(
        select(
            AdvisoryCase.id,
            AdvisoryCase.theme,
            AdvisoryCase.state,
            AdvisoryCase.due_on,
            AdvisoryCase.shared_with_sponsor,
            AdvisoryCase.group_id,
        ).where(AdvisoryCase.organisation_id == organisation_id, AdvisoryCase.state.in_(STILL_OPEN))
    )
    return [Case(key, theme, state == "agreed", due, shared, circle) for key, theme, state, due, shared, circle in rows]
