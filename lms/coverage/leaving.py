"""“If somebody leaves”: gathering an organisation in a fixed number of questions. It only reads, and tells nobody."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.coverage import leaving_rules as rules
from lms.coverage import leaving_words as words
from lms.coverage import service
from lms.coverage.leaving_rules import Effect, House, Learner, Led, Seat, UnitNow, What
from lms.groups.models import GroupMember, PeerGroup
from lms.handover import evidence
from lms.handover import service as handover
from lms.learning.models import Enrolment
from lms.people.managed import Managed
from lms.people.models import Membership, Person
from lms.practice.models import Signature
from lms.takeover.models import StageMove
from lms.takeover.rules import AGREED, BEYOND
from lms.transfer.models import HandOver

JUDGED = 12  # of those in training: the ones with most signatures, since nobody else is close
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gathered:
    """An organisation on a day, and whom a page may be about, by name."""

    house: House
    people: Mapping[uuid.UUID, str]
    enrolments: Mapping[uuid.UUID, uuid.UUID]  # by person
    notice: str  # that another meaning of covered is being worked in, if one is


def gather(db: Session, actor: Actor, organisation: Managed, on: date) -> Gathered:
    """Everything of an organisation that the actor manages."""
    report = service.report(db, actor, on, organisation.id)
    units = tuple(UnitNow(each.id, each.name, each.headcount, each.needed) for each in report.cover.units)
    seats = tuple(Seat(each.person_id, each.name, each.unit_id, each.valid_until, each.active) for each in report.held)
    trained, enrolments = _trained(db, organisation.id)
    learners = [
        Learner(each.person_id, each.name, each.unit_id, *trained[each.person_id])
        for each in report.training
        if each.person_id in trained
    ]
    circles, second = _circles(db, organisation.id), _second(db, organisation.id)
    concerned = {each.person_id for each in seats} | set(enrolments) | {each.facilitator_id for each in circles}
    concerned |= set(second.values()) | {each.receives_id for each in circles if each.receives_id}
    names = _names(db, organisation.id, concerned)
    house = House(units, seats, tuple(learners), tuple(circles), second, names)
    return Gathered(house, names, enrolments, report.said.notice)


Trained = dict[uuid.UUID, tuple[uuid.UUID, str, int]]  # by person: their trainer, and sessions signed


def _trained(db: Session, organisation_id: uuid.UUID) -> tuple[Trained, dict[uuid.UUID, uuid.UUID]]:
    """Everybody in training, and which training that is."""
    trainer = aliased(Person)
    signed = select(func.count(Signature.session_id.distinct())).where(
        Signature.person_id == Enrolment.person_id, Signature.voided_at.is_(None), Signature.tier != "link"
    )
    rows = db.execute(
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.trainer_id,
            trainer.name,
            signed.correlate(Enrolment).scalar_subquery(),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(trainer, trainer.id == Enrolment.trainer_id)
        .where(Enrolment.organisation_id == organisation_id, Enrolment.ended_on.is_(None), Person.active)
        .order_by(Enrolment.started_on, Enrolment.id)
    )
    found: Trained = {}
    enrolments: dict[uuid.UUID, uuid.UUID] = {}
    for enrolment_id, person_id, trainer_id, name, many in rows:
        found[person_id], enrolments[person_id] = (trainer_id, name, many), enrolment_id
    return found, enrolments


def _circles(db: Session, organisation_id: uuid.UUID) -> list[Led]:
    trainer = aliased(Person)
    moved = select(StageMove.to_stage).where(StageMove.group_id == PeerGroup.id)
    moved = moved.order_by(StageMove.decided_at.desc(), StageMove.id.desc()).limit(1)
    open_ = HandOver.completed_at.is_(None) & HandOver.called_off_at.is_(None)
    rows = db.execute(
        select(
            PeerGroup.id,
            PeerGroup.name,
            PeerGroup.unit_id,
            PeerGroup.facilitator_id,
            moved.correlate(PeerGroup).scalar_subquery(),
            trainer.name,
            HandOver.facilitator_id,
        )
        .join(trainer, trainer.id == PeerGroup.trainer_id)
        .outerjoin(HandOver, (HandOver.group_id == PeerGroup.id) & open_)
        .where(PeerGroup.organisation_id == organisation_id)
        .order_by(PeerGroup.name, PeerGroup.id)
    ).all()
    seated: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    chairs = select(GroupMember.group_id, GroupMember.person_id).join(PeerGroup, PeerGroup.id == GroupMember.group_id)
    chairs = chairs.where(PeerGroup.organisation_id == organisation_id, GroupMember.left_on.is_(None))
    for group_id, person_id in db.execute(chairs.where(GroupMember.person_id.is_not(None))):
        if person_id is not None:
            seated[group_id].add(person_id)
    return [
        Led(key, name, unit, leads, stage in (AGREED, BEYOND), trains, receives, frozenset(seated[key]))
        for key, name, unit, leads, stage, trains, receives in rows
    ]


def _second(db: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    """For whom in training only one person beside their trainer has signed, and who that is."""
    rows = db.execute(
        select(Enrolment.person_id, Signature.signer_id)
        .join(Signature, Signature.person_id == Enrolment.person_id)
        .where(
            Enrolment.organisation_id == organisation_id,
            Enrolment.ended_on.is_(None),
            Signature.voided_at.is_(None),
            Signature.signer_id != Enrolment.trainer_id,
        )
        .distinct()
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person_id, signer_id in rows:
        found[person_id].add(signer_id)
    return {person_id: next(iter(by)) for person_id, by in found.items() if len(by) == 1}


def _names(db: Session, organisation_id: uuid.UUID, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of those who have a part in the organisation: of nobody else a page is made."""
    here = select(Membership.id).where(
        Membership.person_id == Person.id,
        Membership.organisation_id == organisation_id,
        Membership.ended_on.is_(None),
    )
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(ids), here.exists()))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom somebody typed or chose: the people, and for what was typed and fits several, these."""

    ids: tuple[uuid.UUID, ...]
    unclear: tuple[tuple[str, tuple[uuid.UUID, ...]], ...] = ()
    unknown: tuple[str, ...] = ()


def choose(found: Gathered, typed: Sequence[str]) -> Chosen:
    """Who is meant by ids or names. Raises NotFound for the id of anybody who has no part here."""
    ids: list[uuid.UUID] = []
    unclear: list[tuple[str, tuple[uuid.UUID, ...]]] = []
    unknown: list[str] = []
    for each in typed:
        key = _as_id(each)
        if key is not None and key not in found.people:
            raise NotFound
        means = [key] if key is not None else words.by_name(found.people, each)
        if len(means) == 1:
            ids.append(means[0])
        elif means:
            unclear.append((each, tuple(means[:20])))
        else:
            unknown.append(each)
    return Chosen(tuple(dict.fromkeys(ids)), tuple(unclear), tuple(unknown))


def _as_id(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def first_day(found: Gathered, ids: Sequence[uuid.UUID], what: What, today: date) -> date:
    """From when it is asked unless somebody says: today; of certificates that lapse, the day after the first ends."""
    ends = [each.valid_until for each in found.house.seats if each.person_id in ids]
    return max(today, min(ends) + A_DAY) if what == "lapses" and ends else today


def look(db: Session, found: Gathered, ids: Sequence[uuid.UUID], what: What, on: date) -> tuple[Effect, House]:
    """What follows, with how close the nearest of those in training are where somebody is missed. Three questions."""
    effect = rules.if_leaves(found.house, ids, what, on)
    if not effect.harms:
        return effect, found.house
    lost = {each.unit.id for each in effect.lost}
    near = sorted(found.house.learners, key=lambda each: (each.unit_id not in lost, -each.signed))[:JUDGED]
    short = _short(db, [found.enrolments[each.person_id] for each in near])
    learners = tuple(replace(each, left=short.get(each.person_id)) for each in found.house.learners)
    house = replace(found.house, learners=learners)
    return rules.if_leaves(house, ids, what, on), house


def _short(db: Session, enrolments: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many signs each of these is short of. Which ones, is for them and their trainer."""
    asked = evidence.learners(db, select(Enrolment).where(Enrolment.id.in_(enrolments))) if enrolments else []
    facts = evidence.gather(db, asked) if asked else {}
    today = handover.today()
    return {
        each.person_id: len(handover.judged(each, facts[each.enrolment_id], today).readiness.left) for each in asked
    }
