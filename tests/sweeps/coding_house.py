"""Samples of circles for the sweeps: one that is asked for, one that is read, one in which two differ."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import transcripts
from assessments.double_coding import own_labels
from lms.coding.models import CodingCoder, CodingLabel, CodingSample, CodingTurn, CodingWords
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.exercises.coding import get_sheet, save, send
from lms.exercises.rating import get_case, keep
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.people import service

ROUND = "fire-station-quiet-watch"
EVENING = "bus-depot"
COMPARED = ("compare", "write_down", "agree")
ALONE = ("desk", "label", "draft")


def coded(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    """An invented round that somebody coded as its key does."""
    actor = Actor(person_id, "")
    sheet = get_sheet(actor, ROUND)
    save(db, actor, sheet, uuid.uuid4(), (0, sheet.content_hash), own_labels(sheet))
    return send(db, actor, sheet).id


def rated(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    """An invented evening that somebody rated as its key does."""
    evening = get_case(EVENING)
    return keep(db, Actor(person_id, ""), evening, uuid.uuid4(), evening.levels).id


def samples(db: Session, people: dict[str, uuid.UUID], group: PeerGroup) -> dict[str, Any]:
    """A sample for every address; `first` and `second` read two of them."""
    met = select(Meeting.id).where(Meeting.group_id == group.id).order_by(Meeting.starts_local).limit(3)
    asked, alone, compared = (_sample(db, group, each) for each in db.scalars(met).all())
    member_id = db.scalars(select(GroupMember.id).where(GroupMember.group_id == group.id).limit(1)).one()
    trainers = service.people_with(db, Role.TRAINER, [group.provider_id])
    pair = [people["trainer"], next(each for each in trainers if each != people["trainer"])]
    for sample in (alone, compared):
        sample.state, sample.drawn = "coding", 1
        turn = _turn(db, sample, member_id)
        for place, person_id in enumerate(pair, 1):
            row = CodingCoder(
                sample_id=sample.id, person_id=person_id, place=place, named_by=person_id, named_at=clock.now()
            )
            db.add(row)
            db.flush()
            if sample is compared:
                row.finished_at = clock.now()
                openness = "open" if place == 1 else "closed"
                db.add(CodingLabel(coder_id=row.id, turn_id=turn, openness=openness, advice="no"))
        sample.state = "comparing" if sample is compared else "coding"
    db.flush()
    other = db.scalars(select(Meeting).where(Meeting.group_id != group.id).order_by(Meeting.id).limit(1)).one()
    return {
        "sample_id": asked.id,
        **{f"coding.{name}": alone.id for name in ALONE},
        **{f"coding.{name}": compared.id for name in COMPARED},
        "coders": pair,
        "turn_id": db.scalars(select(CodingTurn.id).where(CodingTurn.sample_id == compared.id)).one(),
        "turn_alone": db.scalars(select(CodingTurn.id).where(CodingTurn.sample_id == alone.id)).one(),
        "others_sample": _sample(db, db.get_one(PeerGroup, other.group_id), other.id).id,
    }


def _sample(db: Session, group: PeerGroup, meeting_id: uuid.UUID) -> CodingSample:
    made = CodingSample(
        group_id=group.id,
        meeting_id=meeting_id,
        holder="facilitator",
        seed="5eed",
        asked_by=group.facilitator_id,
        asked_at=clock.now(),
        until=clock.today() + timedelta(days=42),
    )
    db.add(made)
    db.flush()
    return made


def _turn(db: Session, sample: CodingSample, member_id: uuid.UUID) -> uuid.UUID:
    turn = CodingTurn(sample_id=sample.id, spoken=0, place=0)
    db.add(turn)
    db.flush()
    db.add(CodingWords(turn_id=turn.id, seat=str(member_id), words="What makes it hard now?"))
    db.flush()
    return turn.id


def forms(ids: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """One good form for every address of coding that takes one."""
    seat, alone, turn = ids["member_id"], ids["turn_alone"], ids["turn_id"]
    first, second = ids["coders"]
    labels = {f"shown-{alone}": "yes", f"open-{alone}": "open", f"advice-{alone}": "no", "version": 1, "page": 1}
    settled = {f"open-{turn}": "unsure", "version": 1, "password": ""}
    sheet = transcripts.current()[ROUND]
    text, codes = sheet.content_hash, {f"open-{each}": "open" for each in sheet.keyed}
    evening = get_case(EVENING)
    round_codes = {"key": uuid.uuid4(), "version": 0, "text": text, **codes}
    return {
        "exercises.code": ("trainee", round_codes | {"do": "send"}),
        "exercises.code_draft": ("trainee", round_codes),
        "exercises.rate": ("trainee", {
            "key": uuid.uuid4(), "text": evening.content_hash, **{f"row-{row}": 3 for row in evening.levels},
        }),
        "coding.ask": ("trainee", {"meeting": ids["met"], "holder": seat, "key": uuid.uuid4()}),
        "coding.ask_own": ("trainer", {f"holder-{ids['met']}": seat, "key": uuid.uuid4()}),
        "coding.say_yes": ("trainee", {}),
        "coding.take_back": ("trainee", {"seat": seat}),
        "coding.note_yes": ("trainee", {"seat": seat, "said_on": clock.today()}),
        "coding.name_coders": ("administrator", {"first": first, "second": second}),
        "coding.stop": ("trainee", {}),
        "coding.save_turns": ("trainee", {
            "version": 1, "looked": "", "seat-0": seat, "words-0": "What then?", "left_out": "yes", "do": "send",
        }),
        "coding.label": ("trainer", labels | {"do": "finish"}),
        "coding.draft": ("trainer", labels),
        "coding.write_down": ("trainer", settled),
        "coding.agree": ("trainer", settled),
    }  # fmt: skip
