"""What is sent at the same moment: one statement, one bill, and numbers without gaps whoever comes first."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.record import checking
from lms.value import billing, service, surveying
from lms.value.models import Bill
from lms.value.surveying import WORTH
from tests.integration.test_at_once import at_once
from tests.make import World, actor
from tests.make_value import agreed, billed, say, surveyed, with_role


def numbers(store: Database) -> list[int]:
    with store.readers() as db:
        assert checking.verify(db).ok
        return list(db.scalars(select(Bill.number).order_by(Bill.number)))


def test_two_managers_at_once_have_said_it_once(store: Database, world: World) -> None:
    with store.transaction() as db:
        db.add(with_role(world.other_trainee, world.council, Role.MANAGER))
        made = surveyed(db, world)
    turns = iter([(world.manager, uuid.UUID(int=1)), (world.other_trainee, uuid.UUID(int=2))] * 2)

    def act(db: Session) -> uuid.UUID:
        who, key = next(turns)
        return say(db, who, made, 100 * key.int, key).id

    answers = at_once(store, act, 4)
    refused = [each for each in answers if isinstance(each, Exception)]
    assert len(refused) == 2, answers
    assert all(isinstance(each, Conflict) for each in refused), answers
    assert numbers(store) == [1]


def test_bills_and_corrections_at_once_leave_no_number_out(store: Database, world: World) -> None:
    with store.transaction() as db:
        engagements = [surveyed(db, world) for _ in range(3)]
        old = [billed(db, world).engagement_id for _ in range(3)]
    mended = agreed(client_address="9 Quay Street")
    turns = iter([*((each, False) for each in engagements), *((each, True) for each in old)])

    def act(db: Session) -> int:
        engagement_id, corrects = next(turns)
        if not corrects:
            return say(db, world.manager, engagement_id, 1).number
        ilse = actor(db, world.administrator)
        number = service.get(db, ilse, engagement_id).bills[0].number
        return billing.correct(db, ilse, engagement_id, number, mended, "The street.", "passkey").number

    answers = at_once(store, act, 6)
    assert sorted(map(str, answers)) == ["4", "5", "6", "7", "8", "9"]
    assert numbers(store) == list(range(1, 10))


def test_a_draft_saved_while_it_is_sent_does_not_stay(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = surveyed(db, world)
    turns = iter(["send", "keep", "keep"])

    def act(db: Session) -> str:
        if next(turns) == "send":
            say(db, world.manager, made, 1)
        else:
            surveying.keep(db, actor(db, world.manager), made, WORTH, 0, {"amount": "2", "outcomes": [], "why": ""})
        return "done"

    answers = at_once(store, act, 3)
    assert all(each == "done" or isinstance(each, Conflict) for each in answers), answers
    with store.readers() as db:
        billed_now = db.scalars(select(Bill)).all() != []
        draft = surveying.find_draft(db, actor(db, world.manager), made, WORTH)
        assert (draft is None) == billed_now
