"""Answering a check: once together, by whoever of the circle holds the phone. A correction keeps what it corrects."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.aftercare import letters, rules, service
from lms.aftercare.models import AfterCheck
from lms.aftercare.rules import Answered
from lms.aftercare.service import Handed
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.groups import attendance
from lms.groups.rules import FACILITATOR


class StaleAnswer(Conflict):
    """Somebody else of the circle answered while the page was open."""


def answer(
    db: Session, actor: Actor, group_id: uuid.UUID, days: int, version: int, answered: Answered, key: uuid.UUID
) -> AfterCheck:
    """Answer the check that is asked now, or correct the answer that stands. Sent twice with one key is once.

    A new sign, such as harm, is told at once. Raises NotFound, Forbidden, Conflict, StaleAnswer, Invalid.
    """
    handed = service.get_seated(db, actor, group_id, lock=True)
    sent = db.scalar(select(AfterCheck).where(AfterCheck.answered_by == actor.person_id, AfterCheck.key == key))
    if sent is not None:
        if (sent.group_id, sent.days, service.as_answered(sent)) != (group_id, days, answered):
            raise Invalid({"met": rules.TWICE})
        return sent
    service.check_peopled(db, handed.group)
    _check_asked(handed, days)
    rows = service.list_answers(db, handed.group).get(days, ())
    if rows and rows[0].version != version:
        if service.as_answered(rows[0]) == answered:
            return rows[0]
        raise StaleAnswer("Somebody else of your circle answered while your page was open.")
    _check_seats(db, handed, answered)
    made = _new(actor, handed, days, (rows[0].version if rows else 0) + 1, answered, key)
    db.add(made)
    db.flush()
    letters.tell_signs(db, handed)
    return made


def _new(actor: Actor, handed: Handed, days: int, version: int, answered: Answered, key: uuid.UUID) -> AfterCheck:
    host, host_id = rules.host_parts(answered.host, FACILITATOR)
    return AfterCheck(
        group_id=handed.group.id,
        handed_over_at=handed.group.handed_over_at,
        days=days,
        version=version,
        key=key,
        met=answered.met,
        host=host,
        host_id=host_id,
        ran=list(answered.ran),
        harmed=answered.harmed,
        help=answered.help,
        line=answered.line,
        answered_by=actor.person_id,
        answered_at=clock.now(),
    )


def _check_asked(handed: Handed, days: int) -> None:
    if days not in handed.after.checks_days:
        raise NotFound
    if days not in handed.due:
        raise Conflict(rules.not_yet(days, handed.due_on(days)))
    if handed.current is not None and days != handed.current:
        raise Conflict(rules.gone_by(days, handed.current))


def _check_seats(db: Session, handed: Handed, answered: Answered) -> None:
    known = {each.id for each in attendance.seats_now(db, handed.group)}
    wrong = {}
    if answered.host not in rules.HOSTS and answered.host not in known:
        wrong["host"] = "Choose somebody who sits in this circle."
    if not known.issuperset(answered.ran):
        wrong["ran"] = "Choose among those who sit in this circle."
    if wrong:
        raise Invalid(wrong)
