"""Panels: when one is called, who may sit and who may not and why, and that it waits at home."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from assessments import standards
from courses.source import Store
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.unit import Database
from lms.handover import service as handover
from lms.messages.models import Message
from lms.people.models import Membership, Person
from tests.evidence import make_member
from tests.make import STARTED, World, actor, make_group
from tests.make_panels import (
    PROOF,
    Staff,
    call,
    offered,
    shelf,
    three,
    vote,
)

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def by_panel(app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the shelf stands a standard that a panel decides."""
    monkeypatch.setattr(standards, "_standards", Store(shelf(tmp_path / "standards"), standards.load_standards))


@pytest.fixture
def staff(by_panel: None, store: Database, world: World) -> Staff:
    with store.transaction() as db:
        return Staff.make(db, world)


# One person, or a panel


def test_ready_is_no_longer_one_persons_word_but_not_yet_and_stay_are(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    page = sign_in(world.trainer).get(f"/readiness/{world.trainee}").text
    assert 'value="ready"' not in page
    assert 'value="not_yet"' in page
    assert f"/readiness/{world.trainee}/panel" in page
    assert "A panel of three decides" in page
    with pytest.raises(Invalid, match="a panel of three"), store.transaction() as db:
        handover.decide(db, actor(db, world.trainer), world.trainee, "ready", "Yes.", PROOF, uuid.uuid4())
    with store.transaction() as db:
        made = handover.decide(db, actor(db, world.trainer), world.trainee, "stay", "Soon.", PROOF, uuid.uuid4())
        assert made.panel_id is None


def test_where_one_person_decides_no_panel_is_called(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainer)
    assert "Call a panel" not in browser.get(f"/readiness/{world.trainee}").text
    assert browser.get(f"/readiness/{world.trainee}/panel").status_code == 409


# Who may sit


def test_the_caller_sees_who_may_sit_and_who_may_not_and_why(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        db.execute(update(Person).where(Person.id == staff.marit).values(active=False))
        db.execute(update(Person).where(Person.id == staff.ines).values(password=None))
        make_member(db, make_group(db, world, name="Another"), "Teuila", staff.teuila)
        for who, role in ((staff.kofi, Role.MANAGER), (world.trainee, Role.TRAINER)):
            where = world.provider if role == Role.TRAINER else world.council
            db.add(Membership(person_id=who, organisation_id=where, role=role, started_on=STARTED))
    may, may_not = offered(store, world)
    assert may == {"Ilse Brandt", "Wen Liu", "Bashir Noor", "Ruth Tamihana"}
    assert may_not == {
        "Marit Solheim": "has an account that is switched off",
        "Ines Vidal": "has no account yet",
        "Teuila Kamara": "sits in the same circle",
        "Kofi Boateng": "manages where this person works",
        "Amara Osei": "is the person this is about",
    }
    page = sign_in(world.administrator).get(f"/readiness/{world.trainee}/panel").text
    assert page.index("Wen Liu") < page.index("Kept off this panel, five") < page.index("Teuila Kamara")
    assert "Manages where this person works" in page
    with pytest.raises(Invalid, match=r"Teuila Kamara sits in the same circle\."):
        call(store, world, [staff.wen, staff.teuila, world.administrator])


def test_whoever_signed_and_left_is_listed_with_the_reason(store: Database, world: World, staff: Staff) -> None:
    with store.transaction() as db:
        left = Membership.person_id == world.other_trainer
        db.execute(update(Membership).where(left).values(ended_on=STARTED))
    assert offered(store, world)[1]["Bashir Noor"] == "neither trains nor administers for the provider"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("trainer", "other_trainer", "wen"), "At most one of those who did may sit."),
        (("wen", "kofi"), "Choose three people. You chose two."),
        (("wen", "kofi", "trainee"), "Choose among those who may sit."),
    ],
)
def test_a_panel_that_breaks_the_rule_is_refused_in_a_sentence(
    store: Database, world: World, staff: Staff, names: tuple[str, ...], sentence: str
) -> None:
    members = [getattr(staff, name, None) or getattr(world, name) for name in names]
    with pytest.raises(Invalid) as refused:
        call(store, world, members)
    assert sentence in refused.value.fields["members"]


def test_a_panel_is_called_once_and_one_at_a_time(store: Database, world: World, staff: Staff) -> None:
    key = uuid.uuid4()
    made = call(store, world, three(world, staff), key=key)
    assert call(store, world, three(world, staff), key=key) == made
    with pytest.raises(Conflict, match="at work"):
        call(store, world, [staff.wen, staff.kofi, staff.ines])
    with store.readers() as db:
        called = db.scalars(select(Message.person_id).where(Message.template == "panel_called")).all()
    assert sorted(filter(None, called)) == sorted(three(world, staff))


def test_nobody_calls_a_panel_about_themselves(store: Database, world: World, staff: Staff) -> None:
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.trainee, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED)
        )
    with pytest.raises(Forbidden):
        call(store, world, three(world, staff), by=world.trainee)


# Work that waits


def test_a_panel_waits_at_home_until_one_has_voted(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.wen)
    page = browser.get("/").text
    assert "One thing waits for you" in page
    assert "Cast your vote on the panel about Amara Osei" in page
    assert f'href="/panels/{panel_id}"' in page
    assert "One panel waits for your vote" in browser.get("/panels").text
    vote(store, panel_id, staff.wen)
    assert browser.get("/").location == "/sign-off"
    assert "No panel waits for your vote" in browser.get("/panels").text
