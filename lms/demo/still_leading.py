"""Whoever is certified goes on leading, or does not: an open circle that another facilitator leads every time.

Folasade Bello and Meera Pillai have not led for over half a year, so they rest. Paul Ngo, Ana Duarte and Joan
Fairweather led in the last 180 days, and not in the last 90.
"""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core import clock, following
from lms.coverage.models import CoverCorrection
from lms.demo import events as story
from lms.demo.calendar import Calendar
from lms.demo.cast import BASHIR, Circle, Part
from lms.demo.founding import House
from lms.demo.pen import Pen
from lms.demo.writing_up import log_of
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.groups.rules import NewGroup
from lms.practice import service as practice
from lms.practice.rows import Beside

OPEN = Circle("Open circle", "Customer centre", BASHIR, "Miri Dawson", 3, "16:30", 75, "Town hall, room 2", 5, ())
BEGAN_BY = "Grace Ngata"  # a circle begins with somebody in training
LEVEL, PROOF, SEED = 4, "password", 14
TUESDAY, THURSDAY = 1, 3  # on which the open circle meets
# So many days ago, or a few more.
LAST_LED = {
    "Joan Fairweather": (155, THURSDAY),
    "Paul Ngo": (112, THURSDAY),
    "Ana Duarte": (103, THURSDAY),
    "Kiri Paul": (82, THURSDAY),
    "Colm Devlin": (75, THURSDAY),
    "Sefo Lemalu": (68, THURSDAY),
    "Wen Liu": (61, THURSDAY),
    "Beatriz Campos": (54, THURSDAY),
    "Dimitra Kosta": (52, TUESDAY),
    "Lani Foster": (47, THURSDAY),
    "Gareth Pritchard": (40, THURSDAY),
    "Pavel Horak": (38, TUESDAY),
    "Niamh Brennan": (33, THURSDAY),
    "Samuel Achebe": (26, THURSDAY),
    "Ingrid Halvorsen": (24, TUESDAY),
    "Nomvula Dube": (19, THURSDAY),
    "Miri Dawson": (12, THURSDAY),
    "Edie Grant": (10, TUESDAY),
    "Kahu Reid": (5, THURSDAY),
}


def tell(db: Session, house: House, calendar: Calendar) -> None:
    """Let it happen, each evening at its own time. No page of a past day was ever shown: none was corrected."""
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    pen, circle = Pen(chance), _gather(db, house, calendar, _key(chance))
    for sent in evenings(calendar):
        _lead(db, house, calendar, circle, sent, pen, _key(chance))
    following.settle(db)
    db.execute(delete(CoverCorrection))


def evenings(calendar: Calendar) -> list[story.Send]:
    """What everybody wrote about the last evening they led."""
    pen = Pen(random.Random(SEED))  # noqa: S311 - a story, not a secret
    return [
        _evening(name, number, _evening_of(calendar, *when), calendar, pen)
        for number, (name, when) in enumerate(LAST_LED.items())
    ]


def _key(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


def _evening_of(calendar: Calendar, days: int, weekday: int) -> date:
    day = calendar.today - timedelta(days=days)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _gather(db: Session, house: House, calendar: Calendar, key: uuid.UUID) -> PeerGroup:
    bashir, began = house.people[BASHIR], house.people[BEGAN_BY].person_id
    new = NewGroup(
        name=OPEN.name,
        unit_id=house.units[OPEN.unit],
        facilitator_id=began,
        trainer_id=bashir.person_id,
        zone=calendar.zone,
        place=OPEN.place,
    )
    with clock.at(calendar.ago(170, "10:00")):
        return groups.create_group(db, bashir, key, new)


def _evening(name: str, number: int, held_on: date, calendar: Calendar, pen: Pen) -> story.Send:
    return story.Send(
        at=calendar.on(held_on, "21:10"),
        session=number,
        person=name,
        circle=OPEN.name,
        signer=BASHIR,
        held_on=held_on,
        role="outside",
        account=pen.account(name, OPEN, Part(0, LEVEL)),
    )


def _lead(
    db: Session, house: House, calendar: Calendar, circle: PeerGroup, sent: story.Send, pen: Pen, key: uuid.UUID
) -> None:
    who, bashir = house.people[sent.person], house.people[BASHIR]
    circle.facilitator_id = who.person_id
    db.flush()
    with clock.at(sent.at):
        session = practice.log_practice(db, who, key, 0, log_of(sent, circle))
    rated, seen = pen.ratings(sent.person, LEVEL, sent.role), pen.observation(sent.person, LEVEL, 0)
    with clock.at(calendar.on(sent.held_on + timedelta(days=1), "08:20")):
        practice.sign_off(
            db, bashir, session.id, session.version, rated, LEVEL, pen.comment(sent.person, LEVEL, 9), PROOF,
            beside=Beside(seen, seconds=pen.seconds()),
        )  # fmt: skip
