"""Everything that waits for somebody, in one query whatever it is, with the sentence and the page of each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import union_all
from sqlalchemy.orm import Session

from lms.advising import waiting as themes
from lms.aftercare import waiting as checks
from lms.coding import waiting as coding
from lms.core.actor import Actor, Role
from lms.core.anyone import ANYONE, filled
from lms.core.site_days import today
from lms.core.waiting import Line
from lms.delayed import service as delayed
from lms.delayed import waiting as written
from lms.handover.rules import DECIDERS
from lms.home import rules
from lms.interviews import waiting as interviews
from lms.learning import nominating
from lms.outcomes import waiting as outcomes
from lms.panels import waiting as panels
from lms.raters import waiting as side_by_side
from lms.transfer import waiting as agreements
from lms.values import waiting as dilemmas

MOST = 20
# For each kind: the page on which it is done, and what that page calls the id of what it is about.
PAGES = {
    agreements.SIGN: ("transfer.page", "group_id"),
    agreements.ANSWER: ("transfer.page", "group_id"),
    checks.CHECK: ("aftercare.page", "group_id"),
    panels.VOTE: ("panels.panel", "panel_id"),
    interviews.NOTE: ("interviews.interview", "interview_id"),
    interviews.TALK: ("interviews.interview", "interview_id"),
    coding.LABEL: ("coding.desk", "sample_id"),
    coding.COMPARE: ("coding.compare", "sample_id"),
    coding.AGREE: ("coding.compare", "sample_id"),
    coding.ANSWER: ("coding.own_turns", "sample"),
    written.JUDGE: ("delayed.judge", "try_id"),
    themes.READ: ("advising.theme", "note_id"),
    dilemmas.JUDGE: ("values.answer_to_judge", "answer_id"),
    side_by_side.ASKED: ("raters.pair", "pair_id"),
    outcomes.ASKED: ("outcomes.follow_up", "follow_up_id"),
    nominating.NOMINATED: ("learning.nomination", "nomination_id"),
}
ORDER = tuple(PAGES)


@dataclass(frozen=True, slots=True)
class Waits:
    """One sentence about something that waits, and where it is done."""

    sentence: str
    endpoint: str
    parameter: str
    id: uuid.UUID | str


def list_waiting(db: Session, actor: Actor) -> list[Waits]:
    """What waits for the actor, in one query; the gravest kind first, and within a kind by name."""
    given = filled(actor, Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR, DECIDERS) | {outcomes.TODAY: today()}
    lines = [Line(*row) for row in db.execute(_ASKED, given)]
    found: list[Waits] = []
    for each in sorted(lines, key=lambda line: (ORDER.index(line.kind), line.name, line.id)):
        days = checks.due(each) if each.kind == checks.CHECK else None
        if each.kind != checks.CHECK or days is not None:
            said = rules.waits(each.kind, each.name, days=days, about=each.more or "")
            found.append(Waits(said, *PAGES[each.kind], each.id))
    return found[:MOST]


def list_opened(db: Session, actor: Actor, done: Mapping[str, datetime]) -> list[Waits]:
    """The checks a day later that have opened for a trainee; `done` are their lessons."""
    return [
        Waits(rules.opened(each.module.title), "delayed.check", "module", each.module.id.lower())
        for each in delayed.list_opened(db, actor, done)
    ]


_ASKED = union_all(
    agreements.to_sign(ANYONE),
    agreements.to_answer(ANYONE),
    checks.to_check(ANYONE),
    panels.to_vote(ANYONE),
    interviews.to_hear(ANYONE),
    coding.to_code(ANYONE),
    coding.to_answer(ANYONE),
    written.to_judge(ANYONE),
    themes.to_read(ANYONE),
    dilemmas.to_judge(ANYONE),
    side_by_side.to_answer(ANYONE),
    outcomes.to_answer(ANYONE),
    nominating.waiting(ANYONE),
)
