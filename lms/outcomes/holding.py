"""What a holder does with a follow-up: answer it by the link or signed in, change it for a while, delete it, stop."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import Conflict, NotFound, OldPage
from lms.core.site_days import today
from lms.groups.models import PeerGroup
from lms.outcomes import rules
from lms.outcomes.models import FollowUp, FollowUpAnswer, FollowUpLink, FollowUpStop, ProblemBrought
from lms.outcomes.rules import Said, Step
from lms.people.models import Person
from lms.people.rules import digest

CHANGED = (
    "You changed this on another page meanwhile. What stands there now is below; choose which of the two you keep."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow-up as its holder meets it. `said` is None until they answer.

    `importance` is what they said when they brought the problem; `asks_importance`, that nobody asked it then.
    """

    id: uuid.UUID
    circle: str
    held_on: date
    due_on: date
    until: date | None
    step: Step
    version: int = 0
    said: Said | None = None
    importance: int | None = None
    asks_importance: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it can be answered, or changed."""
        return self.step in (Step.ASKED, Step.ANSWERED)


def scope(actor: Actor) -> Select[FollowUp]:
    """The follow-ups `actor` may see: their own."""
    return select(FollowUp).where(FollowUp.person_id == actor.person_id)


def list_own(db: Session, actor: Actor) -> list[Asked]:
    """Everything the actor was and will be asked, newest first, in one query."""
    chosen = _seen(scope(actor)).order_by(FollowUp.held_on.desc(), FollowUp.id.desc())
    return [_asked(*row) for row in db.execute(chosen)]


def get_own(db: Session, actor: Actor, follow_up_id: uuid.UUID) -> Asked:
    """One of them. Raises NotFound."""
    row = db.execute(_seen(scope(actor)).where(FollowUp.id == follow_up_id)).first()
    if row is None:
        raise NotFound
    return _asked(*row)


def find_by_code(db: Session, code: str) -> Asked | None:
    """What a link to answer opens, until its last day. Whoever holds it never reads what was said."""
    asked = select(FollowUpLink.follow_up_id).where(
        FollowUpLink.code_digest == digest(code), FollowUpLink.purpose == "answer"
    )
    chosen = _seen(select(FollowUp)).join(Person, Person.id == FollowUp.person_id)
    row = db.execute(chosen.where(FollowUp.id.in_(asked), Person.active)).first()
    found = _asked(*row) if row else None
    return found if found and found.is_open else None


def answer(db: Session, actor: Actor, follow_up_id: uuid.UUID, version: int, said: Said) -> None:
    """Answer, or change it while its time lasts. Sent twice, it is said once. Raises NotFound, Conflict, OldPage."""
    chosen = scope(actor).where(FollowUp.id == follow_up_id)
    found = db.scalar(chosen.with_for_update())
    if found is None:
        raise NotFound
    _keep(db, found, version, said)


def answer_by_code(db: Session, code: str, said: Said) -> None:
    """Answer by the link of a letter, once. Raises NotFound, Conflict where an answer is there that says otherwise."""
    asked = find_by_code(db, code)
    if asked is None:
        raise NotFound
    if asked.said is not None and asked.said != said:
        raise Conflict(rules.ANSWERED)
    found = db.scalars(select(FollowUp).where(FollowUp.id == asked.id).with_for_update()).one()
    _keep(db, found, 0, said)


def take_back(db: Session, actor: Actor, follow_up_id: uuid.UUID) -> None:
    """Delete what one wrote, on any day; nobody asks again. Numbers that were read already stay. Raises NotFound."""
    found = db.scalar(scope(actor).where(FollowUp.id == follow_up_id).with_for_update())
    if found is None:
        raise NotFound
    db.execute(delete(FollowUpAnswer).where(FollowUpAnswer.follow_up_id == found.id))
    db.execute(delete(FollowUpLink).where(FollowUpLink.follow_up_id == found.id))
    db.execute(delete(ProblemBrought).where(ProblemBrought.round_id == found.round_id))
    found.ended_on = found.ended_on or today()


def has_stopped(db: Session, actor: Actor) -> bool:
    """Whether the actor does not want to be asked."""
    return db.get(FollowUpStop, actor.person_id) is not None


def choose(db: Session, actor: Actor, *, wanted: bool) -> None:
    """Be asked, or be asked no more."""
    if wanted:
        db.execute(delete(FollowUpStop).where(FollowUpStop.person_id == actor.person_id))
    else:
        insert_once(db, FollowUpStop, person_id=actor.person_id, since=clock.now())


def find_stop(db: Session, code: str) -> bool | None:
    """Whether the letters that a link ends have ended; None where it ends none."""
    holder = _stops(code).subquery()
    chosen = select(holder.c.person_id, FollowUpStop.since).outerjoin(
        FollowUpStop, FollowUpStop.person_id == holder.c.person_id
    )
    row = db.execute(chosen).first()
    return None if row is None else row[1] is not None


def stop(db: Session, code: str) -> None:
    """End the letters to the person whose link this is. Raises NotFound."""
    person_id = db.scalar(_stops(code))
    if person_id is None:
        raise NotFound
    insert_once(db, FollowUpStop, person_id=person_id, since=clock.now())


def _stops(code: str) -> Select[uuid.UUID]:
    return (
        select(FollowUp.person_id)
        .join(FollowUpLink, FollowUpLink.follow_up_id == FollowUp.id)
        .where(FollowUpLink.code_digest == digest(code), FollowUpLink.purpose == "stop")
    )


def _seen(chosen: Select[FollowUp]) -> Select[FollowUp, str, FollowUpAnswer | None, int | None]:
    return (
        chosen.with_only_columns(FollowUp, PeerGroup.name, FollowUpAnswer, ProblemBrought.importance)
        .join(PeerGroup, PeerGroup.id == FollowUp.group_id)
        .outerjoin(FollowUpAnswer, FollowUpAnswer.follow_up_id == FollowUp.id)
        .outerjoin(ProblemBrought, ProblemBrought.round_id == FollowUp.round_id)
    )


def _asked(row: FollowUp, circle: str, said: FollowUpAnswer | None, brought: int | None) -> Asked:
    stands = rules.step(row.until, today(), answered=said is not None, ended=row.ended_on is not None)
    version = said.version if said else 0
    importance = said.importance if said and row.asks_importance else brought
    return Asked(
        row.id, circle, row.held_on, row.due_on, row.until, stands, version, as_said(said) if said else None,
        importance, row.asks_importance,
    )  # fmt: skip


def as_said(row: FollowUpAnswer) -> Said:
    """A row as it was typed."""
    return Said(
        row.state, row.acted, row.surprised, row.right, row.importance, row.learning, row.depth, row.story
    )  # fmt: skip


def _keep(db: Session, found: FollowUp, version: int, said: Said) -> None:
    row = db.get(FollowUpAnswer, found.id)
    stands = rules.step(found.until, today(), answered=row is not None, ended=found.ended_on is not None)
    if row is not None and as_said(row) == said:
        return  # sent twice
    if stands not in (Step.ASKED, Step.ANSWERED):
        raise Conflict(rules.CLOSED)
    if row is not None and row.version != version:
        raise OldPage(CHANGED, row.version, as_said(row))
    if row is None:
        row = FollowUpAnswer(follow_up_id=found.id, version=0)
        db.add(row)
    row.version += 1
    row.state, row.acted, row.surprised = said.state, said.acted, said.surprised
    row.right, row.importance = said.right, said.importance
    row.learning, row.depth, row.story = said.learning, said.depth, said.story
    row.said_at = clock.now()
    db.flush()
