"""Votes of a panel: nobody sees one before all are in, each is cast once, and then they open together."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from lms.panels.models import Panel, PanelVote
from lms.practice.models import PracticeSession
from lms.register.models import Leaf
from tests.evidence import make_member
from tests.integration.test_panels import by_panel, staff
from tests.make import World
from tests.make_panels import (
    WHY,
    Staff,
    call,
    three,
    vote,
    votes_of,
    wrong,
)

__all__ = ["by_panel", "staff"]
SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


def everything_shown(
    store: Database, panel_id: uuid.UUID, world: World, sign_in: SignIn, readers: list[uuid.UUID]
) -> str:
    """Every page that might tell, what letters and the register say, and the jobs that bring letters."""
    told = [sign_in(who).get(path).text for who in readers for path in (
        f"/panels/{panel_id}", "/panels", f"/readiness/{world.trainee}", "/readiness", "/readiness/people", "/record",
        "/outbox", "/",
    )]  # fmt: skip
    with store.readers() as db:
        told += [each.subject + each.body for each in db.scalars(select(Message))]
        told += [json.dumps([each.kind, each.meaning, each.reason]) for each in db.scalars(select(Leaf))]
    return "".join(told)


def test_first_votes_are_hidden_from_everybody_until_all_are_in_and_then_open_together(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    with store.readers() as db:
        leaves, letters = len(db.scalars(select(Leaf)).all()), len(db.scalars(select(Message)).all())
    vote(store, panel_id, members[1], "stay", "Heron words.")
    vote(store, panel_id, members[0], "not_yet", "Otter words.")
    others = [staff.kofi, world.administrator, world.other_trainer, world.trainee, world.manager]
    seen = everything_shown(store, panel_id, world, sign_in, others)
    assert "Heron words" not in seen
    assert "Otter words" not in seen
    assert "Two of three have voted" in seen
    with store.readers() as db:
        assert (len(db.scalars(select(Leaf)).all()), len(db.scalars(select(Message)).all())) == (leaves, letters)
    own = sign_in(members[0]).get(f"/panels/{panel_id}").text
    assert "Otter words" in own
    assert "Heron words" not in own
    vote(store, panel_id, members[2], "not_yet")
    for who in (*members, world.administrator):
        page = sign_in(who).get(f"/panels/{panel_id}").text
        assert page.index("Otter words") < page.index("Heron words")  # in the order of seats, not of voting
    assert sign_in(world.trainee).get(f"/panels/{panel_id}").status_code == 404
    kept = votes_of(store, panel_id)
    assert [each.leaf_seq for each in kept] == sorted(each.leaf_seq or 0 for each in kept)
    with store.transaction() as db:
        assert db.scalars(select(Leaf.actor_id).where(Leaf.kind == "panel vote").order_by(Leaf.seq)).all() == members
    assert not wrong(store)


def test_a_page_looks_the_same_whoever_has_voted(store: Database, world: World, staff: Staff, sign_in: SignIn) -> None:
    """That somebody else voted is a number; which of the others it was cannot be told from the page."""
    members = three(world, staff)
    pages = []
    for first in members[:2]:
        panel_id = call(store, world, members)
        vote(store, panel_id, first, "ready" if first == members[0] else "not_yet", f"Words of {first}.")
        pages.append(sign_in(staff.kofi).get(f"/panels/{panel_id}").text.replace(str(panel_id), ""))
        with store.transaction() as db:
            db.execute(update(Panel).values(closed_at=Panel.called_at))
    bare = [re.sub(r'value="[^"]*"|\d{1,2}:\d\d', "", page) for page in pages]
    assert bare[0] == bare[1]


def test_a_vote_is_cast_once_and_stands(store: Database, world: World, staff: Staff) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    vote(store, panel_id, members[0])
    vote(store, panel_id, members[0])
    assert len(votes_of(store, panel_id)) == 1
    with pytest.raises(Conflict, match="voted already"):
        vote(store, panel_id, members[0], "not_yet")
    for change in (update(PanelVote).values(kind="stay"), delete(PanelVote)):
        with pytest.raises(DBAPIError, match="never"), store.transaction() as db:
            db.execute(change)


def test_somebody_who_is_not_on_the_panel_finds_no_vote_to_cast(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    with pytest.raises(NotFound):
        vote(store, panel_id, staff.ines)
    form = {"kind": "ready", "reason": WHY, "page": "1", "round": "1"}
    for who in (staff.ines, world.administrator, world.manager, world.trainee):
        assert post(sign_in(who), f"/panels/{panel_id}/vote", **form).status_code == 404


def test_a_vote_by_form_comes_back_with_its_mistakes_and_then_is_sealed(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.wen)
    wrong = post(browser, f"/panels/{panel_id}/vote", kind="perhaps", reason="", page="1", round="1")
    assert wrong.status_code == 422
    assert "Choose what you say." in wrong.text
    sent = post(browser, f"/panels/{panel_id}/vote", kind="ready", reason=WHY, page="1", round="1")
    assert (sent.status_code, sent.location) == (303, f"/panels/{panel_id}")
    page = browser.get(f"/panels/{panel_id}").text
    assert "Your vote is sealed" in page
    assert WHY in page


def test_ready_is_no_vote_while_a_gate_is_open(store: Database, world: World, staff: Staff) -> None:
    with store.transaction() as db:
        group_id = db.scalars(select(PracticeSession.group_id)).first()
        assert group_id is not None
        make_member(db, group_id, "Bash", world.other_trainer)
    panel_id = call(store, world, three(world, staff))
    with pytest.raises(Invalid) as refused:
        vote(store, panel_id, staff.wen)
    assert "“Seen by two people”" in refused.value.fields["kind"]
    vote(store, panel_id, staff.wen, "not_yet")
