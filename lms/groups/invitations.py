"""Invitations: what each calendar was told of a circle's meetings by letter, and the letters that keep it true.

A change promises a job, and the job compares: what somebody's calendar holds, and what it should. So it may run twice
or late, and each change is told once. Nobody else is named, and nothing that is said in the circle.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.core import clock, jobs
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.groups import ical, rhythm
from lms.groups.ical import Asks, Entry
from lms.groups.models import GroupMember, Invited, Meeting, PeerGroup, WithoutInvitations
from lms.messages import service as messages
from lms.people.models import Membership, Person
from lms.people.service import get_person

BACK = timedelta(days=60)  # a meeting that was moved lies no further back than this when the letter about it is late


def promise_letters(db: Session, group_id: uuid.UUID) -> None:
    """Promise to tell the circle what has changed, in the transaction that changed it."""
    jobs.enqueue(db, "tell_circle", group=str(group_id))


def takes_invitations(db: Session, person_id: uuid.UUID) -> bool:
    """Whether somebody wants invitations by letter, as everybody does until they say otherwise."""
    return db.get(WithoutInvitations, person_id) is None


def take_invitations(db: Session, actor: Actor, *, yes: bool) -> None:
    """Want invitations from now on, and first what was missed; or want none."""
    if not yes:
        add_once(db, WithoutInvitations(person_id=actor.person_id))
        return
    db.execute(delete(WithoutInvitations).where(WithoutInvitations.person_id == actor.person_id))
    seats = select(GroupMember.group_id).where(GroupMember.person_id == actor.person_id)  # left ones have news too
    mine = or_(PeerGroup.facilitator_id == actor.person_id, PeerGroup.id.in_(seats))
    for group_id in db.scalars(select(PeerGroup.id).where(mine)):
        promise_letters(db, group_id)


def whom_to_tell(db: Session, group_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Everybody with an account who sits or sat in the circle, its facilitator among them, and wants invitations."""
    seats = select(GroupMember.person_id).where(GroupMember.group_id == group_id)
    leads = select(PeerGroup.facilitator_id).where(PeerGroup.id == group_id)
    chosen = select(Person.id).where(
        or_(Person.id.in_(seats), Person.id.in_(leads)),
        Person.active,
        Person.id.not_in(select(WithoutInvitations.person_id)),
    )
    return db.scalars(chosen.order_by(Person.id)).all()


def tell(db: Session, group_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Bring one person's calendar up to date: one letter for what is new or changed, one for what is off."""
    group = db.scalars(select(PeerGroup).where(PeerGroup.id == group_id).with_for_update()).one()
    if person_id not in whom_to_tell(db, group_id):
        return
    now = clock.now()
    mine = select(Invited).where(Invited.group_id == group_id, Invited.person_id == person_id)
    told = {each.meeting_id: each for each in db.scalars(mine)}
    meetings = _meetings(db, group) if is_seated(db, group, person_id) else {}
    news = [each for each in meetings.values() if _is_news(each, told.get(each.id), now)]
    off = [each for each in told.values() if each.meeting_id not in meetings and _is_on(each, now)]
    if news:
        changed = all(each.id in told and not told[each.id].taken_off for each in news)
        asked = [_ask_in(db, each, person_id, told.get(each.id)) for each in news]
        _write(db, group, person_id, asked, "invited", changed=changed)
    if off:
        left = not is_seated(db, group, person_id)
        _write(db, group, person_id, [_take_off(each) for each in off], "called_off", has_left=left)


def is_seated(db: Session, group: PeerGroup, person_id: uuid.UUID) -> bool:
    """Whether somebody sits in the circle, and still belongs to its organisation or provider."""
    belongs = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id.in_([group.organisation_id, group.provider_id]),
        Membership.ended_on.is_(None),
    )
    seat = select(GroupMember.id).where(
        GroupMember.group_id == group.id, GroupMember.person_id == person_id, GroupMember.left_on.is_(None)
    )
    has_seat = group.facilitator_id == person_id or db.scalar(seat.limit(1)) is not None
    return has_seat and db.scalar(belongs.limit(1)) is not None


def _meetings(db: Session, group: PeerGroup) -> Mapping[uuid.UUID, Meeting]:
    since = clock.now().replace(tzinfo=None) - BACK
    chosen = select(Meeting).where(Meeting.group_id == group.id, Meeting.starts_local >= since)
    return {each.id: each for each in db.scalars(chosen.order_by(Meeting.starts_local))}


def _is_on(row: Invited, now: datetime) -> bool:
    """Whether it stands in the calendar and is to come."""
    return not row.taken_off and rhythm.begins(row.starts_local, row.zone) > now


def _is_news(meeting: Meeting, row: Invited | None, now: datetime) -> bool:
    """Whether the calendar does not have it, or has it otherwise."""
    if row is None or row.taken_off:
        return rhythm.begins(meeting.starts_local, meeting.zone) > now
    return any(getattr(row, each) != getattr(meeting, each) for each in ("starts_local", "zone", "minutes", "place"))


def _ask_in(db: Session, meeting: Meeting, person_id: uuid.UUID, row: Invited | None) -> Invited:
    """Note that the calendar is told of a meeting as it is now."""
    if row is None:
        row = Invited(meeting_id=meeting.id, person_id=person_id, group_id=meeting.group_id, sequence=-1)
        db.add(row)
    row.starts_local, row.zone, row.minutes, row.place = (
        meeting.starts_local, meeting.zone, meeting.minutes, meeting.place,
    )  # fmt: skip
    row.sequence, row.taken_off = max(meeting.sequence, row.sequence + 1), False
    return row


def _take_off(row: Invited) -> Invited:
    row.sequence, row.taken_off = row.sequence + 1, True
    return row


def _write(
    db: Session,
    group: PeerGroup,
    person_id: uuid.UUID,
    rows: Sequence[Invited],
    template: str,
    *,
    changed: bool = False,
    has_left: bool = False,
) -> None:
    """One letter about these meetings, with the calendar that says the same."""
    ordered = sorted(rows, key=lambda row: row.starts_local)
    method = ical.REQUEST if template == "invited" else ical.CANCEL
    entries = [_entry(group, each) for each in ordered]
    messages.send(
        db,
        template,
        person_id=person_id,
        organisation_id=group.provider_id,
        calendar=ical.render(entries, Asks(method, get_person(db, person_id).email)).decode(),
        group=group.name,
        days=[said(each) for each in ordered],
        count=len(ordered),
        first=ordered[0].starts_local.date(),
        zone=group.zone,
        changed=changed,
        has_left=has_left,
        link=messages.link("/calendar" if has_left else f"/groups/{group.id}"),
    )


def _entry(group: PeerGroup, row: Invited) -> Entry:
    return Entry(
        row.meeting_id, row.sequence, group.id, group.name, row.starts_local, row.zone, row.minutes, row.place
    )  # fmt: skip


def said(meeting: Invited | Meeting) -> str:
    """When and where, in a line of a letter."""
    starts = meeting.starts_local
    place = " ".join(meeting.place.split())
    return f"{starts:%A} {starts.day} {starts:%B %Y}, {starts:%H:%M}" + (f", {place}" if place else "")
