"""Readings of themes as the register sealed them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from lms.advising import rules
from lms.advising.models import ThemeNote, ThemeReading
from lms.register.bindings import Binding, Source


def _readings(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = select(ThemeReading, ThemeNote).join(ThemeNote, ThemeNote.id == ThemeReading.note_id)
    for reading, note in db.execute(chosen.where(ThemeReading.leaf_seq.in_(seqs))):
        yield Binding(
            seq=reading.leaf_seq,
            said={
                "subject_id": reading.note_id,
                "actor_id": reading.reader_id,
                "at": reading.read_at,
                "meaning": rules.meaning(clear=reading.clear),
                "authenticated_by": reading.authenticated_by,
            },
            payload=rules.payload(reading),
            checks={"the text that was read": reading.version != note.version or reading.text == note.text},
        )


def _subjects(_person_id: uuid.UUID) -> Select[uuid.UUID]:
    """A theme is about nobody: that is what its readers sign."""
    return select(ThemeNote.id).where(false())


SOURCES = (Source("theme reading", select(ThemeReading.leaf_seq), _readings, _subjects),)
