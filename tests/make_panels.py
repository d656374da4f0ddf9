"""A standard of the tests’ own that a panel decides, and people who could sit on one."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessments.standards import CONTENT
from lms.core import clock
from lms.core.actor import Role
from lms.core.unit import Database
from lms.handover import bindings as decisions
from lms.handover import service as handover
from lms.learning.models import Enrolment
from lms.panels import ballots, closing, rules, service
from lms.panels import bindings as panels
from lms.panels.models import Panel, PanelSeat, PanelVote
from lms.people.models import Organisation, Person
from lms.register.bindings import faults
from lms.register.models import Leaf
from tests.evidence import make_ready
from tests.make import World, actor, person

VERSION = 90  # far from those that are published
RULE = "decision: {panel: 3, assessors_most: 1, outside: 1, appeal_days: 30}\n"
PROOF = "password"
WHY = "In every round I read, Amara already knew the circle."
WORDS = closing.Words("ready", 1, "All of us saw it.", "", "")


def shelf(folder: Path, rule: str = RULE) -> Path:
    """The published standards, and beside them one that a panel decides."""
    shutil.copytree(CONTENT / "standards", folder)
    text = (CONTENT / "standards" / "certified-3.yaml").read_text("utf-8")
    text = text.replace("version: 3\n", f"version: {VERSION}\n").replace("clauses:\n", f"{rule}\nclauses:\n", 1)
    (folder / f"certified-{VERSION}.yaml").write_text(text, "utf-8")
    return folder


@dataclass(frozen=True)
class Staff:
    """Who else is there beside the few of every test: trainers of the provider who know nobody."""

    wen: uuid.UUID
    kofi: uuid.UUID
    marit: uuid.UUID
    ines: uuid.UUID
    teuila: uuid.UUID

    @classmethod
    def make(cls, db: Session, world: World) -> Staff:
        """Put them in, with accounts for all; Amara is ready, and a panel decides about her."""
        provider = db.get_one(Organisation, world.provider)
        names = ("Wen Liu", "Kofi Boateng", "Marit Solheim", "Ines Vidal", "Teuila Kamara")
        made = cls(*(person(db, name, provider, Role.TRAINER) for name in names))
        db.execute(update(Person).values(password="x"))
        db.execute(update(Enrolment).where(Enrolment.person_id == world.trainee).values(standard_version=VERSION))
        make_ready(db, world, handover.today())
        return made


def call(
    store: Database,
    world: World,
    members: Sequence[uuid.UUID],
    by: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """A panel about Amara; returns its id."""
    with store.transaction() as db:
        who = actor(db, by or world.administrator)
        return service.call(db, who, world.trainee, members, key or uuid.uuid4()).id


def make_panel(db: Session, caller: uuid.UUID, other: uuid.UUID, about: str) -> uuid.UUID:
    """A panel about somebody by name whose standard asks for none, with two on it and a free seat; returns its id."""
    person_id, now = db.scalars(select(Person.id).where(Person.name == about)).one(), clock.now()
    learner = handover.get_learner(db, actor(db, caller), person_id)
    panel = Panel(
        enrolment_id=learner.enrolment_id,
        person_id=person_id,
        provider_id=learner.provider_id,
        size=3,
        assessors_most=3,
        outside=0,
        appeal_days=30,
        called_by=caller,
        called_at=now,
        page=1,
        frozen_at=now,
        readiness=handover.standing_of(db, learner, handover.today()).readiness.to_dict(),
    )
    db.add(panel)
    db.flush()
    for place, who in enumerate((caller, other), start=1):
        seat = PanelSeat(panel_id=panel.id, person_id=who, place=place, outside=False, named_by=caller, named_at=now)
        db.add(seat)
    db.flush()
    return panel.id


def vote(
    store: Database, panel_id: uuid.UUID, member: uuid.UUID, kind: str = "ready", why: str = WHY, **more: int
) -> None:
    """A member votes."""
    given = {"page": 1, "round": 1} | more
    with store.transaction() as db:
        ballots.vote(db, actor(db, member), panel_id, ballots.Ballot(given["page"], given["round"], kind, why), PROOF)


def open_votes(store: Database, world: World, members: Sequence[uuid.UUID], kinds: Sequence[str]) -> uuid.UUID:
    """A panel in which all have voted; returns its id."""
    panel_id = call(store, world, members)
    for member, kind in zip(members, kinds, strict=True):
        vote(store, panel_id, member, kind)
    return panel_id


def decide(store: Database, panel_id: uuid.UUID, chair: uuid.UUID, words: closing.Words = WORDS) -> uuid.UUID:
    """Its chair writes down what it decides; returns the decision’s id."""
    with store.transaction() as db:
        return closing.decide(db, actor(db, chair), panel_id, words, PROOF, uuid.uuid4()).id


def votes_of(store: Database, panel_id: uuid.UUID) -> list[PanelVote]:
    """Every vote as it is kept, by seat."""
    with store.readers() as db:
        chosen = select(PanelVote).join(PanelSeat, PanelSeat.id == PanelVote.seat_id)
        return list(db.scalars(chosen.where(PanelVote.panel_id == panel_id).order_by(PanelSeat.place)))


def get(store: Database, panel_id: uuid.UUID) -> Panel:
    """The panel’s row."""
    with store.readers() as db:
        return db.get_one(Panel, panel_id)


def wrong(store: Database) -> list[str]:
    """What the register says is wrong with votes and decisions."""
    found = list[str]()
    with store.readers() as db:
        for source in (*panels.SOURCES, *decisions.SOURCES):
            leaves = db.scalars(select(Leaf).where(Leaf.kind == source.kind)).all()
            made = list(source.load(db, [each.seq for each in leaves]))
            for leaf in leaves:
                found += faults(leaf, [each for each in made if each.seq == leaf.seq])
    return found


def three(world: World, staff: Staff) -> list[uuid.UUID]:
    """Ruth, who signed, and two who did not."""
    return [world.trainer, staff.wen, staff.kofi]


def offered(store: Database, world: World) -> tuple[set[str], dict[str, str]]:
    """Who may sit on a panel about Amara, by name, and who may not and why."""
    with store.transaction() as db:
        who = actor(db, world.administrator)
        _, rule, known = service.choices(db, who, world.trainee)
        because = {each.name: rules.kept_off(each, rule) for each in known.values()}
        return {name for name, why in because.items() if not why}, {name: why for name, why in because.items() if why}
