"""Gathering what a circle's readiness is judged from: nine questions to the database, however long it has met."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from assessments.coding import SCALE
from assessments.group_evidence import (
    Check,
    GroupEvidence,
    MeetingEvidence,
    Member,
    Observation,
    PlannedMeeting,
    Renewal,
    SafeguardingWord,
    SafetySurvey,
    Sample,
    SponsorWord,
)
from assessments.surveys import SAFETY
from lms.coding import service as coding
from lms.core import clock
from lms.groups import agreements, rhythm
from lms.groups.models import Attendance, GroupMember, Meeting, PeerGroup
from lms.groups.rules import FACILITATOR
from lms.takeover import observing, surveying
from lms.takeover.models import CircleCheck, CircleWord, MeetingCount

LATEST = 100  # meetings: no rule looks further back than a dozen, or half a year


def gather(db: Session, group: PeerGroup) -> GroupEvidence:
    """What is known about a circle the caller holds through a scope, in nine queries."""
    zone = ZoneInfo(group.zone)
    rows = _meetings(db, group.id)
    begun = [(meeting, counted) for meeting, counted in rows if _begins(meeting) <= clock.now()]
    held = [meeting.id for meeting, _ in begun]
    came, seen = _attendance(db, held), observing.evidence_of(db, held)
    said = agreements.list_agreements(db, group.id)
    words = db.scalars(select(CircleWord).where(CircleWord.group_id == group.id).order_by(CircleWord.said_at)).all()
    return GroupEvidence(
        members=tuple(_members(db, group.id)),
        meetings=tuple(_meeting(meeting, counted, came[meeting.id], seen[meeting.id]) for meeting, counted in begun),
        planned=tuple(
            PlannedMeeting(
                id=str(meeting.id),
                held_on=meeting.starts_local.date(),
                host_id=_id(meeting.host_id),
                deputy_id=_id(meeting.deputy_id),
            )
            for meeting, _ in rows
            if _begins(meeting) > clock.now()
        ),
        renewals=tuple(
            Renewal(id=str(each.id), renewed_on=each.agreed_on, meetings=each.meetings)
            for each in said[:-1]  # the oldest is the first agreement, which renews none
        ),
        sponsor=tuple(
            SponsorWord(id=str(each.id), said_on=_day(each.said_at, zone), until=each.until)
            for each in words
            if each.until is not None
        ),
        checks=tuple(_checks(db, group.id, zone)),
        samples=tuple(_samples(db, group.id)),
        surveys=tuple(_surveys(db, group.id, zone)),
        safeguarding=tuple(
            SafeguardingWord(id=str(each.id), said_on=_day(each.said_at, zone), open=each.open)
            for each in words
            if each.open is not None
        ),
    )


def _meetings(db: Session, group_id: uuid.UUID) -> Sequence[Row[Meeting, MeetingCount | None]]:
    """The latest meetings and those to come, each with what was counted of it."""
    chosen = select(Meeting, MeetingCount).outerjoin(MeetingCount, MeetingCount.meeting_id == Meeting.id)
    return db.execute(
        chosen.where(Meeting.group_id == group_id).order_by(Meeting.starts_local.desc(), Meeting.id).limit(LATEST)
    ).all()


def _attendance(db: Session, meeting_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    came: dict[uuid.UUID, list[str]] = defaultdict(list)
    chosen = select(Attendance.meeting_id, Attendance.member_id).where(Attendance.meeting_id.in_(meeting_ids))
    for meeting_id, member_id in db.execute(chosen):
        came[meeting_id].append(str(member_id))
    return came


def _members(db: Session, group_id: uuid.UUID) -> list[Member]:
    chairs = db.scalars(select(GroupMember).where(GroupMember.group_id == group_id))
    return [
        Member(id=str(each.id), name=each.pseudonym, joined_on=each.joined_on, left_on=each.left_on) for each in chairs
    ]


def _checks(db: Session, group_id: uuid.UUID, zone: ZoneInfo) -> list[Check]:
    chosen = select(CircleCheck).join(GroupMember, GroupMember.id == CircleCheck.member_id)
    return [
        Check(
            id=f"{each.member_id}-{each.topic}",
            topic="limits" if each.topic == "limits" else "help",
            member_id=str(each.member_id),
            done_on=_day(each.noted_at, zone),
        )
        for each in db.scalars(chosen.where(GroupMember.group_id == group_id))
    ]


def _meeting(
    meeting: Meeting, counted: MeetingCount | None, came: Sequence[str], seen: Sequence[Observation]
) -> MeetingEvidence:
    known: dict[str, Any] = {
        "id": str(meeting.id),
        "held_on": meeting.starts_local.date(),
        "present": tuple(came) if meeting.attendance_at else None,
        "host_id": _id(meeting.host_id),
        "observed": tuple(seen),
    }
    if counted is not None:
        known |= {
            "run_by": str(counted.run_by_id or FACILITATOR),
            "stepped_in": counted.stepped_in,
            "caught_by_members": counted.noticed_inside,
            "caught_by_facilitator": counted.noticed_outside,
            "agreed": counted.agreed,
            "early_solutions": counted.early,
            "holder_id": str(counted.holder_id or FACILITATOR),
            "turns": {seat: many for seat, many in counted.turns.items() if seat != FACILITATOR},
            "step_promised": counted.step != "none",
            "step_reported": counted.step == "told",
        }
    return MeetingEvidence(**known)


def _begins(meeting: Meeting) -> datetime:
    return rhythm.begins(meeting.starts_local, meeting.zone)


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def _surveys(db: Session, group_id: uuid.UUID, zone: ZoneInfo) -> list[SafetySurvey]:
    """Those about safety that are over. Of an open one nothing is read."""
    asked = [each for each in surveying.list_surveys(db, group_id) if each.kind == SAFETY.id and each.closed_at]
    results = surveying.results_of(db, asked)
    return [
        SafetySurvey(
            id=str(each.id),
            on_day=_day(each.closed_at, zone),
            answers=results[each.id].answers,
            asked=each.asked,
            median=results[each.id].median,
            lowest=results[each.id].lowest,
        )
        for each in asked
        if each.closed_at
    ]


def _samples(db: Session, group_id: uuid.UUID) -> list[Sample]:
    """What two people settled and signed, a meeting each: every pair of coders answers for its own agreement."""
    return [
        Sample(
            id=str(each.sample_id),
            coded_on=each.coded_on,
            coded_by="people",
            sessions=1,
            turns=each.turns,
            open=each.open,
            without_advice=each.without_advice,
            coders=2,
            kappa=each.kappa_open / SCALE,
            kappa_advice=each.kappa_advice / SCALE,
        )
        for each in coding.list_results(db, group_id)
    ]


def _id(given: uuid.UUID | None) -> str | None:
    return str(given) if given else None
