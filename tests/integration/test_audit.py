"""`lms certificates audit` names whatever does not agree, and a certificate's own check says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from lms.certificates import auditing, checking, service
from lms.certificates.models import Certificate, CertificatePdf
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.credentials import lists, signing
from lms.credentials.models import Credential, StatusList
from tests.make import World, actor
from tests.make_credentials import issued, signed, withdraw

pytestmark = pytest.mark.usefixtures("drawn")
Store = Database


def audited(store: Store) -> auditing.Audit:
    with store.readers() as db:
        return auditing.audit(db)


def tamper(store: Store, change: Callable[[Any], object]) -> None:
    """What somebody does who owns the database: triggers do not hold them."""
    with store.transaction() as db:
        if store.engine.dialect.name == "postgresql":
            db.execute(text("SET session_replication_role = replica"))
        else:
            for kind in ("credential", "leaf", "certificate_step", "name_correction"):
                for name in ("changed", "removed"):
                    db.execute(text(f"DROP TRIGGER IF EXISTS {kind}_is_never_{name}"))
        change(db)
        db.flush()
        if store.engine.dialect.name == "postgresql":
            db.execute(text("SET session_replication_role = DEFAULT"))


@pytest.fixture
def two(store: Store, world: World) -> tuple[Certificate, Certificate]:
    """One that is valid, with a drawing, and one that was withdrawn."""
    (first, _), (second, _) = signed(store, world), signed(store, world, world.other_trainee)
    with store.transaction() as db:
        service.keep_pdf(db, first.id, b"%PDF")
    withdraw(store, world, second.id)
    signing.sign_list(store, 1)
    return first, second


def test_all_is_well(store: Store, two: tuple[Certificate, Certificate]) -> None:
    found = audited(store)
    assert found.faults == []
    assert found.sentence == "2 certificates: rows, entries, signatures, lists and drawings agree."
    with store.readers() as db:
        said = [checking.verify(db, each.id) for each in two]
    assert [each.status for each in said] == [Status.VALID, Status.WITHDRAWN]
    assert all(each.holds and each.proof_holds and each.entry_holds and each.list_agrees for each in said)


def test_what_waits_for_its_signature_is_counted_and_no_fault(store: Store, world: World) -> None:
    made = issued(store, world)
    assert audited(store).sentence.startswith("One certificate, 1 of them without a signature yet: ")
    with store.readers() as db:
        said = checking.verify(db, made.id)
        assert (said.is_signed, said.proof_holds, said.holds) == (False, False, True)
        with pytest.raises(NotFound):
            checking.verify(db, made.person_id)


def first_of(db: Any, table: Any, two: Any) -> Any:
    return db.get_one(table, two[0].id if table is Certificate else (two[0].id, 1))


CHANGES: dict[str, tuple[Callable[[Any, Any], object], str]] = {
    "its name": (
        lambda db, two: setattr(first_of(db, Certificate, two), "holder_name", "Somebody Else"),
        "Its signed document and its row differ in its holder.",
    ),
    "its last day": (
        lambda db, two: setattr(first_of(db, Certificate, two), "valid_until", clock.today()),
        "Its signed document and its row differ in its last day.",
    ),
    "signed bytes": (
        lambda db, two: setattr(
            first_of(db, Credential, two),
            "document",
            first_of(db, Credential, two).document.replace(b"Amara", b"Clara"),
        ),
        "Its signature does not hold: it was changed, or never signed here.",
    ),
    "the digest of signed bytes": (
        lambda db, two: setattr(first_of(db, Credential, two), "sha256", "0" * 64),
        "Its signed bytes are not those that were stored.",
    ),
    "its token": (
        lambda db, two: setattr(first_of(db, Credential, two), "jwt", "a.b.c"),
        "The signature of its token does not hold.",
    ),
    "another's token": (
        lambda db, two: setattr(first_of(db, Credential, two), "jwt", db.get_one(Credential, (two[1].id, 1)).jwt),
        "Its token says something else than its signed document.",
    ),
    "its place on the list": (
        lambda db, two: setattr(
            first_of(db, Credential, two), "list_index", (first_of(db, Credential, two).list_index + 1) % 1000
        ),
        "Its signed document and its row differ in its place on a list.",
    ),
    "its drawing": (
        lambda db, two: setattr(first_of(db, CertificatePdf, two), "content", b"%PDF2"),
        "Its PDF is not the one that was stored.",
    ),
    "its entry": (
        lambda db, _: db.execute(text("UPDATE leaf SET meaning = 'x' WHERE kind = 'certificate issued'")),
        "was changed after it was made.",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_named(store: Store, two: tuple[Certificate, Certificate], what: str) -> None:
    change, sentence = CHANGES[what]
    tamper(store, lambda db: change(db, two))
    faults = audited(store).faults
    assert any(each.startswith(f"Certificate {two[0].id}: ") and each.endswith(sentence) for each in faults), faults
    if what != "its drawing":
        with store.readers() as db:
            assert not checking.verify(db, two[0].id).holds


def test_a_bit_that_was_set_or_cleared_is_named(store: Store, two: tuple[Certificate, Certificate]) -> None:
    with store.readers() as db:
        places = [db.get_one(Credential, (each.id, 1)).list_index for each in two]
    with store.transaction() as db:
        row = db.get_one(StatusList, 1)
        row.bits, row.version = lists.with_bit(lists.empty(), places[0]), row.version + 1
    waits = audited(store).faults
    assert waits == [
        "List 1: its bits are not those of the certificates that are withheld or superseded.",
        "List 1: a change of it waits for its signature.",
    ]
    signing.sign_list(store, 1)
    assert set(audited(store).faults) == {
        f"Certificate {two[0].id}: It was not withdrawn, and list 1 says the opposite.",
        f"Certificate {two[1].id}: It was withdrawn, and list 1 says the opposite.",
        "List 1: its bits are not those of the certificates that are withheld or superseded.",
    }


def test_a_list_that_lapsed_or_was_changed_is_named(store: Store, two: tuple[Certificate, Certificate]) -> None:
    sentence = f"Certificate {two[0].id}: List 1 cannot be read, has lapsed, or its signature does not hold."
    with clock.at(clock.now() + lists.VALID_FOR):
        assert sentence in audited(store).faults
    with store.transaction() as db:
        row = db.get_one(StatusList, 1)
        row.document = (row.document or b"").replace(b"revocation", b"suspension")
    assert sentence in audited(store).faults


def test_a_certificate_that_is_gone_is_named(store: Store, world: World, two: tuple[Certificate, Certificate]) -> None:
    assert world

    def remove(db: Any) -> None:
        for table in ("certificate_pdf", "credential", "cover_span"):
            db.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our tables
        db.execute(text("DELETE FROM certificate WHERE id NOT IN (SELECT certificate_id FROM certificate_step)"))

    tamper(store, remove)
    seq = two[0].leaf_seq
    assert f"Entry {seq}: it stands for a certificate issued that is not there any more." in audited(store).faults


def test_the_public_page_and_the_audit_count_a_person_once(store: Store, world: World) -> None:
    made, _ = signed(store, world)
    with store.readers() as db:
        assert service.get_record(db, actor(db, world.trainee), made.id).status is Status.VALID
    assert audited(store).certificates == 1
