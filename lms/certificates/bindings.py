"""Certificates, and what happened to them since, as the register sealed it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.certificates import history, records, rules, steps
from lms.certificates.models import Certificate, Step
from lms.handover.models import Decision
from lms.register.bindings import Binding, Source


def _issued(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(Certificate, Decision).join(Decision, Decision.id == Certificate.decision_id)
    for certificate, decision in db.execute(chosen.where(Certificate.leaf_seq.in_(seqs))):
        checks = {
            "whom it is about": certificate.person_id == decision.person_id,
            "the facts it prints": set(certificate.facts) - {rules.KEPT_IF_ANY} == set(rules.KEPT),
        }
        standard = (decision.standard_id, decision.standard_version, decision.standard_hash)
        yield Binding(
            seq=certificate.leaf_seq,
            said={"subject_id": certificate.id, "actor_id": certificate.issuer_id, "digest": certificate.digest},
            payload=rules.payload(records.facts_of(certificate), str(decision.id), standard),
            checks=checks,
        )


def _renewed(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    renewed = select(Certificate).where(Certificate.leaf_seq.in_(seqs), Certificate.renews_id.is_not(None))
    for certificate in db.scalars(renewed):
        before = db.get_one(Certificate, certificate.renews_id)
        decision = records.decision_of(db, certificate)
        standard = (decision.standard_id, decision.standard_version, decision.standard_hash)
        facts = records.facts_of(certificate)
        yield Binding(
            seq=certificate.leaf_seq,
            said={"subject_id": certificate.id, "actor_id": certificate.issuer_id, "digest": certificate.digest},
            payload=rules.payload_of_renewal(facts, str(decision.id), standard, before.digest),
            checks={
                "whom it is about": certificate.person_id == before.person_id,
                "the facts it prints": set(certificate.facts) - {rules.KEPT_IF_ANY} == set(rules.KEPT),
            },
        )


def _happened(db: Session, seqs: Collection[int], *, kind: str) -> Iterator[Binding]:
    chosen = select(Step, Certificate).join(Certificate, Certificate.id == Step.certificate_id)
    for step, certificate in db.execute(chosen.where(Step.kind == kind, Step.leaf_seq.in_(seqs))):
        before = [each for each in steps.steps_of(db, certificate.id) if each.leaf_seq < step.leaf_seq]
        hindered = history.hinders(history.state_of(before), kind, step.done_at)
        yield Binding(
            seq=step.leaf_seq,
            said={
                "subject_id": step.certificate_id,
                "actor_id": step.done_by,
                "reason": rules.WITHDRAWALS[step.cause].title if kind == history.WITHDRAWN else "",
            },
            payload=rules.payload_of_withdrawal(certificate.digest, step.cause, step.reason, step.done_at)
            if kind == history.WITHDRAWN
            else history.payload(certificate.digest, kind, step.reason, step.done_at, step.follows),
            checks={
                "what came before it": step.follows == steps.entry_before(db, certificate, step.leaf_seq),
                "whether it could be done then": not hindered,
            },
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Certificate.id).where(Certificate.person_id == person_id)


_LEAVES = select(Certificate.leaf_seq)
SOURCES = (
    Source("certificate issued", _LEAVES.where(Certificate.renews_id.is_(None)), _issued, _subjects),
    Source("certificate renewed", _LEAVES.where(Certificate.renews_id.is_not(None)), _renewed, _subjects),
    *(
        Source(said.entry, select(Step.leaf_seq).where(Step.kind == kind), partial(_happened, kind=kind), _subjects)
        for kind, said in history.KINDS.items()
    ),
)
BY_KIND = {each.kind: each for each in SOURCES}
