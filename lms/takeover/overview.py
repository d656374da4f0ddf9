"""All circles on their way, and how often the stool had to come back: that is how thresholds are put right."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.group_standards import Stage, after_of, get_group_standard
from lms.core.actor import Actor, Role
from lms.groups import handing
from lms.groups.models import Meeting, PeerGroup
from lms.groups.standards import standard_of
from lms.people.models import Unit
from lms.takeover.models import MeetingCount, StageMove

FEWEST_CIRCLES = 10  # below so many a share says little: one circle is more than a tenth of it
LOOKED_AT = timedelta(days=180)  # readiness.md §4: the share of circles that step back is looked at after 180 days


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A circle, where its trainer sits since when, and when its last counted meeting was."""

    id: uuid.UUID
    name: str
    unit: str
    zone: str
    stage: Stage
    since: datetime | None  # none: from the beginning
    counted: datetime | None  # by the clock on its wall


@dataclass(frozen=True, slots=True)
class SteppedBack:
    """Of the steps on under one version of a standard, how many were taken back within 180 days.

    `steps` are those whose 180 days are over, or that were taken back before; of the others nobody knows yet.
    """

    version: int
    to: Stage
    steps: int
    back: int


@dataclass(frozen=True, slots=True)
class SupportAgain:
    """Of the hand-overs under one version of a standard: how many circles took more support again within so many days.

    `circles` are those whose days are over, whatever became of them, so that no share is made of the quick ones alone.
    `early` are younger, and `early_back` of them take more support again already: they count when their days are over.
    """

    version: int
    days: int
    target: float
    circles: int
    back: int
    early: int
    early_back: int

    @property
    def share(self) -> float | None:
        """The share that took more support again; None while no circle's days are over."""
        return self.back / self.circles if self.circles else None

    @property
    def is_few(self) -> bool:
        """Whether one circle more or less would change the share by more than a tenth."""
        return self.circles < FEWEST_CIRCLES

    @property
    def is_above(self) -> bool:
        """Whether more came back than the standard aims at, of enough circles to say so."""
        return self.share is not None and self.share > self.target and not self.is_few


def list_circles(db: Session, actor: Actor) -> list[OnItsWay]:
    """The circles of the providers the actor administers, or trains for until they are handed over, furthest on the way
    first, in two queries.
    """
    last = select(Meeting.group_id, func.max(Meeting.starts_local).label("counted"))
    last_counted = last.join(MeetingCount, MeetingCount.meeting_id == Meeting.id).group_by(Meeting.group_id).subquery()
    chosen = (
        select(PeerGroup, Unit.name, last_counted.c.counted)
        .join(Unit, Unit.id == PeerGroup.unit_id)
        .outerjoin(last_counted, last_counted.c.group_id == PeerGroup.id)
        .where(handing.provided(actor))
    )
    latest = {move.group_id: move for move in _moves(db, actor)}  # the later one stands last
    standard = get_group_standard()
    found = [
        OnItsWay(
            id=group.id,
            name=group.name,
            unit=unit,
            zone=group.zone,
            stage=_stage(group, latest.get(group.id)),
            since=latest[group.id].decided_at if group.id in latest else None,
            counted=counted,
        )
        for group, unit, counted in db.execute(chosen)
    ]
    return sorted(found, key=lambda each: (-standard.place(each.stage.id), each.name))


def _stage(group: PeerGroup, newest: StageMove | None) -> Stage:
    standard = standard_of(group)
    return standard.stage(newest.to_stage) if newest else standard.stages[0]


def stepped_back(db: Session, actor: Actor, now: datetime) -> list[SteppedBack]:
    """How often a step on was taken back, by version and stage, of the same circles, in one query."""
    standard = get_group_standard()
    by_circle: dict[uuid.UUID, list[StageMove]] = defaultdict(list)
    for move in _moves(db, actor):
        by_circle[move.group_id].append(move)
    steps: dict[tuple[int, str], list[bool]] = defaultdict(list)
    for moves in by_circle.values():
        for place, move in enumerate(moves):
            if standard.place(move.to_stage) < standard.place(move.from_stage):
                continue
            back = any(
                standard.place(later.to_stage) < standard.place(move.to_stage)
                and later.decided_at - move.decided_at <= LOOKED_AT
                for later in moves[place + 1 :]
            )
            if back or now - move.decided_at > LOOKED_AT:
                steps[move.standard_version, move.to_stage].append(back)
    return [
        SteppedBack(version, standard.stage(to), len(known), sum(known))
        for (version, to), known in sorted(steps.items(), key=lambda each: (-each[0][0], standard.place(each[0][1])))
    ]


def support_again(db: Session, actor: Actor, now: datetime) -> list[SupportAgain]:
    """How many circles took more support again after their hand-over, by version of the standard, newest first.

    A hand-over is known from the circle while it stands, and from the move that ended it afterwards. It is counted
    under the version by which the stool had last been moved before it. Two queries.
    """
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    by_circle: dict[uuid.UUID, list[StageMove]] = defaultdict(list)
    for move in _moves(db, actor):
        by_circle[move.group_id].append(move)
    for moves in by_circle.values():
        for move in moves:
            if move.handed_over_at is not None:
                found[_version_at(moves, move.handed_over_at)].append((move.handed_over_at, move.decided_at))
    providers = actor.organisations(Role.TRAINER, Role.ADMINISTRATOR)
    standing = select(PeerGroup.id, PeerGroup.handed_over_at).where(PeerGroup.provider_id.in_(providers))
    for group_id, at in db.execute(standing):
        if at is not None:
            found[_version_at(by_circle[group_id], at)].append((at, None))
    return [_share(version, found[version], now) for version in sorted(found, reverse=True)]


def _version_at(moves: Sequence[StageMove], at: datetime) -> int:
    """By which version the stool had last been moved then; the newest where it never was."""
    before = [each.standard_version for each in moves if each.decided_at <= at]
    return before[-1] if before else get_group_standard().version


def _share(version: int, handed: Sequence[tuple[datetime, datetime | None]], now: datetime) -> SupportAgain:
    after = after_of(get_group_standard(version=version))
    within = timedelta(days=after.looked_at)
    over = [(at, back) for at, back in handed if now - at >= within]
    young = [back for at, back in handed if now - at < within]
    return SupportAgain(
        version=version,
        days=after.looked_at,
        target=after.target_share,
        circles=len(over),
        back=sum(back is not None and back - at <= within for at, back in over),
        early=len(young),
        early_back=sum(back is not None for back in young),
    )


def headline(circles: Sequence[OnItsWay], handed_over: int) -> str:
    """How many of them run their own rounds; those `handed_over`, which the reader no longer opens, do."""
    many = len(circles) + handed_over
    alone = sum(each.stage.id in ("G4", "G5") for each in circles) + handed_over
    if not many:
        return "There is no circle yet"
    if not alone:
        return "No circle runs itself yet"
    if many == 1:
        return "Your one circle runs itself"
    return f"One of {many} circles runs itself" if alone == 1 else f"{alone} of {many} run themselves"


def _moves(db: Session, actor: Actor) -> Sequence[StageMove]:
    """Every move in these circles, oldest first."""
    providers = actor.organisations(Role.TRAINER, Role.ADMINISTRATOR)
    chosen = select(StageMove).join(PeerGroup, PeerGroup.id == StageMove.group_id)
    chosen = chosen.where(PeerGroup.provider_id.in_(providers))
    return db.scalars(chosen.order_by(StageMove.decided_at, StageMove.id)).all()
