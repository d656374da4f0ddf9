"""What a certificate stands on: the decision, the enrolment it is about, and everything that could speak against it."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from assessments.standards import get_standard
from lms.certificates import editions, looks, rules
from lms.certificates.rules import Facts
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden
from lms.core.site_days import day_of
from lms.handover import service as handover
from lms.handover.concerns import check_settled
from lms.handover.models import Decision
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import same
from lms.people import service as people

READY = "ready"


def must_administer(db: Session, actor: Actor, provider_id: uuid.UUID, holder_id: uuid.UUID) -> None:
    """Raises Forbidden unless `actor` administers the provider and is not the holder, under any account."""
    if provider_id not in actor.organisations(Role.ADMINISTRATOR):
        raise Forbidden("Only an administrator of the provider issues and withdraws certificates.")
    if same.is_one(db, actor.person_id, holder_id):
        raise Forbidden("This one is about you. Another administrator has to do it.")


def get_grounds(db: Session, actor: Actor, decision_id: uuid.UUID) -> tuple[Decision, Enrolment]:
    """A decision that `actor` may certify, with its enrolment. Raises NotFound, Forbidden."""
    decision = handover.get_decision(db, actor, decision_id)
    trained = learning.scope(actor).where(
        Enrolment.person_id == decision.person_id,
        Enrolment.standard_id == decision.standard_id,
        Enrolment.provider_id == decision.provider_id,
    )
    enrolment = db.scalars(trained.order_by(Enrolment.started_on.desc()).limit(1)).one()
    must_administer(db, actor, enrolment.provider_id, decision.person_id)
    return decision, enrolment


def check(db: Session, actor: Actor, decision: Decision) -> None:
    """Raises Conflict if the decision does not say “ready”, is no longer its provider’s newest about this person, or a
    concern about safety was opened since.
    """
    if decision.kind != READY:
        raise Conflict("This decision does not say “ready”, so nothing can be certified on it.")
    about = handover.decisions_of(db, actor, decision.person_id)
    mine = (decision.standard_id, decision.provider_id)
    newest = next(each for each in about if (each.standard_id, each.provider_id) == mine)
    if newest.id != decision.id:
        raise Conflict("There is a newer decision about this person. Read that one first.")
    check_settled(db, decision.person_id, decision.provider_id)


def facts(db: Session, actor: Actor, decision: Decision, enrolment: Enrolment, issued_on: date) -> Facts:
    """Everything the certificate will say but its number: today’s names, and the decision’s frozen readiness."""
    signer = people.get_person(db, decision.decided_by).name
    unit = people.list_units(db, ids=[enrolment.unit_id])[0]
    provider = next(each for each in actor.memberships if each.organisation_id == enrolment.provider_id)
    award = get_standard(decision.standard_id, decision.standard_version).award
    evidence, seen_by = rules.readings(decision.readiness)
    return Facts(
        code="",
        address="",
        holder=editions.name_for(db, decision.person_id, enrolment.provider_id),
        award=award.title,
        claim=award.claim,
        level=award.level,
        provider=provider.organisation_name,
        organisation=unit.organisation_name,
        unit=unit.name,
        evidence=evidence,
        seen_by=seen_by,
        signer=rules.clean_name(signer),
        signed_on=day_of(decision.decided_at),
        issuer=rules.clean_name(actor.name),
        issued_on=issued_on,
        valid_until=rules.last_day(issued_on, decision.readiness["valid_months"]),
        signatories=tuple((each.name, each.role) for each in looks.look_of(provider.organisation_name).signatories),
    )
