"""Samples of what a person says who leads: asked for by their trainer, with their own yes and the circle's."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import coding
from assessments.standards import Standard, get_standard
from lms.coding import asking, rules, service
from lms.coding.models import CodingConsent, CodingResult, CodingSample
from lms.core import clock, settings
from lms.core.actor import Actor
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.groups import standards
from lms.groups.attendance import seat_of
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.groups.rules import FACILITATOR, Seat
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people import service as people

NOT_THEIRS = "Choose meetings that they led in the last 30 days and that nobody has asked about."


@dataclass(frozen=True, slots=True)
class Led:
    """A meeting somebody led that may be asked about, with who sat there besides."""

    meeting: Meeting
    group: PeerGroup
    seats: Sequence[Seat]


@dataclass(frozen=True, slots=True)
class Kept:
    """A sample of somebody's turns, the meeting, what came of it if anything, and whether their yes stands."""

    sample: CodingSample
    meeting: Meeting
    result: CodingResult | None
    yes: bool


def get_training(db: Session, actor: Actor, person_id: uuid.UUID) -> Enrolment:
    """The training of somebody whose turns the actor may have read. Raises NotFound, Forbidden."""
    running = (Enrolment.person_id == person_id, Enrolment.ended_on.is_(None))
    found = db.scalar(service.trainings(actor).where(*running).order_by(*learning.BEGUN_LAST).limit(1))
    if found is not None:
        return found
    if person_id == actor.person_id or learning.find_enrolment(db, actor, person_id) is None:
        raise NotFound
    raise Forbidden(service.NOT_ASKING_OWN)


def find_own_training(db: Session, actor: Actor) -> Enrolment | None:
    """The actor's own, if they are in training."""
    return learning.find_enrolment(db, actor, actor.person_id)


def list_led(db: Session, training: Enrolment) -> list[Led]:
    """The meetings of the last 30 days that somebody led with this provider and that may be asked about, newest first.
    Two queries, however many circles.
    """
    now, zone = clock.now(), settings.current().time_zone
    earliest = datetime.combine(clock.today(zone) - rules.LATEST - timedelta(days=1), time())
    taken = select(CodingSample.meeting_id).where(CodingSample.person_id.is_not(None), CodingSample.state != "ended")
    rows = db.execute(
        select(Meeting, PeerGroup)
        .join(PeerGroup, PeerGroup.id == Meeting.group_id)
        .where(
            PeerGroup.facilitator_id == training.person_id,
            PeerGroup.provider_id == training.provider_id,
            PeerGroup.handed_over_at.is_(None),
            Meeting.starts_local <= now.replace(tzinfo=None) + timedelta(hours=14),
            Meeting.starts_local >= earliest,
            Meeting.id.not_in(taken),
        )
        .order_by(Meeting.starts_local.desc(), Meeting.id)
    ).all()
    chairs = defaultdict[uuid.UUID, list[GroupMember]](list)
    there = select(GroupMember).where(GroupMember.group_id.in_({group.id for _, group in rows}))
    for chair in db.scalars(there.order_by(GroupMember.joined_on, GroupMember.id)):
        if chair.person_id != training.person_id:
            chairs[chair.group_id].append(chair)
    return [
        Led(meeting, group, [seat_of(each) for each in chairs[group.id] if _sat(each, meeting)])
        for meeting, group in rows
        if not asking.fault_of(group, meeting, clock.today(group.zone))
    ]


def _sat(chair: GroupMember, meeting: Meeting) -> bool:
    """As `attendance.seated_at` says: on the day, or now."""
    day = meeting.starts_local.date()
    return (chair.left_on is None or chair.left_on >= day) and (chair.joined_on <= day or chair.left_on is None)


def ask(
    db: Session, actor: Actor, person_id: uuid.UUID, holders: Mapping[uuid.UUID, str], key: uuid.UUID
) -> list[CodingSample]:
    """Ask for a sample of each of these meetings, of whose problem it was by meeting. Twice with one key is once.

    Raises NotFound, Forbidden, Invalid.
    """
    training = get_training(db, actor, person_id)
    keys = {uuid.uuid5(key, str(each)): each for each in holders}
    sent = db.scalars(select(CodingSample).where(CodingSample.asked_by == actor.person_id, CodingSample.key.in_(keys)))
    made = list(sent)
    fresh = {each for key, each in keys.items() if key not in {one.key for one in made}}
    known = {each.meeting.id: each for each in list_led(db, training)} if fresh else {}
    if fresh - set(known):
        raise Invalid({"meetings": NOT_THEIRS})
    for own, meeting_id in keys.items():
        if meeting_id in fresh:
            made.append(_ask(db, actor, training, known[meeting_id], holders[meeting_id], own))
    return made


def _ask(db: Session, actor: Actor, training: Enrolment, led: Led, holder: str, key: uuid.UUID) -> CodingSample:
    made = CodingSample(group_id=led.group.id, person_id=training.person_id, key=key, holder=holder)
    try:
        seats = asking.begin(db, actor, led.group, led.meeting, made)
    except Invalid as error:
        raise Invalid({f"holder-{led.meeting.id}": next(iter(error.fields.values()))}) from None
    name = people.names_of(db, [training.person_id])[training.person_id]
    for each in sorted({seat.person_id for seat in seats if seat.person_id}):
        own = each == training.person_id
        messages.send(
            db,
            "own_turns_asked" if own else "own_turns_circle",
            person_id=each,
            organisation_id=led.group.provider_id,
            asked_by=actor.name,
            leads=name,
            group=led.group.name,
            held_on=led.meeting.starts_local.date(),
            link=messages.link(f"/groups/{led.group.id}/coding/{made.id}"),
        )
    return made


def list_kept(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID | None = None) -> list[Kept]:
    """Every sample of somebody the caller holds through a scope, or is, newest first, in two queries."""
    chosen = select(CodingSample).where(CodingSample.person_id == person_id)
    if provider_id is not None:
        chosen = chosen.where(
            CodingSample.group_id.in_(select(PeerGroup.id).where(PeerGroup.provider_id == provider_id))
        )
    rows = service.with_results(db, chosen)
    said = select(CodingConsent.sample_id).where(
        CodingConsent.sample_id.in_([sample.id for sample, _, _ in rows]),
        CodingConsent.seat == FACILITATOR,
        CodingConsent.taken_back_at.is_(None),
    )
    agreed = set(db.scalars(said))
    return [Kept(sample, meeting, result, sample.id in agreed) for sample, meeting, result in rows]


def list_of_circle(db: Session, actor: Actor, group_id: uuid.UUID) -> Sequence[tuple[CodingSample, Meeting]]:
    """What runs about whoever leads a circle, for those who may see it: they find their yes here."""
    open_ones = (CodingSample.group_id == group_id, CodingSample.person_id.is_not(None))
    chosen = service.scope(actor).where(*open_ones, CodingSample.state.not_in(("closed", "ended")))
    return [(sample, meeting) for sample, meeting, _ in service.with_results(db, chosen)]


def standard_of(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> Standard:
    """The standard somebody is trained towards."""
    found = learning.standard_of(db, person_id, provider_id)
    return get_standard(*found) if found else get_standard("certified")


def turns_wanted(db: Session, sample: CodingSample, group: PeerGroup) -> int:
    """How many turns of a sample are drawn: what the standard asks, of the circle or of the person."""
    if sample.person_id is None:
        return coding.turns_wanted(standards.standard_of(group))
    return coding.own_turns_wanted(standard_of(db, sample.person_id, group.provider_id))


def kappa_asked(db: Session, sample: CodingSample, group: PeerGroup) -> float:
    """The agreement below which its shares count for nothing."""
    if sample.person_id is None:
        return coding.kappa_asked(standards.standard_of(group))
    return coding.own_kappa_asked(standard_of(db, sample.person_id, group.provider_id))
