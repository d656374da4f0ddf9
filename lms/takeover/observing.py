"""Observers of a meeting: who may be one, what they saw, and whether they are independent of the circle."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.group_evidence import Observation
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.forms import UNSIGNED
from lms.groups import meetings, rhythm
from lms.groups import service as groups
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.messages import service as messages
from lms.people import service as people
from lms.people.models import Person
from lms.takeover import rules, service
from lms.takeover.models import MeetingObservation
from lms.takeover.rules import Seen

NOT_FOR_SEATS = "Whoever sits in this circle reads what observers saw, and observes another circle."
TOO_LATE = "What was seen is written down within 14 days, while it is still clear. This meeting is further back."


class StaleObservation(Conflict):
    """The same observer wrote something else down in another window."""


def get_meeting(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, *, lock: bool = False
) -> tuple[PeerGroup, Meeting]:
    """A meeting of a circle whose taking over the actor may see; with `lock`, its circle waits. Raises NotFound."""
    group = service.get_circle(db, actor, group_id, lock=lock)
    meeting = db.scalar(select(Meeting).where(Meeting.id == meeting_id, Meeting.group_id == group.id))
    if meeting is None:
        raise NotFound
    return group, meeting


def why_not(db: Session, actor: Actor, group: PeerGroup, meeting: Meeting) -> str:
    """Why the actor does not write down what they saw of this meeting; empty where they may."""
    if groups.sits_in(db, actor, group.id):
        return NOT_FOR_SEATS
    if group.provider_id not in actor.organisations(Role.TRAINER, Role.ADMINISTRATOR):
        return rules.NOT_YOURS
    if not meetings.has_begun(meeting):
        return "This meeting has not begun. Write down what you saw once it is over."
    late = clock.now() - rhythm.begins(meeting.starts_local, meeting.zone) > rules.OBSERVED_WITHIN
    return TOO_LATE if late else ""


def list_observations(db: Session, meeting_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[MeetingObservation]]:
    """What was seen of meetings the caller holds through a scope, by meeting, first signed first."""
    found: dict[uuid.UUID, list[MeetingObservation]] = defaultdict(list)
    chosen = select(MeetingObservation).where(MeetingObservation.meeting_id.in_(meeting_ids))
    for each in db.scalars(chosen.order_by(MeetingObservation.signed_at, MeetingObservation.observer_id)):
        found[each.meeting_id].append(each)
    return found


def find_own(rows: Sequence[MeetingObservation], actor: Actor) -> MeetingObservation | None:
    """The actor's own among what was seen of one meeting."""
    return next((each for each in rows if each.observer_id == actor.person_id), None)


def evidence_of(db: Session, meeting_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Observation]]:
    """The same as evidence, in one query. What worries an observer, and their words, are no part of it."""
    found: dict[uuid.UUID, list[Observation]] = defaultdict(list)
    columns = MeetingObservation.meeting_id, MeetingObservation.observer_id, MeetingObservation.tie, Person.name
    chosen = select(*columns).join(Person, Person.id == MeetingObservation.observer_id)
    rows = db.execute(chosen.where(MeetingObservation.meeting_id.in_(meeting_ids)))
    for meeting_id, observer_id, tie, name in rows:
        one = Observation(observer_id=str(observer_id), observer_name=name, independent=not tie)
        found[meeting_id].append(one)
    return found


def as_seen(row: MeetingObservation) -> Seen:
    """A row as it was written."""
    return Seen(row.helped, row.stage, tuple(row.seen), row.keep, row.try_next, row.concern)


def observe(
    db: Session,
    actor: Actor,
    group_id: uuid.UUID,
    meeting_id: uuid.UUID,
    version: int,
    seen: Seen,
    authenticated_by: str,
) -> MeetingObservation:
    """Write down what the actor saw; written again, it is corrected.

    Raises NotFound, Forbidden, Conflict, StaleObservation, Invalid.
    """
    group, meeting = get_meeting(db, actor, group_id, meeting_id, lock=True)
    if reason := why_not(db, actor, group, meeting):
        raise Forbidden(reason) if reason in (NOT_FOR_SEATS, rules.NOT_YOURS) else Conflict(reason)
    if not authenticated_by:
        raise Invalid({"password": UNSIGNED})
    row = db.get(MeetingObservation, (meeting.id, actor.person_id))
    if row is not None and row.version != version:
        if as_seen(row) == seen:
            return row  # sent twice
        raise StaleObservation("You wrote something else down in another window meanwhile.")
    worried, tie = seen.concern and not (row and row.concern), tie_of(db, actor, group)
    if row is None:
        row = MeetingObservation(meeting_id=meeting.id, observer_id=actor.person_id, version=0)
        db.add(row)
    row.version += 1
    row.helped, row.stage, row.seen = seen.helped, seen.stage, list(seen.seen)
    row.keep, row.try_next, row.concern = seen.keep, seen.try_next, seen.concern
    row.tie, row.signed_at, row.authenticated_by = tie, clock.now(), authenticated_by
    db.flush()
    if worried:
        _tell(db, actor, group)
    return row


def tie_of(db: Session, actor: Actor, group: PeerGroup) -> str:
    """What ties the actor to a circle, as far as is on record; empty for an independent observer."""
    if actor.person_id == group.trainer_id:
        return "trainer"
    sat = select(GroupMember.id).where(GroupMember.group_id == group.id, GroupMember.person_id == actor.person_id)
    if db.scalar(sat.limit(1)) is not None:
        return "seat"
    return "employer" if group.organisation_id in actor.organisations(*Role) else ""


def _tell(db: Session, actor: Actor, group: PeerGroup) -> None:
    """To the circle's trainer and the administrators: that somebody is worried. About what, they ask in person."""
    told = {group.trainer_id, *people.people_with(db, Role.ADMINISTRATOR, [group.provider_id])} - {actor.person_id}
    for person_id in sorted(told):
        messages.send(
            db,
            "concern",
            person_id=person_id,
            organisation_id=group.provider_id,
            observer=actor.name,
            group=group.name,
            link=messages.link(f"/groups/{group.id}/safety"),
        )
