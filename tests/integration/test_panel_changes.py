"""What changes while a panel is at work: the evidence on its page, and who may still sit there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.unit import Database
from lms.handover import service as handover
from lms.panels import service
from lms.panels.models import PanelSeat
from lms.people.models import Membership, Organisation, Person
from lms.practice.models import PracticeSession
from tests.evidence import make_led
from tests.integration.test_panels import by_panel, staff
from tests.make import STARTED, World, actor, person
from tests.make_panels import (
    WHY,
    Staff,
    call,
    get,
    three,
    vote,
    votes_of,
)

__all__ = ["by_panel", "staff"]
Queries = Callable[[], AbstractContextManager[list[str]]]
SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


# A page that is not true any more


def test_on_a_page_that_has_changed_nobody_votes_until_it_is_up_to_date_and_words_are_kept(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    vote(store, panel_id, members[0], "not_yet", "Otter words.")
    with store.transaction() as db:
        group_id = db.scalars(select(PracticeSession.group_id)).first()
        assert group_id is not None
        make_led(db, group_id, handover.today() - timedelta(days=2), signer=staff.ines)
    form = {"kind": "not_yet", "reason": "Heron words.", "page": "1", "round": "1"}
    refused = post(sign_in(staff.wen), f"/panels/{panel_id}/vote", **form)
    assert refused.status_code == 409
    assert "“Six sessions led and signed”" in refused.text
    assert "Heron words." in refused.text
    with pytest.raises(Forbidden), store.transaction() as db:
        service.renew(db, actor(db, staff.wen), panel_id)
    with store.transaction() as db:
        service.renew(db, actor(db, world.administrator), panel_id)
    assert get(store, panel_id).page == 2
    with pytest.raises(Conflict, match="brought up to date"):
        vote(store, panel_id, staff.wen)
    page = sign_in(members[0]).get(f"/panels/{panel_id}").text
    assert "None of three has voted" in page
    assert "Otter words." in page
    assert "Otter words." not in sign_in(staff.wen).get(f"/panels/{panel_id}").text
    for member in members:
        vote(store, panel_id, member, page=2)
    assert get(store, panel_id).opened_at is not None
    assert [each.page for each in votes_of(store, panel_id) if each.leaf_seq] == [2, 2, 2]


# A member who cannot sit there any more


def test_a_member_who_left_frees_the_seat_with_a_sentence_and_another_is_named(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    vote(store, panel_id, members[2])
    with store.transaction() as db:
        db.execute(update(Person).where(Person.id == members[2]).values(active=False))
    vote(store, panel_id, members[0])
    vote(store, panel_id, members[1])
    assert get(store, panel_id).opened_at is None
    page = sign_in(world.administrator).get(f"/panels/{panel_id}").text
    assert "Kofi Boateng has an account that is switched off" in page
    assert "Two of three have voted" in page
    with store.transaction() as db:
        service.name_another(db, actor(db, world.administrator), panel_id, staff.ines)
    vote(store, panel_id, staff.ines)
    assert get(store, panel_id).opened_at is not None
    with store.readers() as db:
        left = db.scalars(select(PanelSeat.left_because).where(PanelSeat.person_id == members[2])).one()
    assert left == "has an account that is switched off"


def test_a_member_who_does_not_work_for_the_provider_any_more_is_named_with_the_reason(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    panel_id = call(store, world, three(world, staff))
    with store.transaction() as db:
        db.execute(update(Membership).where(Membership.person_id == staff.kofi).values(ended_on=STARTED))
    page = sign_in(world.administrator).get(f"/panels/{panel_id}").text
    assert "Kofi Boateng neither trains nor administers for the provider" in page
    assert f"/panels/{panel_id}/seat" in page


def test_a_panel_is_read_in_a_fixed_number_of_questions(
    store: Database, world: World, staff: Staff, sign_in: SignIn, queries: Queries
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.ines)
    asked = list[int]()
    for many in (30, 0):
        browser.get(f"/panels/{panel_id}")
        with queries() as seen:
            assert browser.get(f"/panels/{panel_id}").status_code == 200
        asked.append(len(seen))
        with store.transaction() as db:
            provider = db.get_one(Organisation, world.provider)
            for number in range(many):
                person(db, f"Trainer {number}", provider, Role.TRAINER)
    assert asked[0] == asked[1] <= 15


def test_a_member_who_becomes_the_line_manager_is_refused(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    with store.transaction() as db:
        db.add(Membership(person_id=staff.wen, organisation_id=world.council, role=Role.MANAGER, started_on=STARTED))
    form = {"kind": "ready", "reason": WHY, "page": "1", "round": "1"}
    answer = post(sign_in(staff.wen), f"/panels/{panel_id}/vote", **form)
    assert answer.status_code == 403
    assert "Wen Liu manages where this person works" in answer.text


def test_a_member_steps_down_with_a_reason_and_may_not_be_named_again(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.wen)
    assert post(browser, f"/panels/{panel_id}/step-down", stepping="").status_code == 422
    assert post(browser, f"/panels/{panel_id}/step-down", stepping="We were at school together.").status_code == 303
    page = sign_in(world.administrator).get(f"/panels/{panel_id}/seat").text
    assert "Was named for this panel before" in page
    assert "signed two of the sessions, and only one who did may sit" in page.replace("Signed", "signed")
    with pytest.raises(Invalid, match="was named for this panel before"), store.transaction() as db:
        service.name_another(db, actor(db, world.administrator), panel_id, staff.wen)
    answer = post(sign_in(world.administrator), f"/panels/{panel_id}/seat", member=str(staff.ines))
    assert answer.status_code == 303
    vote(store, panel_id, staff.ines)
