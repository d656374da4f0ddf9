"""The letters of a panel. None of them is sent while votes are hidden but to call somebody, or to fill a seat."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assessments.wording import listed
from lms.core.actor import Actor, Role
from lms.messages import service as messages
from lms.panels.models import Panel
from lms.people import service as people


def called(db: Session, actor: Actor, panel: Panel, trainee: str, members: Iterable[uuid.UUID]) -> None:
    """To those who were named."""
    for person_id in members:
        _send(db, panel, person_id, "panel_called", called_by=actor.name, trainee=trainee)


def renewed(db: Session, actor: Actor, panel: Panel, trainee: str, members: Iterable[uuid.UUID]) -> None:
    """To the members: the page changed, and they vote again."""
    for person_id in members:
        _send(db, panel, person_id, "panel_renewed", called_by=actor.name, trainee=trainee)


def seat_free(db: Session, actor: Actor, panel: Panel) -> None:
    """To whoever called it: somebody stepped down."""
    if panel.called_by != actor.person_id:
        _send(db, panel, panel.called_by, "panel_seat", member=actor.name)


def opened(db: Session, panel: Panel, trainee: str, members: Iterable[uuid.UUID]) -> None:
    """To all members at once: the votes are open."""
    for person_id in members:
        _send(db, panel, person_id, "panel_opened", trainee=trainee)


def decided(
    db: Session, panel: Panel, names: Sequence[str], members: Iterable[uuid.UUID], trainee: str, **said: str | date
) -> None:
    """To whom it is about: the result, the words and who decided; and to those who did."""
    _send(db, panel, panel.person_id, "panel_decided", members=listed(names), **said)
    for person_id in members:
        _send(db, panel, person_id, "panel_closed", trainee=trainee)


def appealed(db: Session, actor: Actor, panel: Panel, decided_on: date) -> None:
    """To the provider’s administrators: other people have to be called."""
    for person_id in people.people_with(db, Role.ADMINISTRATOR, [panel.provider_id]):
        messages.send(
            db,
            "panel_appealed",
            person_id=person_id,
            organisation_id=panel.provider_id,
            trainee=actor.name,
            decided_on=decided_on,
            link=messages.link(f"/readiness/{panel.person_id}/panel"),
        )


def _send(db: Session, panel: Panel, person_id: uuid.UUID, template: str, **about: str | date) -> None:
    context: dict[str, Any] = {**about, "link": messages.link(f"/panels/{panel.id}")}
    messages.send(db, template, person_id=person_id, organisation_id=panel.provider_id, **context)
