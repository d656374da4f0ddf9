"""What people do with groups: start one, fill its chairs, say when it meets, and who may see which."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import add_once
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.groups import handing, invitations, rhythm, rules, seating
from lms.groups.composition import Standing
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.groups.rows import Choices, Circle, MeetingRow
from lms.groups.rules import NewGroup
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import service as people

LATEST_MEETINGS = 12


def _sits(actor: Actor) -> ColumnElement[bool]:
    seated = select(GroupMember.group_id).where(GroupMember.person_id == actor.person_id, GroupMember.left_on.is_(None))
    return or_(PeerGroup.facilitator_id == actor.person_id, PeerGroup.id.in_(seated))


# Whoever facilitates a circle that was handed over has a chair of their own, and still is one person.
_BESIDE = or_(GroupMember.person_id.is_(None), GroupMember.person_id != PeerGroup.facilitator_id)


def scope(actor: Actor) -> Select[PeerGroup]:
    """The groups `actor` may see: where they sit, and those they train for, administer or manage."""
    return select(PeerGroup).where(
        or_(
            _sits(actor),
            handing.provided(actor),
            PeerGroup.organisation_id.in_(actor.organisations(Role.MANAGER)),
        )
    )


def ids_sat_in(actor: Actor) -> Select[uuid.UUID]:
    """The ids of the groups in which `actor` has a seat, the facilitator's among them. No role gives one."""
    return select(PeerGroup.id).where(_sits(actor))


def sits_in(db: Session, actor: Actor, group_id: uuid.UUID) -> bool:
    """Whether `actor` has a seat in this group."""
    return db.scalar(ids_sat_in(actor).where(PeerGroup.id == group_id)) is not None


def ids_supervised(actor: Actor) -> Select[uuid.UUID]:
    """The ids of the groups whose practice `actor` signs: supervised by them, for a provider they train for."""
    return select(PeerGroup.id).where(
        PeerGroup.trainer_id == actor.person_id, PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER))
    )


def ids_trained(actor: Actor) -> Select[uuid.UUID]:
    """The same until they are handed over: for what is the circle's. Practice is a person's record, and stays."""
    return ids_supervised(actor).where(PeerGroup.handed_over_at.is_(None))


def ids_of_providers(actor: Actor, *roles: Role) -> Select[uuid.UUID]:
    """The ids of the groups of the providers in which `actor` holds one of `roles`."""
    return select(PeerGroup.id).where(PeerGroup.provider_id.in_(actor.organisations(*roles)))


def get_group(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A group the actor may see. Raises NotFound."""
    chosen = scope(actor).where(PeerGroup.id == group_id)
    found = db.scalar(chosen.with_for_update(of=PeerGroup) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def list_groups(db: Session, actor: Actor) -> Sequence[PeerGroup]:
    """Every group the actor may see, by name."""
    return db.scalars(scope(actor).order_by(PeerGroup.name)).all()


def count_members(db: Session, group_ids: Iterable[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many sit in each circle beside its facilitator."""
    rows = db.execute(
        select(GroupMember.group_id, func.count())
        .join(PeerGroup, PeerGroup.id == GroupMember.group_id)
        .where(GroupMember.group_id.in_(set(group_ids)), GroupMember.left_on.is_(None), _BESIDE)
        .group_by(GroupMember.group_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def list_members(db: Session, group_id: uuid.UUID) -> Sequence[GroupMember]:
    """Who sits in the circle now, in the order in which they came."""
    return db.scalars(
        select(GroupMember)
        .where(GroupMember.group_id == group_id, GroupMember.left_on.is_(None))
        .order_by(GroupMember.joined_on, GroupMember.id)
    ).all()


_SEATED = (
    select(func.count())
    .where(GroupMember.group_id == PeerGroup.id, GroupMember.left_on.is_(None), _BESIDE)
    .correlate(PeerGroup)
    .scalar_subquery()
)
# What a Circle is made of, in its order, for queries that meet a group on their way.
CIRCLE = (
    PeerGroup.id, PeerGroup.name, PeerGroup.zone, PeerGroup.provider_id, PeerGroup.facilitator_id,
    PeerGroup.trainer_id, _SEATED + 1,
)  # fmt: skip
_CIRCLE = select(*CIRCLE).order_by(PeerGroup.name)


def circles_of(db: Session, actor: Actor) -> list[Circle]:
    """The circles in which the actor has a seat, the facilitator's among them, by name, in one query."""
    return [Circle(*row) for row in db.execute(_CIRCLE.where(_sits(actor)))]


def circles_by_id(db: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Circle]:
    """The circles behind ids the caller already holds through a scope, in one query."""
    return {row[0]: Circle(*row) for row in db.execute(_CIRCLE.where(PeerGroup.id.in_(set(ids))))}


def circles_about(db: Session, actor: Actor, ids: Iterable[uuid.UUID]) -> tuple[dict[uuid.UUID, Circle], list[Circle]]:
    """The circles of these sessions and the actor's own, and of them the actor's own by name, in one query."""
    chosen = _CIRCLE.add_columns(_sits(actor)).where(or_(PeerGroup.id.in_(set(ids)), _sits(actor)))
    rows = [(Circle(*row), sat_in) for *row, sat_in in db.execute(chosen)]
    return {circle.id: circle for circle, _ in rows}, [circle for circle, sat_in in rows if sat_in]


def list_meetings(db: Session, group_ids: Iterable[uuid.UUID], before: datetime | None = None) -> list[MeetingRow]:
    """The latest meetings of these groups, newest first; with `before`, those that had begun by that instant."""
    chosen = select(Meeting).where(Meeting.group_id.in_(set(group_ids)))
    if before is not None:  # no wall clock is further ahead of UTC than this
        chosen = chosen.where(Meeting.starts_local <= before.replace(tzinfo=None) + timedelta(hours=14))
    rows = db.scalars(chosen.order_by(Meeting.starts_local.desc()).limit(LATEST_MEETINGS))
    found = [meeting_row(row) for row in rows]
    return [each for each in found if before is None or each.starts_at <= before]


def find_meeting_on(db: Session, group_id: uuid.UUID, day: datetime) -> uuid.UUID | None:
    """The meeting of a group on the local day that starts at `day`."""
    return db.scalar(
        select(Meeting.id)
        .where(
            Meeting.group_id == group_id, Meeting.starts_local >= day, Meeting.starts_local < day + timedelta(days=1)
        )
        .order_by(Meeting.starts_local)
        .limit(1)
    )


def meeting_row(row: Meeting) -> MeetingRow:
    """A meeting as others read it."""
    at = rhythm.begins(row.starts_local, row.zone)
    return MeetingRow(
        row.id, row.group_id, row.starts_local, row.zone, row.minutes, row.place, at, row.host_id, row.deputy_id
    )


def choices(db: Session, actor: Actor) -> Choices:
    """What the actor may choose from when they start a group: the units and people their provider has enrolled."""
    providers = actor.organisations(Role.TRAINER, Role.ADMINISTRATOR)
    enrolled = learning.trained_by(db, actor, providers)
    names = people.names_of(db, [each.person_id for each in enrolled])
    return Choices(
        units=people.list_units(db, organisation_ids={each.organisation_id for each in enrolled}),
        facilitators=dict(sorted(names.items(), key=lambda item: item[1])),
        trainers=people.people_with(db, Role.TRAINER, providers),
    )


def create_group(db: Session, actor: Actor, key: uuid.UUID, new: NewGroup) -> PeerGroup:
    """Start a circle. Sent twice with one key, it is the same circle. Raises Invalid, also when it is another one."""
    enrolment = _check_new(db, actor, new)
    group = PeerGroup(
        name=new.name,
        organisation_id=enrolment.organisation_id,
        unit_id=new.unit_id,
        provider_id=enrolment.provider_id,
        trainer_id=new.trainer_id,
        facilitator_id=new.facilitator_id,
        zone=new.zone,
        place=new.place,
        created_by=actor.person_id,
        key=key,
    )
    if add_once(db, group):
        return group
    made = db.scalars(select(PeerGroup).where(PeerGroup.created_by == actor.person_id, PeerGroup.key == key)).one()
    if any(getattr(made, field.name) != getattr(new, field.name) for field in fields(new)):
        raise Invalid({"name": f"This page has already started “{made.name}”. Open it again for another circle."})
    return made


def _check_new(db: Session, actor: Actor, new: NewGroup) -> Enrolment:
    """The facilitator's enrolment, which says for which client and provider the circle is. Raises Invalid."""
    offered = choices(db, actor)
    errors = rules.misfits(new, {unit.id for unit in offered.units}, offered.facilitators, offered.trainers)
    if errors:
        raise Invalid(errors)
    unit = next(unit for unit in offered.units if unit.id == new.unit_id)
    enrolled = learning.trained_by(db, actor, actor.organisations(Role.TRAINER, Role.ADMINISTRATOR))
    for each in enrolled:
        if each.person_id == new.facilitator_id and each.organisation_id == unit.organisation_id:
            if new.trainer_id in people.people_with(db, Role.TRAINER, [each.provider_id]):
                return each
            raise Invalid({"trainer": "Choose a trainer of the provider that trains the facilitator."})
    raise Invalid({"facilitator": f"Choose somebody from {unit.organisation_name}: the circle sits in its unit."})


def people_to_seat(db: Session, actor: Actor, group: PeerGroup) -> dict[uuid.UUID, str]:
    """People with an account who could sit in the circle: trainees of its organisation whom the actor may see."""
    enrolled = learning.trained_by(db, actor, [group.provider_id])
    names = people.names_of(db, [each.person_id for each in enrolled if each.organisation_id == group.organisation_id])
    names.pop(group.facilitator_id, None)
    return dict(sorted(names.items(), key=lambda item: item[1]))


def add_member(
    db: Session,
    actor: Actor,
    group_id: uuid.UUID,
    pseudonym: str,
    person_id: uuid.UUID | None = None,
    standing: Standing | None = None,
) -> GroupMember:
    """Give somebody a chair. Added twice, they sit there once. Raises Invalid."""
    group = group_to_arrange(db, actor, group_id)
    if person_id is not None:
        known = people_to_seat(db, actor, group)
        if person_id not in known:
            raise Invalid({"person": "Choose one of the people on the list."})
        pseudonym = pseudonym or known[person_id]
    if not pseudonym:
        raise Invalid({"pseudonym": "Write the name they go by in the circle, or choose a person."})
    member = GroupMember(group_id=group.id, person_id=person_id, pseudonym=pseudonym, joined_on=clock.today(group.zone))
    seating.note_standing(db, group, member, standing or Standing())
    if add_once(db, member):
        if person_id is not None:
            invitations.promise_letters(db, group.id)
        return member
    there = select(GroupMember).where(GroupMember.group_id == group.id, GroupMember.left_on.is_(None))
    same = or_(GroupMember.pseudonym == pseudonym, GroupMember.person_id == person_id)
    return db.scalars(there.where(same).limit(1)).one()


def describe_member(
    db: Session, actor: Actor, group_id: uuid.UUID, member_id: uuid.UUID, standing: Standing
) -> GroupMember:
    """Correct where somebody stands. Raises NotFound, Invalid."""
    group = group_to_arrange(db, actor, group_id)
    member = seating.find_member(db, group.id, member_id)
    seating.note_standing(db, group, member, standing)
    return member


def remove_member(db: Session, actor: Actor, group_id: uuid.UUID, member_id: uuid.UUID) -> str:
    """Somebody leaves the circle; that they sat there is kept. Returns their name there. Raises NotFound."""
    group = group_to_arrange(db, actor, group_id)
    member = seating.find_member(db, group.id, member_id)
    member.left_on = member.left_on or clock.today(group.zone)
    if member.person_id is not None:
        invitations.promise_letters(db, group.id)
    return member.pseudonym


def group_to_arrange(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A group the actor may arrange; with `lock`, they alone until the transaction ends. Raises NotFound, Forbidden."""
    group = get_group(db, actor, group_id, lock=lock)
    if not may_arrange(actor, group):
        raise Forbidden(
            "Only its facilitator, its trainer and the provider’s administrators can change who sits here and when it "
            "meets."
        )
    return group


def may_arrange(actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor may say who sits in the circle and when it meets."""
    return rules.may_arrange(
        actor,
        provider_id=group.provider_id,
        facilitator_id=group.facilitator_id,
        trainer_id=group.trainer_id,
        is_handed_over=group.handed_over_at is not None,
    )
