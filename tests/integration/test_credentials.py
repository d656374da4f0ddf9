"""Signing certificates: once each, after any accident; and the lists of withdrawals."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from lms.certificates import jobs as certifying
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.core import clock
from lms.core.unit import Database
from lms.credentials import proof, service, signing
from lms.credentials.models import Credential, StatusList
from lms.credentials.rules import sha256
from lms.keys.rules import Purpose
from lms.messages.models import Message
from lms.register.models import Leaf
from tests.make import World, actor
from tests.make_certificates import decide
from tests.make_credentials import count, credential_of, issued, says_withdrawn, signed, withdraw, work
from tests.make_keys import name_key

pytestmark = pytest.mark.usefixtures("drawn")


def test_it_is_signed_in_the_same_minute_and_then_drawn(store: Database, world: World, drawn: list[str]) -> None:
    made = issued(store, world)
    work(store)
    assert drawn == [str(made.id)]
    kept = credential_of(store, made)
    with store.readers() as db:
        said = proof.check(kept.document, service.known_keys(db))
        token = proof.check_token(kept.jwt or "", service.known_keys(db))
    assert said["credentialSubject"]["identifier"][0]["identityHash"] == "Amara Osei"
    assert {**token, **said} == token
    assert (kept.sha256, kept.kid) == (sha256(kept.document), name_key(Purpose.CREDENTIALS))
    assert not says_withdrawn(store, kept)


def test_ten_issues_at_once_are_one_credential_one_entry_and_one_letter(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
    together = threading.Barrier(10)

    def issue(_: int) -> str:
        together.wait()
        with store.transaction() as db:
            made = certificates.issue(db, actor(db, world.administrator), decision_id, "password")
        certifying.sign_certificate(store, certificate=str(made.id))
        return str(made.id)

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(issue, range(10)))) == 1
    assert [count(store, each) for each in (Credential, Certificate, StatusList)] == [1, 1, 1]
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Leaf.kind == "certificate issued")) == 1
        assert db.scalar(select(func.count()).where(Message.template == "certificate")) == 1


def test_a_worker_that_dies_between_signing_and_storing_leaves_nothing(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = issued(store, world)
    with monkeypatch.context() as dying:
        dying.setattr(signing, "add_once", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            certifying.sign_certificate(store, certificate=str(made.id))
    assert count(store, Credential) == 0
    certifying.sign_certificate(store, certificate=str(made.id))
    first = credential_of(store, made)
    certifying.sign_certificate(store, certificate=str(made.id))
    assert credential_of(store, made).document == first.document


def test_signed_bytes_are_never_changed_or_removed(store: Database, world: World) -> None:
    made, _ = signed(store, world)
    changes = (
        update(Credential).values(jwt=None),
        delete(Credential),
        text("INSERT OR REPLACE INTO credential SELECT * FROM credential")
        if store.engine.dialect.name == "sqlite"
        else text("TRUNCATE credential"),
    )
    for change in changes:
        with pytest.raises(SQLAlchemyError, match="signed credentials are never"), store.transaction() as db:
            db.execute(change)
    assert credential_of(store, made).jwt


def test_withdrawn_is_on_the_list_at_once(store: Database, world: World) -> None:
    made, kept = signed(store, world)
    other, others = signed(store, world, world.other_trainee)
    withdraw(store, world, made.id)
    work(store)
    assert says_withdrawn(store, kept)
    assert not says_withdrawn(store, others)
    assert other.id != made.id


def test_withdrawn_before_it_was_signed_is_never_signed(store: Database, world: World, drawn: list[str]) -> None:
    made = issued(store, world)
    withdraw(store, world, made.id)
    work(store)
    assert count(store, Credential) == 0


def test_withdrawn_while_it_is_signed_is_not_kept(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, sign = issued(store, world), signing._signed

    def slowly(*given: Any) -> Credential:
        withdraw(store, world, made.id)
        return sign(*given)

    monkeypatch.setattr(signing, "_signed", slowly)
    certifying.sign_certificate(store, certificate=str(made.id))
    assert count(store, Credential) == 0


def test_two_withdrawals_at_once_are_both_on_the_list(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes while the list with the first is being signed: the older list never replaces the newer."""
    (first, one), (second, two) = signed(store, world), signed(store, world, world.other_trainee)
    withdraw(store, world, first.id)
    sign, came = proof.sign, list[str]()

    def slowly(*given: Any) -> bytes:
        content = sign(*given)
        if not came:
            came.append("the second")
            withdraw(store, world, second.id)
        return content

    monkeypatch.setattr(proof, "sign", slowly)
    signing.sign_list(store, 1)
    assert says_withdrawn(store, one)
    assert says_withdrawn(store, two)


def test_order_is_by_number_when_a_clock_is_ten_minutes_off(store: Database, world: World) -> None:
    made, kept = signed(store, world)
    with clock.at(clock.now() - timedelta(minutes=10)):
        withdraw(store, world, made.id)
        work(store)
        signing.sign_list(store, 1)
    assert says_withdrawn(store, kept)
    with clock.at(clock.now() + timedelta(minutes=10)):
        ahead = issued(store, world, world.other_trainee)
    certifying.sign_certificate(store, certificate=str(ahead.id))
    said = json.loads(credential_of(store, ahead).document)
    assert said["validFrom"] <= said["proof"]["created"]
    assert said["validFrom"] <= clock.now().isoformat()


def test_a_full_list_is_followed_by_the_next(store: Database, world: World) -> None:
    with store.transaction() as db:
        db.add(StatusList(number=1, bits=bytes(1)))  # eight places
    made = [signed(store, world)[1] for _ in range(10)]
    on_first = {each.list_index for each in made if each.list_number == 1}
    assert on_first == set(range(8))
    assert [each.list_number for each in made[8:]] == [2, 2]
    with store.readers() as db:
        assert service.find_list(db, 2) is not None


def test_places_are_drawn_at_random(store: Database, world: World) -> None:
    drawn = {signed(store, world)[1].list_index for _ in range(3)}
    assert len(drawn) == 3
    assert max(drawn) > 100
