"""What the Water circle asked in its last meeting, as Ruth and Bashir read it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from assessments.coding import Label
from lms.coding import asking, entering, labelling, naming, own, service, settling
from lms.coding.rules import Turn
from lms.core import clock
from lms.core.actor import Actor
from lms.demo.calendar import CIRCLES_BY_NAME, Calendar
from lms.demo.cast import BASHIR, RUTH
from lms.demo.events import CodeTurns
from lms.demo.words import words
from lms.groups.models import Meeting


def story(calendar: Calendar) -> Iterator[CodeTurns]:
    """Grace asks after the meeting; four days later two have read it."""
    day = calendar.met(CIRCLES_BY_NAME["Water"], 0)
    yield CodeTurns(at=calendar.on(day + timedelta(days=4), "17:20"), circle="Water", day=day)


def code(db: Session, people: Mapping[str, Actor], leads: Actor, meeting: Meeting, key: uuid.UUID) -> None:
    """Everybody says yes, the turns are entered and read, and the two settle the one on which they differ."""
    by_id, circle_id = {each.person_id: each for each in people.values()}, meeting.group_id
    _, *members = service.seats_of(db, meeting)
    holder = next(each.id for each in members if each.name == "Pavel")
    sample = asking.ask(db, leads, circle_id, meeting.id, holder, key)
    for seat in members:
        if seat.person_id:
            asking.say_yes(db, by_id[seat.person_id], circle_id, sample.id)
        else:
            asking.note_yes(db, leads, circle_id, sample.id, seat.id, clock.today(meeting.zone))
    askers = service.speakers(members, holder)
    turns = [Turn(askers[n % len(askers)].id, said) for n, said in enumerate(words()["coded"])]
    entering.save_turns(db, leads, circle_id, sample.id, sample.version, turns)
    entering.send(db, leads, circle_id, sample.id, sample.version)
    ruth, bashir = people[RUTH], people[BASHIR]
    naming.name_coders(db, bashir, circle_id, sample.id, ruth.person_id, bashir.person_id)
    for coder in (ruth, bashir):
        desk = labelling.open_desk(db, coder, sample.id)
        labels = {turn.id: _label(turn.words, unsure=coder is bashir) for turn in desk.turns}
        labelling.save(db, coder, sample.id, desk.coder.version, labels)
        labelling.finish(db, coder, sample.id)
    said = {pair.turn.id: pair.first for pair in settling.compare(db, ruth, sample.id).differing}
    settling.write_down(db, ruth, sample.id, sample.version, said, "password")
    settling.agree(db, bashir, sample.id, sample.version, "password")
    _ask_about_whoever_led(db, people, leads, meeting, holder)


def _ask_about_whoever_led(
    db: Session, people: Mapping[str, Actor], leads: Actor, meeting: Meeting, holder: str
) -> None:
    """Bashir asks about what Grace said there herself. She says yes, and so does Pavel; he has yet to enter it."""
    by_id = {each.person_id: each for each in people.values()}
    [made] = own.ask(db, people[BASHIR], leads.person_id, {meeting.id: holder}, uuid.uuid5(meeting.id, "own turns"))
    asking.say_yes(db, leads, meeting.group_id, made.id)
    pavel = next(each for each in service.seats(db, made) if each.id == holder)
    if pavel.person_id:
        asking.say_yes(db, by_id[pavel.person_id], meeting.group_id, made.id)


def _label(said: str, *, unsure: bool) -> Label:
    openness = "open" if said.startswith(("What", "How", "Which", "Tell")) else "closed"
    return Label(
        "unsure" if unsure and said.startswith("Which") else openness, "yes" if said.startswith("Have") else "no"
    )
