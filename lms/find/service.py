"""Searching: what is taught, and what the actor wrote. What was searched for is kept nowhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup
from sqlalchemy.orm import Session

from courses.catalogue import Catalogue
from courses.glossary import Term
from courses.schema import Lesson
from lms.core.actor import Actor
from lms.find import index
from lms.find.index import Index, Text
from lms.find.rules import Asked
from lms.journal import service as journal
from lms.practice import service as practice

Kind = Literal["journal", "session", "note"]
PAGE = 10
MOST_TERMS = 5
MOST_NOTES = 10


@dataclass(frozen=True, slots=True)
class InLesson:
    """A passage of a lesson."""

    lesson: Lesson
    part: str
    passage: Markup


@dataclass(frozen=True, slots=True)
class InNote:
    """A passage of something the actor wrote: in the journal, about a session of theirs, or for themself on another’s.

    `id` is that of the entry or the session.
    """

    kind: Kind
    id: uuid.UUID
    on: date | datetime
    passage: Markup


@dataclass(frozen=True, slots=True)
class Own:
    """Words of the actor’s, before anything is looked for."""

    kind: Kind
    id: uuid.UUID
    on: date | datetime
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, and how much there is in all."""

    lessons: Sequence[InLesson]
    terms: Sequence[tuple[Term, Markup]]
    notes: Sequence[InNote]
    lesson_count: int
    term_count: int
    note_count: int
    some: bool  # no place has all the words; these have some of them

    @property
    def count(self) -> int:
        return self.lesson_count + self.term_count + self.note_count


def search(db: Session, actor: Actor, known: Catalogue, asked: Asked, page: int = 1) -> Found:
    """What `known` and the actor’s own notes have on it, in two queries."""
    lessons, terms = index.of_catalogue(known)
    written = {f"{each.kind} {each.id}": each for each in _written(db, actor)}
    notes = Index(Text(name, "", "", each.text) for name, each in written.items())
    try:
        found = _search(known, (lessons, terms, notes), written, asked.everything(), page, False)
        if found.count == 0 and len(asked.words) > 1:
            return _search(known, (lessons, terms, notes), written, asked.anything(), page, True)
        return found
    finally:
        notes.close()


def _written(db: Session, actor: Actor) -> Iterator[Own]:
    """Everything that the actor wrote, and nothing that anybody else did."""
    for entry in journal.own_texts(db, actor):
        yield Own("journal", entry.id, entry.begun_at, entry.text)
    for each in practice.own_words(db, actor):
        yield Own("session" if each.own else "note", each.session_id, each.held_on, each.text)


def _search(
    known: Catalogue,
    indexes: tuple[Index, Index, Index],
    written: dict[str, Own],
    question: str,
    page: int,
    some: bool,
) -> Found:
    lessons, terms, notes = indexes
    in_lessons, in_terms, in_notes = (each.find(question) for each in indexes)
    by_id = {each.id: each for each in known.terms}
    return Found(
        lessons=[
            InLesson(known.lesson_by_id(ref), *lessons.passage(question, number))
            for ref, number in in_lessons[(page - 1) * PAGE : page * PAGE]
        ],
        terms=[(by_id[ref], terms.passage(question, number)[1]) for ref, number in in_terms[:MOST_TERMS]],
        notes=[_in_note(written[ref], notes.passage(question, number)[1]) for ref, number in in_notes[:MOST_NOTES]],
        lesson_count=len(in_lessons),
        term_count=len(in_terms),
        note_count=len(in_notes),
        some=some,
    )


def _in_note(own: Own, passage: Markup) -> InNote:
    return InNote(own.kind, own.id, own.on, passage)
