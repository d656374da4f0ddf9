"""What “covered” means to an organisation: as it is kept, on any day, and set anew."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Executable, Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from lms.certificates.service import today
from lms.core import clock, following, jobs
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid, NotFound, Stale
from lms.core.phrases import full_day
from lms.coverage import working_in
from lms.coverage.meaning import STANDING, Meaning, being_worked_in, of
from lms.coverage.models import CoverMeaning, CoverMeaningWaiting
from lms.people import places
from lms.people.models import Person

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
    waits: bool = False  # it is still being worked in
    coming: tuple[date, ...] = ()  # when those begin that are still being worked in

    @property
    def notice(self) -> str:
        """That another meaning is being worked in, if one is."""
        return being_worked_in(self.coming)


def _meaning_on() -> Executable:
    waits: Any = CoverMeaningWaiting.meaning_id
    organisation: Any = bindparam("organisation")
    there = (
        select(CoverMeaning.id)
        .outerjoin(CoverMeaningWaiting, waits == CoverMeaning.id)
        .where(CoverMeaning.organisation_id == organisation, waits.is_(None))
        .where(CoverMeaning.from_on <= bindparam("on", type_=Date))
        .order_by(CoverMeaning.from_on.desc(), CoverMeaning.set_at.desc())
        .limit(1)
    )
    return (
        select(*CoverMeaning.__table__.c, Person.name.label("by"), waits.label("waits"))
        .join(Person, Person.id == CoverMeaning.set_by)
        .outerjoin(CoverMeaningWaiting, waits == CoverMeaning.id)
        .where(CoverMeaning.organisation_id == organisation)
        .where(or_(CoverMeaning.id == there.scalar_subquery(), waits.is_not(None)))
    )


_MEANING_ON = _meaning_on()


def meaning_on(db: Session, organisation_id: uuid.UUID, on: date) -> Said:
    """What covered meant on a day, as far as it is worked in, and whether anything else is to come, in one query."""
    rows = db.connection().execute(_MEANING_ON, {"organisation": organisation_id, "on": on})
    found = [_said(row, row.by, row.waits) for row in rows]
    said = next((each for each in found if not each.waits), Said())
    return replace(said, coming=tuple(each.from_on for each in found if each.waits and each.from_on))


def earlier(db: Session, organisation_id: uuid.UUID) -> list[Said]:
    """Every meaning an organisation ever set, the newest first, also those that are still to begin."""
    chosen = _with_names(organisation_id).order_by(CoverMeaning.from_on.desc(), CoverMeaning.set_at.desc())
    return [_said(*row) for row in db.execute(chosen)]


def newest(db: Session, organisation_id: uuid.UUID) -> Said:
    """The meaning that was set last, whenever it begins."""
    found = db.execute(_with_names(organisation_id).order_by(CoverMeaning.set_at.desc()).limit(1)).first()
    return _said(*found) if found else Said()


def _with_names(organisation_id: uuid.UUID) -> Select[CoverMeaning, str, uuid.UUID | None]:
    """In the order that `_said` reads."""
    return (
        select(CoverMeaning, Person.name, CoverMeaningWaiting.meaning_id)
        .join(Person, Person.id == CoverMeaning.set_by)
        .outerjoin(CoverMeaningWaiting, CoverMeaningWaiting.meaning_id == CoverMeaning.id)
        .where(CoverMeaning.organisation_id == organisation_id)
    )


def _said(row: CoverMeaning | Row[Any], by: str, waits: uuid.UUID | None) -> Said:
    return Said(of(row), row.from_on, by, row.reason, row.id, row.set_at, waits is not None)


def set_meaning(
    db: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    key: uuid.UUID,
    said: Said,
    seen: uuid.UUID | None = None,
) -> CoverMeaning:
    """From a day on, today or later, covered means this. The same form twice is once.

    Where that changes who is active, the summary is made anew: at once, or in a large organisation by a job, and until
    then nothing is told by it. `seen` is the meaning that had been set last when the page was opened. Raises NotFound,
    Invalid, Stale.
    """
    if organisation_id not in actor.organisations(Role.MANAGER):
        raise NotFound
    if (made := _set_before(db, actor, organisation_id, key)) is not None:
        return made
    from_on = _begins(said)
    # Meanings of one organisation take turns here: what each makes of the summary has to see the others.
    places.hold(db, organisation_id)
    _check_seen(newest(db, organisation_id), seen)
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
    switches = (was.rounds, was.days) != (said.meaning.rounds, said.meaning.days)  # chairs are no part of the summary
    if working_in.is_waiting(db, organisation_id) or (switches and working_in.is_long_work(db, organisation_id)):
        db.add(CoverMeaningWaiting(meaning_id=key, organisation_id=organisation_id))
        jobs.enqueue(db, "work_in_meaning", key=f"work_in_meaning:{key}", meaning_id=str(key))
    elif switches:
        following.changed(db, organisation=organisation_id, table=CoverMeaning)
    return made


def _set_before(db: Session, actor: Actor, organisation_id: uuid.UUID, key: uuid.UUID) -> CoverMeaning | None:
    """What this very form has set already. Raises NotFound for the key of somebody else's form."""
    made = db.get(CoverMeaning, key)
    if made is not None and (made.organisation_id, made.set_by) != (organisation_id, actor.person_id):
        raise NotFound
    return made


def _check_seen(last: Said, seen: uuid.UUID | None) -> None:
    """Raises Stale where another meaning was set since the page was opened."""
    if last.id != seen and last.from_on is not None:
        begins = f"from {full_day(last.from_on)}: {last.meaning.sentence}"
        raise Stale((f"{last.by} set another meaning while your page was open, {begins}",))


def _begins(said: Said) -> date:
    """The day a meaning begins. Raises Invalid with everything that is wrong: the day, and that nobody says why."""
    wrong = day_fault(said.from_on)
    errors = {"from": wrong} if wrong else {}
    if not said.reason.strip():
        errors["reason"] = UNREASONED
    if errors or said.from_on is None:
        raise Invalid(errors)
    return said.from_on


def day_fault(from_on: date | None) -> str:
    """Why no meaning can begin on that day, if it cannot."""
    if from_on is None or from_on < today():
        return TOO_EARLY
    return TOO_LATE if from_on > today() + LATEST else ""
