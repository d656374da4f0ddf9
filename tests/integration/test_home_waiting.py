"""What waits for somebody stands at home, a sentence and a link each, for nobody else, and in one query."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask.testing import FlaskClient

from assessments.coding import Label
from lms.aftercare import checking
from lms.core.actor import Role
from lms.core.unit import Database
from lms.home import waiting
from lms.people.models import Membership
from lms.transfer import service as transfer
from lms.transfer import signing
from tests.make import STARTED, World, actor
from tests.make_advice import drafted as theme
from tests.make_advice import read
from tests.make_aftercare import WELL, make_handed_over
from tests.make_coding import Circle
from tests.make_hand_over import draft, make_near, say_yes, sign

SignIn = Callable[..., FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
WHOLE = Label("open", "no")
SIGN, ANSWER = (
    "Sign the hand-over of Parks & Depot, or read what is short",
    "Say yes or no to the hand-over of Parks & Depot",
)


def said(store: Database, person_id: uuid.UUID) -> list[str]:
    with store.readers() as db:
        return [each.sentence for each in waiting.list_waiting(db, actor(db, person_id))]


def test_where_nothing_waits_nothing_is_said(world: World, store: Database, sign_in: SignIn) -> None:
    assert not any(said(store, each) for each in (world.trainee, world.trainer, world.manager, world.administrator))
    assert 'id="waits"' not in sign_in(world.trainee).get("/").text


def test_an_agreement_waits_for_its_three_signers_and_for_the_yes_of_those_who_sit_there(
    world: World, store: Database, drafted: uuid.UUID
) -> None:
    signers = (world.trainer, world.trainee, world.manager)
    assert [said(store, each) for each in signers] == [[SIGN]] * 3
    assert said(store, world.other_trainee) == [ANSWER]
    assert not any(said(store, each) for each in (world.other_trainer, world.administrator, world.stranger))
    with store.transaction() as db:
        say_yes(db, world, drafted)
        sign(db, drafted, world.trainer, "trainer")
    assert [said(store, each) for each in signers] == [[], [SIGN], [SIGN]]
    assert said(store, world.other_trainee) == []


def test_a_no_is_an_answer_and_is_not_asked_for_again(world: World, store: Database, drafted: uuid.UUID) -> None:
    with store.transaction() as db:
        signing.answer(db, actor(db, world.other_trainee), drafted, yes=False)
    assert said(store, world.other_trainee) == []


def test_what_was_signed_before_it_was_drafted_anew_waits_again(
    world: World, store: Database, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        sign(db, drafted, world.manager, "sponsor")
    assert said(store, world.manager) == []
    with store.transaction() as db:
        draft(db, world, drafted, help="Bashir Noor, 555 0199")
    assert said(store, world.manager) == [SIGN]


def test_one_manager_s_signature_is_enough_and_a_signature_taken_back_is_missing_again(
    world: World, store: Database, drafted: uuid.UUID
) -> None:
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.stranger, organisation_id=world.council, role=Role.MANAGER, started_on=STARTED)
        )
    assert said(store, world.stranger) == [SIGN]
    with store.transaction() as db:
        sign(db, drafted, world.manager, "sponsor")
    assert said(store, world.stranger) == []
    with store.transaction() as db:
        signing.withdraw(db, actor(db, world.manager), drafted)
    assert said(store, world.stranger) == said(store, world.manager) == [SIGN]


def test_an_agreement_that_was_called_off_waits_for_nobody(world: World, store: Database, drafted: uuid.UUID) -> None:
    with store.transaction() as db:
        transfer.call_off(db, actor(db, world.trainer), drafted, "Two of them leave in May.")
    assert not any(said(store, each) for each in (world.trainer, world.trainee, world.manager, world.other_trainee))


@pytest.mark.parametrize(("days_ago", "check"), [(29, None), (30, 30), (91, 90), (200, 180)])
def test_the_check_that_is_due_waits_for_everybody_who_sits_there(
    world: World, store: Database, days_ago: int, check: int | None
) -> None:
    with store.transaction() as db:
        make_handed_over(db, world, days_ago)
    asked = [f"Answer the check of Parks & Depot after {check} days, in two minutes"] if check else []
    assert said(store, world.trainee) == said(store, world.other_trainee) == asked
    assert not any(said(store, each) for each in (world.trainer, world.administrator, world.manager))


def test_a_check_that_somebody_answered_waits_for_nobody(world: World, store: Database) -> None:
    with store.transaction() as db:
        group_id = make_handed_over(db, world, 91)
        checking.answer(db, actor(db, world.other_trainee), group_id, 90, 0, WELL, uuid.uuid4())
    assert said(store, world.trainee) == said(store, world.other_trainee) == []


def test_turns_wait_for_those_who_read_them_until_both_have_signed(world: World, store: Database) -> None:
    alone = ["Read what was asked in Parks & Depot, alone, and label it"]
    settle = ["Settle with the other reader what was asked in Parks & Depot"]
    agree = ["Say yes to what the other reader wrote down about Parks & Depot, or settle it anew"]
    ruth, bashir = world.trainer, world.other_trainer
    with store.transaction() as db:
        circle = Circle.make(db, world)
        sample_id = circle.sent(db)
    assert said(store, ruth) == said(store, bashir) == []
    with store.transaction() as db:
        circle.name(db, sample_id)
    assert said(store, ruth) == said(store, bashir) == alone
    with store.transaction() as db:
        circle.label(db, sample_id, ruth, lambda _: WHOLE)
    assert (said(store, ruth), said(store, bashir)) == ([], alone)
    with store.transaction() as db:
        circle.label(db, sample_id, bashir, lambda _: WHOLE)
    assert said(store, ruth) == said(store, bashir) == settle
    with store.transaction() as db:
        circle.settle(db, sample_id)
    assert (said(store, ruth), said(store, bashir)) == ([], agree)


def test_a_theme_waits_for_two_readers_who_did_not_write_it(world: World, store: Database) -> None:
    asked = ["Read a theme of Harbourside Council, protected time, before its sponsor does"]
    with store.transaction() as db:
        note_id = theme(db, world)
    assert said(store, world.other_trainer) == said(store, world.administrator) == asked
    assert not any(said(store, each) for each in (world.trainer, world.manager, world.trainee, world.stranger))
    with store.transaction() as db:
        read(db, world.other_trainer, note_id)
    assert (said(store, world.other_trainer), said(store, world.administrator)) == ([], asked)
    with store.transaction() as db:
        read(db, world.administrator, note_id, clear=False, change="“Rostered” says which unit it is.")
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.stranger, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED)
        )
    assert said(store, world.stranger) == [], "somebody has found somebody in it, so it is its writer’s turn"


def test_nobody_who_sits_in_a_circle_of_theirs_is_asked_to_read_a_theme(world: World, store: Database) -> None:
    with store.transaction() as db:
        Circle.make(db, world)
        theme(db, world)
        db.add(
            Membership(
                person_id=world.other_trainee, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED
            )
        )
    assert said(store, world.other_trainee) == []


def test_somebody_without_a_training_lands_on_what_waits_with_their_desk_beside_it(
    world: World, store: Database, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        note_id = theme(db, world)
    browser = sign_in(world.other_trainer)
    page = browser.get("/")
    assert page.status_code == 200
    assert "One thing waits for you" in page.text
    assert f'href="/advice/themes/{note_id}"' in page.text
    assert 'href="/sign-off"' in page.text
    assert browser.get(f"/advice/themes/{note_id}").status_code == 200


def test_a_trainee_reads_it_above_their_way(world: World, store: Database, drafted: uuid.UUID, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/").text
    assert SIGN in unescape(page)
    assert f'href="/groups/{drafted}/hand-over"' in page


def test_whatever_waits_it_is_one_query(world: World, store: Database, sign_in: SignIn, queries: Queries) -> None:
    with store.transaction() as db:
        draft(db, world, make_near(db, world))
        make_handed_over(db, world, 91, name="Quay")
        theme(db, world)
        Circle.make(db, world).named(db)
    counted = []
    for each in (world.trainee, world.trainer, world.manager):
        browser = sign_in(each)
        browser.get("/")
        with queries() as asked:
            browser.get("/")
        counted.append(len(asked))
    assert counted == [5, 2, 2]
