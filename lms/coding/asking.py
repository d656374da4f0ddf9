"""Asking a circle for a sample of one of its meetings: everybody's own yes, and taking it back."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assessments import coding
from lms.coding import rules, service
from lms.coding.models import CodingConsent, CodingLabel, CodingSample, CodingTurn, CodingWords
from lms.core import clock, jobs
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rules import FACILITATOR, Seat
from lms.messages import service as messages

NOT_A_SEAT = "Choose somebody who sat in that meeting."
TOO_SMALL = "With fewer than four members a letter in place of a name hides nobody, so nothing of this circle is coded."
OWN_ACCOUNT = "They have an account and say yes for themselves. Nobody says it for them."


def ask(
    db: Session, actor: Actor, group_id: uuid.UUID, meeting_id: uuid.UUID, holder: str, key: uuid.UUID
) -> CodingSample:
    """Ask for a sample of a meeting. Sent twice with one key, it is one. Raises NotFound, Forbidden, Invalid."""
    group = service.get_to_ask(db, actor, group_id)
    sent = db.scalar(select(CodingSample).where(CodingSample.asked_by == actor.person_id, CodingSample.key == key))
    if sent is not None:
        return sent
    meeting = db.get(Meeting, meeting_id)
    made = CodingSample(group_id=group.id, key=key, holder=holder)
    seats = begin(db, actor, group, meeting, made)
    assert meeting is not None  # noqa: S101 - begin raised otherwise
    _tell(db, actor, group, service.asked(made, seats), meeting)
    return made


def begin(db: Session, actor: Actor, group: PeerGroup, meeting: Meeting | None, made: CodingSample) -> list[Seat]:
    """Keep a new sample of a meeting, throw its seed, and promise its end. Returns who sat there. Raises Invalid."""
    today = clock.today(group.zone)
    if fault := fault_of(group, meeting, today):
        raise Invalid({"meeting": fault})
    assert meeting is not None  # noqa: S101 - there was no fault in it
    seats = service.seats_of(db, meeting, made.person_id)
    led = {FACILITATOR} if made.person_id is not None else set[str]()
    if made.holder not in {each.id for each in seats} - led:
        raise Invalid({"holder": "Choose whoever brought the problem that day, among those who sat there."})
    if len(seats) - 1 < rules.FEWEST_MEMBERS:
        raise Invalid({"meeting": TOO_SMALL})
    made.meeting_id, made.seed = meeting.id, secrets.token_hex(16)
    made.asked_by, made.asked_at, made.until = actor.person_id, clock.now(), today + rules.KEPT
    if not add_once(db, made):
        raise Invalid({"meeting": "A sample of this meeting has been asked for already."})
    over = datetime.combine(made.until + timedelta(days=1), time(), ZoneInfo(group.zone))
    jobs.enqueue(db, "end_coding", key=f"coding:{made.id}", delay=over - clock.now(), sample=str(made.id))
    return seats


def fault_of(group: PeerGroup, meeting: Meeting | None, today: date) -> str:
    """Why a meeting cannot be asked about; empty when it can."""
    if meeting is None or meeting.group_id != group.id:
        return "This meeting is not in the circle’s calendar. Perhaps it was called off."
    if not service.has_begun(meeting):
        return "This meeting has not taken place yet. Ask once it has."
    if meeting.starts_local.date() < today - rules.LATEST:
        return "This meeting was more than 30 days ago. Nobody remembers its turns as they were."
    return ""


def _tell(db: Session, actor: Actor, group: PeerGroup, seats: Sequence[Seat], meeting: Meeting) -> None:
    for person_id in sorted({each.person_id for each in seats if each.person_id} - {actor.person_id}):
        messages.send(
            db,
            "coding_asked",
            person_id=person_id,
            organisation_id=group.provider_id,
            asked_by=actor.name,
            group=group.name,
            held_on=meeting.starts_local.date(),
            link=messages.link(f"/groups/{group.id}/coding"),
        )


def list_consents(db: Session, sample_id: uuid.UUID) -> dict[str, CodingConsent]:
    """Who said yes to a sample the caller holds through a scope, by seat; also who took it back."""
    rows = db.scalars(select(CodingConsent).where(CodingConsent.sample_id == sample_id))
    return {row.seat: row for row in rows}


def standing_yes(consents: dict[str, CodingConsent]) -> set[str]:
    """The seats whose yes stands."""
    return {seat for seat, row in consents.items() if row.taken_back_at is None}


def say_yes(db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID) -> None:
    """The actor's own yes, for their seat. Twice is once. Raises NotFound, Forbidden, Conflict."""
    sample = service.get_sample(db, actor, group_id, sample_id, lock=True)
    service.require(sample, "asked")
    seat = own_seat(db, actor, sample)
    if seat is None:
        raise Forbidden("Nobody asks for your yes: you did not sit in that meeting as a member.")
    zone = db.get_one(PeerGroup, sample.group_id).zone
    _note(db, actor, sample, seat, clock.today(zone), actor.person_id)


def own_seat(db: Session, actor: Actor, sample: CodingSample) -> str | None:
    """The seat for which the actor says yes, if their yes is asked for."""
    asked = service.asked(sample, service.seats(db, sample))
    return next((each.id for each in asked if each.person_id == actor.person_id), None)


def note_yes(db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, seat: str, on: date) -> None:
    """The facilitator notes that somebody without an account was asked, and said yes on a day.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    sample = service.get_sample(db, actor, group_id, sample_id, lock=True)
    service.require(sample, "asked")
    group = _noting(db, actor, sample)
    meeting = db.get_one(Meeting, sample.meeting_id)
    asked = {each.id: each for each in service.asked(sample, service.seats(db, sample))}
    if seat not in asked:
        raise Invalid({"seat": NOT_A_SEAT})
    if asked[seat].person_id is not None:
        raise Invalid({"seat": OWN_ACCOUNT})
    if not meeting.starts_local.date() <= on <= clock.today(group.zone):
        raise Invalid({"said_on": "Write the day on which they said yes: since the meeting, and not a day to come."})
    _note(db, actor, sample, seat, on, None)


def _noting(db: Session, actor: Actor, sample: CodingSample) -> PeerGroup:
    group = db.get_one(PeerGroup, sample.group_id)
    if actor.person_id != group.facilitator_id:
        raise Forbidden("Only the circle’s facilitator notes what members without an account said.")
    return group


def _note(db: Session, actor: Actor, sample: CodingSample, seat: str, on: date, person_id: uuid.UUID | None) -> None:
    row = db.get(CodingConsent, (sample.id, seat))
    if row is not None and row.taken_back_at is None:
        return
    if row is None:
        row = CodingConsent(sample_id=sample.id, seat=seat)
        db.add(row)
    row.person_id, row.said_on, row.noted_by, row.noted_at = person_id, on, actor.person_id, clock.now()
    row.taken_back_at = None
    db.flush()


def take_back(db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, seat: str = "") -> None:
    """Take a yes back: one's own, or noted for a `seat` without an account. Its words vanish at once. Twice is once.

    Whoever led takes it back at any time, or says no to begin with. Raises NotFound, Forbidden, Conflict.
    """
    sample = service.get_sample(db, actor, group_id, sample_id, lock=True)
    if sample.person_id == actor.person_id and seat in ("", FACILITATOR):
        _take_own_back(db, sample)
        return
    consents = list_consents(db, sample.id)
    row = consents.get(seat) or next((each for each in consents.values() if each.person_id == actor.person_id), None)
    if row is None:
        raise Conflict("There is no yes to take back.")
    if row.person_id is None:
        _noting(db, actor, sample)
    elif row.person_id != actor.person_id:
        raise Forbidden("Only they themselves take their yes back.")
    if row.taken_back_at is not None:
        return
    service.require(sample, "asked", "coding", "comparing")
    row.taken_back_at = clock.now()
    if row.seat == sample.holder:
        end(db, sample, "holder")
    else:
        _take_out(db, sample, row.seat)
    db.flush()


def _take_own_back(db: Session, sample: CodingSample) -> None:
    """A sample of one's own turns ends. When both have signed, its figures stand as they were sealed and count no more:
    whoever gathers evidence reads that the yes is gone.
    """
    row = db.get(CodingConsent, (sample.id, FACILITATOR))
    if sample.ended_because == "own" or (row is not None and row.taken_back_at is not None):
        return
    service.require(sample, "asked", "coding", "comparing", "closed")
    if row is not None:
        row.taken_back_at = clock.now()
    if sample.state != "closed":
        end(db, sample, "own")
    db.flush()


def _take_out(db: Session, sample: CodingSample, seat: str) -> None:
    """Delete the turns of a seat. What two had settled meanwhile was about more turns, and is theirs to say again."""
    spoken = select(CodingWords.turn_id).join(CodingTurn, CodingTurn.id == CodingWords.turn_id)
    gone = db.scalars(spoken.where(CodingTurn.sample_id == sample.id, CodingWords.seat == seat)).all()
    delete_turns(db, gone)
    sample.version += 1
    if not gone or sample.state == "asked":
        return
    sample.taken_out, sample.taken_out_at = sample.taken_out + len(gone), clock.now()
    sample.proposed_by, sample.proposed_at, sample.proposed_proof = None, None, ""
    left = select(func.count(), func.count(func.distinct(CodingWords.seat)))
    left = left.join_from(CodingWords, CodingTurn, CodingTurn.id == CodingWords.turn_id)
    turns, seats = db.execute(left.where(CodingTurn.sample_id == sample.id)).one()
    if coding.too_few(turns, seats if sample.person_id is None else None):
        end(db, sample, "few")


def delete_turns(db: Session, turn_ids: Sequence[uuid.UUID]) -> None:
    """Delete turns with their words and labels."""
    db.execute(delete(CodingLabel).where(CodingLabel.turn_id.in_(turn_ids)))
    db.execute(delete(CodingWords).where(CodingWords.turn_id.in_(turn_ids)))
    db.execute(delete(CodingTurn).where(CodingTurn.id.in_(turn_ids)))


def stop(db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID) -> None:
    """Those who may ask for a sample may stop it. Twice is once. Raises NotFound, Forbidden, Conflict."""
    sample = service.get_sample(db, actor, group_id, sample_id, lock=True)
    if not service.may_stop(db, actor, sample):
        raise Forbidden(service.NOT_ASKING if sample.person_id is None else service.NOT_ASKING_OWN)
    if sample.state == "ended":
        return
    service.require(sample, "asked", "coding")
    end(db, sample, "stopped")


def end(db: Session, sample: CodingSample, because: str) -> None:
    """A sample ends without a result: all its turns, words and labels are deleted. Who read it is told why."""
    turns = db.scalars(select(CodingTurn.id).where(CodingTurn.sample_id == sample.id)).all()
    delete_turns(db, turns)
    sample.state, sample.ended_because, sample.ended_at = "ended", because, clock.now()
    sample.proposed_by, sample.proposed_at, sample.proposed_proof = None, None, ""
    sample.version += 1
    db.flush()


def end_late(db: Session, sample_id: uuid.UUID) -> None:
    """What is still open after its last day ends. For the job only."""
    sample = db.scalar(select(CodingSample).where(CodingSample.id == sample_id).with_for_update())
    if sample is not None and sample.state not in ("closed", "ended"):
        end(db, sample, "late")


def holder_name(sample: CodingSample, seats: Sequence[Seat]) -> str:
    """Whose problem it was."""
    return next((each.name for each in seats if each.id == sample.holder), FACILITATOR)
