"""What every figure is made of, as parts that name nobody. For readings only: no page asks here.

A part is of a day after `since` and until `until`: of the last day on which a holder could answer, of the day a survey
closed, of the day of a meeting, of the day two people signed what they had read.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median_low

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assessments.outcome_figures import Part, before
from assessments.surveys import HELPED, MEMBERS, MET, OPENNESS, SAFETY
from lms.coding.models import CodingResult
from lms.core.site_days import day_of
from lms.groups.models import Attendance, Meeting, PeerGroup
from lms.outcomes import rotating, standing
from lms.outcomes.models import FollowUp, FollowUpAnswer, ProblemBrought, StatementMarks
from lms.outcomes.rules import BETTER, DEEP, IMPORTANT, OWN
from lms.takeover import surveying
from lms.takeover.models import MeetingCount
from lms.takeover.survey_models import CircleSurvey


@dataclass(frozen=True, slots=True)
class Span:
    """An organisation in a time that begins after a day and ends with one."""

    organisation_id: uuid.UUID
    since: date
    until: date

    def holds(self, on: date) -> bool:
        """Whether a day lies in it."""
        return self.since < on <= self.until

    def met(self) -> tuple[ColumnElement[bool], ...]:
        """The meetings of the organisation's circles in this time, for a query that has joined both."""
        return (
            PeerGroup.organisation_id == self.organisation_id,
            Meeting.starts_local > datetime.combine(self.since, time.max),
            Meeting.starts_local <= datetime.combine(self.until, time.max),
        )


def gather(db: Session, span: Span) -> Mapping[str, list[Part]]:
    """Every figure's parts, in a number of queries that does not depend on how much there is."""
    found: dict[str, list[Part]] = defaultdict(list)
    for source in SOURCES:
        for figure, part in source(db, span):
            if span.holds(part.on):
                found[figure].append(part)
    return found


Parts = Iterator[tuple[str, Part]]


def _follow_ups(db: Session, span: Span) -> Parts:
    chosen = (
        select(FollowUp, FollowUpAnswer, ProblemBrought.importance)
        .outerjoin(FollowUpAnswer, FollowUpAnswer.follow_up_id == FollowUp.id)
        .outerjoin(ProblemBrought, ProblemBrought.round_id == FollowUp.round_id)
    )
    mine = (FollowUp.organisation_id == span.organisation_id, FollowUp.until > span.since, FollowUp.until <= span.until)
    for asked, said, brought in db.execute(chosen.where(*mine)):
        if asked.until is None:
            continue
        where = (asked.until, str(asked.group_id), 1)
        if not asked.asks_importance:
            yield "importance", Part(*where, n=1, hits=int(brought is not None))
        # Said once it was over it may lean on how it ended, so it counts only where nobody had asked before.
        importance = said.importance if said is not None and asked.asks_importance else brought
        important = said is not None and (importance or 0) >= IMPORTANT
        acted = said is not None and said.acted != "nobody"
        depth = said.depth if said is not None else None
        solved = said is not None and important and said.state in BETTER and bool(said.learning)
        yield "resolved", Part(*where, n=int(important), hits=int(solved))
        yield "acted", Part(*where, n=int(acted), hits=int(said is not None and said.acted in OWN))
        yield "depth", Part(*where, n=int(depth is not None), hits=int((depth or 0) >= DEEP))


def _surveys(db: Session, span: Span) -> Parts:
    of_circles = select(PeerGroup.id).where(PeerGroup.organisation_id == span.organisation_id)
    mine = (CircleSurvey.organisation_id == span.organisation_id) | CircleSurvey.group_id.in_(of_circles)
    closed = db.scalars(select(CircleSurvey).where(CircleSurvey.closed_at.is_not(None), mine)).all()
    over = {each: on for each in closed if (on := _over_on(each)) and span.holds(on)}
    sheets = surveying.sheets_of(db, over)
    for each, on in over.items():
        said, where = sheets.get(each.id, []), (on, str(each.group_id or ""), each.asked)
        middles = tuple(float(median_low(sheet)) for sheet in said)
        if each.kind == SAFETY.id:
            yield "safety", Part(*where, n=len(said), levels=middles)
        elif each.kind == OPENNESS.id:
            yield "openness", Part(*where, n=len(said), levels=middles)
        elif each.kind == MEMBERS.id:
            yield "contact", Part(*where, n=len(said), hits=sum(sheet[0] >= HELPED for sheet in said))
            yield "goals", Part(*where, n=len(said), hits=sum(sheet[1] >= MET for sheet in said))


def _over_on(survey: CircleSurvey) -> date | None:
    """The day on which it was over. What an organisation was asked is over by itself, whenever somebody notes it."""
    if survey.closed_at is None:
        return None
    closed_on = day_of(survey.closed_at)
    return closed_on if survey.organisation_id is None else min(closed_on, survey.until)


def _read_by_two(db: Session, span: Span) -> Parts:
    chosen = select(CodingResult).join(PeerGroup, PeerGroup.id == CodingResult.group_id)
    of_members = (CodingResult.person_id.is_(None), CodingResult.coded_on > span.since)
    mine = (PeerGroup.organisation_id == span.organisation_id, *of_members)
    for each in db.scalars(chosen.where(*mine, CodingResult.coded_on <= span.until)):
        where = (each.coded_on, str(each.group_id), each.turns, each.turns)
        yield "questions", Part(*where, each.without_advice)
        yield "open", Part(*where, each.open)


def _marked(db: Session, span: Span) -> Parts:
    chosen = select(StatementMarks).join(PeerGroup, PeerGroup.id == StatementMarks.group_id)
    mine = (PeerGroup.organisation_id == span.organisation_id, StatementMarks.held_on > span.since)
    for each in db.scalars(chosen.where(*mine, StatementMarks.held_on <= span.until)):
        yield "understood", Part(each.held_on, str(each.group_id), each.written, each.marked, each.hits)


def _meetings(db: Session, span: Span) -> Parts:
    chosen = select(Meeting, MeetingCount).outerjoin(MeetingCount, MeetingCount.meeting_id == Meeting.id)
    for met, counted in db.execute(chosen.join(PeerGroup, PeerGroup.id == Meeting.group_id).where(*span.met())):
        where, n = (met.starts_local.date(), str(met.group_id), 1), int(counted is not None)
        yield "agreed", Part(*where, n=n, hits=int(counted is not None and counted.agreed))
        yield "early", Part(*where, n=n, hits=int(counted is not None and counted.early))


def _time(db: Session, span: Span) -> Parts:
    """The minutes of every member in every month in which they came to a meeting."""
    chosen = select(Attendance.member_id, Meeting.group_id, Meeting.starts_local, Meeting.minutes)
    chosen = chosen.join(Meeting, Meeting.id == Attendance.meeting_id).join(PeerGroup, PeerGroup.id == Meeting.group_id)
    months: dict[tuple[str, str, date], int] = defaultdict(int)
    for member_id, group_id, starts, minutes in db.execute(chosen.where(*span.met())):
        months[str(member_id), str(group_id), starts.date().replace(day=1)] += minutes
    for (_, circle, month), minutes in months.items():
        yield "time", Part(month, circle, 1, 1, levels=(float(minutes),))


def _standing(db: Session, span: Span) -> Parts:
    """Harm; and of the last quarter alone, who left and which circles stepped back: they are counted anew each time."""
    org, until = span.organisation_id, span.until
    yield from (("distress", each) for each in standing.checks(db, org, span.since, until))
    yield from (("left", each) for each in standing.members(db, org, before(until), until))
    yield from (("stepped", each) for each in standing.circles(db, org, before(until), until))
    yield from (("rotation", each) for each in rotating.seats(db, org, rotating.year_end(until)))


SOURCES: tuple[Callable[[Session, Span], Parts], ...] = (
    _follow_ups, _surveys, _read_by_two, _marked, _meetings, _time, _standing,
)  # fmt: skip
