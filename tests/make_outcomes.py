"""Follow-ups for tests: told as rounds tell them, asked as every morning does, answered as a form is filled."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coding.models import CodingResult, CodingSample
from lms.core import clock
from lms.core.unit import Database
from lms.groups.models import Meeting
from lms.messages.models import Message
from lms.outcomes import followups
from lms.outcomes.models import FollowUp, FollowUpAnswer
from lms.outcomes.rules import Agreed
from lms.takeover.models import MeetingCount
from tests.make import World

FILLED = {
    "state": "moved", "acted": "holder", "right": "3", "surprised": "That he asked me first.",
    "learning": "I can ask before I plan.", "depth": "3", "story": "no",
}  # fmt: skip


def follow(db: Session, world: World, group: uuid.UUID, held_on: date, **changes: Any) -> uuid.UUID:
    """That Amara’s circle agreed on her problem that day; returns the follow-up’s id.

    She said how important it is as she brought it: `importance`, None for not.
    """
    importance = changes.pop("importance", 5)
    given: dict[str, Any] = {
        "round_id": uuid.uuid4(), "person_id": world.trainee, "organisation_id": world.council, "group_id": group,
        "held_on": held_on,
    } | changes  # fmt: skip
    followups.follow(db, Agreed(**given))
    if importance is not None:
        followups.bring(db, given["round_id"], given["person_id"], importance)
    return db.scalars(select(FollowUp.id).where(FollowUp.round_id == given["round_id"])).one()


def morning(store: Database) -> list[Message]:
    """What the worker does in the morning, twice; every letter to holders since, oldest first."""
    from lms.outcomes.jobs import ask_holders

    ask_holders(store)
    ask_holders(store)
    with store.readers() as db:
        chosen = select(Message).where(Message.template == "follow_up").order_by(Message.created_at, Message.id)
        return list(db.scalars(chosen))


def links(letter: Message) -> tuple[str, str]:
    """The paths of a letter's two links: to answer, and to stop."""
    found = re.findall(r"https?://[^/\s]+(/came-of-it/\S+)", letter.body)
    return found[0], found[1]


def said(db: Session, follow_up_id: uuid.UUID, until: date, **changes: Any) -> None:
    """That its holder was asked, and with `changes` what they answered; `until` is its last day."""
    row = db.get_one(FollowUp, follow_up_id)
    row.asked_on, row.until = until, until
    if changes:
        given = {
            "state": "moved", "acted": "holder", "right": 3, "surprised": "", "learning": "I can ask.",
            "depth": 3, "story": "no", "version": 1, "said_at": clock.now(),
        } | changes  # fmt: skip
        db.add(FollowUpAnswer(follow_up_id=row.id, **given))
    db.flush()


def answers(db: Session, world: World, group: uuid.UUID, until: date, *each: dict[str, Any]) -> list[uuid.UUID]:
    """Follow-ups whose last day it was: an empty dict is one that nobody answered."""
    made = []
    for given in each:
        made.append(follow(db, world, group, until, importance=given.get("importance", 5)))
        said(db, made[-1], until, **{name: value for name, value in given.items() if name != "importance"})
    return made


def read(store: Database) -> None:
    """What the worker does in the morning, twice."""
    from lms.outcomes.jobs import read_outcomes

    read_outcomes(store)
    read_outcomes(store)


def counted(
    db: Session, group: uuid.UUID, held: datetime, by: uuid.UUID, *, agreed: bool, early: bool,
    ran: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """A meeting of a circle, and how it ran; `ran` is the member who held the seat."""
    met = Meeting(group_id=group, starts_local=held, zone="Europe/London", minutes=75)
    db.add(met)
    db.flush()
    numbers: dict[str, Any] = {"stepped_in": 0, "noticed_inside": 0, "noticed_outside": 0, "step": "none", "turns": {}}
    row = MeetingCount(
        meeting_id=met.id,
        run_by_id=ran,
        version=1,
        agreed=agreed,
        early=early,
        counted_by=by,
        counted_at=clock.now(),
        **numbers,
    )
    db.add(row)
    db.flush()


def read_by_two(
    db: Session, world: World, group: uuid.UUID, on: date, numbers: tuple[int, int, int], own: uuid.UUID | None = None
) -> None:
    """Turns that two people have read: how many, of them open, of them without advice; or somebody's `own`."""
    met = Meeting(group_id=group, starts_local=datetime.combine(on, time(16)), zone="Europe/London", minutes=75)
    db.add(met)
    db.flush()
    where: dict[str, Any] = {"group_id": group, "meeting_id": met.id, "person_id": own, "seed": "0" * 32}
    sample = CodingSample(
        holder="facilitator", state="closed", asked_by=world.trainee, asked_at=clock.now(), until=on,
        closed_at=clock.now(), **where,
    )  # fmt: skip
    db.add(sample)
    db.flush()
    turns, open_, clean = numbers
    signed = {"written_by": world.trainer, "signed_by": world.other_trainer}
    proofs = {"written_proof": "password", "signed_proof": "password"}
    row = CodingResult(
        sample_id=sample.id, coded_on=on, turns=turns, open=open_, without_advice=clean, alike_open=turns,
        alike_advice=turns, kappa_open=9000, kappa_advice=9000, written_at=clock.now(), signed_at=clock.now(),
        leaf_seq=1, **signed, **proofs, **where,
    )  # fmt: skip
    db.add(row)
    db.flush()
