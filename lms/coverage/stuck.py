"""Who of an organisation is stuck: gathered in two questions, however many are in training."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from assessments.ladder import ALONE
from assessments.standards import get_standard
from lms.certificates import steps
from lms.certificates.models import Certificate
from lms.core.site_days import day_of
from lms.coverage import stuck_rules as rules
from lms.coverage.stuck_rules import Ended, Reason, Stuck, Training
from lms.exercises.models import Attempt
from lms.groups.models import GroupMember, PeerGroup
from lms.handover.models import Decision
from lms.handover.rules import READY
from lms.learning.models import Enrolment, LessonDone, last_done
from lms.panels.models import Panel
from lms.people.models import Membership, Person, Unit
from lms.practice import backup
from lms.practice.models import PracticeSession, Signature
from lms.renewals.models import Renewal

PAGE = 25


@dataclass(frozen=True, slots=True)
class StuckPage:
    """A page of those who are stuck, for one reason or all; `counts` are those of every reason."""

    rows: tuple[Stuck, ...]
    every: tuple[Stuck, ...]
    counts: dict[Reason, int]
    page: int
    total: int

    @property
    def more(self) -> bool:
        return self.page * PAGE < self.total


def look(db: Session, organisation_id: uuid.UUID, today: date, reason: str = "", page: int = 1) -> StuckPage:
    """One page, the last where there is no such page, for callers who hold the organisation through a scope."""
    every = everybody(db, organisation_id, today)
    counts = {each: sum(1 for one in every if one.reason == each) for each in rules.REASONS}
    chosen = [each for each in every if not reason or each.reason == reason]
    page = min(page, max(1, -(-len(chosen) // PAGE)))
    return StuckPage(tuple(chosen[(page - 1) * PAGE : page * PAGE]), tuple(every), counts, page, len(chosen))


def everybody(db: Session, organisation_id: uuid.UUID, today: date) -> list[Stuck]:
    """Everybody who is stuck, as the page has them."""
    late = backup.late_since(today)
    rows = [row for row in db.execute(_trainings(organisation_id)) if not row.certified]
    found = [rules.stuck_training(_training(row, late), today) for row in rows]
    ended = (rules.stuck_certificate(_ended(row), today) for row in db.execute(_certificates(organisation_id, today)))
    return rules.in_order([each for each in (*found, *ended) if each])


def _training(row: Sequence[Any], late: datetime) -> Training:
    (
        enrolment, name, unit, trainer, waits_since, waits_at, waits_name, signed, signers, in_circle, lesson, tried,
        sent, decided, decided_at, panel, _certified,
    ) = row  # fmt: skip
    taken = [day_of(each) for each in (lesson, tried, sent) if each]
    return Training(
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        name=name,
        unit=unit,
        trainer_id=enrolment.trainer_id,
        trainer=trainer,
        started_on=enrolment.started_on,
        provider_id=enrolment.provider_id,
        assessors=_asked_assessors(enrolment.standard_id, enrolment.standard_version),
        waits_since=day_of(waits_since) if waits_since else None,
        waits_late=waits_since is not None and waits_since < late,
        waits_at=(waits_at, waits_name) if waits_at else None,
        signed=signed,
        signers=signers,
        in_circle=bool(in_circle),
        last_step=max(taken, default=None),
        ready_on=day_of(decided_at) if decided == READY else None,
        panel_since=day_of(panel) if panel else None,
    )


def _asked_assessors(standard_id: str, version: int) -> int:
    """How many people have to have seen sessions, by the version somebody began with."""
    clauses = get_standard(standard_id, version).clauses
    return max((each.least for each in clauses if each.kind == "assessors"), default=1)


def _trainings(organisation_id: uuid.UUID) -> Select[Any]:
    """Every training that runs, in the order that `_training` reads. A training that was decided ready and certified
    has ended, or soon will: it is nobody's wait.
    """
    trainer, asked, newest = aliased(Person), aliased(Person), _newest_decision()
    waits = _theirs(PracticeSession.person_id, PracticeSession.state == "waiting")
    oldest = waits.order_by(PracticeSession.submitted_at, PracticeSession.id).limit(1)
    asked_name = oldest.join(asked, asked.id == PracticeSession.trainer_id).with_only_columns(asked.name)
    signed = (Signature.person_id == Enrolment.person_id, Signature.voided_at.is_(None))
    issued = select(Certificate.id).where(Certificate.decision_id == Decision.id).correlate(Decision).exists()
    panel = select(func.min(Panel.called_at)).where(Panel.enrolment_id == Enrolment.id, Panel.closed_at.is_(None))
    return (
        select(
            Enrolment,
            Person.name,
            Unit.name,
            trainer.name,
            _one(oldest.with_only_columns(PracticeSession.submitted_at)),
            _one(oldest.with_only_columns(PracticeSession.trainer_id)),
            _one(asked_name),
            _one(select(func.count(Signature.session_id.distinct())).where(*signed, Signature.tier != "link")),
            _one(select(func.count(Signature.signer_id.distinct())).where(*signed)),
            _in_circle(),
            _one(_theirs(LessonDone.person_id).with_only_columns(func.max(last_done()))),
            _one(_theirs(Attempt.person_id).with_only_columns(func.max(Attempt.created_at))),
            _one(_theirs(PracticeSession.person_id).with_only_columns(func.max(PracticeSession.submitted_at))),
            _one(newest.with_only_columns(Decision.kind)),
            _one(newest.with_only_columns(Decision.decided_at)),
            _one(panel),
            _one(newest.with_only_columns(issued)).label("certified"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(trainer, trainer.id == Enrolment.trainer_id)
        .where(Enrolment.organisation_id == organisation_id, Enrolment.ended_on.is_(None), Person.active)
    )


def _newest_decision() -> Select[Any]:
    decided = select(Decision).where(
        Decision.person_id == Enrolment.person_id,
        Decision.standard_id == Enrolment.standard_id,
        Decision.provider_id == Enrolment.provider_id,
    )
    return decided.order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(1)


def _theirs(person: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(person).where(person == Enrolment.person_id, *where)


def _one(chosen: Select[Any]) -> ScalarSelect[Any]:
    return chosen.correlate(Enrolment).scalar_subquery()


def _in_circle() -> ColumnElement[bool]:
    """Whether they facilitate a circle, or sit in one."""
    sits = select(GroupMember.id).where(GroupMember.person_id == Enrolment.person_id, GroupMember.left_on.is_(None))
    leads = select(PeerGroup.id).where(PeerGroup.facilitator_id == Enrolment.person_id)
    return or_(sits.correlate(Enrolment).exists(), leads.correlate(Enrolment).exists())


def _ended(row: Sequence[Any]) -> Ended:
    certificate, person_id, name, unit, until, provider_id, sent = row
    return Ended(certificate, person_id, name, unit, until, provider_id, day_of(sent) if sent else None)


def _certificates(organisation_id: uuid.UUID, today: date) -> Select[Any]:
    """Certificates that ended, and those whose renewal waits, of people who still have a part here. Whoever holds
    another that is valid lacks nothing.
    """
    newer = aliased(Certificate)
    renewed = select(newer.id).where(newer.renews_id == Certificate.id)
    here = select(Membership.id).where(
        Membership.person_id == Certificate.person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_on.is_(None),
    )
    waits = and_(Renewal.sent_at.is_not(None), Renewal.decided_at.is_(None))
    told: tuple[Any, ...] = (
        Certificate.id,
        Certificate.person_id,
        Person.name,
        Unit.name,
        Certificate.valid_until,
        Certificate.provider_id,
        Renewal.sent_at,
    )
    return (
        select(*told)
        .join(Person, Person.id == Certificate.person_id)
        .join(Unit, Unit.id == Certificate.unit_id)
        .outerjoin(Renewal, Renewal.certificate_id == Certificate.id)
        .where(
            Certificate.organisation_id == organisation_id,
            Certificate.level >= ALONE,
            or_(waits, and_(Renewal.sent_at.is_(None), Certificate.valid_until < today)),
            ~renewed.exists(),
            ~_holds_another(today),
            ~steps.is_withheld(Certificate.id),
            here.exists(),
        )
    )


def _holds_another(today: date) -> ColumnElement[bool]:
    """Whether the holder of a certificate holds another that is valid, of the same level or a higher one."""
    other = aliased(Certificate)
    valid = select(other.id).where(
        other.person_id == Certificate.person_id,
        other.id != Certificate.id,
        other.valid_until >= today,
        other.level >= Certificate.level,
        ~steps.is_withheld(other.id),
    )
    return valid.exists()
