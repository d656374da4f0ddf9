"""What the register holds about one person: the entries, their records, and who made them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select, union_all
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.people import same
from lms.people.models import Person
from lms.people.rules import fold
from lms.record.checking import SOURCES
from lms.record.words import Told, tell
from lms.register.bindings import Binding
from lms.register.models import Leaf

PAGE = 25


@dataclass(frozen=True, slots=True)
class Held:
    """An entry about somebody, the name of who made it, and what it stands for (nothing, once that is gone)."""

    leaf: Leaf
    by: str
    bindings: list[Binding]

    def tell(self, name: str) -> Told:
        """The entry in plain words; `name` is whom it is about."""
        return tell(self.leaf, self.by, self.bindings, name)


def find_person(db: Session, typed: str) -> Person | None:
    """Who has this e-mail address or id."""
    try:
        known = uuid.UUID(typed)
    except ValueError:
        known = None
    return db.scalar(select(Person).where(or_(Person.email == fold(typed), Person.id == known)))


def entries_about(db: Session, person_id: uuid.UUID, *, before: int | None = None) -> list[Held]:
    """A page of the entries about a person and one more, newest first, those before `before` only."""
    chosen = _about(person_id).order_by(Leaf.seq.desc()).limit(PAGE + 1)
    return _held(db, chosen.where(Leaf.seq < before) if before is not None else chosen)


def all_about(db: Session, accounts: Collection[uuid.UUID], *, until: int) -> list[Held]:
    """Every entry about these accounts of one person up to the one numbered `until`, oldest first."""
    return _held(db, _about(*accounts).where(Leaf.seq <= until).order_by(Leaf.seq))


def get_earlier(db: Session, person_id: uuid.UUID, former_id: uuid.UUID) -> same.Earlier:
    """An earlier account of a person. Raises NotFound for anybody else's."""
    for each in same.earlier_of(db, person_id):
        if each.id == former_id:
            return each
    raise NotFound


def _about(*accounts: uuid.UUID) -> Select[Leaf, str | None]:
    asked = {source.subjects for source in SOURCES}
    subjects = union_all(*(subjects(each) for subjects in asked for each in accounts))
    return select(Leaf, Person.name).outerjoin(Person, Person.id == Leaf.actor_id).where(Leaf.subject_id.in_(subjects))


def _held(db: Session, chosen: Select[Leaf, str | None]) -> list[Held]:
    rows = db.execute(chosen).all()
    kinds = {leaf.kind for leaf, _ in rows}
    bindings = _bindings(db, kinds, [leaf.seq for leaf, _ in rows])
    return [Held(leaf, by or "Nobody in particular", bindings[leaf.kind, leaf.seq]) for leaf, by in rows]


def _bindings(db: Session, kinds: Collection[str], seqs: Sequence[int]) -> dict[tuple[str, int], list[Binding]]:
    """The records of these entries, in one query for each kind among them."""
    found: dict[tuple[str, int], list[Binding]] = defaultdict(list)
    for source in SOURCES:
        for binding in source.load(db, seqs) if source.kind in kinds else ():
            found[source.kind, binding.seq].append(binding)
    return found
