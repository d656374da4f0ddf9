"""A call for help: it goes to trainer and administrators, and opens the circle's page to its trainer for a while."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.aftercare import letters, rules, service
from lms.aftercare.models import HelpCall
from lms.aftercare.rules import Call, Part
from lms.aftercare.service import Handed
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.phrases import hour
from lms.groups.models import PeerGroup


def list_calls(db: Session, group: PeerGroup) -> Sequence[HelpCall]:
    """The calls of a circle since this hand-over, newest first."""
    chosen = select(HelpCall).where(HelpCall.group_id == group.id, HelpCall.handed_over_at == group.handed_over_at)
    return db.scalars(chosen.order_by(HelpCall.opened_at.desc(), HelpCall.id.desc())).all()


def may_read(actor: Actor, handed: Handed, call: HelpCall) -> bool:
    """Whether the actor reads what a call is about: whoever asked, and those who were asked."""
    return handed.part is not Part.SEAT or call.asked_by == actor.person_id


def ask(db: Session, actor: Actor, group_id: uuid.UUID, said: Call, key: uuid.UUID) -> HelpCall:
    """Ask for help. Within an hour a circle's calls are one, unless somebody's safety is in question.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    handed = service.get_seated(db, actor, group_id, lock=True)
    sent = db.scalar(select(HelpCall).where(HelpCall.asked_by == actor.person_id, HelpCall.key == key))
    if sent is not None:
        if (sent.group_id, Call(sent.about, sent.suits, sent.safety)) != (group_id, said):
            raise Invalid({"about": rules.TWICE})
        return sent
    before = _recent(db, handed, actor, said)
    if before is not None:
        return before
    closes_on = handed.today + timedelta(days=handed.after.help_days)
    made = HelpCall(
        group_id=group_id,
        handed_over_at=handed.group.handed_over_at,
        key=key,
        about=said.about,
        suits=said.suits,
        safety=said.safety,
        asked_by=actor.person_id,
        opened_at=clock.now(),
        closes_on=closes_on,
    )
    db.add(made)
    handed.group.trainer_asked_until = max(handed.group.trainer_asked_until or closes_on, closes_on)
    to = dict.fromkeys([*letters.trainer_of(db, handed.group), *service.administrators_of(db, handed.group)])
    letters.write(db, handed.group, "help_safety" if said.safety else "help_call", to, asker=actor.name)
    db.flush()
    return made


def _recent(db: Session, handed: Handed, actor: Actor, said: Call) -> HelpCall | None:
    """The call of this hour that the new one would repeat, if it says the same. Raises Conflict if it says more."""
    since = clock.now() - rules.ONE_CALL
    for each in list_calls(db, handed.group):
        mine = each.asked_by == actor.person_id
        if each.opened_at <= since or (said.safety and not (mine and each.safety)):
            continue
        if mine and Call(each.about, each.suits, each.safety) == said:
            return each
        zone = handed.group.zone
        raise Conflict(rules.already_asked(hour(each.opened_at, zone), hour(each.opened_at + rules.ONE_CALL, zone)))
    return None


def close(db: Session, actor: Actor, group_id: uuid.UUID) -> None:
    """The circle's page is its own again; closing twice is once. Raises NotFound, Forbidden."""
    handed = service.get_seated(db, actor, group_id, lock=True)
    end_calls(db, handed.group, actor)
    handed.group.trainer_asked_until = None
    db.flush()


def end_calls(db: Session, group: PeerGroup, actor: Actor) -> None:
    """Close every call that is open."""
    for each in list_calls(db, group):
        if each.closed_at is None:
            each.closed_at, each.closed_by = clock.now(), actor.person_id


def note(db: Session, actor: Actor, group_id: uuid.UUID, call_id: uuid.UUID, day: date) -> HelpCall:
    """Whoever was asked writes down on which day they spoke; nothing else. Raises NotFound, Forbidden, Invalid."""
    handed = service.get_circle(db, actor, group_id, lock=True)
    if handed.part is Part.SEAT:
        raise Forbidden("That is for those who were asked.")
    call = db.scalar(select(HelpCall).where(HelpCall.id == call_id, HelpCall.group_id == group_id))
    if call is None or call.handed_over_at != handed.group.handed_over_at:
        raise NotFound
    asked_on = call.closes_on - timedelta(days=handed.after.help_days)
    if not asked_on <= day <= handed.today:
        raise Invalid({"day": "Choose the day on which you spoke, from the day of the call to today."})
    call.took_place_on, call.noted_by = day, actor.person_id
    db.flush()
    return call
