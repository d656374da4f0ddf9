"""What Hana has done about it: a holder asked to renew, somebody moved on, and the weekly letter of last Monday."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.coverage import acting, stuck, weekly
from lms.coverage.acting_rules import Kind
from lms.coverage.weekly_rules import monday_of
from lms.demo.cast import HANA
from lms.demo.founding import House
from lms.people.managed import Managed, managed

RENEWS, WAITS = "Kiri Paul", "Farid Rahimi"
ASKED = "Youth services counts on you. If you need an afternoon for it, take Thursday."
MOVED_ON = "Who could come and see a session beside Ruth? Wednesdays at two would suit the day centre."
SEED = 17


def tell(db: Session, house: House) -> None:
    """Let it happen, each at its own time. The first Monday only keeps how everything stood."""
    hana, chance = house.people[HANA], random.Random(SEED)  # noqa: S311 - a story, not a secret
    council, now = managed(hana), clock.now()
    monday = now - timedelta(days=(now.date() - monday_of(now.date())).days + 7)
    for weeks in (1, 0):
        with clock.at(monday - timedelta(weeks=weeks)):
            seen = weekly.standing(db, hana, council, clock.today())
            weekly.write(db, council.id, hana.person_id, seen)
    with clock.at(now - timedelta(days=5)):
        _write(db, hana, council, "renewal", [str(house.people[RENEWS].person_id)], ASKED, _key(chance))
    with clock.at(now - timedelta(days=2)):
        waiting = [each.key for each in stuck.everybody(db, council.id, clock.today()) if each.name == WAITS]
        if waiting:
            _write(db, hana, council, "unblock", waiting, MOVED_ON, _key(chance))


def _write(
    db: Session, hana: Actor, council: Managed, kind: Kind, wanted: list[str], words: str, key: uuid.UUID
) -> None:
    letters = acting.targets(db, council, kind, wanted)
    acting.write(db, hana, council, key, letters, words)


def _key(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)
