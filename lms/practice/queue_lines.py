"""A line of a trainer's list: how long the session has waited, and why it deserves a look first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from lms.core.site_days import day_of
from lms.practice import dispute_rules, rules
from lms.practice.flags import Flag, flag
from lms.practice.rows import QueueRow
from lms.practice.working_days import working_days


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads which list on which day, and what the rows of rubrics are called."""

    reader: uuid.UUID
    show: str
    today: date
    titles: Mapping[str, str]

    def listed(self, found: Row[Any], place: int) -> QueueRow:
        """A line of the list, the first of which has the place 0."""
        sent = day_of(found.at)
        days = working_days(sent, self.today)
        return QueueRow(
            id=found.id,
            name=found.name,
            group=found.group,
            number=found.before + 1,
            role=found.role,
            level=rules.level_shown(found.role, found.agreed),
            agreed=found.agreed,
            at=found.at,
            days=days,
            flag=self._flag(found, days, oldest=place == 0),
            meeting=(found.group_id, found.held_on, found.trainer_id) if found.together > 1 else None,
            together=found.together,
        )

    def _flag(self, found: Row[Any], days: int, *, oldest: bool) -> Flag | None:
        if found.disputed:
            return dispute_rules.disputed_flag(theirs=found.disputed == self.reader)
        if self.show == "backup":
            return Flag("Asked as backup", "wait", f"Sent to {found.trainer}")
        if self.show != "waiting":
            return None
        return flag(
            days=days,
            oldest=oldest,
            returned_for=found.reason,
            voided=found.voided,
            own=found.own_ratings,
            last=found.agreed_ratings,
            titles=self.titles,
        )
