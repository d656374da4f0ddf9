"""Coding alone: a coder's own labels, kept as they go, and finished once every turn has both answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from assessments import coding
from assessments.coding import Label
from lms.coding import rules, service
from lms.coding.models import CodingCoder, CodingLabel, CodingSample, CodingTurn, CodingWords
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.learning.models import Enrolment

Labels = Mapping[uuid.UUID, Label]


class OldLabels(Conflict):
    """The same coder labelled on in another browser. What stands there comes along."""

    def __init__(self, version: int, labels: Labels) -> None:
        super().__init__("You went on in another browser. What you chose there is kept, and what you chose here too.")
        self.version = version
        self.labels = dict(labels)


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn as a coder reads it: a letter in place of whoever spoke, and none where all are one person's."""

    id: uuid.UUID
    number: int
    letter: str
    words: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before a coder: the sample, their own part in it, and nothing of the other’s."""

    sample: CodingSample
    coder: CodingCoder
    turns: Sequence[ShownTurn]
    labels: Labels

    @property
    def left(self) -> list[int]:
        """The places of turns that want an answer still, from 0."""
        return [place for place, turn in enumerate(self.turns) if not self.labels.get(turn.id, Label()).whole]


def scope(actor: Actor) -> Select[CodingSample]:
    """The samples `actor` codes: named for them, while they train for its provider and do not sit in its circle; of
    what somebody says, while they do not train that person either.
    """
    mine = select(CodingCoder.sample_id).where(CodingCoder.person_id == actor.person_id)
    trained = select(Enrolment.person_id).where(Enrolment.trainer_id == actor.person_id)
    apart = and_(PeerGroup.trainer_id != actor.person_id, CodingSample.person_id.not_in(trained))
    return (
        select(CodingSample)
        .join(PeerGroup, PeerGroup.id == CodingSample.group_id)
        .where(
            CodingSample.id.in_(mine),
            PeerGroup.provider_id.in_(actor.organisations(Role.TRAINER)),
            CodingSample.group_id.not_in(groups.ids_sat_in(actor)),
            or_(CodingSample.person_id.is_(None), apart),
        )
    )


def place() -> ColumnElement[str]:
    """What coders are told of where turns were said: the circle, or, of what somebody says, nothing."""
    return case((CodingSample.person_id.is_(None), PeerGroup.name), else_=rules.A_ROUND)


def place_of(sample: CodingSample, group: PeerGroup) -> str:
    """The same of one sample."""
    return group.name if sample.person_id is None else rules.A_ROUND


def list_mine(db: Session, actor: Actor) -> Sequence[tuple[CodingSample, str, CodingCoder]]:
    """What the actor codes or has coded, with where it was as far as they may know, what waits longest first."""
    chosen = (
        scope(actor)
        .join(CodingCoder, CodingCoder.sample_id == CodingSample.id)
        .where(CodingCoder.person_id == actor.person_id)
        .add_columns(place(), CodingCoder)
        .order_by(CodingSample.closed_at.is_not(None), CodingCoder.named_at, CodingSample.id)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(chosen)]


def get_sample(db: Session, actor: Actor, sample_id: uuid.UUID, *, lock: bool = False) -> CodingSample:
    """A sample the actor codes. Raises NotFound."""
    chosen = scope(actor).where(CodingSample.id == sample_id)
    found = db.scalar(chosen.with_for_update(of=CodingSample) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def open_desk(db: Session, actor: Actor, sample_id: uuid.UUID, *, lock: bool = False) -> Desk:
    """A sample with the actor's own labels, never the other's. Raises NotFound."""
    sample = get_sample(db, actor, sample_id, lock=lock)
    coder = db.scalars(
        select(CodingCoder).where(CodingCoder.sample_id == sample.id, CodingCoder.person_id == actor.person_id)
    ).one()
    return Desk(sample, coder, list_turns(db, sample), labels_of(db, coder.id))


def list_turns(db: Session, sample: CodingSample) -> list[ShownTurn]:
    """The turns of a sample the caller holds through a scope, in the drawn order. All of one person have no letter."""
    chosen = (
        select(CodingTurn.id, CodingWords.seat, CodingWords.words)
        .join(CodingWords, CodingWords.turn_id == CodingTurn.id)
        .where(CodingTurn.sample_id == sample.id, CodingTurn.place.is_not(None))
        .order_by(CodingTurn.place)
    )
    rows = db.execute(chosen).all()
    known = coding.letters(row.seat for row in rows) if sample.person_id is None else [""] * len(rows)
    return [
        ShownTurn(row.id, number, letter, row.words)
        for number, (row, letter) in enumerate(zip(rows, known, strict=True), 1)
    ]


def labels_of(db: Session, coder_id: uuid.UUID) -> dict[uuid.UUID, Label]:
    """What a coder has chosen so far, by turn."""
    rows = db.scalars(select(CodingLabel).where(CodingLabel.coder_id == coder_id))
    return {row.turn_id: Label(row.openness or "", row.advice or "") for row in rows}


def save(db: Session, actor: Actor, sample_id: uuid.UUID, version: int, chosen: Labels) -> CodingCoder:
    """Keep what was chosen on a page. Of turns that were taken out meanwhile nothing is kept.

    Raises NotFound, Conflict, OldLabels.
    """
    desk = open_desk(db, actor, sample_id, lock=True)
    service.require(desk.sample, "coding", "comparing")
    if desk.coder.finished_at is not None:
        raise Conflict("You have finished this sample. What you labelled stands.")
    known = {turn.id for turn in desk.turns}
    changed = {key: each for key, each in chosen.items() if key in known and desk.labels.get(key, Label()) != each}
    if changed and desk.coder.version != version:
        raise OldLabels(desk.coder.version, desk.labels)
    for turn_id, label in changed.items():
        row = db.get(CodingLabel, (desk.coder.id, turn_id))
        if row is None:
            row = CodingLabel(coder_id=desk.coder.id, turn_id=turn_id)
            db.add(row)
        row.openness, row.advice = label.openness or None, label.advice or None
    if changed:
        desk.coder.version += 1
    db.flush()
    return desk.coder


def finish(db: Session, actor: Actor, sample_id: uuid.UUID) -> CodingSample:
    """Say that every turn is labelled. Twice is once; when both have, they may compare.

    Raises NotFound, Invalid with the turns that want an answer still.
    """
    desk = open_desk(db, actor, sample_id, lock=True)
    if desk.coder.finished_at is not None:
        return desk.sample
    service.require(desk.sample, "coding")
    if desk.left:
        raise Invalid({"finish": rules.unlabelled(desk.left)})
    desk.coder.finished_at = clock.now()
    db.flush()
    others = select(func.count()).where(CodingCoder.sample_id == sample_id, CodingCoder.finished_at.is_not(None))
    if desk.sample.state == "coding" and db.scalar(others) == 2:
        desk.sample.state = "comparing"
        desk.sample.version += 1
    db.flush()
    return desk.sample
