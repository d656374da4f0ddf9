"""What somebody has under way with an account that would sign in no more: each of it is said, and finished first."""

from __future__ import annotations

import uuid
from datetime import datetime, time

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.aftercare.models import HelpCall
from lms.certificates.models import Certificate
from lms.coding.models import CodingCoder, CodingSample
from lms.core.db import Base
from lms.core.site_days import today
from lms.delayed.models import DelayedTry
from lms.exercises.knowledge_models import KnowledgeTest
from lms.exercises.models import CodingPractice
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.handover.models import Decision, SafetyConcern
from lms.interviews.models import Interview, InterviewAssessor
from lms.learning.models import Enrolment
from lms.panels.models import Panel, PanelSeat
from lms.practice.models import Dispute, PracticeSession
from lms.raters.models import CodingPair
from lms.renewals.models import Renewal
from lms.transfer.models import HandOver
from lms.values.written_models import DilemmaAnswer

READY = "ready"


def of(db: Session, who: uuid.UUID) -> list[str]:
    """What there is, in sentences; one question each, and only when somebody gives an account up."""
    return [said for said, found in _asked(who) if db.scalar(select(1).where(found))]


def _asked(who: uuid.UUID) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    return (*_own(who), *_of_circles(who), *_of_others(who), *_judged(who))


def _is(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(1).where(*where).exists()


def _drafts(who: uuid.UUID) -> list[ColumnElement[bool]]:
    """Of every kind there is, whichever area keeps it."""
    kept = [table for name, table in Base.metadata.tables.items() if name.endswith("draft")]
    return [_is(table.c.person_id == who) for table in kept]


def _own(who: uuid.UUID) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    unsigned = PracticeSession.state.in_(("waiting", "returned"))
    return (
        ("Something is begun and not sent. Send it, or throw the draft away.", or_(*_drafts(who))),
        ("A session waits for a signature, or came back.", _is(PracticeSession.person_id == who, unsigned)),
        (
            "A training is under way. Finish it, or let it rest.",
            _is(Enrolment.person_id == who, Enrolment.ended_on.is_(None)),
        ),
        ("A knowledge test is open.", _is(KnowledgeTest.person_id == who, KnowledgeTest.handed_in_at.is_(None))),
        ("A check a day later is open.", _is(DelayedTry.person_id == who, DelayedTry.judged_at.is_(None))),
        (
            "An exercise in coding is begun and not sent.",
            _is(CodingPractice.person_id == who, CodingPractice.sent_at.is_(None)),
        ),
        (
            "An answer to a dilemma waits to be judged.",
            _is(DilemmaAnswer.person_id == who, DilemmaAnswer.judged_by.is_(None)),
        ),
    )


def _of_circles(who: uuid.UUID) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    coming = _is(Meeting.group_id == PeerGroup.id, Meeting.starts_local >= _midnight())
    in_it = or_(PeerGroup.facilitator_id == who, _is(GroupMember.group_id == PeerGroup.id, *_seat(who)))
    signed = HandOver.completed_at.is_(None) & HandOver.called_off_at.is_(None)
    return (
        ("A circle has a meeting to come in which this account has a chair.", _is(in_it, coming)),
        (
            "A circle has this account as its trainer.",
            _is(
                PeerGroup.trainer_id == who,
                or_(PeerGroup.handed_over_at.is_(None), PeerGroup.taken_back_at.is_not(None)),
            ),
        ),
        ("A hand-over is not complete.", _is(or_(HandOver.facilitator_id == who, HandOver.drafted_by == who), signed)),
        ("A call for help is open.", _is(HelpCall.asked_by == who, HelpCall.closed_at.is_(None))),
    )


def _midnight() -> datetime:
    return datetime.combine(today(), time())


def _seat(who: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return GroupMember.person_id == who, GroupMember.left_on.is_(None)


def _of_others(who: uuid.UUID) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    heard = Interview.closed_at.is_(None) & Interview.cancelled_at.is_(None)
    labels = CodingSample.state.in_(("asked", "coding", "comparing"))
    return (
        ("Somebody’s session waits for this account to sign it.",
         _is(PracticeSession.trainer_id == who, PracticeSession.state == "waiting")),
        ("Somebody is in training with this account as their trainer.",
         _is(Enrolment.trainer_id == who, Enrolment.ended_on.is_(None))),
        ("A panel in which this account sits is open.",
         _is(PanelSeat.person_id == who, PanelSeat.left_at.is_(None), PanelSeat.panel_id == Panel.id,
             Panel.closed_at.is_(None))),
        ("A values interview in which this account listens is open.",
         _is(InterviewAssessor.person_id == who, InterviewAssessor.left_at.is_(None),
             InterviewAssessor.interview_id == Interview.id, heard)),
        ("Turns wait for this account to code them.",
         _is(CodingCoder.person_id == who, CodingCoder.sample_id == CodingSample.id, labels)),
        ("A pair that codes side by side is open.",
         _is(or_(CodingPair.asked == who, CodingPair.asked_by == who), CodingPair.ended_at.is_(None))),
    )  # fmt: skip


def _judged(who: uuid.UUID) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    """What others have to do about this account before it may go."""
    certified = _is(Certificate.decision_id == Decision.id)
    return (
        ("A panel about this account is open.", _is(Panel.person_id == who, Panel.closed_at.is_(None))),
        ("A values interview of this account is open.",
         _is(Interview.person_id == who, Interview.closed_at.is_(None), Interview.cancelled_at.is_(None))),
        ("A decision says ready, and no certificate was issued on it yet.",
         _is(Decision.person_id == who, Decision.kind == READY, ~certified)),
        ("A renewal of a certificate waits for its decision.",
         _is(Certificate.person_id == who, Renewal.certificate_id == Certificate.id, Renewal.decided_at.is_(None))),
        ("A session is disputed.", _is(Dispute.person_id == who, Dispute.outcome.is_(None))),
        ("Something about this account is still open with its provider. Ask them.",
         _is(SafetyConcern.person_id == who, SafetyConcern.settled_at.is_(None))),
    )  # fmt: skip
