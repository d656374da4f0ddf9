"""Letters to hosts, on both engines: three days before, once for each meeting and host."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import pytest
import time_machine
from sqlalchemy import select

from lms.core.unit import Database
from lms.groups import attendance, meetings, service
from lms.groups.attendance import Hosts
from lms.groups.models import GroupMember
from lms.groups.rhythm import Plan
from lms.work import promise_rounds
from tests.integration.test_calendar_letters import AMARA, FARID, ONCE, act, ids, letters, wall, work
from tests.make import World

pytestmark = pytest.mark.usefixtures("early_in_2027")


def mornings(store: Database, *days: str) -> None:
    """The worker starts, and works, at seven on these days."""
    for day in days:
        with time_machine.travel(datetime.fromisoformat(f"{day}T07:00+00:00"), tick=False):
            with store.transaction() as db:
                promise_rounds(db)
            work(store)


def seat(store: Database, name: str) -> uuid.UUID:
    with store.readers() as db:
        return db.scalars(select(GroupMember.id).where(GroupMember.pseudonym == name)).one()


def test_a_host_is_written_to_three_days_before_and_once(store: Database, world: World, group: uuid.UUID) -> None:
    act(store, world, meetings.plan, group, ONCE)
    act(
        store, world, attendance.choose_hosts, group, ids(store)[0], Hosts(seat(store, "Heron"), seat(store, "Kestrel"))
    )
    mornings(store, "2027-03-12")
    assert letters(store, template="host") == []
    mornings(store, "2027-03-13", "2027-03-13", "2027-03-14", "2027-03-15")
    (letter,) = letters(store, template="host")
    assert (letter.email, letter.subject) == (FARID, "You host Parks & Depot on 16 March")
    assert "\n- Tuesday 16 March 2027, 16:00, Depot kitchen\n" in letter.body
    assert "by the clock of Europe/London" in letter.body
    assert not [name for name in ("Heron", "Kestrel", "Amara") if name in letter.body]


def test_another_host_gets_their_own_letter_at_once_when_the_meeting_is_near(
    store: Database, world: World, group: uuid.UUID
) -> None:
    act(store, world, meetings.plan, group, Plan(wall("2027-03-03T16:00"), 90))
    meeting, heron, kestrel = ids(store)[0], seat(store, "Heron"), seat(store, "Kestrel")
    with store.transaction() as db:  # Amara's account has a chair too
        db.get_one(GroupMember, kestrel).person_id = world.trainee
    for host in (heron, kestrel, heron, None):
        act(store, world, attendance.choose_hosts, group, meeting, Hosts(host))
    assert [each.email for each in letters(store, template="host")] == [FARID, AMARA]
    act(store, world, meetings.call_off, group, meeting)  # though hosts were written to
    assert ids(store) == []


def test_nobody_is_written_to_as_host_without_an_account_a_chair_or_a_meeting_to_come(
    store: Database, world: World, group: uuid.UUID
) -> None:
    act(store, world, meetings.plan, group, Plan(wall("2027-03-02T16:00"), 90, "", 1, date(2027, 3, 9)))
    near, far = ids(store)
    act(store, world, attendance.choose_hosts, group, near, Hosts(seat(store, "Kestrel")))
    act(store, world, attendance.choose_hosts, group, far, Hosts(seat(store, "Heron")))
    act(store, world, service.remove_member, group, seat(store, "Heron"))
    mornings(store, "2027-03-02", "2027-03-06", "2027-03-10")
    assert letters(store, template="host") == []
