"""Checking the whole register: the chain, and that every record is still what its entry sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import models  # noqa: F401 - a foreign key has the type of its target only once that table is known
from lms.advising import bindings as advising
from lms.certificates import bindings as certificates
from lms.coding import bindings as coding
from lms.delayed import bindings as delayed
from lms.handover import bindings as handover
from lms.interviews import bindings as interviews
from lms.panels import bindings as panels
from lms.practice import bindings as practice
from lms.register import service as register
from lms.register.bindings import Binding, Source, faults
from lms.register.models import Leaf
from lms.register.rules import shortened
from lms.renewals import bindings as renewals
from lms.same import bindings as same
from lms.takeover import bindings as takeover
from lms.transfer import bindings as transfer
from lms.value import bindings as value
from lms.values import bindings as values

SOURCES: tuple[Source, ...] = (
    *practice.SOURCES,
    *coding.SOURCES,
    *delayed.SOURCES,
    *takeover.SOURCES,
    *transfer.SOURCES,
    *interviews.SOURCES,
    *handover.SOURCES,
    *panels.SOURCES,
    *certificates.SOURCES,
    *renewals.SOURCES,
    *advising.SOURCES,
    *values.SOURCES,
    *value.SOURCES,
    *same.SOURCES,
)
BATCH = 500
UNREADABLE = (ValueError, TypeError, LookupError)


def verify(db: Session, against: register.Checkpoint | None = None) -> register.Verification:
    """Check every entry, every record an entry stands for, and that the register continues what a checkpoint saw."""
    found = register.verify(db, against)
    return replace(found, problems=shortened([*found.problems, *_faults(db)]))


def _faults(db: Session) -> Iterator[str]:
    last = register.FIRST
    while seqs := db.scalars(select(Leaf.seq).where(Leaf.seq > last).order_by(Leaf.seq).limit(BATCH)).all():
        yield from _of(db, seqs)
        last = seqs[-1]
        db.expunge_all()
    for source in SOURCES:
        for seq in db.scalars(source.seqs.except_(select(Leaf.seq)).order_by("leaf_seq")):
            yield f"A {source.kind} says it is entry {seq}, and the register has no such entry."


def _of(db: Session, seqs: Sequence[int]) -> list[str]:
    """What is wrong with the records of these entries; one by one where something among them cannot be read."""
    try:
        return list(_compare(db, seqs))
    except UNREADABLE:
        if len(seqs) == 1:
            return [f"Entry {seqs[0]} or the record it stands for cannot be read."]
        return [sentence for seq in seqs for sentence in _of(db, [seq])]


def _compare(db: Session, seqs: Sequence[int]) -> Iterator[str]:
    kept: dict[tuple[str, int], list[Binding]] = defaultdict(list)
    for source in SOURCES:
        for binding in source.load(db, seqs):
            kept[source.kind, binding.seq].append(binding)
    known = {source.kind for source in SOURCES}
    for leaf in db.scalars(select(Leaf).where(Leaf.seq.in_(seqs)).order_by(Leaf.seq)):
        if leaf.kind in known:
            yield from faults(leaf, kept.pop((leaf.kind, leaf.seq), []))
        else:
            yield f"Entry {leaf.seq} is a “{leaf.kind}”, which this version of Askwell does not know."
    for kind, seq in kept:
        yield f"A {kind} says it is entry {seq}, which is something else."
