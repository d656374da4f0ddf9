"""A circle that is asked for a sample, says yes, and has its turns read by Ruth and Bashir."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from assessments.coding import Label
from lms.coding import asking, entering, labelling, naming, settling
from lms.coding.models import CodingResult, CodingSample
from lms.coding.rules import Turn
from lms.core import clock
from tests.evidence import make_meeting, make_member
from tests.make import World, actor, calibrate, make_group

# Birds stand in every turn, so that a test can look for them wherever words must not be.
BIRDS = (
    "avocet", "bittern", "curlew", "dunlin", "egret", "fulmar", "gannet", "hobby", "ibis", "jackdaw", "kestrel",
    "linnet", "merlin", "nightjar", "osprey", "plover", "quail", "redstart", "siskin", "teal",
)  # fmt: skip
ASKERS = ("Joan", "Leila", "Dag")
Judge = Callable[[int], Label]


@dataclass
class Circle:
    """Amara's circle after a meeting in which Sefo brought the problem. Farid alone has an account of his own."""

    world: World
    group_id: uuid.UUID
    meeting_id: uuid.UUID
    seats: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, db: Session, world: World, *, names: tuple[str, ...] = ("Joan", "Sefo", "Leila", "Dag")) -> Circle:
        group_id = make_group(db, world)
        chairs = {name: str(make_member(db, group_id, name)) for name in names}
        chairs["Farid"] = str(make_member(db, group_id, "Farid", world.other_trainee))
        met = datetime.combine(clock.today("Europe/London") - timedelta(days=2), time(9))
        return cls(world, group_id, make_meeting(db, group_id, met), chairs)

    def ask(self, db: Session, by: uuid.UUID | None = None, holder: str = "Sefo") -> CodingSample:
        who = actor(db, by or self.world.trainee)
        return asking.ask(db, who, self.group_id, self.meeting_id, self.seats.get(holder, holder), uuid.uuid4())

    def say_yes(self, db: Session, sample_id: uuid.UUID, *names: str) -> None:
        """Those without an account say it to Amara; Farid says it himself."""
        for name in names:
            if name == "Farid":
                asking.say_yes(db, actor(db, self.world.other_trainee), self.group_id, sample_id)
            else:
                self.note(db, sample_id, name)

    def note(self, db: Session, sample_id: uuid.UUID, name: str, on: date | None = None) -> None:
        amara, day = actor(db, self.world.trainee), on or clock.today("Europe/London")
        asking.note_yes(db, amara, self.group_id, sample_id, self.seats[name], day)

    def turns(self, many: int = 12, askers: tuple[str, ...] = ASKERS) -> list[Turn]:
        return [
            Turn(
                self.seats[askers[n % len(askers)]],
                f"What does the {BIRDS[n % len(BIRDS)]} want, {'again ' * (n // 20)}?",
            )
            for n in range(many)
        ]

    def enter(self, db: Session, sample: CodingSample, turns: list[Turn]) -> CodingSample:
        amara = actor(db, self.world.trainee)
        return entering.save_turns(db, amara, self.group_id, sample.id, sample.version, turns)

    def sent(self, db: Session, many: int = 12) -> uuid.UUID:
        """A sample that is drawn and waits for its coders."""
        sample = self.ask(db)
        self.say_yes(db, sample.id, "Sefo", *ASKERS)
        sample = self.enter(db, sample, self.turns(many))
        return entering.send(db, actor(db, self.world.trainee), self.group_id, sample.id, sample.version).id

    def named(self, db: Session, many: int = 12) -> uuid.UUID:
        """The same with Ruth and Bashir named."""
        sample_id = self.sent(db, many)
        self.name(db, sample_id)
        return sample_id

    def name(
        self, db: Session, sample_id: uuid.UUID, first: uuid.UUID | None = None, second: uuid.UUID | None = None
    ) -> None:
        world = self.world
        ilse = actor(db, world.administrator)
        pair = (first or world.trainer, second or world.other_trainer)
        naming.name_coders(db, ilse, self.group_id, sample_id, *pair)

    def label(self, db: Session, sample_id: uuid.UUID, who: uuid.UUID, judge: Judge) -> None:
        """Somebody labels every turn by its number, and finishes."""
        desk = labelling.open_desk(db, actor(db, who), sample_id)
        chosen = {turn.id: judge(turn.number) for turn in desk.turns}
        labelling.save(db, actor(db, who), sample_id, desk.coder.version, chosen)
        labelling.finish(db, actor(db, who), sample_id)

    def read(self, db: Session, many: int = 12, first: Judge | None = None, second: Judge | None = None) -> uuid.UUID:
        """A sample that both have read."""
        sample_id = self.named(db, many)
        self.label(db, sample_id, self.world.trainer, first or mostly_open)
        self.label(db, sample_id, self.world.other_trainer, second or but_for_the_third)
        return sample_id

    def settle(self, db: Session, sample_id: uuid.UUID, chosen: Mapping[uuid.UUID, Label] | None = None) -> None:
        """Ruth writes down what the two agreed: what Bashir said, unless told otherwise."""
        ruth = actor(db, self.world.trainer)
        found = settling.compare(db, ruth, sample_id)
        chosen = chosen or {pair.turn.id: pair.second for pair in found.differing}
        settling.write_down(db, ruth, sample_id, found.sample.version, chosen, "password")

    def close(self, db: Session, sample_id: uuid.UUID) -> CodingResult:
        """Ruth writes it down and Bashir says yes."""
        self.settle(db, sample_id)
        bashir = actor(db, self.world.other_trainer)
        version = settling.compare(db, bashir, sample_id).sample.version
        return settling.agree(db, bashir, sample_id, version, "password")


def mostly_open(number: int) -> Label:
    """Every fourth turn is closed, and the second carries advice."""
    return Label("closed" if number % 4 == 0 else "open", "yes" if number == 2 else "no")


def but_for_the_third(number: int) -> Label:
    """The same but for one turn, of which nobody can tell."""
    return Label("unsure", "no") if number == 3 else mostly_open(number)


def the_other_way_round(number: int) -> Label:
    """Somebody who reads everything otherwise."""
    said = mostly_open(number)
    return Label("open" if said.openness == "closed" else "closed", "no" if said.advice == "yes" else "yes")


def calibrate_both(db: Session, world: World) -> None:
    """Both trainers have a figure."""
    calibrate(db, world)
    calibrate(db, world, world.other_trainer)
