"""Who reads what of a circle after its hand-over, who sits there, and how far its checks are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from assessments.drift import CheckAnswer, Sign, checks_due, due_on, find_drift
from assessments.group_after import After
from assessments.group_standards import GroupStandard, after_of
from lms.aftercare.models import AfterCheck
from lms.aftercare.rules import EMPTY, NOBODY, NOT_SEATED, Answered, Part
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.groups import attendance, handing
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup
from lms.groups.rules import is_asked_back
from lms.groups.standards import standard_of
from lms.people import service as people
from lms.people.models import Membership, Person
from lms.takeover import evidence


@dataclass(frozen=True, slots=True)
class Handed:
    """A circle after its hand-over, as somebody may see it on a day of its own zone."""

    group: PeerGroup
    part: Part
    standard: GroupStandard
    handed_over_on: date
    today: date

    @property
    def after(self) -> After:
        """What its standard says about this time."""
        return after_of(self.standard)

    @property
    def due(self) -> tuple[int, ...]:
        """The checks whose day has come."""
        return checks_due(self.after, self.handed_over_on, self.today)

    @property
    def current(self) -> int | None:
        """The check that is asked now: the latest that is due."""
        return self.due[-1] if self.due else None

    def due_on(self, days: int) -> date:
        """The day from which a check can be answered."""
        return due_on(self.handed_over_on, days)


def scope(actor: Actor) -> Select[PeerGroup]:
    """Circles that were handed over and that `actor` sits in, administers, or was asked back to.

    The last by a margin that `get_circle` takes back.
    """
    administered = PeerGroup.provider_id.in_(actor.organisations(Role.ADMINISTRATOR))
    mine = or_(PeerGroup.id.in_(groups.ids_sat_in(actor)), administered, handing.asked_back(actor))
    return select(PeerGroup).where(PeerGroup.handed_over_at.is_not(None), mine)


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> Handed:
    """A circle after its hand-over; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = scope(actor).where(PeerGroup.id == group_id)
    group = db.scalar(chosen.with_for_update(of=PeerGroup) if lock else chosen)
    if group is None:
        raise NotFound
    if groups.sits_in(db, actor, group.id):
        return look_at(group, Part.SEAT)
    if group.trainer_id == actor.person_id and is_asked_back(group.trainer_asked_until, clock.today(group.zone)):
        return look_at(group, Part.TRAINER)
    if group.provider_id in actor.organisations(Role.ADMINISTRATOR):
        return look_at(group, Part.PROGRAMME)
    raise NotFound


def get_seated(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> Handed:
    """The same, for those who sit there. Raises NotFound, Forbidden."""
    found = get_circle(db, actor, group_id, lock=lock)
    if found.part is not Part.SEAT:
        raise Forbidden(NOT_SEATED)
    return found


def look_at(group: PeerGroup, part: Part = Part.SEAT) -> Handed:
    """A circle that was handed over, which the caller holds through a scope or in a job. Raises NotFound."""
    if group.handed_over_at is None:
        raise NotFound
    handed_over_on = group.handed_over_at.astimezone(ZoneInfo(group.zone)).date()
    return Handed(group, part, standard_of(group), handed_over_on, clock.today(group.zone))


def accounts_in(db: Session, group: PeerGroup) -> list[uuid.UUID]:
    """Who sits there and can sign in: whose account is open, and who belongs to the organisation or the provider."""
    seated = select(GroupMember.person_id).where(GroupMember.group_id == group.id, GroupMember.left_on.is_(None))
    belongs = exists().where(
        Membership.person_id == Person.id,
        Membership.organisation_id.in_([group.organisation_id, group.provider_id]),
        Membership.ended_on.is_(None),
    )
    chosen = select(Person.id).where(
        or_(Person.id == group.facilitator_id, Person.id.in_(seated)), Person.active, belongs
    )
    return list(db.scalars(chosen.order_by(Person.id)))


def administrators_of(db: Session, group: PeerGroup) -> list[uuid.UUID]:
    """The provider's administrators who do not sit there."""
    seated = {each.person_id for each in attendance.seats_now(db, group)}
    return [each for each in people.people_with(db, Role.ADMINISTRATOR, [group.provider_id]) if each not in seated]


def check_peopled(db: Session, group: PeerGroup) -> None:
    """Raises Conflict where everybody has left the circle."""
    if not groups.list_members(db, group.id):
        raise Conflict(EMPTY)


def list_answers(db: Session, group: PeerGroup) -> dict[int, Sequence[AfterCheck]]:
    """What a circle answered since this hand-over, by check; the newest stands first, and what it corrected after."""
    chosen = select(AfterCheck).where(
        AfterCheck.group_id == group.id, AfterCheck.handed_over_at == group.handed_over_at
    )
    found: dict[int, list[AfterCheck]] = {}
    for row in db.scalars(chosen.order_by(AfterCheck.days, AfterCheck.version.desc())):
        found.setdefault(row.days, []).append(row)
    return dict(found)


def as_answered(row: AfterCheck) -> Answered:
    """A row as it was typed."""
    host = str(row.host_id) if row.host_id else row.host
    return Answered(row.met, host, tuple(row.ran), row.harmed, row.help, row.line)


def signs_of(db: Session, handed: Handed) -> tuple[Sign, ...]:
    """Every sign of drift that stands today."""
    zone = ZoneInfo(handed.group.zone)
    answers = [
        CheckAnswer(
            days=days,
            answered_on=rows[-1].answered_at.astimezone(zone).date(),
            met="as-agreed" if rows[0].met == "as-agreed" else "less" if rows[0].met == "less" else "fell-through",
            hosted=rows[0].host != NOBODY,
            harmed=rows[0].harmed,
        )
        for days, rows in list_answers(db, handed.group).items()
    ]
    known = evidence.gather(db, handed.group)
    return find_drift(handed.standard, known, answers, handed.handed_over_on, handed.today)


def handed_over(db: Session) -> Sequence[uuid.UUID]:
    """Every circle that was handed over and has members, for the daily look."""
    peopled = select(GroupMember.group_id).where(GroupMember.left_on.is_(None))
    chosen = select(PeerGroup.id).where(PeerGroup.handed_over_at.is_not(None), PeerGroup.id.in_(peopled))
    return db.scalars(chosen.order_by(PeerGroup.id)).all()
