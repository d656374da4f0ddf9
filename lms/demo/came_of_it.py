"""What came of it at Harbourside in two years: holders who were asked, slips that were filled in, quarters read.

Holders and slips are told through the services. The meetings behind what circles counted are older than the demo's
calendar, so those figures are told as they were read: in seven quarters, and of one outcome too little for anybody.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.outcome_figures import WAIT, before, last_read
from assessments.outcomes import current_scheme
from assessments.surveys import MEMBERS, OPENNESS
from lms.core import clock
from lms.demo.cast import AMARA, CIRCLES, HANA, HOLDERS
from lms.demo.founding import House
from lms.demo.words import words
from lms.groups.models import PeerGroup
from lms.outcomes import followups, holding, reading, surveying
from lms.outcomes.models import FollowUp, OutcomeReading
from lms.outcomes.rules import OPEN_FOR, Agreed, Said
from lms.takeover import surveying as slips

# In each quarter, oldest first: how many holders were asked, and how many of these answered.
ASKED = ((7, 5), (8, 7), (7, 6), (8, 7), (9, 8), (11, 9), (10, 8), (11, 10))
# Slips that were handed out, and the sheets that came back, by their middle; the year before, and the last.
OPEN = (
    (60, (3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 7)),
    (60, (3, 3, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 7)),
)
SAT = ((40, 36, 21, 15), (42, 39, 26, 22))  # slips, sheets, helped between meetings, goals met
# What circles counted, in a year before and in the last: asked, of how many, met; of medians the answers themselves.
COUNTED = {
    "agreed": ((60, 47, 26), (74, 62, 40)),
    "understood": ((0, 0, 0), (186, 131, 84)),  # circles began to mark statements last year
    "early": ((60, 47, 14), (74, 62, 11)),
}
MEASURED = {
    "safety": ((38, (3, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 7)), (42, (4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7))),
    "time": ((60, (75, 75, 75, 145, 145, 150, 150, 150, 225)), (70, (75, 80, 150, 150, 160, 160, 160, 160, 240))),
}
TOO_FEW = ("questions", "open")  # two circles had their turns read by two people
SEAT = ((58, 44, 17), (71, 60, 34))  # members of a calendar year, of circles that counted, and who held the seat
BEFORE = 5  # quarters in which importance was asked afterwards


def tell(db: Session, house: House, zone: str) -> None:
    """Everything that was asked, answered and read until today."""
    today, chance = clock.today(zone), random.Random(HANA)  # noqa: S311 - a story, not a secret
    ends = [before(last_read(today), ago) for ago in reversed(range(8))]
    circles = {each.name: each.id for each in db.scalars(select(PeerGroup).order_by(PeerGroup.id))}
    certified = {each.name for each in HOLDERS}  # they sat in circles long before anybody now in training did
    holders = [(name, circles[each.name]) for each in CIRCLES for name in each.seated if name in certified]
    for place, (end, asked) in enumerate(zip(ends, ASKED, strict=True)):
        _follow_ups(db, house, holders, end, asked, chance, asked_later=place < BEFORE)
    for year, end in enumerate((ends[3], ends[7])):
        opened = _at(end, zone, -40)
        _ask(db, house, OPENNESS.id, OPEN[year][0], [[middle] * 7 for middle in OPEN[year][1]], opened, chance)
        _ask(db, house, MEMBERS.id, SAT[year][0], list(_sheets(*SAT[year][1:])), opened, chance)
        with clock.at(_at(end, zone, WAIT.days)):
            _as_read(db, house.council.id, end, year)
    for end, seat in zip([each for each in ends if each.month == 12], SEAT, strict=True):
        with clock.at(_at(end, zone, WAIT.days)):
            _note(db, house.council.id, end, "rotation", seat)
    for end in ends:
        with clock.at(_at(end, zone, WAIT.days)):
            reading.read(db, house.council.id, end)
    _of_amara(db, house, circles[CIRCLES[0].name], today)


def _follow_ups(
    db: Session, house: House, holders: Sequence[tuple[str, uuid.UUID]], end: date, asked: tuple[int, int],
    chance: random.Random, *, asked_later: bool,
) -> None:  # fmt: skip
    """One quarter's holders, each asked once; most answer, and most say at the start how important it is."""
    said = words()["came_of_it"]
    for place in range(asked[0]):
        name, group_id = holders[(place * 5 + end.month) % len(holders)]
        until = end - timedelta(days=3 + 7 * place)
        row = _asked(db, house, name, group_id, until)
        importance = chance.choices((3, 4, 5), (1, 8, 8))[0]
        row.asks_importance = asked_later
        if not asked_later and place % 6:
            followups.bring(db, row.round_id, row.person_id, importance)
        db.flush()
        if place < asked[1]:
            with clock.at(datetime.combine(until - timedelta(days=30), time(19), ZoneInfo("UTC"))):
                answer = _said(said, chance, is_late=end.year % 2 == 0)
                answer = replace(answer, importance=importance if asked_later else None)
                holding.answer(db, house.people[name], row.id, 0, answer)


def _asked(db: Session, house: House, name: str, group_id: uuid.UUID, until: date) -> FollowUp:
    """That a holder was asked. The letters of those years are long gone."""
    key, asked_on = uuid.uuid4(), until - OPEN_FOR
    held_on = asked_on - timedelta(days=60)
    followups.follow(db, Agreed(key, house.people[name].person_id, house.council.id, group_id, held_on))
    row = db.scalars(select(FollowUp).where(FollowUp.round_id == key)).one()
    row.asked_on, row.until = asked_on, until
    db.flush()
    return row


def _said(said: Mapping[str, list[str]], chance: random.Random, *, is_late: bool) -> Said:
    state = chance.choices(("worse", "same", "moved", "resolved"), (1, 6, 7 if is_late else 5, 3))[0]
    acted = chance.choices(("holder", "team", "others", "nobody"), (10, 4, 2, 1))[0]
    learning = chance.choice(said["learnings"]) if chance.random() < 0.85 else ""
    depth = chance.choices((1, 2, 3, 4), (4, 7, 4, 2))[0] if learning else None
    return Said(
        state=state,
        acted=acted,
        surprised=chance.choice(said["surprised"]) if chance.random() < 0.6 else "",
        right=chance.choices((1, 2, 3), (1, 4, 4))[0],
        importance=None,
        learning=learning,
        depth=depth,
        story=chance.choices(("no", "anonymous", "named"), (30, 2, 1))[0],
    )


def _sheets(many: int, helped: int, met: int) -> Iterator[list[int]]:
    """The sheets of members: who was helped, and what became of what they set themselves."""
    for place in range(many):
        yield [3 if place < helped // 2 else 2 if place < helped else 1, 5 if place < met else 1 + place % 4]


def _ask(
    db: Session, house: House, kind: str, many: int, sheets: list[list[int]], opened: datetime, chance: random.Random
) -> None:
    """Hana hands out slips, and closes it three weeks later."""
    key = uuid.UUID(int=chance.getrandbits(128), version=4)
    with clock.at(opened):
        made, codes = surveying.ask(db, house.people[HANA], kind, many, key)
        for code, sheet in zip(codes, sheets, strict=False):
            slips.answer(db, code, sheet)
    with clock.at(opened + timedelta(days=21)):
        surveying.close(db, house.people[HANA], made.id)


def _as_read(db: Session, council: uuid.UUID, end: date, year: int) -> None:
    """What circles counted in a year, as it was read at its end."""
    for figure in TOO_FEW:
        _note(db, council, end, figure, (52, 0, 0))
    for figure, numbers in COUNTED.items():
        _note(db, council, end, figure, numbers[year])
    for figure, said in MEASURED.items():
        _note(db, council, end, figure, (said[year][0], len(said[year][1]), 0), said[year][1])


def _note(
    db: Session, council: uuid.UUID, end: date, figure: str, numbers: tuple[int, int, int], given: Sequence[int] = ()
) -> None:
    asked, n, hits = numbers
    row = OutcomeReading(
        organisation_id=council, figure=figure, closed_on=end, scheme=current_scheme().version, shown=n > 0,
        asked=asked, n=n, hits=hits, levels=[*given], read_at=clock.now(),
    )  # fmt: skip
    db.add(row)
    db.flush()


def _of_amara(db: Session, house: House, group_id: uuid.UUID, today: date) -> None:
    """Amara answered last week, and can still change it."""
    said = words()["came_of_it"]
    row = _asked(db, house, AMARA, group_id, today + timedelta(days=40))
    followups.bring(db, row.round_id, row.person_id, 4)
    own = Said("moved", "holder", said["own"], 3, None, said["own_learning"], 3, "anonymous")
    holding.answer(db, house.people[AMARA], row.id, 0, own)


def _at(end: date, zone: str, days: int) -> datetime:
    return datetime.combine(end + timedelta(days=days), time(8, 30), ZoneInfo(zone))
