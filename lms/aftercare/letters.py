"""Letters after a hand-over. They say that there is something to read, and never what a circle said or counted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.aftercare import service
from lms.aftercare.models import AfterLetter, DriftSign
from lms.aftercare.service import Handed
from lms.core import clock
from lms.core.actor import Role
from lms.core.db import add_once
from lms.groups.models import PeerGroup
from lms.messages import service as messages
from lms.people import service as people

HARM = "harm"


def write(db: Session, group: PeerGroup, template: str, to: Iterable[uuid.UUID], **more: object) -> None:
    """One letter to each, with the circle's name and the address of its page."""
    given: dict[str, Any] = {"group": group.name, "link": messages.link(f"/groups/{group.id}/after")} | more
    for person_id in to:
        messages.send(db, template, person_id=person_id, organisation_id=group.provider_id, **given)


def ask(db: Session, handed: Handed) -> None:
    """Write about the check that is asked now to whoever sits there and was not written to about it.

    A check that another has followed is not written about any more, however long nobody looked.
    """
    days = handed.current
    if days is None or days in service.list_answers(db, handed.group):
        return
    about = {"group_id": handed.group.id, "handed_over_at": handed.group.handed_over_at, "days": days}
    for person_id in service.accounts_in(db, handed.group):
        if add_once(db, AfterLetter(**about, person_id=person_id, written_at=clock.now())):
            write(db, handed.group, "after_check", [person_id], ago=days)


def tell_signs(db: Session, handed: Handed) -> list[str]:
    """Tell the circle of signs it was not told of, in one letter, and the provider's administrators that there is one.

    Returns the kinds that are new. Where somebody may have been harmed, the administrators are asked to speak to them.
    """
    group, new = handed.group, list[str]()
    signs = service.signs_of(db, handed)
    for sign in signs:
        row = DriftSign(
            group_id=group.id,
            handed_over_at=group.handed_over_at,
            kind=sign.kind,
            on_day=sign.on,
            told_at=clock.now(),
        )
        if add_once(db, row):
            new.append(sign.kind)
    _note_gone(db, handed, {(each.kind, each.on) for each in signs})
    if new:
        write(db, group, "drift", service.accounts_in(db, group))
        to_them = "drift_safety" if HARM in new else "drift_told"
        write(db, group, to_them, service.administrators_of(db, group))
    return new


def _note_gone(db: Session, handed: Handed, standing: set[tuple[str, date]]) -> None:
    """Write down which signs stand no more, and which of these stand again."""
    mine = (DriftSign.group_id == handed.group.id, DriftSign.handed_over_at == handed.group.handed_over_at)
    for row in db.scalars(select(DriftSign).where(*mine)):
        stands = (row.kind, row.on_day) in standing
        row.gone_on = None if stands else row.gone_on or handed.today
    db.flush()


def as_seen(db: Session, handed: Handed) -> tuple[dict[str, Any], ...]:
    """The signs of today, ready to be kept with a decision."""
    return tuple(
        {**asdict(each), "on": each.on.isoformat(), "evidence": list(each.evidence)}
        for each in service.signs_of(db, handed)
    )


def trainer_of(db: Session, group: PeerGroup) -> list[uuid.UUID]:
    """The circle's trainer, while they train for its provider."""
    there = people.people_with(db, Role.TRAINER, [group.provider_id])
    return [group.trainer_id] if group.trainer_id in there else []
