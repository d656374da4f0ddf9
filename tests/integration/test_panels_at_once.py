"""Members of a panel who vote at the same moment: each has one vote, and the votes open once."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.handover.models import Decision
from lms.messages.models import Message
from lms.panels import ballots, closing, service
from lms.panels.ballots import Ballot
from lms.panels.models import Panel, PanelVote
from lms.register.models import Leaf
from tests.integration.test_at_once import at_once
from tests.integration.test_panels import by_panel, staff
from tests.make import World, actor
from tests.make_panels import PROOF, WHY, WORDS, Staff, call, get, open_votes, three, wrong

__all__ = ["by_panel", "staff"]


def count(store: Database, what: object) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).where(what)) or 0  # type: ignore[arg-type]


def test_all_members_at_once_each_twice_are_three_votes_opened_once(
    store: Database, world: World, staff: Staff
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    turns = iter(members * 2)

    def act(db: Session) -> uuid.UUID:
        return ballots.vote(db, actor(db, next(turns)), panel_id, Ballot(1, 1, "ready", WHY), PROOF).id

    answers = at_once(store, act, 6)
    assert len(set(map(str, answers))) == 3, answers
    assert get(store, panel_id).opened_at is not None
    assert count(store, PanelVote.panel_id == panel_id) == count(store, Leaf.kind == "panel vote") == 3
    assert count(store, Message.template == "panel_opened") == 3
    assert not wrong(store)


def test_one_member_with_two_answers_at_once_has_given_one(store: Database, world: World, staff: Staff) -> None:
    panel_id = call(store, world, three(world, staff))
    turns = iter(["ready", "not_yet"] * 2)

    def act(db: Session) -> str:
        return ballots.vote(db, actor(db, staff.wen), panel_id, Ballot(1, 1, next(turns), WHY), PROOF).kind

    answers = at_once(store, act, 4)
    refused = [each for each in answers if isinstance(each, Exception)]
    assert len(refused) == 2, answers
    assert all(isinstance(each, Conflict) for each in refused), answers
    assert count(store, PanelVote.panel_id == panel_id) == 1


def test_two_panels_called_at_once_are_one(store: Database, world: World, staff: Staff) -> None:
    def act(db: Session) -> uuid.UUID:
        who = actor(db, world.administrator)
        return service.call(db, who, world.trainee, three(world, staff), uuid.uuid4()).id

    answers = at_once(store, act, 4)
    assert sum(isinstance(each, uuid.UUID) for each in answers) == 1, answers
    assert all(isinstance(each, uuid.UUID | Conflict) for each in answers), answers
    assert count(store, Panel.person_id == world.trainee) == 1


def test_a_decision_sent_twice_at_once_is_one(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready"] * 3)
    key = uuid.uuid4()

    def act(db: Session) -> uuid.UUID:
        return closing.decide(db, actor(db, world.trainer), panel_id, WORDS, PROOF, key).id

    answers = at_once(store, act, 4)
    assert len(set(map(str, answers))) == 1, answers
    assert count(store, Decision.panel_id == panel_id) == 1
