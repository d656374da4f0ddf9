"""What a panel decides: what most of its members say, written down by its chair, with an answer to those who differ."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, Stale
from lms.core.forms import UNSIGNED
from lms.handover import service as handover
from lms.handover.models import Decision
from lms.handover.rules import KINDS
from lms.panels import ballots, letters, rules
from lms.panels.ballots import Votes
from lms.panels.models import Panel
from lms.panels.service import CLOSED
from lms.panels.tables import Table, get_panel, table_of

NO_MAJORITY = "not_yet"  # what it is where no more than half of them say the same
OTHERWISE = "What the votes say has changed since you opened this page. Read it again; your words are still here."


@dataclass(frozen=True, slots=True)
class Words:
    """What the chair writes: why, what those in the minority are told, and why against what the signs suggest."""

    kind: str  # as the page said it
    page: int
    reason: str
    answer: str
    exceptional: str

    def whole(self) -> str:
        """The text of the decision."""
        return "\n\n".join(each for each in (self.reason, self.answer, self.exceptional) if each)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the chair has to write, given the votes. `question` asks why, against what the signs suggest."""

    kind: str
    answer: bool
    question: str


def asked(table: Table, votes: Votes) -> Asked:
    """What there is to decide once votes are open."""
    found = votes.outcome
    kind = found.kind or NO_MAJORITY
    return Asked(kind, bool(found.kind) and found.against > 0, rules.exceptional(kind, table.readiness))


def decide(
    db: Session, actor: Actor, panel_id: uuid.UUID, words: Words, authenticated_by: str, key: uuid.UUID
) -> Decision:
    """Record what the panel decides: letters, register entry and decision together. Twice with one key is once.

    Raises NotFound, Forbidden, Conflict, Stale, Invalid.
    """
    panel = get_panel(db, actor, panel_id, lock=True)
    made = db.scalar(select(Decision).where(Decision.panel_id == panel.id))
    if made is not None:
        if (made.decided_by, made.key) != (actor.person_id, key):
            raise Conflict(CLOSED)
        return made
    table = table_of(db, panel)
    _check_chair(actor, table)
    if panel.opened_at is None:
        raise Conflict("The votes are not open yet. A panel decides once all have voted.")
    if words.page != panel.page:
        raise Conflict(ballots.OLD_PAGE)
    if table.changes:
        raise Stale((rules.told(table.changes),))
    wanted = asked(table, ballots.read(db, actor, table))
    if words.kind != wanted.kind:
        raise Conflict(OTHERWISE)
    _check_words(words, wanted, authenticated_by)
    return _record(db, actor, table, words, authenticated_by, key)


def _check_chair(actor: Actor, table: Table) -> None:
    chair = table.chair
    if chair is None or chair.seat.person_id != actor.person_id:
        who = chair.name if chair else "Somebody who sits on the panel"
        raise Forbidden(f"{who} writes down what this panel decides.")


def _check_words(words: Words, wanted: Asked, authenticated_by: str) -> None:
    wrong: dict[str, str] = {}
    if not words.reason:
        wrong["because"] = "Write down why. The person reads it, and it stays."
    if wanted.answer and not words.answer:
        wrong["answer"] = "Answer those who say otherwise: why their reason does not stop you."
    if wanted.question and not words.exceptional:
        wrong["exceptional"] = "Write down why, against what the signs suggest."
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def _record(db: Session, actor: Actor, table: Table, words: Words, authenticated_by: str, key: uuid.UUID) -> Decision:
    """Letters first and the register last, because it holds up everybody else."""
    panel, standing = table.panel, table.standing
    if standing is None:
        raise Conflict(CLOSED)
    panel.closed_at = clock.now()
    letters.decided(
        db,
        panel,
        [each.name for each in table.taken],
        [each.seat.person_id for each in table.taken if each.seat.person_id != actor.person_id],
        trainee=table.name,
        result=KINDS[words.kind].lower(),
        reason=words.whole(),
        until=rules.appeal_until(handover.today(), panel.appeal_days),
    )
    return handover.decide_as_panel(
        db, actor, standing.learner, words.kind, words.whole(), authenticated_by, key, table.readiness, panel.id
    )


def find_decision(db: Session, panel: Panel) -> Decision | None:
    """What a panel that the caller holds through a scope decided."""
    return db.scalar(select(Decision).where(Decision.panel_id == panel.id))
