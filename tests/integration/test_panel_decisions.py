"""What a panel decides: what most of its members say, with an answer to the others, as one decision."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from assessments.readiness import Readiness
from lms.certificates import service as certificates
from lms.core.errors import Conflict, Forbidden, Invalid, Stale
from lms.core.unit import Database
from lms.handover.models import Decision
from lms.messages.models import Message
from lms.panels import closing
from lms.practice.models import PracticeSession
from tests.integration.test_panels import by_panel, staff
from tests.make import World, actor
from tests.make_panels import (
    PROOF,
    WHY,
    WORDS,
    Staff,
    call,
    decide,
    get,
    open_votes,
    three,
    vote,
    wrong,
)

__all__ = ["by_panel", "staff"]
SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


def test_what_all_say_becomes_one_decision_with_the_page_they_saw(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["ready"] * 3)
    made = decide(store, panel_id, members[0])
    with store.transaction() as db:
        decision = db.get_one(Decision, made)
        letter = db.scalars(select(Message).where(Message.template == "panel_decided")).one()
    assert not wrong(store)
    assert (decision.kind, decision.panel_id, decision.decided_by) == ("ready", panel_id, world.trainer)
    assert Readiness.from_dict(decision.readiness) == Readiness.from_dict(get(store, panel_id).readiness)
    assert letter.person_id == world.trainee
    for words in ("ready", WORDS.reason, "Ruth Tamihana, Wen Liu and Kofi Boateng"):
        assert words in letter.body
    page = sign_in(world.trainee).get("/readiness").text
    assert "The panel said ready on" in page
    assert f"/panels/{panel_id}" in page
    assert WHY in sign_in(world.trainee).get(f"/panels/{panel_id}").text
    with store.transaction() as db:
        certificate = certificates.issue(db, actor(db, world.administrator), made, PROOF)
        assert certificate.decision_id == made


def test_two_against_one_needs_an_answer_to_the_one(store: Database, world: World, staff: Staff) -> None:
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["ready", "ready", "not_yet"])
    with pytest.raises(Invalid) as refused:
        decide(store, panel_id, members[0])
    assert set(refused.value.fields) == {"answer"}
    with pytest.raises(Forbidden, match="Ruth Tamihana writes down"):
        decide(store, panel_id, members[1])
    words = closing.Words("ready", 1, "Two of us saw it.", "They were strangers in November.", "")
    made = decide(store, panel_id, members[0], words)
    with store.readers() as db:
        assert "strangers in November" in db.get_one(Decision, made).reason


def test_more_time_with_everything_there_needs_its_own_reason(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["stay"] * 3)
    words = closing.Words("stay", 1, "One more circle.", "", "")
    with pytest.raises(Invalid) as refused:
        decide(store, panel_id, world.trainer, words)
    assert set(refused.value.fields) == {"exceptional"}


def test_three_who_differ_vote_once_more_openly_or_it_is_not_yet(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["ready", "stay", "not_yet"])
    vote(store, panel_id, members[0], "ready", "Still.", round=2)
    assert "Still." in sign_in(members[1]).get(f"/panels/{panel_id}").text
    vote(store, panel_id, members[1], "ready", "Convinced.", round=2)
    vote(store, panel_id, members[2], "not_yet", "Not me.", round=2)
    words = closing.Words("ready", 1, "Two of us.", "We ask for a new circle.", "")
    decide(store, panel_id, members[0], words)
    assert get(store, panel_id).closed_at is not None


def test_without_a_majority_the_decision_is_not_yet(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready", "stay", "not_yet"])
    with pytest.raises(Conflict, match="changed"):
        decide(store, panel_id, world.trainer)
    words = closing.Words("not_yet", 1, "We do not agree.", "", "Because three of us see three things.")
    made = decide(store, panel_id, world.trainer, words)
    with store.readers() as db:
        assert db.get_one(Decision, made).kind == "not_yet"


def test_a_majority_is_not_voted_on_again(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready"] * 3)
    with pytest.raises(Conflict, match="majority"):
        vote(store, panel_id, world.trainer, "stay", round=2)


def test_deciding_before_all_have_voted_or_twice_is_refused(store: Database, world: World, staff: Staff) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    with pytest.raises(Conflict, match="not open yet"):
        decide(store, panel_id, members[0])
    for member in members:
        vote(store, panel_id, member)
    decide(store, panel_id, members[0])
    with pytest.raises(Conflict, match="has decided"):
        decide(store, panel_id, members[0])


def test_deciding_on_a_page_that_went_stale_says_what_changed(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready"] * 3)
    with store.transaction() as db:
        db.execute(update(PracticeSession).values(open=0))
    with pytest.raises(Stale, match="Most questions open"):
        decide(store, panel_id, world.trainer)
