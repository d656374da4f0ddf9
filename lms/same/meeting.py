"""Where two accounts meet, so that as one person they would have judged, trained or answered for themselves.

It asks the tables themselves, so that a table made later is asked as well: a row that names both in two of its columns,
and two rows of one matter of which each names one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cache

from sqlalchemy import Column, ColumnElement, Select, Table, and_, intersect, or_, select, union
from sqlalchemy.orm import Session

from lms.core.db import Base
from lms.groups.models import GroupMember, PeerGroup
from lms.people.models import Person
from lms.practice.models import PracticeSession
from lms.takeover.models import StageMove

# Rows in which one person may stand twice without having judged anything of their own.
HARMLESS = frozenset({
    "advisory_case", "group_round", "help_call", "import", "invitation", "manager_letter", "nomination", "peer_group",
    "same_person", "theme_note",
})  # fmt: skip
# What is one matter: of those who have a part in it, none may be another of them as well.
MATTERS = {
    "practice_session": "a session that one wrote up",
    "certificate": "a certificate of one",
    "decision": "a decision about one",
    "panel": "a panel",
    "interview": "a values interview",
    "interview_assessor": "a values interview",
    "coding_sample": "turns that two people code",
    "hand_over": "the hand-over of a circle",
    "stage_move": "a step of a circle",
    "theme_note": "a theme that others read",
    "enrolment": "a training",
    "coding_pair": "a pair that codes side by side",
}
WORDS = {
    "calibration": "an agreement figure of one",
    "coding_consent": "a consent to code",
    "delayed_try": "a check that one judged",
    "dilemma_answer": "a dilemma that one judged",
    "extra_time": "extra time that one granted",
    "safety_concern": "a concern about safety",
    "step_back": "a circle’s step back",
}
CIRCLE = "a circle that one trains and the other sits in"
RECORD = "a record that names both"


def of(db: Session, one: uuid.UUID, other: uuid.UUID) -> str:
    """Where they meet, in words; empty where they do not."""
    for what, question in _questions(one, other):
        if db.execute(question.limit(1)).first() is not None:
            return what
    return ""


def _questions(one: uuid.UUID, other: uuid.UUID) -> Iterator[tuple[str, Select[uuid.UUID]]]:
    for table, columns in _people().items():
        if len(columns) > 1 and table.name not in HARMLESS:
            both = and_(_names(columns, one), _names(columns, other))
            yield WORDS.get(table.name) or MATTERS.get(table.name, RECORD), select(columns[0]).where(both)
    for name, what in MATTERS.items():
        table = Base.metadata.tables[name]
        met = intersect(_part_in(table, one), _part_in(table, other)).subquery()
        yield what, select(met.c[0])
    for trainer, member in ((one, other), (other, one)):
        met = intersect(_trains(trainer), _sits(member)).subquery()
        yield CIRCLE, select(met.c[0])


@cache
def _people() -> dict[Table, tuple[Column[uuid.UUID], ...]]:
    """The columns of each table that name somebody."""
    found = {table: tuple(each for each in table.columns if _is_person(each)) for table in Base.metadata.sorted_tables}
    return {table: columns for table, columns in found.items() if columns}


def _is_person(column: Column[uuid.UUID]) -> bool:
    """A row that belongs to another may repeat whom that one is about."""
    person = Person.__table__
    return any(
        each.column.table is person or (each.column.name == "person_id" and each.column.table is not column.table)
        for each in column.foreign_keys
    )


def _names(columns: tuple[Column[uuid.UUID], ...], who: uuid.UUID) -> ColumnElement[bool]:
    return or_(*(each == who for each in columns))


def _part_in(matter: Table, who: uuid.UUID) -> Select[uuid.UUID]:
    """The matters of one kind in which somebody is named: by itself, or by a row that belongs to it."""
    own = matter.primary_key.columns[0]
    found = [select(own).where(_names(columns, who)) for table, columns in _people().items() if table is matter]
    for table, columns in _people().items():
        to_it = [each for each in table.columns if any(key.column is own for key in each.foreign_keys)]
        found += [select(each).where(each.is_not(None), _names(columns, who)) for each in to_it]
    return select(union(*found).subquery().c[0])


def _trains(who: uuid.UUID) -> Select[uuid.UUID]:
    found = union(
        select(PeerGroup.id).where(PeerGroup.trainer_id == who),
        select(StageMove.group_id).where(StageMove.decided_by == who),
        select(PracticeSession.group_id).where(PracticeSession.trainer_id == who),
    )
    return select(found.subquery().c[0])


def _sits(who: uuid.UUID) -> Select[uuid.UUID]:
    found = union(
        select(PeerGroup.id).where(PeerGroup.facilitator_id == who),
        select(GroupMember.group_id).where(GroupMember.person_id == who),
        select(PracticeSession.group_id).where(PracticeSession.person_id == who),
    )
    return select(found.subquery().c[0])
