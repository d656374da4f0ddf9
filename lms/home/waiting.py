"""Everything that waits for somebody, in one query whatever it is, with the sentence and the page of each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import union_all
from sqlalchemy.orm import Session

from lms.advising import waiting as themes
from lms.aftercare import waiting as checks
from lms.coding import waiting as coding
from lms.core.actor import Actor, Role
from lms.core.anyone import ANYONE, filled
from lms.core.waiting import Line
from lms.handover.rules import DECIDERS
from lms.home import rules
from lms.panels import waiting as panels
from lms.raters import waiting as side_by_side
from lms.transfer import waiting as agreements

MOST = 20
# For each kind: the page on which it is done, and what that page calls the id of what it is about.
PAGES = {
    agreements.SIGN: ("transfer.page", "group_id"),
    agreements.ANSWER: ("transfer.page", "group_id"),
    checks.CHECK: ("aftercare.page", "group_id"),
    panels.VOTE: ("panels.panel", "panel_id"),
    coding.LABEL: ("coding.desk", "sample_id"),
    coding.COMPARE: ("coding.compare", "sample_id"),
    coding.AGREE: ("coding.compare", "sample_id"),
    themes.READ: ("advising.theme", "note_id"),
    side_by_side.ASKED: ("raters.pair", "pair_id"),
}
ORDER = tuple(PAGES)


@dataclass(frozen=True, slots=True)
class Waits:
    """One sentence about something that waits, and where it is done."""

    sentence: str
    endpoint: str
    parameter: str
    id: uuid.UUID


def list_waiting(db: Session, actor: Actor) -> list[Waits]:
    """What waits for the actor, in one query; the gravest kind first, and within a kind by name."""
    lines = [Line(*row) for row in db.execute(_ASKED, filled(actor, Role.TRAINER, Role.MANAGER, DECIDERS))]
    found: list[Waits] = []
    for each in sorted(lines, key=lambda line: (ORDER.index(line.kind), line.name, line.id)):
        days = checks.due(each) if each.kind == checks.CHECK else None
        if each.kind != checks.CHECK or days is not None:
            said = rules.waits(each.kind, each.name, days=days, theme=each.more or "")
            found.append(Waits(said, *PAGES[each.kind], each.id))
    return found[:MOST]


_ASKED = union_all(
    agreements.to_sign(ANYONE),
    agreements.to_answer(ANYONE),
    checks.to_check(ANYONE),
    panels.to_vote(ANYONE),
    coding.to_code(ANYONE),
    themes.to_read(ANYONE),
    side_by_side.to_answer(ANYONE),
)
