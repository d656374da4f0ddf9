"""Extra time for timed tests: granted to somebody by those who train them, until withdrawn, and never with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.wording import some
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import add_once, new_id
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.exercises.extra_time_models import ExtraTime
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import service as people

SHARES = (25, 50, 100)  # per cent
MOST_MINUTES = 240
GRANTING = (Role.TRAINER, Role.ADMINISTRATOR)
OWN = "Nobody grants themselves extra time. Somebody else who trains you does it."
THERE = "There is extra time already: {much}, granted by {name}. Withdraw it first, or leave it as it is."
CHANGED = "Somebody withdrew this extra time, or granted other time, since you opened the page. Look once more."


@dataclass(frozen=True, slots=True)
class Much:
    """How much more: a share of a test's minutes, or minutes."""

    percent: int | None = None
    minutes: int | None = None

    def of(self, minutes: int) -> int:
        """The minutes more for a test of so many, in whole minutes and never fewer."""
        return self.minutes or ceil(minutes * (self.percent or 0) / 100)

    @property
    def in_words(self) -> str:
        """“50 % more time”, “20 minutes more”."""
        return f"{self.percent}\u00a0% more time" if self.percent else f"{some(self.minutes or 0, 'minute')} more"


@dataclass(frozen=True, slots=True)
class Granted:
    """Extra time as a page shows it, with the names of who granted and withdrew it."""

    row: ExtraTime
    in_words: str
    granted_by: str
    withdrawn_by: str


def much_of(row: ExtraTime) -> Much:
    """A kept grant as a plain value."""
    return Much(row.percent, row.minutes)


def get_learner(db: Session, actor: Actor, person_id: uuid.UUID) -> Enrolment:
    """The training of somebody whom the actor’s own provider trains. Raises NotFound."""
    mine = Enrolment.provider_id.in_(actor.organisations(*GRANTING))
    chosen = learning.scope(actor).where(mine, Enrolment.person_id == person_id, Enrolment.ended_on.is_(None))
    found = db.scalars(chosen.order_by(*learning.BEGUN_LAST).limit(1)).first()
    if found is None:
        raise NotFound
    return found


def list_granted(db: Session, learner: Enrolment) -> list[Granted]:
    """Every grant to somebody the caller holds through a scope, the latest first."""
    mine = (ExtraTime.person_id == learner.person_id, ExtraTime.provider_id == learner.provider_id)
    rows = db.scalars(select(ExtraTime).where(*mine).order_by(ExtraTime.granted_at.desc(), ExtraTime.id.desc())).all()
    names = people.names_of(db, [who for row in rows for who in (row.granted_by, row.withdrawn_by)])
    return [
        Granted(row, much_of(row).in_words, names[row.granted_by], names.get(row.withdrawn_by or row.granted_by, ""))
        for row in rows
    ]


def mine(db: Session, actor: Actor) -> Sequence[ExtraTime]:
    """What the actor has been granted and nobody withdrew."""
    chosen = select(ExtraTime).where(ExtraTime.person_id == actor.person_id, ExtraTime.withdrawn_at.is_(None))
    return db.scalars(chosen.order_by(ExtraTime.granted_at)).all()


def minutes_more(db: Session, actor: Actor, minutes: int | None) -> int:
    """The extra minutes of a test that the actor begins now: of several grants the largest, of an untimed test none."""
    if minutes is None:
        return 0
    return max((much_of(row).of(minutes) for row in mine(db, actor)), default=0)


def grant(db: Session, actor: Actor, person_id: uuid.UUID, much: Much, key: uuid.UUID) -> ExtraTime:
    """Grant extra time to somebody else, from the next test on. The same form sent twice is one grant.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    learner = get_learner(db, actor, person_id)
    if person_id == actor.person_id:
        raise Forbidden(OWN)
    _check(much)
    sent = db.scalar(select(ExtraTime).where(ExtraTime.granted_by == actor.person_id, ExtraTime.key == key))
    if sent is not None and sent.person_id == person_id and much_of(sent) == much:
        return sent
    made = ExtraTime(
        id=new_id(),
        key=key,
        person_id=person_id,
        provider_id=learner.provider_id,
        percent=much.percent,
        minutes=much.minutes,
        granted_by=actor.person_id,
        granted_at=clock.now(),
    )
    if sent is None and add_once(db, made):
        return made
    there = next((each for each in list_granted(db, learner) if each.row.withdrawn_at is None), None)
    if there is None:
        raise Conflict(CHANGED)
    if there.row.key == key and there.row.granted_by == actor.person_id:
        return there.row  # the same form, sent at the same moment
    raise Conflict(THERE.format(much=there.in_words, name=there.granted_by))


def withdraw(db: Session, actor: Actor, person_id: uuid.UUID, grant_id: uuid.UUID) -> ExtraTime:
    """From the next test on there is no extra time. Twice is once. Raises NotFound, Forbidden."""
    learner = get_learner(db, actor, person_id)
    if person_id == actor.person_id:
        raise Forbidden(OWN)
    chosen = select(ExtraTime).where(
        ExtraTime.id == grant_id, ExtraTime.person_id == person_id, ExtraTime.provider_id == learner.provider_id
    )
    row = db.scalar(chosen.with_for_update())
    if row is None:
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = clock.now(), actor.person_id
        db.flush()
    return row


def _check(much: Much) -> None:
    if much.percent is not None and much.percent not in SHARES:
        raise Invalid({"much": "Choose how much more time."})
    if much.percent is None and not 1 <= (much.minutes or 0) <= MOST_MINUTES:
        raise Invalid({"minutes": f"Write the minutes as a whole number, {MOST_MINUTES} at most."})
