"""How the Parks & Depot circle means to sit together: written by Amara, and all but one have said yes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from assessments.values_cards import Pile
from lms.core.actor import Actor
from lms.demo.calendar import CIRCLES_BY_NAME, Calendar
from lms.demo.events import Event
from lms.demo.words import words
from lms.groups.models import PeerGroup
from lms.values import service, sorting
from lms.values.rules import Line

CIRCLE = "Parks & Depot"
NOT_YET = "Priya"  # came to the circle after the evening on which they wrote it
MUST: tuple[tuple[str, ...], ...] = (
    ("ask-first", "stays-here", "holder-decides", "turns", "no-ranks"),
    ("stays-here", "ask-first", "silence", "no-ranks"),
    ("turns", "ask-first", "both-ways", "stays-here"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitTogether(Event):
    """The circle writes down how it sits together, and looks at it again on a day."""

    review_on: date


def story(calendar: Calendar) -> Iterator[Event]:
    """The evening of their latest meeting."""
    day = calendar.met(CIRCLES_BY_NAME[CIRCLE], 0)
    at = calendar.on(day, "21:40")
    yield SitTogether(at=at, review_on=calendar.today + timedelta(days=40))


def sit(db: Session, circle: PeerGroup, people: Mapping[uuid.UUID, Actor], event: SitTogether, key: uuid.UUID) -> None:
    """Three bring what they sorted, one writes, and everybody but one says yes."""
    writer = people[circle.facilitator_id]
    chairs = service.chairs_of(db, circle)
    accounts = [people[each.person_id] for each in chairs if each.person_id is not None]
    for who, must in zip(accounts, MUST, strict=False):
        sort = sorting.look(db, who)
        placed: dict[str, Pile] = {each.id: "must" if each.id in must else "good" for each in sort.cards}
        sorting.keep(db, who, 0, placed, {})
        sorting.bring(db, who, circle.id)
    lines = [Line(promise, slip) for promise, slip in words()["sitting"].items()]
    service.write(db, writer, circle.id, key, 0, lines, event.review_on)
    for who in accounts[1:]:
        service.answer(db, who, circle.id, 1, agrees=True)
    for each in chairs:
        if each.person_id is None and each.name != NOT_YET:
            service.note(db, writer, circle.id, each.key, 1)
