"""What “covered” means to an organisation: as it is kept, on any day, and set anew."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates.service import today
from lms.core import clock, following
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid, NotFound, Stale
from lms.core.phrases import full_day
from lms.coverage.meaning import STANDING, Meaning, of
from lms.coverage.models import CoverMeaning
from lms.people.models import Organisation, Person

TOO_EARLY = "Choose today or a later day. Past dates keep the meaning they had."
LATEST = timedelta(days=731)
TOO_LATE = "Choose a day within the next two years. What is further away is better said then."
UNREASONED = "Write why. It stands on the coverage page, with your name."


@dataclass(frozen=True, slots=True)
class Said:
    """A meaning and who said so; the standing rule is said by nobody."""

    meaning: Meaning = STANDING
    from_on: date | None = None
    by: str = ""
    reason: str = ""
    id: uuid.UUID | None = None
    set_at: datetime | None = None


def meaning_on(db: Session, organisation_id: uuid.UUID, on: date) -> Said:
    """What covered meant on a day, in one query."""
    chosen = (
        select(CoverMeaning, Person.name)
        .join(Person, Person.id == CoverMeaning.set_by)
        .where(CoverMeaning.organisation_id == organisation_id, CoverMeaning.from_on <= on)
        .order_by(CoverMeaning.from_on.desc(), CoverMeaning.set_at.desc())
        .limit(1)
    )
    found = db.execute(chosen).first()
    return _said(*found) if found else Said()


def earlier(db: Session, organisation_id: uuid.UUID) -> list[Said]:
    """Every meaning an organisation ever set, the newest first, also those that are still to begin."""
    chosen = (
        select(CoverMeaning, Person.name)
        .join(Person, Person.id == CoverMeaning.set_by)
        .where(CoverMeaning.organisation_id == organisation_id)
        .order_by(CoverMeaning.from_on.desc(), CoverMeaning.set_at.desc())
    )
    return [_said(row, by) for row, by in db.execute(chosen)]


def newest(db: Session, organisation_id: uuid.UUID) -> Said:
    """The meaning that was set last, whenever it begins."""
    chosen = (
        select(CoverMeaning, Person.name)
        .join(Person, Person.id == CoverMeaning.set_by)
        .where(CoverMeaning.organisation_id == organisation_id)
        .order_by(CoverMeaning.set_at.desc())
        .limit(1)
    )
    found = db.execute(chosen).first()
    return _said(*found) if found else Said()


def _said(row: CoverMeaning, by: str) -> Said:
    return Said(of(row), row.from_on, by, row.reason, row.id, row.set_at)


def set_meaning(
    db: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    key: uuid.UUID,
    said: Said,
    seen: uuid.UUID | None = None,
) -> CoverMeaning:
    """From a day on, today or later, covered means this. The same form twice is once.

    `seen` is the meaning that had been set last when the page was opened. Raises NotFound, Invalid, Stale.
    """
    if organisation_id not in actor.organisations(Role.MANAGER):
        raise NotFound
    made = db.get(CoverMeaning, key)
    if made is not None and (made.organisation_id, made.set_by) == (organisation_id, actor.person_id):
        return made
    from_on = _begins(said)
    # Meanings of one organisation take turns here: what each makes of the summary has to see the others.
    db.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    last = newest(db, organisation_id)
    if last.id != seen and last.from_on is not None:
        begins = f"from {full_day(last.from_on)}: {last.meaning.sentence}"
        raise Stale((f"{last.by} set another meaning while your page was open, {begins}",))
    was = meaning_on(db, organisation_id, from_on).meaning
    made = CoverMeaning(
        id=key,
        organisation_id=organisation_id,
        from_on=from_on,
        reason=said.reason.strip(),
        set_by=actor.person_id,
        set_at=clock.now(),
        **asdict(said.meaning),
    )
    db.add(made)
    db.flush()
    if (was.rounds, was.days) != (said.meaning.rounds, said.meaning.days):  # chairs are no part of the summary
        following.changed(db, organisation=organisation_id, table=CoverMeaning)
    return made


def _begins(said: Said) -> date:
    """The day a meaning begins. Raises Invalid where it cannot, or where nobody says why."""
    if said.from_on is None or said.from_on < today():
        raise Invalid({"from": TOO_EARLY})
    if said.from_on > today() + LATEST:
        raise Invalid({"from": TOO_LATE})
    if not said.reason.strip():
        raise Invalid({"reason": UNREASONED})
    return said.from_on
