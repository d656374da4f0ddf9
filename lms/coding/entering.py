"""Entering the turns of a question phase, and sending them: the draw, after which the writer changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import blanking, coding
from lms.coding import asking, own, rules, service
from lms.coding.models import CodingSample, CodingTurn, CodingWords
from lms.coding.rules import Turn
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.groups.models import PeerGroup
from lms.groups.rules import FACILITATOR, Seat
from lms.people.models import Membership, Person

TOO_FEW = f"It takes {coding.FEWEST_TURNS} turns or more, by two members or more, to say anything about a circle."
TOO_FEW_OWN = f"It takes {coding.FEWEST_TURNS} turns or more to say anything about whoever led."


class OldTurns(Conflict):
    """Somebody wrote on in another browser, or took their yes back, while a page of turns was open."""


@dataclass(frozen=True, slots=True)
class Names:
    """Whose names are looked for in turns: those of the circle, and those of people in its organisation."""

    circle: tuple[str, ...]
    others: frozenset[str]

    def marks(self, words: str) -> tuple[blanking.Mark, ...]:
        return blanking.marks(words, self.circle, self.others)

    def blank(self, words: str) -> str:
        return blanking.blank(words, self.circle, self.others)


def get_to_enter(
    db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, *, lock: bool = False
) -> tuple[CodingSample, list[Seat]]:
    """A sample whose turns the actor may enter, with who sat there. Raises NotFound, Forbidden, Conflict."""
    sample = service.get_sample(db, actor, group_id, sample_id, lock=lock)
    seats = service.seats(db, sample)
    if not service.may_enter(db, actor, sample, seats):
        raise Forbidden(service.NOT_ENTERING if sample.person_id is None else service.NOT_ENTERING_OWN)
    service.require(sample, "asked")
    return sample, seats


def names_around(db: Session, group: PeerGroup, seats: Sequence[Seat]) -> Names:
    """The names that no turn should carry."""
    chosen = select(Person.name).join(Membership, Membership.person_id == Person.id)
    others = db.scalars(chosen.where(Membership.organisation_id == group.organisation_id)).all()
    return Names(tuple(each.name for each in seats), blanking.words_of(others))


def list_turns(db: Session, sample_id: uuid.UUID) -> list[Turn]:
    """What has been entered so far in a sample that the caller may enter, as it was spoken."""
    chosen = select(CodingWords).join(CodingTurn, CodingTurn.id == CodingWords.turn_id)
    rows = db.scalars(chosen.where(CodingTurn.sample_id == sample_id).order_by(CodingTurn.spoken))
    return [Turn(row.seat, row.words) for row in rows]


def save_turns(
    db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, version: int, turns: Sequence[Turn]
) -> CodingSample:
    """Keep what was typed so far. Only turns of seats whose yes stands are kept at all.

    Raises NotFound, Forbidden, Conflict, OldTurns, Invalid.
    """
    sample, seats = get_to_enter(db, actor, group_id, sample_id, lock=True)
    if sample.version != version:
        if list_turns(db, sample.id) == list(turns):
            return sample  # the same page once more
        raise OldTurns(rules.OLD_PAGE)
    _check(db, sample, seats, turns)
    before = db.scalars(select(CodingTurn.id).where(CodingTurn.sample_id == sample.id)).all()
    asking.delete_turns(db, before)
    for spoken, turn in enumerate(turns):
        row = CodingTurn(id=new_id(), sample_id=sample.id, spoken=spoken)
        db.add(row)
        db.flush()
        db.add(CodingWords(turn_id=row.id, seat=turn.seat, words=turn.words))
    sample.version += 1
    db.flush()
    return sample


def _check(db: Session, sample: CodingSample, seats: Sequence[Seat], turns: Sequence[Turn]) -> None:
    agreed = asking.standing_yes(asking.list_consents(db, sample.id))
    wrong = _wrong(sample, seats, turns, agreed) if sample.person_id is None else _wrong_own(seats, turns, agreed)
    if wrong:
        raise Invalid(wrong)


def _wrong(
    sample: CodingSample, seats: Sequence[Seat], turns: Sequence[Turn], agreed: Collection[str]
) -> dict[str, str]:
    """What is wrong with what members asked, by its row."""
    names = {each.id: each.name for each in seats}
    able = {each.id for each in service.speakers(seats, sample.holder)}
    wrong: dict[str, str] = {}
    for number, turn in enumerate(turns):
        if turn.seat == sample.holder:
            wrong[f"seat-{number}"] = f"{names[turn.seat]} brought the problem. What they answered is not written down."
        elif turn.seat not in able:
            wrong[f"seat-{number}"] = f"Say who spoke turn {number + 1}: a member who sat there that day."
        elif turn.seat not in agreed:
            wrong[f"seat-{number}"] = f"{names[turn.seat]} has not said yes, so none of their turns is written down."
    return wrong


def _wrong_own(seats: Sequence[Seat], turns: Sequence[Turn], agreed: Collection[str]) -> dict[str, str]:
    """What is wrong with what whoever led said, by its row. A turn has the seat of whom it was said to."""
    names = {each.id: each.name for each in seats}
    if turns and FACILITATOR not in agreed:
        return {"send": f"{names[FACILITATOR]} has not said yes, so nothing they said is written down."}
    wrong: dict[str, str] = {}
    for number, turn in enumerate(turns):
        if turn.seat not in names:
            wrong[f"seat-{number}"] = f"Say to whom turn {number + 1} was said: everybody, or somebody who sat there."
        elif turn.seat not in agreed:
            name = names[turn.seat]
            wrong[f"seat-{number}"] = f"{name} has not said yes, so nothing that was said to them is written down."
    return wrong


def send(db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, version: int) -> CodingSample:
    """Send what was entered: the draw decides which turns are coded, and the others are deleted.

    Raises NotFound, Forbidden, Conflict, OldTurns, Invalid.
    """
    sample, seats = get_to_enter(db, actor, group_id, sample_id, lock=True)
    if sample.version != version:
        raise OldTurns(rules.OLD_PAGE)
    agreed = asking.standing_yes(asking.list_consents(db, sample.id))
    if sample.holder not in agreed:
        holder = asking.holder_name(sample, seats)
        raise Invalid({"send": f"{holder} brought the problem and has not said yes, so there is no sample of it."})
    chosen = select(CodingTurn, CodingWords.seat).join(CodingWords, CodingWords.turn_id == CodingTurn.id)
    rows = db.execute(chosen.where(CodingTurn.sample_id == sample.id).order_by(CodingTurn.spoken)).all()
    turns, spoken_by = [row[0] for row in rows], [row[1] for row in rows]
    drawn = coding.draw(len(turns), own.turns_wanted(db, sample, db.get_one(PeerGroup, sample.group_id)), sample.seed)
    if coding.too_few(len(drawn), len({spoken_by[n] for n in drawn}) if sample.person_id is None else None):
        raise Invalid({"send": TOO_FEW if sample.person_id is None else TOO_FEW_OWN})
    for place, spoken in enumerate(drawn):
        turns[spoken].place = place
    asking.delete_turns(db, [each.id for spoken, each in enumerate(turns) if spoken not in drawn])
    sample.entered, sample.drawn, sample.state = len(turns), len(drawn), "coding"
    sample.sent_by, sample.sent_at = actor.person_id, clock.now()
    sample.version += 1
    db.flush()
    return sample
