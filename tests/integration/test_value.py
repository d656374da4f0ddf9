"""The value guarantee from the terms to the bill: who may, in which order, what is kept, what happens twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, NotFound, OldPage
from lms.core.site_days import today
from lms.core.unit import Database
from lms.messages.models import Message
from lms.record import checking
from lms.register.bindings import faults
from lms.register.models import Leaf
from lms.value import billing, jobs, service, surveying
from lms.value.models import Bill, Terms, ValueDraft, ValueStatement, ValueSurvey
from lms.value.rules import Phase
from lms.value.surveying import OUTCOMES, WORTH
from tests.make import World, actor
from tests.make_value import (
    ANSWERS,
    agreed,
    billed,
    billed_for,
    confirmed,
    say,
    surveyed,
    with_role,
    written,
)

TYPED = {"amount": "15,600", "outcomes": ["1"], "why": ""}


def templates(store: Database) -> list[str]:
    with store.readers() as db:
        return sorted(db.scalars(select(Message.template).where(Message.template.startswith("value"))))


def test_what_it_was_worth_is_the_bill_and_both_have_a_letter(store: Database, world: World) -> None:
    with store.transaction() as db:
        bill = billed(db, world)
        assert (bill.agreed, bill.adjusted, bill.net, bill.tax, bill.total) == (
            18_400_00, -2_800_00, 15_600_00, 2_340_00, 17_940_00,
        )  # fmt: skip
        assert (bill.number, bill.was_answered, bill.made_on) == (1, True, today())
        view = service.get(db, actor(db, world.manager), bill.engagement_id)
        assert (view.phase, view.for_client) == (Phase.BILLED, True)
        kinds = db.scalars(select(Leaf.kind).order_by(Leaf.seq)).all()
        assert kinds == ["engagement", "outcomes survey", "value statement", "bill"]
        assert db.scalars(select(ValueDraft)).all() == []
    assert templates(store) == ["value_answered", "value_bill", "value_bill", "value_terms"]
    with store.readers() as db:
        assert checking.verify(db).ok


def test_neither_the_register_nor_a_letter_carries_an_amount(store: Database, world: World) -> None:
    with store.transaction() as db:
        billed(db, world)
        told = [[each.meaning, each.reason, each.kind] for each in db.scalars(select(Leaf))]
        told += [[each.subject, each.body] for each in db.scalars(select(Message))]
        assert not [text for text in map(str, told) if "15,600" in text or "18,400" in text or "17,940" in text]


def test_the_register_notices_an_amount_that_was_changed(store: Database, world: World) -> None:
    with store.transaction() as db:
        billed(db, world)
    with store.readers() as db:
        sealed = {source.kind: source for source in checking.SOURCES}
        for row, kind, change in (
            (db.scalars(select(Terms)).one(), "engagement", {"fee": 1}),
            (db.scalars(select(ValueStatement)).one(), "value statement", {"felt": 1}),
            (db.scalars(select(Bill)).one(), "bill", {"net": 1}),
            (db.scalars(select(ValueSurvey)).one(), "outcomes survey", {"answers": {}}),
        ):
            for name, value in change.items():
                setattr(row, name, value)
            leaf = db.scalars(select(Leaf).where(Leaf.kind == kind)).one()
            with db.no_autoflush:
                assert faults(leaf, list(sealed[kind].load(db, [leaf.seq]))), kind


@pytest.mark.parametrize("table", [ValueSurvey, ValueStatement, Bill])
def test_what_is_final_is_never_changed_or_removed(
    store: Database, world: World, table: type[ValueSurvey | ValueStatement | Bill]
) -> None:
    with store.transaction() as db:
        billed(db, world)
    for statement in (update(table).values(leaf_seq=99), delete(table)):
        with pytest.raises(DBAPIError, match="never changed"), store.transaction() as db:
            db.execute(statement)


@pytest.mark.parametrize(
    ("felt", "floor", "net"), [(0, None, 0), (5_000_00, 9_000_00, 9_000_00), (40_000_00, 1, 40_000_00)]
)
def test_less_the_same_or_more_and_no_floor_unless_the_contract_said_so(
    store: Database, world: World, felt: int, floor: int | None, net: int
) -> None:
    with store.transaction() as db:
        assert billed(db, world, felt, agreed(floor=floor)).net == net
    with store.readers() as db:
        assert checking.verify(db).ok


def test_outcomes_come_first(store: Database, world: World) -> None:
    with store.transaction() as db:
        made, hana = confirmed(db, world), actor(db, world.manager)
        with pytest.raises(Conflict, match="Finish what came of it first"):
            say(db, world.manager, made, 1)
        with pytest.raises(Conflict, match="Finish what came of it first"):
            surveying.keep(db, hana, made, WORTH, 0, TYPED)
        surveying.finish(db, hana, made, 0, ANSWERS)
        with pytest.raises(Conflict, match="finished and locked"):
            surveying.finish(db, hana, made, 0, {**ANSWERS, "1": {"came": "0", "words": "No."}})
        assert surveying.finish(db, hana, made, 0, ANSWERS).survey is not None


def test_nothing_is_asked_before_the_end_or_before_both_agree(store: Database, world: World) -> None:
    with store.transaction() as db:
        hana = actor(db, world.manager)
        proposed, running = written(db, world), confirmed(db, world, agreed(today() + timedelta(days=1)))
        for made, sentence in ((proposed, "not confirmed"), (running, "when the engagement has ended")):
            for step in (OUTCOMES, WORTH):
                with pytest.raises(Conflict, match=sentence):
                    surveying.get_open(db, hana, made, step)


def test_after_the_last_day_the_agreed_fee_is_the_bill(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = surveyed(db, world)
        surveying.keep(db, actor(db, world.manager), made, WORTH, 0, TYPED)
        last = service.get(db, actor(db, world.manager), made).latest.answer_by
    with time_machine.travel(last + timedelta(days=1)):
        with store.transaction() as db, pytest.raises(Conflict, match="last day for an answer has gone by"):
            say(db, world.manager, made, 1)
        for _ in range(2):
            jobs.see_to_value(store)
        with store.transaction() as db:
            [bill] = db.scalars(select(Bill)).all()
            assert (bill.adjusted, bill.net, bill.made_by, bill.was_answered) == (0, 18_400_00, None, False)
            assert db.scalars(select(ValueDraft)).all() == []
            with pytest.raises(Conflict, match="last day for an answer has gone by"):
                say(db, world.manager, made, 1)
        assert templates(store).count("value_bill") == 2
        with store.readers() as db:
            assert checking.verify(db).ok


def test_the_client_is_told_once_that_the_questions_are_open_and_never_reminded(store: Database, world: World) -> None:
    with store.transaction() as db:
        confirmed(db, world)
        written(db, world)
    for day in range(5):
        with time_machine.travel(today() + timedelta(days=day)):
            jobs.see_to_value(store)
    assert templates(store).count("value_open") == 1


def test_a_form_sent_twice_is_one_bill_and_another_word_afterwards_is_refused(store: Database, world: World) -> None:
    key = uuid.uuid4()
    with store.transaction() as db:
        made = surveyed(db, world)
        bill = say(db, world.manager, made, 100, key)
        assert say(db, world.manager, made, 100, key).id == bill.id
        for other in (key, uuid.uuid4()):
            with pytest.raises(Conflict, match="final"):
                say(db, world.manager, made, 200, other)
        assert db.scalar(select(func.count()).select_from(Bill)) == 1


def test_an_old_page_does_not_overwrite_what_was_written_elsewhere(store: Database, world: World) -> None:
    with store.transaction() as db:
        made, hana = surveyed(db, world), actor(db, world.manager)
        assert surveying.keep(db, hana, made, WORTH, 0, TYPED).version == 1
        assert surveying.keep(db, hana, made, WORTH, 0, TYPED).version == 1
        with pytest.raises(OldPage):
            surveying.keep(db, hana, made, WORTH, 0, {**TYPED, "amount": "1"})
        with pytest.raises(OldPage):
            say(db, world.manager, made, 1, typed={**TYPED, "amount": "0.01"})
        say(db, world.manager, made, 15_600_00, typed=TYPED, version=1)


def test_two_managers_write_apart_and_the_first_who_sends_it_says_it(store: Database, world: World) -> None:
    with store.transaction() as db:
        db.add(with_role(world.other_trainee, world.council, Role.MANAGER))
        db.flush()
        made = surveyed(db, world)
        farid, hana = actor(db, world.other_trainee), actor(db, world.manager)
        surveying.keep(db, hana, made, WORTH, 0, TYPED)
        assert surveying.find_draft(db, farid, made, WORTH) is None
        say(db, world.other_trainee, made, 1)
        with pytest.raises(Conflict, match="sent already"):
            say(db, world.manager, made, 2)


def test_bills_are_numbered_without_gaps_also_where_one_was_not_kept(store: Database, world: World) -> None:
    class Broken(Exception):
        pass

    with store.transaction() as db:
        billed(db, world)

    def break_off() -> None:
        with store.transaction() as db:
            billed(db, world)
            raise Broken

    with pytest.raises(Broken):
        break_off()
    with store.transaction() as db:
        assert billed(db, world).number == 2


def test_a_correction_is_a_new_bill_that_refers_to_the_old_one(store: Database, world: World) -> None:
    with store.transaction() as db:
        first, ilse = billed(db, world), actor(db, world.administrator)
        mended = agreed(client_address="9 Quay Street\nHarbourside", tax_rate=1000)
        for _ in range(2):
            second = billing.correct(db, ilse, first.engagement_id, 1, mended, "The house number was wrong.", "passkey")
        assert (second.number, second.corrects_id, second.net, second.tax) == (2, first.id, 15_600_00, 1_560_00)
        view = service.get(db, ilse, first.engagement_id)
        assert [each.number for each in view.bills] == [1, 2]
        assert view.bill is not None
        assert view.bill.id == second.id
        with pytest.raises(Conflict, match="was corrected already"):
            billing.correct(db, ilse, first.engagement_id, 1, agreed(), "Again.", "passkey")
        with pytest.raises(Conflict, match="Nothing on the bill is different"):
            billing.correct(db, ilse, first.engagement_id, 2, mended, "The same.", "passkey")
        with pytest.raises(Forbidden):
            billing.correct(db, actor(db, world.manager), first.engagement_id, 2, agreed(), "Mine.", "passkey")
        with pytest.raises(NotFound):
            billing.correct(db, ilse, first.engagement_id, 3, agreed(), "None.", "passkey")
    assert templates(store).count("value_corrected") == 2
    with store.readers() as db:
        assert checking.verify(db).ok


def test_two_numbers_are_published_from_four_clients_on_and_nobody_s_own(store: Database, world: World) -> None:
    def numbers() -> tuple[int, int, str] | None:
        with store.readers() as db:
            told = billing.published(db, [world.provider]).get(world.provider)
            return (told.adjusted, told.of, str(told.middle)) if told else None

    with store.transaction() as db:
        billed(db, world)
        billed(db, world, 18_400_00)  # the same client once more
        billed_for(db, world, "Millbrook Library", 18_400_00)
        billed_for(db, world, "Alder Hospice", 18_400_00)
    assert numbers() is None
    with store.transaction() as db:
        billed_for(db, world, "Tern Ferries", 20_000_00)
    assert numbers() == (2, 5, "1")
    with store.transaction() as db:
        billed_for(db, world, "Quay Bakers", 0)
    assert numbers() == (2, 5, "1")
