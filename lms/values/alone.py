"""What somebody does alone about values: standing on the belief line, then and now, and the table of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import beliefs, value_rows
from assessments.beliefs import Beliefs, Statement
from assessments.value_rows import Rows
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict, OldPage
from lms.learning import service as learning
from lms.values.rules import ELSEWHERE
from lms.values.written_models import BeliefLine, ValueTable

TOO_SOON = "You have stood on the line. What you said stays as it was, so that you can read it beside the next time."
STALE = "You stood on the line on another device meanwhile. This page shows what is kept there."


@dataclass(frozen=True, slots=True)
class Stood:
    """Somebody's line. `row` is None before they have stood; `back_from` is when they may stand again."""

    pack: Beliefs
    row: BeliefLine | None
    back_from: datetime | None

    @property
    def version(self) -> int:
        return self.row.version if self.row else 0

    @property
    def open(self) -> bool:
        """Whether they may stand on it now."""
        return self.back_from is None or self.back_from <= clock.now()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The sentences of the line on which they stood first."""
        return beliefs.get_beliefs(self.row.pack_version).statements if self.row else self.pack.statements

    @property
    def moved(self) -> list[str]:
        """The sentences on which they stand elsewhere now."""
        if self.row is None or self.row.moved_at is None:
            return []
        return beliefs.moved(self.row.stood["places"], self.row.moved["places"])


def look(db: Session, actor: Actor) -> Stood:
    """The actor's own line."""
    row = db.get(BeliefLine, actor.person_id)
    if row is None:
        return Stood(beliefs.current_beliefs(), None, None)
    done = learning.done_lessons(db, actor.person_id).get(beliefs.BACK_AFTER_LESSON)
    pack = beliefs.get_beliefs(row.pack_version)  # what is compared is the same line
    return Stood(pack, row, beliefs.back_from(row.stood_at, done))


def stand(db: Session, actor: Actor, seen: int, places: Mapping[str, int], why: Mapping[str, str]) -> BeliefLine:
    """Stand on the line: first, or again once it is time. The same form twice is once. Raises Conflict."""
    said, now = {"places": dict(places), "why": dict(why)}, clock.now()
    first = BeliefLine(
        person_id=actor.person_id,
        pack_version=beliefs.current_beliefs().version,
        stood=said,
        stood_at=now,
        moved={},
        moved_at=None,
        version=1,
    )
    if seen == 0 and add_once(db, first):
        return first
    row = db.scalars(select(BeliefLine).where(BeliefLine.person_id == actor.person_id).with_for_update()).one_or_none()
    if row is None or row.version != seen:
        if row is not None and said == (row.moved if row.moved_at else row.stood):
            return row
        raise Conflict(STALE)
    if not look(db, actor).open:
        raise Conflict(TOO_SOON)
    row.moved, row.moved_at, row.version = said, now, seen + 1
    db.flush()
    return row


@dataclass(frozen=True, slots=True)
class Table:
    """Somebody's table. `rows` are theirs, by value; our own row is shown beside one that is whole."""

    pack: Rows
    rows: Mapping[str, Mapping[str, str]]
    version: int
    complete_at: datetime | None

    @property
    def whole(self) -> int:
        return value_rows.whole(self.rows, self.pack.values)

    @property
    def complete(self) -> bool:
        return self.whole == len(self.pack.values)

    def hints(self) -> dict[str, str]:
        """What is worth another look, by the name of the field."""
        return {
            f"{cell}-{each.id}": said
            for each in self.pack.values
            for cell, said in value_rows.hints(self.pack, each, self.rows.get(each.id, {})).items()
        }

    def ours(self, value_id: str) -> bool:
        """Whether our own row may be read beside this one."""
        return value_rows.is_whole(self.rows.get(value_id, {}))


def look_at_table(db: Session, actor: Actor) -> Table:
    """The actor's own table."""
    row = db.get(ValueTable, actor.person_id)
    pack = value_rows.current_rows()
    return Table(pack, row.rows, row.version, row.complete_at) if row else Table(pack, {}, 0, None)


def keep_table(db: Session, actor: Actor, seen: int, rows: Mapping[str, Mapping[str, str]]) -> Table:
    """Keep what is written so far. The same words twice are one. Raises OldPage."""
    add_once(db, ValueTable(person_id=actor.person_id, rows={}, version=0, changed_at=clock.now(), complete_at=None))
    row = db.scalars(select(ValueTable).where(ValueTable.person_id == actor.person_id).with_for_update()).one()
    given = {key: dict(row) for key, row in rows.items()}
    if row.version != seen:
        if row.rows == given:
            return look_at_table(db, actor)
        raise OldPage(ELSEWHERE, row.version, row.rows)
    row.rows, row.version, row.changed_at = given, seen + 1, clock.now()
    kept = look_at_table(db, actor)
    if kept.complete and row.complete_at is None:
        row.complete_at = clock.now()
    db.flush()
    return look_at_table(db, actor)
