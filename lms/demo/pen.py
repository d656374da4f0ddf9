"""How the demo's people write a session up and what their trainers see in it: believable, and the same every time."""

from __future__ import annotations

import random

from lms.demo.cast import AMARA, Circle, Part
from lms.demo.events import Account
from lms.demo.words import Deck, words
from lms.practice.observation import HELPED, MOST_BEHAVIOURS, Observation
from lms.practice.rules import rows_for, rubric

OPEN_SHARE = {1: 0.50, 2: 0.60, 3: 0.78, 4: 0.84}  # of the questions asked, at each level of support
PARTS_OF_A_SESSION = {"arrive": 0.11, "tell": 0.15, "ask": 0.36, "agree": 0.15, "own": 0.11, "review": 0.09}
HIGHEST_OWN = 4
VIEWS_DIFFER = "silence"  # where Amara sees more than her trainer did
SELDOM_SEEN = "safety"


class Pen:
    """Writes in the order in which things happened, so what somebody rates follows from what was seen before."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._keep, self._differently = Deck(words()["keep"]), Deck(words()["differently"])
        self._saw, self._to_keep, self._to_try = (Deck(words()[each]) for each in ("saw", "to_keep", "to_try"))
        self._comments = {band: Deck(texts) for band, texts in words()["comments"].items()}
        self._seen: dict[str, dict[str, int]] = {}
        self._written: dict[str, int] = {}

    def account(self, person: str, circle: Circle, part: Part) -> Account:
        """What `person` writes about their next session."""
        number = self._written.get(person, 0)
        self._written[person] = number + 1
        if person == AMARA:
            mine = words()["own"]["amara"][number]
            return self._account(person, mine["minutes"], tuple(mine["tally"]), mine["keep"], mine["differently"])
        minutes = circle.minutes + self._chance.randint(-4, 5)
        tally = self._tally(part.level or max(self._seen.get(person, {}).values(), default=1))
        keep, differently = self._keep.deal(person), self._differently.deal(person)
        return self._account(person, minutes, tally, keep, differently)

    def ratings(self, person: str, level: int, role: str) -> dict[str, int]:
        """What a trainer saw, row by row, around the level. In most sessions nobody's safety was in question."""
        seen = [row.id for row in rows_for(role) if row.id != SELDOM_SEEN or not self._chance.randrange(4)]
        rated = {row: max(1, level - self._chance.choice((0, 0, 0, 1))) for row in seen}
        self._seen[person] = rated
        return dict(rated)

    def observation(self, person: str, level: int, number: int) -> Observation:
        """What a trainer noticed; `number` counts the sessions of `person` from 0."""
        return Observation(
            helped=min(len(HELPED), level + self._chance.choice((0, 0, 1))),
            behaviours=tuple(self._saw.deal(person) for _ in range(self._chance.randint(1, MOST_BEHAVIOURS))),
            keep=self._to_keep.deal(person),
            try_next=self._to_try.deal(person),
            safety=words()["concerns"].get(person, "") if number == 1 else "",
        )

    def seconds(self) -> int:
        """How long the form was open."""
        return self._chance.randint(48, 140)

    def comment(self, person: str, level: int, number: int) -> str:
        """What a trainer wants `person` to read; `number` counts their sessions from 0."""
        own: list[str] = words()["own"]["amara_comments"]
        if person == AMARA and number < len(own):
            return own[number]
        return self._comments["early" if level < 3 else "middle" if level == 3 else "late"].deal(person)

    def _account(
        self, person: str, minutes: int, tally: tuple[int, int, int, int], keep: str, differently: str
    ) -> Account:
        phases = {part: round(minutes * share) for part, share in PARTS_OF_A_SESSION.items()}
        return Account(minutes, phases, tally, self._own(person), keep, differently)

    def _own(self, person: str) -> dict[str, int]:
        seen = self._seen.get(person)
        if seen is None:
            return {row.id: self._chance.choice((1, 2)) for row in rubric().rows}
        own = {row: min(HIGHEST_OWN, max(1, level - self._chance.choice((0, 0, 1)))) for row, level in seen.items()}
        if person == AMARA:
            own[VIEWS_DIFFER] = seen[VIEWS_DIFFER] + 1
        return own

    def _tally(self, level: int) -> tuple[int, int, int, int]:
        asked = self._chance.randint(17, 25)
        share = OPEN_SHARE[min(level, 4)] + self._chance.uniform(-0.04, 0.04)
        opened = round(asked * share)
        closed = round((asked - opened) * 0.5)
        leading = round((asked - opened - closed) * 0.6)
        return opened, closed, leading, asked - opened - closed - leading
