"""Certificates, and what happened to them since, as the register sealed it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.certificates import correcting, editions, history, records, rules
from lms.certificates.models import Certificate, NameCorrection, Step
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
            payload=rules.payload(records.facts_as_issued(certificate), str(decision.id), standard),
            checks=checks,
        )


def _renewed(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    renewed = select(Certificate).where(Certificate.leaf_seq.in_(seqs), Certificate.renews_id.is_not(None))
    for certificate in db.scalars(renewed):
        before = db.get_one(Certificate, certificate.renews_id)
        decision = records.decision_of(db, certificate)
        standard = (decision.standard_id, decision.standard_version, decision.standard_hash)
        facts = records.facts_as_issued(certificate)
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
    these = (Step.kind == kind, Step.leaf_seq.in_(seqs))
    about = Step.certificate_id.in_(select(Step.certificate_id).where(*these))
    chosen = select(Step, Certificate).join(Certificate, Certificate.id == Step.certificate_id).where(about)
    histories: dict[uuid.UUID, list[Step]] = {}
    for step, certificate in db.execute(chosen.order_by(Step.leaf_seq)):
        before = histories.setdefault(certificate.id, [])
        if step.kind == kind and step.leaf_seq in seqs:
            yield _binding(step, certificate, before)
        before.append(step)


def _binding(step: Step, certificate: Certificate, before: list[Step]) -> Binding:
    is_withdrawal = step.kind == history.WITHDRAWN
    hindered = history.hinders(history.state_of(before), step.kind, step.done_at)
    return Binding(
        seq=step.leaf_seq,
        said={
            "subject_id": step.certificate_id,
            "actor_id": step.done_by,
            "reason": rules.WITHDRAWALS[step.cause].title if is_withdrawal else "",
        },
        payload=rules.payload_of_withdrawal(certificate.digest, step.cause, step.reason, step.done_at)
        if is_withdrawal
        else history.payload(certificate.digest, step.kind, step.reason, step.done_at, step.follows),
        checks={
            "what came before it": step.follows == (before[-1] if before else certificate).leaf_seq,
            "whether it could be done then": not hindered,
        },
    )


def _corrected(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(NameCorrection, Certificate).join(Certificate, Certificate.id == NameCorrection.certificate_id)
    for row, certificate in db.execute(chosen.where(NameCorrection.leaf_seq.in_(seqs))):
        earlier = [each for each in editions.corrections_of(db, certificate.id) if each.leaf_seq < row.leaf_seq]
        before = editions.editions_of(certificate, earlier)[-1]
        yield Binding(
            seq=row.leaf_seq,
            said={
                "subject_id": row.certificate_id,
                "actor_id": row.done_by,
                "reason": correcting.CAUSES[row.kind].title,
                "digest": row.digest,
            },
            payload=correcting.payload(certificate.digest, row),
            checks={"what came before it": (row.before, row.edition) == (before.name, before.number + 1)},
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
    Source(correcting.ENTRY, select(NameCorrection.leaf_seq), _corrected, _subjects),
)
BY_KIND = {each.kind: each for each in SOURCES}
