"""Decisions about disputes, as the register sealed them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from lms.practice import contested, dispute_rules, rules
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.register.bindings import Binding

SEQS: Select[Any] = select(PracticeEvent.leaf_seq).where(PracticeEvent.kind.in_(dispute_rules.DECIDING))
_Asked, _Answered, _Voiding = aliased(PracticeEvent), aliased(PracticeEvent), aliased(PracticeEvent)
_DECISIONS = (
    select(PracticeEvent, Dispute, _Asked, _Answered.reason, Signature, PracticeReturn, PracticeSession, _Voiding)
    .join(Dispute, Dispute.ended_id == PracticeEvent.id)
    .join(_Asked, _Asked.id == Dispute.opened_id)
    .join(PracticeSession, PracticeSession.id == PracticeEvent.session_id)
    .outerjoin(_Answered, _Answered.id == Dispute.answered_id)
    .outerjoin(Signature, Signature.id == Dispute.signature_id)
    .outerjoin(PracticeReturn, PracticeReturn.id == Dispute.return_id)
    .outerjoin(_Voiding, and_(_Voiding.signature_id == Signature.id, _Voiding.kept.is_not(None)))
    .where(PracticeEvent.kind.in_(dispute_rules.DECIDING))
)


def decisions(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    """What was signed can be read again, beside its session or as it was kept; what was returned may have moved on."""
    for event, dispute, asked, answered, signature, returned, session, voiding in db.execute(
        _DECISIONS.where(PracticeEvent.leaf_seq.in_(seqs))
    ):
        read = None
        if signature is not None:
            read = (voiding.kept or {}) if voiding else rules.payload_for_signature(session)
        checks = _signed(event, dispute, signature, read or {}) if signature else _returned(event, dispute, returned)
        checks |= {
            "how it was decided": event.kind == dispute.outcome,
            "whom it is about": event.person_id == dispute.person_id == asked.person_id,
            "who decided": event.actor_id == dispute.second_id,
        }
        yield Binding(
            seq=event.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": event.session_id,
                "actor_id": event.actor_id,
                "at": event.at,
                "meaning": dispute_rules.DECIDING[event.kind],
            },
            payload=dispute_rules.payload_for_decision(
                contested.about(signature, returned), (asked.reason, answered or ""), event.kind, event.reason
            ),
            read=read,
            checks=checks,
        )


def _signed(event: PracticeEvent, dispute: Dispute, signature: Signature, read: dict[str, Any]) -> dict[str, bool]:
    return {
        "the session’s version": event.version == dispute.version == signature.session_version == read.get("version"),
        "who signed": dispute.first_id == signature.signer_id,
        "whether it counts": event.kind == "upheld" or signature.voided_at == event.at,
    }


def _returned(event: PracticeEvent, dispute: Dispute, returned: PracticeReturn | None) -> dict[str, bool]:
    if returned is None:
        return {"what was disputed": False}
    return {
        "the session’s version": event.version == dispute.version == returned.version,
        "who returned it": dispute.first_id == returned.returned_by,
    }
