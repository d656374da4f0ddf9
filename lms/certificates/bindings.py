"""Certificates and withdrawals as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.certificates import records, rules
from lms.certificates.models import Certificate, Revocation
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


def _withdrawn(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(Revocation, Certificate.digest).join(Certificate, Certificate.id == Revocation.certificate_id)
    for revocation, certificate in db.execute(chosen.where(Revocation.leaf_seq.in_(seqs))):
        yield Binding(
            seq=revocation.leaf_seq,
            said={
                "subject_id": revocation.certificate_id,
                "actor_id": revocation.revoked_by,
                "reason": rules.WITHDRAWALS[revocation.kind].title,
            },
            payload=rules.payload_of_withdrawal(certificate, revocation.kind, revocation.reason, revocation.revoked_at),
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Certificate.id).where(Certificate.person_id == person_id)


_LEAVES = select(Certificate.leaf_seq)
SOURCES = (
    Source("certificate issued", _LEAVES.where(Certificate.renews_id.is_(None)), _issued, _subjects),
    Source("certificate renewed", _LEAVES.where(Certificate.renews_id.is_not(None)), _renewed, _subjects),
    Source("certificate withdrawn", select(Revocation.leaf_seq), _withdrawn, _subjects),
)
