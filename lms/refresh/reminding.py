"""The letter about today's round: for those who asked for it, one a day at most, and only if something waits."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from lms.core import clock, settings
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import NotFound
from lms.core.site_days import today
from lms.messages import service as messages
from lms.people import service as people
from lms.people.models import Person
from lms.refresh import service
from lms.refresh.models import RefreshLetter

CODE_BYTES = 18


def find_letter(db: Session, actor: Actor) -> RefreshLetter | None:
    """What the actor chose, if they ever chose anything."""
    return db.get(RefreshLetter, actor.person_id)


def choose(db: Session, actor: Actor, hour: int, days: int) -> None:
    """Want a letter at this hour on these days. Where the hour has passed today, the first comes another day."""
    here = _here()
    values: dict[str, Any] = {"wanted": True, "hour": hour, "days": days, "changed_at": clock.now()}
    if here.hour >= hour:
        values["looked_on"] = here.date()
    mine = {"person_id": actor.person_id, "code": secrets.token_urlsafe(CODE_BYTES)}
    if not insert_once(db, RefreshLetter, **mine, **values):
        db.execute(update(RefreshLetter).where(RefreshLetter.person_id == actor.person_id).values(values))


def turn_off(db: Session, actor: Actor) -> None:
    """Want none any more."""
    _stop(db, RefreshLetter.person_id == actor.person_id)


def find_by_code(db: Session, code: str) -> RefreshLetter | None:
    """Whose letter carries this code."""
    return db.scalar(select(RefreshLetter).where(RefreshLetter.code == code))


def stop(db: Session, code: str) -> None:
    """Turn off the letter that carries this code, whoever holds it. Raises NotFound."""
    if find_by_code(db, code) is None:
        raise NotFound
    _stop(db, RefreshLetter.code == code)


def _stop(db: Session, which: ColumnElement[bool]) -> None:
    db.execute(update(RefreshLetter).where(which).values(wanted=False, changed_at=clock.now()))


def whose_hour_it_is(db: Session) -> Sequence[uuid.UUID]:
    """Those who want a letter today, whose hour has come and for whom nobody has looked yet."""
    here = _here()
    chosen = (
        select(RefreshLetter.person_id)
        .join(Person, Person.id == RefreshLetter.person_id)
        .where(Person.active, *_waits(), RefreshLetter.hour <= here.hour)
        .where(RefreshLetter.days.bitwise_and(1 << here.weekday()) != 0)
    )
    return db.scalars(chosen.order_by(RefreshLetter.person_id)).all()


def write(db: Session, person_id: uuid.UUID) -> bool:
    """Write to one of them, if something waits. Looked for once a day, however often this is called."""
    claim = update(RefreshLetter).where(RefreshLetter.person_id == person_id, *_waits()).values(looked_on=today())
    code = db.scalar(claim.returning(RefreshLetter.code))
    if code is None:
        return False
    now = service.find_today(db, people.get_actor(db, person_id))
    if not now.left:
        return False
    stop_link = messages.link(f"/refresh/stop/{code}")
    messages.send(
        db,
        "refresh",
        person_id=person_id,
        count=now.left,
        minutes=now.minutes,
        link=messages.link("/refresh"),
        stop_link=stop_link,
    )
    return True


def _waits() -> tuple[ColumnElement[bool], ...]:
    not_yet = or_(RefreshLetter.looked_on.is_(None), RefreshLetter.looked_on < today())
    return RefreshLetter.wanted.is_(True), not_yet


def _here() -> datetime:
    """Now, as the site's clock tells it."""
    return clock.now().astimezone(ZoneInfo(settings.current().time_zone))
