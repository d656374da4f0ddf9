"""A holder says yes to their round and how important it is, and marks what the others wrote; a manager chooses."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.actor import Role
from lms.core.site_days import today
from lms.core.unit import Database
from lms.groups.models import GroupMember, Meeting
from lms.outcomes.models import ProblemBrought, StatementMarks
from lms.people.models import Membership, Organisation
from lms.rounds import service
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World, actor, make_group

pytestmark = pytest.mark.journey


def begun(store: Database, world: World) -> str:
    """Amara brings the problem to her own circle; where her round is."""
    with store.transaction() as db:
        group = make_group(db, world)
        farid = {"pseudonym": "Farid", "person_id": world.other_trainee, "joined_on": today() - timedelta(days=90)}
        held = datetime.combine(today() - timedelta(days=1), time(9))
        met = Meeting(group_id=group, starts_local=held, zone="Europe/London", minutes=90)
        db.add_all([GroupMember(group_id=group, **farid), met])
        db.flush()
        made = service.start(db, actor(db, world.trainee), group, met.id, uuid.uuid4(), "facilitator", 75)
        return f"/groups/{group}/meetings/{met.id}/rounds/{made.id}"


@BOTH_WAYS
def test_a_holder_says_how_important_it_is_and_marks_what_others_wrote(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    here, amara = begun(store, world), walk("amara", 390, script=script)
    amara.sign_in(give_password(app, store, world.trainee))
    amara.open(here)
    amara.choose("How important is this problem to you?", "4")
    amara.press("Amara Osei says yes")
    assert amara.heading() == "Amara Osei brings the problem"
    amara.write("Farid wrote", "You wait for him to begin.")
    amara.choose("The holder on what Farid wrote", "This is it")
    amara.press("Save")
    with store.readers() as db:
        assert db.scalars(select(ProblemBrought.importance)).all() == [4]
        kept = db.scalars(select(StatementMarks)).one()
        assert (kept.written, kept.marked, kept.hits) == (1, 1, 1)


@BOTH_WAYS
def test_whoever_manages_two_organisations_chooses_one(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool
) -> None:
    with store.transaction() as db:
        other = Organisation(name="Another Borough", kind="client")
        db.add(other)
        db.flush()
        part = {"person_id": world.manager, "organisation_id": other.id, "started_on": date(2026, 1, 1)}
        db.add(Membership(**part, role=Role.MANAGER))
        make_group(db, world)
    hana = walk("hana", 390, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/outcomes")
    hana.page.get_by_role("combobox", name="Organisation").select_option(label="Harbourside Council")
    hana.press("Show it")
    hana.reads("Harbourside Council")
    hana.follow(hana.page.get_by_role("link", name="Ask without names"))
    assert hana.page.get_by_role("combobox", name="Organisation").input_value() == str(world.council)
