"""A certificate is withdrawn and given back, suspended and valid again: rows, entries, lists, letters."""

from __future__ import annotations

import itertools
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from lms.certificates import life, looking, records, renewing, service, steps
from lms.certificates.history import KINDS, LIFTED, SUSPENDED, UNDONE, WITHDRAWN
from lms.certificates.models import Certificate, Step
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, HouseError, Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.credentials import signing
from lms.credentials.models import Credential
from lms.messages.models import Message
from lms.record import checking as register
from lms.register.models import Leaf
from tests.make import World, actor
from tests.make_certificates import certify
from tests.make_credentials import count, credential_of, issued, says_withdrawn, signed, work
from tests.make_life import TAKE, WHY, asked, faults, take

pytestmark = pytest.mark.usefixtures("drawn")


def status_of(store: Database, made: Certificate) -> Status:
    with store.readers() as db:
        found = looking.look(db, made.code)
        assert found is not None
        return found.status


def letters(store: Database) -> list[tuple[str, uuid.UUID | None]]:
    ours = ("revoked", "undone", "suspended", "lifted", "cover_lost", "cover_suspended", "cover_back")
    with store.readers() as db:
        rows = db.scalars(select(Message).where(Message.template.in_(ours)).order_by(Message.id)).all()
        assert not [each for each in rows if WHY in each.body + each.subject]
        return sorted((each.template, each.person_id) for each in rows)


@pytest.mark.parametrize(
    ("began", "ended", "word", "to_holder", "to_manager"),
    [
        (WITHDRAWN, UNDONE, Status.WITHDRAWN, ("revoked", "undone"), ("cover_lost", "cover_back")),
        (SUSPENDED, LIFTED, Status.SUSPENDED, ("suspended", "lifted"), ("cover_suspended", "cover_back")),
    ],
)
def test_what_was_taken_is_given_back_and_every_letter_is_answered(
    store: Database, world: World, began: str, ended: str, word: Status, to_holder: Any, to_manager: Any
) -> None:
    made, kept = signed(store, world)
    take(store, world, made.id, began)
    work(store)
    assert (status_of(store, made), says_withdrawn(store, kept)) == (word, True)
    with store.readers() as db:
        assert service.valid_certificates(db, world.council, made.issued_on) == []
        with pytest.raises(NotFound):
            records.find_pdf(db, actor(db, world.trainee), made.id)
    assert faults(store) == []
    take(store, world, made.id, ended)
    work(store)
    assert (status_of(store, made), says_withdrawn(store, kept)) == (Status.VALID, False)
    with store.readers() as db:
        assert len(service.valid_certificates(db, world.council, made.issued_on)) == 1
        entries = db.execute(select(Leaf.kind, Leaf.meaning).order_by(Leaf.seq.desc()).limit(2)).all()
    assert [tuple(each) for each in entries] == [(KINDS[each].entry, KINDS[each].meaning) for each in (ended, began)]
    assert letters(store) == sorted(
        [(each, world.trainee) for each in to_holder] + [(each, world.manager) for each in to_manager]
    )
    assert faults(store) == []


def test_after_a_day_a_withdrawal_stays_and_the_sentence_says_what_to_do(store: Database, world: World) -> None:
    made = issued(store, world)
    take(store, world, made.id, WITHDRAWN)
    with clock.at(clock.now() + timedelta(hours=24, minutes=1)):
        with pytest.raises(Conflict, match="on a new decision"):
            take(store, world, made.id, UNDONE)
        assert status_of(store, made) is Status.WITHDRAWN
    take(store, world, made.id, UNDONE, WITHDRAWN, UNDONE)
    assert (status_of(store, made), count(store, Step)) == (Status.VALID, 4)


def test_what_never_was_signed_is_signed_once_it_stands(store: Database, world: World) -> None:
    made = issued(store, world)
    take(store, world, made.id, SUSPENDED)
    work(store)
    assert count(store, Credential) == 0
    take(store, world, made.id, WITHDRAWN, UNDONE)  # suspended as before
    work(store)
    assert (count(store, Credential), status_of(store, made)) == (0, Status.SUSPENDED)
    take(store, world, made.id, LIFTED)
    work(store)
    assert not says_withdrawn(store, credential_of(store, made))
    assert ("cover_back", world.manager) in letters(store)


def test_while_the_list_waits_for_its_signature_what_was_given_back_is_not_in_doubt(
    store: Database, world: World
) -> None:
    made, kept = signed(store, world)
    take(store, world, made.id, SUSPENDED)
    work(store)
    take(store, world, made.id, LIFTED)
    assert says_withdrawn(store, kept)
    with store.readers() as db:
        found = looking.look(db, made.code)
    assert found is not None
    assert (found.word, [each.state for each in found.checks]) == ("Valid", ["holds", "holds", "waits"])


def test_the_database_and_the_rule_say_the_same_of_every_history(store: Database, world: World) -> None:
    """Every history of up to three steps, written as the rows stand, possible or not."""
    with store.writers() as db:
        made, seq = certify(db, world), 100
        for kinds in itertools.chain.from_iterable(itertools.product(KINDS, repeat=length) for length in range(4)):
            nested = db.begin_nested()
            for kind in kinds:
                seq += 1
                db.add(a_step(world, made, kind, seq))
            db.flush()
            states = steps.states_of(db, [made.id]).get(made.id, steps.NOTHING)
            for one in ((), (WITHDRAWN,), (SUSPENDED,)):
                said = db.scalar(select(steps.is_withheld(Certificate.id, *one)).where(Certificate.id == made.id))
                meant = {(): states.withheld, (WITHDRAWN,): states.withdrawn, (SUSPENDED,): states.suspended}[one]
                assert said == (meant is not None), (kinds, one)
            nested.rollback()
        db.rollback()


def a_step(world: World, made: Certificate, kind: str, seq: int) -> Step:
    return Step(
        id=uuid.uuid4(),
        certificate_id=made.id,
        kind=kind,
        cause="",
        reason=WHY,
        done_by=world.administrator,
        done_at=clock.now(),
        follows=seq - 1,
        leaf_seq=seq,
    )


def test_only_the_providers_administrator_and_never_about_oneself(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = certify(db, world)
        for act in TAKE.values():
            for who, error in (
                (world.trainer, Forbidden),
                (world.manager, Forbidden),
                (world.trainee, Forbidden),
                (world.other_trainee, NotFound),
                (world.stranger, NotFound),
            ):
                with pytest.raises(error):
                    act(db, actor(db, who), made.id, asked())
            with pytest.raises(Invalid, match="The holder reads it"):
                act(db, actor(db, world.administrator), made.id, asked(reason="  "))
        ilse = actor(db, world.administrator)
        db.execute(update(Certificate).values(person_id=world.administrator, issuer_id=world.trainer))
        db.expire_all()
        for act in TAKE.values():
            with pytest.raises(Forbidden, match="about you"):
                act(db, ilse, made.id, asked())


def test_a_form_sent_twice_is_one_step(store: Database, world: World) -> None:
    made, key = issued(store, world), uuid.uuid4()
    done = []
    for _ in range(2):
        with store.transaction() as db:
            done.append(life.suspend(db, actor(db, world.administrator), made.id, asked(key, made.leaf_seq)).id)
    assert done == [key, key]
    assert (count(store, Step), len(letters(store))) == (1, 2)


def test_whoever_read_an_older_page_is_told_what_happened_since(store: Database, world: World) -> None:
    made = issued(store, world)
    take(store, world, made.id, SUSPENDED)
    for act in (life.suspend, life.lift, life.undo):
        with store.transaction() as db, pytest.raises(Stale, match="Ilse Brandt suspended the certificate"):
            act(db, actor(db, world.administrator), made.id, asked(seen=made.leaf_seq))
    with store.transaction() as db, pytest.raises(Stale):
        service.revoke(db, actor(db, world.administrator), made.id, WHY, "password", "asked", made.leaf_seq)
    assert count(store, Step) == 1


@pytest.mark.parametrize("kind", [SUSPENDED, UNDONE])
def test_ten_at_once_are_one_step_one_entry_and_one_letter(store: Database, world: World, kind: str) -> None:
    made = issued(store, world)
    if kind == UNDONE:
        take(store, world, made.id, WITHDRAWN)
    before, together = count(store, Step), threading.Barrier(10)

    def act(_: int) -> bool:
        together.wait()
        try:
            with store.transaction() as db:
                TAKE[kind](db, actor(db, world.administrator), made.id, asked())
        except HouseError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(act, range(10))) == 1
    assert count(store, Step) == before + 1
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Leaf.kind == KINDS[kind].entry)) == 1
    assert faults(store) == []


def test_steps_are_never_changed_and_two_never_follow_the_same_entry(store: Database, world: World) -> None:
    made = issued(store, world)
    take(store, world, made.id, SUSPENDED)
    for change in (update(Step).values(reason="x"), delete(Step)):
        with pytest.raises(SQLAlchemyError, match="what happened to a certificate is never"), store.transaction() as db:
            db.execute(change)
    twin = a_step(world, made, LIFTED, 99)
    twin.follows = made.leaf_seq
    with pytest.raises(IntegrityError), store.transaction() as db:
        db.add(twin)


def test_order_is_by_entry_when_a_clock_is_ten_minutes_off(store: Database, world: World) -> None:
    made, kept = signed(store, world)
    take(store, world, made.id, SUSPENDED)
    with clock.at(clock.now() - timedelta(minutes=10)):
        take(store, world, made.id, LIFTED, WITHDRAWN)
        work(store)
        signing.sign_list(store, 1)
    assert (status_of(store, made), says_withdrawn(store, kept)) == (Status.WITHDRAWN, True)
    with store.readers() as db:
        assert register.verify(db).ok


def test_what_is_withheld_is_not_renewed(store: Database, world: World) -> None:
    made = issued(store, world)
    take(store, world, made.id, SUSPENDED)
    day = made.valid_until
    with store.transaction() as db, pytest.raises(Conflict, match="once the suspension is lifted"):
        renewing.renew(db, actor(db, world.administrator), made.id, day, day, "password")
