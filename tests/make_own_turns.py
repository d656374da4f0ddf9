"""A circle that Amara led: Ruth asks about her turns, and Bashir and Wen read them without knowing whose they are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from assessments.coding import Label
from lms.coding import asking, entering, labelling, naming, own, settling
from lms.coding.models import CodingResult, CodingSample
from lms.coding.rules import Turn
from lms.core import clock
from lms.core.actor import Role
from lms.groups.rules import FACILITATOR
from lms.people.models import Organisation
from tests.evidence import make_meeting
from tests.make import World, actor, calibrate, person
from tests.make_coding import BIRDS, Circle

Judge = Callable[[int], Label]


@dataclass
class Led:
    """The circle with a third trainer, so that two neither train Amara nor asked."""

    circle: Circle
    wen: uuid.UUID

    @classmethod
    def make(cls, db: Session, world: World) -> Led:
        circle = Circle.make(db, world)
        wen = person(db, "Wen Liu", db.get_one(Organisation, world.provider), Role.TRAINER)
        for each in (world.trainer, world.other_trainer, wen):
            calibrate(db, world, each)
        return cls(circle, wen)

    @property
    def world(self) -> World:
        return self.circle.world

    def meet_again(self, db: Session, days_ago: int) -> uuid.UUID:
        """One more meeting, so many days ago."""
        at = datetime.combine(clock.today("Europe/London") - timedelta(days=days_ago), time(9))
        return make_meeting(db, self.circle.group_id, at)

    def ask(self, db: Session, meeting_id: uuid.UUID | None = None, by: uuid.UUID | None = None) -> CodingSample:
        """Ruth asks, of the meeting in which Sefo brought the problem or of another."""
        who, sefo = actor(db, by or self.world.trainer), self.circle.seats["Sefo"]
        return own.ask(db, who, self.world.trainee, {meeting_id or self.circle.meeting_id: sefo}, uuid.uuid4())[0]

    def say_yes(self, db: Session, sample: CodingSample, *names: str) -> None:
        """Amara for herself; she notes what those without an account said."""
        asking.say_yes(db, actor(db, self.world.trainee), self.circle.group_id, sample.id)
        self.circle.say_yes(db, sample.id, *(names or ("Sefo", "Joan")))

    def turns(self, many: int = 26) -> list[Turn]:
        """Said to everybody, to Sefo, and to Joan, by turns."""
        to = (FACILITATOR, self.circle.seats["Sefo"], self.circle.seats["Joan"])
        return [
            Turn(to[n % 3], f"What does the {BIRDS[n % len(BIRDS)]} want, {'again ' * (n // 20)}?") for n in range(many)
        ]

    def enter(self, db: Session, sample: CodingSample, turns: list[Turn], by: uuid.UUID | None = None) -> CodingSample:
        """Ruth, who sat there, writes down what Amara said."""
        who = actor(db, by or self.world.trainer)
        return entering.save_turns(db, who, self.circle.group_id, sample.id, sample.version, turns)

    def sent(self, db: Session, meeting_id: uuid.UUID | None = None, many: int = 26) -> uuid.UUID:
        """A sample that is drawn and waits for its coders."""
        sample = self.ask(db, meeting_id)
        self.say_yes(db, sample)
        sample = self.enter(db, sample, self.turns(many))
        ruth = actor(db, self.world.trainer)
        return entering.send(db, ruth, self.circle.group_id, sample.id, sample.version).id

    def name(self, db: Session, sample_id: uuid.UUID, *pair: uuid.UUID) -> None:
        """Ilse names Bashir and Wen, unless told otherwise."""
        ilse = actor(db, self.world.administrator)
        first, second = pair or (self.world.other_trainer, self.wen)
        naming.name_coders(db, ilse, self.circle.group_id, sample_id, first, second)

    def read(self, db: Session, meeting_id: uuid.UUID | None = None, judge: Judge | None = None) -> uuid.UUID:
        """A sample that both have read alike."""
        sample_id = self.sent(db, meeting_id)
        self.name(db, sample_id)
        for who in (self.world.other_trainer, self.wen):
            self.circle.label(db, sample_id, who, judge or hardly_any_advice)
        return sample_id

    def closed(self, db: Session, meeting_id: uuid.UUID | None = None, judge: Judge | None = None) -> CodingResult:
        """A sample that both have signed."""
        sample_id = self.read(db, meeting_id, judge)
        bashir, wen = actor(db, self.world.other_trainer), actor(db, self.wen)
        settling.write_down(db, bashir, sample_id, labelling.get_sample(db, bashir, sample_id).version, {}, "password")
        return settling.agree(db, wen, sample_id, labelling.get_sample(db, wen, sample_id).version, "password")


def hardly_any_advice(number: int) -> Label:
    """Every fifth turn is closed, and one carries advice."""
    return Label("closed" if number % 5 == 0 else "open", "yes" if number == 7 else "no")
