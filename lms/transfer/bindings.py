"""Hand-overs and their signatures as the register sealed them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.register.bindings import Binding, Source
from lms.register.rules import digest
from lms.takeover import bindings as takeover
from lms.transfer import rules
from lms.transfer.models import HandOver, HandOverSignature
from lms.transfer.rules import Completed


def _signatures(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(HandOverSignature, HandOver.group_id).join(HandOver, HandOver.id == HandOverSignature.hand_over_id)
    for each, group_id in db.execute(chosen.where(HandOverSignature.leaf_seq.in_(seqs))):
        yield Binding(
            seq=each.leaf_seq,
            said={
                "subject_id": group_id,
                "actor_id": each.person_id,
                "at": each.signed_at,
                "meaning": rules.MEANINGS[each.part],
                "authenticated_by": each.authenticated_by,
            },
            payload=rules.signature_payload(each),
            checks={"what was read": each.digest == digest(each.terms)},
        )


def _completed(agreement: HandOver, entries: Iterable[int]) -> Completed:
    kept = {name: getattr(agreement, name) for name in Completed.__slots__ if name != "entries"}
    return Completed(**kept, entries=tuple(entries))


def _complete(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    for each in db.scalars(select(HandOver).where(HandOver.leaf_seq.in_(seqs))):
        standing = select(HandOverSignature.leaf_seq, HandOverSignature.digest).where(
            HandOverSignature.hand_over_id == each.id, HandOverSignature.ended_at.is_(None)
        )
        signed = db.execute(standing).all()
        yield Binding(
            seq=each.leaf_seq or 0,
            said={
                "subject_id": each.group_id,
                "actor_id": each.completed_by,
                "at": each.completed_at,
                "meaning": rules.COMPLETE,
            },
            payload=rules.payload(_completed(each, [seq for seq, _ in signed])),
            checks={"what was signed": {read for _, read in signed} == {digest(each.terms)}},
        )


# They are about a circle, as its moves are: whoever facilitates it finds them in their record.
_subjects = takeover.SOURCES[0].subjects

SOURCES = (
    Source(rules.KIND_SIGNED, select(HandOverSignature.leaf_seq), _signatures, _subjects),
    Source(
        rules.KIND_COMPLETE,
        select(HandOver.leaf_seq).where(HandOver.leaf_seq.is_not(None)),
        _complete,
        _subjects,
    ),
)
