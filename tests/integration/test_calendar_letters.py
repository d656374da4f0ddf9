"""Meetings that come into calendars by letter, on both engines: each change once, to each person alone."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core.jobs import Job
from lms.core.settings import Settings, use
from lms.core.unit import Database
from lms.groups import invitations, meetings, service
from lms.groups.models import Meeting
from lms.groups.rhythm import Plan
from lms.messages.models import Message
from lms.people.models import Membership
from lms.work import Worker
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor, make_group
from tests.post import PostOffice, post_office

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
wall = datetime.fromisoformat  # what the clock on the wall shows
AMARA, FARID = "amara.osei@example.org", "farid.rahimi@example.org"
RHYTHM = Plan(wall("2027-03-14T01:30"), 90, "Hall; back, door", 1, date(2027, 4, 4))
ONCE = Plan(wall("2027-03-16T16:00"), 90)

pytestmark = pytest.mark.usefixtures("early_in_2027")


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """A mail server, and the settings that name it."""
    with post_office() as opened:
        use(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{opened.port}"}))
        yield opened


def work(store: Database) -> None:
    """Everything that is due, now."""
    Worker(store, threading.Event()).run(until_idle=True)


def letters(store: Database, to: str = "", template: str = "") -> list[Message]:
    """What was written, in order."""
    with store.readers() as db:
        found = db.scalars(select(Message).order_by(Message.created_at, Message.id)).all()
    return [each for each in found if each.email.startswith(to) and each.template.startswith(template)]


def events(letter: Message) -> list[Any]:
    assert letter.calendar is not None
    return list(Calendar.from_ical(letter.calendar).walk("VEVENT"))


def act(store: Database, world: World, change: Callable[..., Any], *about: Any) -> Any:
    """Ruth does it, and what it promised is done."""
    with store.transaction() as db:
        answer = change(db, actor(db, world.trainer), *about)
    work(store)
    return answer


def ids(store: Database) -> list[uuid.UUID]:
    with store.readers() as db:
        return list(db.scalars(select(Meeting.id).order_by(Meeting.starts_local)))


def test_a_rhythm_is_one_letter_to_each_with_every_meeting(store: Database, world: World, group: uuid.UUID) -> None:
    act(store, world, meetings.plan, group, RHYTHM)
    assert sorted(each.email for each in letters(store)) == [AMARA, FARID]
    (letter,) = letters(store, AMARA)
    assert letter.subject == "Parks & Depot meets 4 times from 14 March"
    assert "\n- Sunday 21 March 2027, 01:30, Hall; back, door\n" in letter.body
    assert (letter.organisation_id, letter.person_id) == (world.provider, world.trainee)
    assert [event["SEQUENCE"] for event in events(letter)] == [0] * 4
    assert [str(event["UID"]) for event in events(letter)] == [f"{each}@127.0.0.1" for each in ids(store)]


def test_the_calendar_names_the_addressee_alone(store: Database, world: World, group: uuid.UUID) -> None:
    act(store, world, meetings.plan, group, RHYTHM)
    for letter in letters(store):
        for event in events(letter):
            assert event["ATTENDEE"] == f"mailto:{letter.email}"
            assert event["ATTENDEE"].params["RSVP"] == "FALSE"
            assert event["ORGANIZER"] == "mailto:no-reply@askwell.example"
        other = AMARA if letter.email == FARID else FARID
        assert not [name for name in (other, "Heron", "Kestrel", "Ruth") if name in f"{letter.calendar}{letter.body}"]


def test_the_night_the_clock_jumps_has_the_right_instants(store: Database, world: World, group: uuid.UUID) -> None:
    act(store, world, meetings.plan, group, RHYTHM)
    (letter,) = letters(store, FARID)
    assert "TZID:Europe/London" in str(letter.calendar)
    begins = [event.decoded("DTSTART") for event in events(letter)]
    assert [f"{each.astimezone(UTC):%m-%d %H:%M}" for each in begins] == [
        "03-14 01:30", "03-21 01:30", "03-28 01:30", "04-04 00:30",
    ]  # fmt: skip
    assert {event.decoded("DURATION") for event in events(letter)} == {timedelta(minutes=90)}


def test_it_arrives_as_mail_programs_expect_it(
    store: Database, world: World, group: uuid.UUID, office: PostOffice
) -> None:
    with store.transaction() as db:
        service.get_group(db, actor(db, world.trainer), group).name = "Łucja’s circle عائشة"
    act(store, world, meetings.plan, group, RHYTHM)
    mail = next(each for each in office.arrived if each["To"] == FARID)
    assert mail.get_content_type() == "multipart/mixed"
    both, file = mail.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    plain, calendar = both.iter_parts()
    assert "Łucja’s circle عائشة meets" in plain.get_content()
    assert calendar.get_content_type() == "text/calendar"
    assert (calendar["Content-Type"].params["method"], calendar.get_content_charset()) == ("REQUEST", "utf-8")
    sent, alone = calendar.get_payload(decode=True), file.get_payload(decode=True)
    assert isinstance(sent, bytes)
    assert isinstance(alone, bytes)
    assert sent.decode().count("\n") == sent.count(b"\r\n"), "lines end as the format wants"
    (stored,) = letters(store, FARID)
    assert sent.decode().rstrip() == str(stored.calendar).rstrip(), "sent as it is stored"
    read = Calendar.from_ical(alone)
    assert (file.get_filename(), read["METHOD"], len(read.walk("VEVENT"))) == ("meetings.ics", "PUBLISH", 4)
    assert "ATTENDEE" not in read.walk("VEVENT")[0]
    assert str(read.walk("VEVENT")[0]["SUMMARY"]) == "Łucja’s circle عائشة"


def test_one_meeting_is_an_alternative_and_no_file(
    store: Database, world: World, group: uuid.UUID, office: PostOffice
) -> None:
    act(store, world, meetings.plan, group, ONCE)
    assert {each.get_content_type() for each in office.arrived} == {"multipart/alternative"}
    act(store, world, meetings.call_off, group, ids(store)[0])
    mail = office.arrived[-1]
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/calendar"]
    assert list(mail.iter_parts())[1]["Content-Type"].params["method"] == "CANCEL"


def test_a_move_and_a_call_off_are_told_once_with_a_rising_sequence(
    store: Database, world: World, group: uuid.UUID
) -> None:
    act(store, world, meetings.plan, group, RHYTHM)
    first, second, *_ = ids(store)
    act(store, world, meetings.move, group, first, Plan(wall("2027-03-15T17:00"), 60))
    act(store, world, meetings.move, group, first, Plan(wall("2027-03-15T17:00"), 60))  # nothing new
    act(store, world, meetings.call_off, group, first)
    act(store, world, meetings.call_off, group, second)
    told = letters(store, AMARA)
    assert [each.subject for each in told] == [
        "Parks & Depot meets 4 times from 14 March",
        "Parks & Depot meets at a changed time or place",
        "Parks & Depot does not meet on 15 March",
        "Parks & Depot does not meet on 21 March",
    ]
    (moved,), (off,), (other,) = (events(each) for each in told[1:])
    assert moved["UID"] == off["UID"] == f"{first}@127.0.0.1"
    assert [each["SEQUENCE"] for each in (moved, off, other)] == [1, 2, 1]
    assert (moved["STATUS"], off["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert f"{moved.decoded('DTSTART'):%m-%d %H:%M}" == "03-15 17:00"
    assert "METHOD:CANCEL" in str(told[2].calendar)


def test_many_who_plan_or_move_at_once_make_one_letter_for_each_person(
    store: Database, world: World, group: uuid.UUID
) -> None:
    at_once(store, lambda db: meetings.plan(db, actor(db, world.trainer), group, RHYTHM))
    work(store)
    assert sorted(each.email for each in letters(store)) == [AMARA, FARID]
    first = ids(store)[0]

    def move(db: Session) -> list[str]:
        return meetings.move(db, actor(db, world.trainer), group, first, Plan(wall("2027-03-15T17:00"), 60))

    assert at_once(store, move) == [[]] * MANY
    work(store)
    assert len(letters(store, AMARA)) == len(letters(store, FARID)) == 2
    assert events(letters(store, AMARA)[1])[0]["SEQUENCE"] == 1


def test_the_job_run_by_many_at_once_writes_once(store: Database, world: World, group: uuid.UUID) -> None:
    with store.transaction() as db:
        meetings.plan(db, actor(db, world.trainer), group, RHYTHM)
    answers = at_once(store, lambda db: invitations.tell(db, group, world.trainee))
    assert answers == [None] * MANY
    assert len(letters(store)) == 1


def test_who_joins_gets_what_is_to_come_who_leaves_loses_it_and_who_returns_gets_it_again(
    store: Database, world: World
) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        past = Meeting(group_id=group, starts_local=wall("2027-02-23T16:00"), zone="Europe/London", minutes=90)
        db.add(past)
    act(store, world, meetings.plan, group, RHYTHM)
    assert letters(store, FARID) == []
    member = act(store, world, service.add_member, group, "", world.other_trainee)
    act(store, world, service.remove_member, group, member.id)
    act(store, world, meetings.call_off, group, ids(store)[1])  # no news for Farid
    act(store, world, service.add_member, group, "", world.other_trainee)
    joined, left, back = letters(store, FARID)
    assert len(letters(store, AMARA)) == 2
    assert [len(events(each)) for each in (joined, left, back)] == [4, 4, 3]
    assert [{event["SEQUENCE"] for event in events(each)} for each in (joined, left, back)] == [{0}, {1}, {2}]
    assert (left.template, left.subject) == ("called_off", "Parks & Depot goes from your calendar")
    assert left.body.count("/calendar") == 1
    assert f"/groups/{group}" not in left.body, "that page is closed to who has left"


def test_who_no_longer_belongs_or_is_suspended_is_not_invited(store: Database, world: World, group: uuid.UUID) -> None:
    act(store, world, meetings.plan, group, ONCE)
    with store.transaction() as db:
        db.scalars(select(Membership).where(Membership.person_id == world.other_trainee)).one().ended_on = date(
            2027, 3, 1
        )
    act(store, world, meetings.plan, group, Plan(wall("2027-03-30T16:00"), 90))
    assert [each.template for each in letters(store, FARID)] == ["invited", "called_off"]
    assert len(letters(store, AMARA)) == 2


def test_who_switched_invitations_off_gets_none_and_on_again_what_was_missed(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    act(store, world, meetings.plan, group, RHYTHM)
    farid = sign_in(world.other_trainee)
    assert "Stop invitations" in farid.get("/calendar").text
    for _ in range(2):
        assert post(farid, "/calendar/invitations", invitations="no").status_code == 303
    assert "Send me invitations" in farid.get("/calendar").text
    first, second, *_ = ids(store)
    act(store, world, meetings.move, group, first, Plan(wall("2027-03-15T17:00"), 60))
    act(store, world, meetings.call_off, group, second)
    assert (len(letters(store, FARID)), len(letters(store, AMARA))) == (1, 3)
    assert post(farid, "/calendar/invitations", invitations="yes").status_code == 303
    work(store)
    assert [each.template for each in letters(store, FARID)] == ["invited", "invited", "called_off"]
    assert post(farid, "/calendar/invitations", invitations="maybe").status_code == 422


def test_the_outbox_says_what_goes_with_a_letter(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser
) -> None:
    act(store, world, meetings.plan, group, ONCE)
    ilse = sign_in(world.administrator)
    assert "with a calendar invitation" in ilse.get("/outbox").text
    assert "a calendar invitation" in ilse.get(f"/outbox/{letters(store)[0].id}").text
    act(store, world, meetings.call_off, group, ids(store)[0])
    assert "with a calendar cancellation" in ilse.get("/outbox").text


def test_a_job_carries_the_circle_s_id_alone(store: Database, world: World, group: uuid.UUID) -> None:
    with store.transaction() as db:
        meetings.plan(db, actor(db, world.trainer), group, RHYTHM)
    with store.readers() as db:
        job = db.scalars(select(Job).where(Job.name == "tell_circle").order_by(Job.id.desc()).limit(1)).one()
    assert job.arguments == {"group": str(group)}
