"""A panel about Tomasz: three people are called, Bashir has voted, and the votes of Ruth and Ilse are missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessments.standards import get_standard
from lms.core import following
from lms.demo.calendar import Calendar
from lms.demo.cast import BASHIR, ILSE, RUTH
from lms.demo.events import Event
from lms.demo.founding import House
from lms.learning.models import Enrolment
from lms.panels import ballots, service
from lms.panels.models import Panel

ABOUT = "Tomasz Zielinski"
WHY = (
    "The last two sessions are what I would want to see, and three more like them are not much to ask. Nobody but Ruth "
    "and Marit has sat with him yet. I would find two others first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPanel(Event):
    """Somebody is held to the newest standard, which a panel decides, and one is called about them."""

    person: str
    by: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote(Event):
    """A member of the panel about somebody votes, alone."""

    person: str
    by: str
    kind: str
    reason: str


def story(calendar: Calendar) -> Iterator[Event]:
    """Ilse calls it this morning, and Bashir votes at once: what a page says of the last 90 days changes overnight."""
    yield CallPanel(at=calendar.ago(0, "07:10"), person=ABOUT, by=ILSE, members=(RUTH, BASHIR, ILSE))
    yield CastVote(at=calendar.ago(0, "07:40"), person=ABOUT, by=BASHIR, kind="stay", reason=WHY)


def happen(db: Session, house: House, event: CallPanel | CastVote, key: uuid.UUID) -> None:
    """What happens now."""
    about, who = house.people[event.person].person_id, house.people[event.by]
    match event:
        case CallPanel():
            newest = get_standard("certified", 5).version
            db.execute(update(Enrolment).where(Enrolment.person_id == about).values(standard_version=newest))
            following.changed(db, person=about)
            service.call(db, who, about, [house.people[each].person_id for each in event.members], key)
        case CastVote():
            panel = db.scalars(select(Panel).where(Panel.person_id == about)).one()
            ballots.vote(
                db, who, panel.id, ballots.Ballot(panel.page, ballots.FIRST, event.kind, event.reason), "password"
            )
