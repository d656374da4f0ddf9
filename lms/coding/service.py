"""Who may see samples of a circle, ask for one, enter its turns and name its coders; and what came of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from lms.coding.models import CodingCoder, CodingConsent, CodingResult, CodingSample
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.groups import attendance, handing, rhythm
from lms.groups import service as groups
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rules import FACILITATOR, Seat
from lms.learning.models import Enrolment

NOT_ASKING = "A sample is asked for by the circle’s facilitator or its trainer."
NOT_ENTERING = "Turns are entered by the circle’s facilitator, or by a member who sat there and said yes."
NOT_ASKING_OWN = "A sample of what somebody says is asked for by their trainer, or by an administrator of the provider."
NOT_ENTERING_OWN = "Nobody enters their own turns. The circle’s trainer does, or a member who sat there and said yes."
NOT_NAMING = "Coders are named by the circle’s trainer, or an administrator, who does not sit in it."


def circles(actor: Actor) -> Select[PeerGroup]:
    """The circles whose samples `actor` may see: where they sit, and those of their providers until handed over."""
    return select(PeerGroup).where(or_(PeerGroup.id.in_(groups.ids_sat_in(actor)), handing.provided(actor)))


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID) -> PeerGroup:
    """A circle whose samples the actor may see. Raises NotFound."""
    found = db.scalar(circles(actor).where(PeerGroup.id == group_id))
    if found is None:
        raise NotFound
    return found


def scope(actor: Actor) -> Select[CodingSample]:
    """The samples `actor` may see: of circles they may see, and those to which they said yes before they left.

    One of what whoever led said is seen by that person, by who sits there, and by who may ask for one. To whoever reads
    it, it is nobody’s.
    """
    said = select(CodingConsent.sample_id).where(CodingConsent.person_id == actor.person_id)
    seen = circles(actor).with_only_columns(PeerGroup.id)
    of_circle = and_(CodingSample.person_id.is_(None), CodingSample.group_id.in_(seen))
    return select(CodingSample).where(or_(of_circle, _seen_of_own(actor), CodingSample.id.in_(said)))


def _seen_of_own(actor: Actor) -> ColumnElement[bool]:
    reads = select(CodingCoder.sample_id).where(CodingCoder.person_id == actor.person_id)
    led_there = (Enrolment.person_id == CodingSample.person_id, Enrolment.provider_id == PeerGroup.provider_id)
    asks = (
        trainings(actor)
        .with_only_columns(Enrolment.id)
        .where(*led_there, PeerGroup.id == CodingSample.group_id)
        .correlate(CodingSample)
    )
    sees = or_(
        CodingSample.person_id == actor.person_id,
        CodingSample.group_id.in_(groups.ids_sat_in(actor)),
        CodingSample.group_id.in_(groups.ids_trained(actor)),
        asks.exists(),
    )
    return and_(CodingSample.person_id.is_not(None), CodingSample.id.not_in(reads), sees)


def trainings(actor: Actor) -> Select[Enrolment]:
    """The training of those whose turns the actor may have read: as their trainer, or as an administrator."""
    trains = and_(Enrolment.trainer_id == actor.person_id, Enrolment.provider_id.in_(actor.organisations(Role.TRAINER)))
    administers = Enrolment.provider_id.in_(actor.organisations(Role.ADMINISTRATOR))
    return select(Enrolment).where(or_(trains, administers), Enrolment.person_id != actor.person_id)


def get_sample(
    db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, *, lock: bool = False
) -> CodingSample:
    """A sample the actor may see; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = scope(actor).where(CodingSample.id == sample_id, CodingSample.group_id == group_id)
    found = db.scalar(chosen.with_for_update(of=CodingSample) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def list_samples(db: Session, group_id: uuid.UUID) -> Sequence[tuple[CodingSample, Meeting, CodingResult | None]]:
    """The samples of a circle the caller holds through a scope with their meetings and results, newest first. What
    whoever led said is no part of them.
    """
    return with_results(
        db, select(CodingSample).where(CodingSample.group_id == group_id, CodingSample.person_id.is_(None))
    )


def with_results(
    db: Session, chosen: Select[CodingSample]
) -> Sequence[tuple[CodingSample, Meeting, CodingResult | None]]:
    """These samples with their meetings and results, newest first."""
    found = (
        chosen.join(Meeting, Meeting.id == CodingSample.meeting_id)
        .outerjoin(CodingResult, CodingResult.sample_id == CodingSample.id)
        .order_by(CodingSample.asked_at.desc(), CodingSample.id.desc())
        .add_columns(Meeting, CodingResult)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(found)]


def list_results(db: Session, group_id: uuid.UUID) -> Sequence[CodingResult]:
    """What two people signed about a circle the caller holds through a scope, oldest first, in one query. A share of
    what whoever led said is theirs, and none of the circle’s.
    """
    chosen = select(CodingResult).where(CodingResult.group_id == group_id, CodingResult.person_id.is_(None))
    return db.scalars(chosen.order_by(CodingResult.coded_on, CodingResult.sample_id)).all()


def may_ask(db: Session, actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor asks this circle for a sample: its facilitator, or the trainer who signs its practice."""
    if actor.person_id == group.facilitator_id:
        return True
    return db.scalar(groups.ids_trained(actor).where(PeerGroup.id == group.id)) is not None


def may_ask_own(db: Session, actor: Actor, sample: CodingSample) -> bool:
    """Whether the actor may ask for samples of whoever this one is of."""
    if sample.person_id is None:
        return False
    provider_id = db.get_one(PeerGroup, sample.group_id).provider_id
    chosen = trainings(actor).where(Enrolment.person_id == sample.person_id, Enrolment.provider_id == provider_id)
    return db.scalar(chosen.limit(1)) is not None


def may_stop(db: Session, actor: Actor, sample: CodingSample) -> bool:
    """Whether the actor could have asked for this sample, and so may see whose yes is there, and stop it."""
    if sample.person_id is not None:
        return may_ask_own(db, actor, sample)
    return may_ask(db, actor, db.get_one(PeerGroup, sample.group_id))


def may_name(db: Session, actor: Actor, group: PeerGroup) -> bool:
    """Whether the actor names the two who code: the circle's trainer or an administrator, who do not sit there."""
    supervised = db.scalar(groups.ids_trained(actor).where(PeerGroup.id == group.id)) is not None
    trusted = supervised or group.provider_id in actor.organisations(Role.ADMINISTRATOR)
    return trusted and not groups.sits_in(db, actor, group.id)


def get_to_ask(db: Session, actor: Actor, group_id: uuid.UUID) -> PeerGroup:
    """A circle that the actor may ask. Raises NotFound, Forbidden."""
    group = get_circle(db, actor, group_id)
    if not may_ask(db, actor, group):
        raise Forbidden(NOT_ASKING)
    return group


def get_to_name(db: Session, actor: Actor, group_id: uuid.UUID) -> PeerGroup:
    """A circle for whose samples the actor names coders. Raises NotFound, Forbidden."""
    group = get_circle(db, actor, group_id)
    if not may_name(db, actor, group):
        raise Forbidden(NOT_NAMING)
    return group


def seats(db: Session, sample: CodingSample) -> list[Seat]:
    """Who sat in the meeting of a sample, whoever led it first."""
    return seats_of(db, db.get_one(Meeting, sample.meeting_id), sample.person_id)


def seats_of(db: Session, meeting: Meeting, leads: uuid.UUID | None = None) -> list[Seat]:
    """Who sat in the circle on the day of a meeting, first and only there whoever leads it, by now or by word."""
    leads = leads or db.scalars(select(PeerGroup.facilitator_id).where(PeerGroup.id == meeting.group_id)).one()
    seats = attendance.seats_at(db, meeting, leads)
    return [each for each in seats if each.member_id is None or each.person_id != leads]


def speakers(seats: Sequence[Seat], holder: str) -> list[Seat]:
    """Whose turns are coded: members. Neither whoever brought the problem, nor the facilitator, who is learning to."""
    return [each for each in seats if each.id not in (holder, FACILITATOR)]


def asked_to_agree(seats: Sequence[Seat], holder: str) -> list[Seat]:
    """Whose yes is asked for: members, and whoever brought the problem."""
    return [each for each in seats if each.id == holder or each.id != FACILITATOR]


def asked(sample: CodingSample, seats: Sequence[Seat]) -> list[Seat]:
    """Whose yes a sample asks for. One of what whoever led said asks everybody who sat there: they were spoken to."""
    return list(seats) if sample.person_id is not None else asked_to_agree(seats, sample.holder)


def may_enter(db: Session, actor: Actor, sample: CodingSample, seats: Sequence[Seat]) -> bool:
    """Whether the actor enters turns: its facilitator, or somebody who sat there, still does, and said yes. Nobody
    enters their own: those of whoever led come from such a member, or from the trainer who sat there.

    Whoever enters turns sees whose yes is missing; nobody else in the circle does.
    """
    if sample.person_id is not None:
        trains = db.scalar(groups.ids_trained(actor).where(PeerGroup.id == sample.group_id)) is not None
        if trains or sample.person_id == actor.person_id:
            return trains
    own = next((each for each in seats if each.person_id == actor.person_id), None)
    if own is None or not groups.sits_in(db, actor, sample.group_id):
        return False
    row = db.get(CodingConsent, (sample.id, own.id))
    return own.id == FACILITATOR or (row is not None and row.taken_back_at is None)


def has_begun(meeting: Meeting) -> bool:
    """Whether a meeting has taken place, as far as the calendar knows."""
    return rhythm.begins(meeting.starts_local, meeting.zone) <= clock.now()


def require(sample: CodingSample, *states: str) -> None:
    """Raises Conflict where a sample is not, or no longer, at this point."""
    if sample.state in states:
        return
    said = {
        "asked": "The turns have not been sent yet.",
        "coding": "The turns have been sent, and two people read them.",
        "comparing": "Both have read the turns.",
        "closed": "This sample is closed: its words are deleted, and only figures are kept.",
        "ended": "This sample has ended: its words are deleted.",
    }
    raise Conflict(said[sample.state])
