"""A name on a certificate is corrected: a row and an entry, a new edition under the same number, the old superseded."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.test import TestResponse

from lms.certificates import correcting, editions, jobs, life, looking, records, renewing, service
from lms.certificates.history import LIFTED, SUSPENDED, WITHDRAWN
from lms.certificates.models import Certificate, CertificatePdf, NameCorrection
from lms.core.errors import Conflict, Forbidden, HouseError, Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.credentials import proof, signing
from lms.credentials import service as credentials
from lms.credentials.models import Credential
from lms.messages.models import Message
from lms.people.models import Person
from lms.register.models import Leaf
from tests.make import World, actor
from tests.make_certificates import certify
from tests.make_credentials import count, credential_of, issued, says_withdrawn, signed, work
from tests.make_life import NEW, OLD, asked, correct, faults, take

Post = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def _quickly(drawn: list[str]) -> None:
    """Drawing takes longer than all else here; what is drawn is kept by hand."""


def test_the_row_keeps_what_it_says_and_everything_else_says_the_new_name(
    store: Database, world: World, client: FlaskClient, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    made, first = signed(store, world)
    row = correct(store, world, made)
    assert (row.edition, row.before, row.name, row.kind) == (2, OLD, NEW, "changed")
    with store.readers() as db:
        kept = db.get_one(Certificate, made.id)
        assert (kept.holder_name, kept.name, kept.code, kept.digest) == (OLD, NEW, made.code, made.digest)
        leaf = db.get_one(Leaf, row.leaf_seq)
        assert (leaf.kind, leaf.reason, leaf.digest) == (correcting.ENTRY, "The name has changed", row.digest)
        assert [each.holder_name for each in service.valid_certificates(db, world.council, made.issued_on)] == [NEW]
        assert records.get_record(db, actor(db, world.trainee), made.id).facts.holder == NEW
        letter = db.scalars(select(Message).where(Message.template == "name_corrected")).one()
    assert letter.person_id == world.trainee
    assert NEW not in letter.body
    with queries() as asked_for:
        waiting = client.get(f"/c/{made.code}")
    assert waiting.status_code == 404  # never the record with the old name
    assert not [each for each in asked_for if each.startswith("INSERT")]  # and no guess is noted
    page = client.get(f"/v/{made.code}").text
    assert f"<title>Valid: {NEW}" in page
    assert OLD not in page
    work(store)
    second = credential_of(store, made, 2)
    said = json.loads(second.document)
    assert said["credentialSubject"]["identifier"][0]["identityHash"] == NEW
    assert said["id"] == json.loads(first.document)["id"]
    assert (says_withdrawn(store, first), says_withdrawn(store, second)) == (True, False)
    answer = client.get(f"/c/{made.code}")
    assert answer.data == second.document
    assert OLD not in answer.text
    checked = client.get(f"/v/{made.code}.json")
    assert [each["state"] for each in (checked.json or {})["checks"]] == ["holds"] * 3
    assert f"gives what entries {made.leaf_seq} and {row.leaf_seq} say." in checked.text
    assert OLD not in checked.text
    assert credential_of(store, made).document == first.document
    assert faults(store) == []


def test_what_was_superseded_stays_so_when_the_certificate_is_given_back(store: Database, world: World) -> None:
    made, first = signed(store, world)
    correct(store, world, made)
    work(store)
    take(store, world, made.id, SUSPENDED, LIFTED)
    work(store)
    assert says_withdrawn(store, first)
    assert not says_withdrawn(store, credential_of(store, made, 2))
    correct(store, world, made, "Amara N. Osei")
    work(store)
    held = [says_withdrawn(store, credential_of(store, made, each)) for each in (1, 2, 3)]
    assert held == [True, True, False]
    assert faults(store) == []


def test_corrected_while_it_is_signed_only_the_new_one_is_kept(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, sign = issued(store, world), signing._signed

    def slowly(*given: Any) -> Credential:
        with monkeypatch.context() as quick:
            quick.setattr(signing, "_signed", sign)
            if count(store, NameCorrection) == 0:
                correct(store, world, made)
        return sign(*given)

    monkeypatch.setattr(signing, "_signed", slowly)
    jobs.sign_certificate(store, certificate=str(made.id))
    assert count(store, Credential) == 0
    work(store)
    assert (count(store, Credential), credential_of(store, made, 2).edition) == (1, 2)
    assert faults(store) == []


def test_only_the_newest_edition_is_drawn(store: Database, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = signed(store, world)
    monkeypatch.setattr(jobs, "draw", lambda facts, *_: b"%PDF " + facts.holder.encode())
    correct(store, world, made)
    jobs.render_certificate(store, certificate=str(made.id))
    assert count(store, CertificatePdf) == 0
    jobs.render_certificate(store, certificate=str(made.id), edition="2")
    with store.readers() as db:
        assert records.find_pdf(db, actor(db, world.trainee), made.id) == b"%PDF " + NEW.encode()
        assert records.get_record(db, actor(db, world.trainee), made.id).is_drawn


def test_wrong_names_and_wrong_states_are_refused_in_a_sentence(store: Database, world: World) -> None:
    made = issued(store, world)
    with pytest.raises(Invalid, match="This is what the certificate says now"):
        correct(store, world, made, f" {OLD} ")
    take(store, world, made.id, SUSPENDED)
    with pytest.raises(Conflict, match="Lift the suspension first"):
        correct(store, world, made)
    take(store, world, made.id, LIFTED, WITHDRAWN)
    with pytest.raises(Conflict, match="whatever name it says"):
        correct(store, world, made)
    assert count(store, NameCorrection) == 0


def test_only_the_providers_administrator_corrects_and_never_their_own(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = certify(db, world)
        for who, error in ((world.trainer, Forbidden), (world.trainee, Forbidden), (world.stranger, NotFound)):
            with pytest.raises(error):
                correcting.correct(db, actor(db, who), made.id, asked(), NEW, "changed")
        ilse = actor(db, world.administrator)
        db.execute(update(Certificate).values(person_id=world.administrator, issuer_id=world.trainer))
        db.expire_all()
        with pytest.raises(Forbidden, match="about you"):
            correcting.correct(db, ilse, made.id, asked(), NEW, "changed")


def test_ten_at_once_are_one_correction_one_edition_and_one_letter(store: Database, world: World) -> None:
    made, _ = signed(store, world)
    together = threading.Barrier(10)

    def act(_: int) -> bool:
        together.wait()
        try:
            correct(store, world, made, seen=made.leaf_seq)
        except HouseError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(act, range(10))) == 1
    work(store)
    assert (count(store, NameCorrection), count(store, Credential)) == (1, 2)
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Message.template == "name_corrected")) == 1
    assert faults(store) == []


def test_sent_twice_it_is_one_and_from_an_older_page_it_is_told(store: Database, world: World) -> None:
    made, key = issued(store, world), uuid.uuid4()
    first = correct(store, world, made, key=key)
    assert correct(store, world, made, key=key).id == first.id
    with pytest.raises(Stale, match="Ilse Brandt corrected the name on the certificate while your page was open"):
        correct(store, world, made, "Another Name", seen=made.leaf_seq)
    with store.transaction() as db, pytest.raises(Stale):
        life.suspend(db, actor(db, world.administrator), made.id, asked(seen=made.leaf_seq))
    assert count(store, NameCorrection) == 1


def test_renewals_and_new_decisions_carry_the_newest_name(store: Database, world: World) -> None:
    made = issued(store, world)
    correct(store, world, made)
    starts = made.valid_until + timedelta(days=1)
    with store.transaction() as db:
        ilse = actor(db, world.administrator)
        renewed = renewing.renew(db, ilse, made.id, starts, starts + timedelta(days=700), "password")
        assert renewed.holder_name == NEW
        assert certify(db, world).holder_name == NEW
    with store.transaction() as db:
        db.get_one(Person, world.trainee).name = "Amara N. Osei"  # in the account, since then
    with store.transaction() as db:
        assert editions.name_for(db, world.trainee, world.provider) == "Amara N. Osei"
        assert certify(db, world).holder_name == "Amara N. Osei"
        assert editions.name_for(db, world.other_trainee, world.provider) == "Farid Rahimi"
    assert faults(store) == []


def test_corrections_are_never_changed(store: Database, world: World) -> None:
    correct(store, world, issued(store, world))
    for change in (update(NameCorrection).values(name="x"), delete(NameCorrection)):
        with pytest.raises(SQLAlchemyError, match="what happened to a certificate is never"), store.transaction() as db:
            db.execute(change)


def test_both_editions_are_signed_by_our_key_and_the_entry_ties_each_to_the_register(
    store: Database, world: World
) -> None:
    made, first = signed(store, world)
    row = correct(store, world, made)
    work(store)
    with store.readers() as db:
        keys = credentials.known_keys(db)
        said = [
            proof.check(each.document, keys)["evidence"][0]["id"] for each in (first, credential_of(store, made, 2))
        ]
        found = looking.look(db, made.code)
    assert len(set(said)) == 2
    assert row.digest != made.digest
    assert found is not None
    assert not found.doubt
