"""Audit and register name whatever was changed of what happened to a certificate."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from lms.certificates import auditing
from lms.certificates.history import LIFTED, SUSPENDED
from lms.core.unit import Database
from lms.credentials import lists, signing
from lms.credentials.models import Credential, StatusList
from lms.record import checking as register
from tests.integration.test_audit import tamper
from tests.make import World
from tests.make_credentials import signed, work
from tests.make_life import correct, faults, take

pytestmark = pytest.mark.usefixtures("drawn")
CORRECTIONS = {
    "the new name": "UPDATE name_correction SET name = 'Somebody Else'",
    "the old name": "UPDATE name_correction SET before = 'Somebody Else'",
    "why": "UPDATE name_correction SET reason = 'x'",
    "its digest": "UPDATE name_correction SET digest = leaf_seq",
    "that it was corrected": "DELETE FROM name_correction",
}


@pytest.mark.parametrize("what", CORRECTIONS)
def test_a_changed_correction_is_named(store: Database, world: World, what: str) -> None:
    made, _ = signed(store, world)
    correct(store, world, made)
    work(store)
    assert faults(store) == []
    tamper(store, lambda db: db.execute(text(CORRECTIONS[what])))
    with store.readers() as db:
        found, said = auditing.audit(db).faults, register.verify(db).problems
    assert found, what
    assert said, what


def test_the_audit_names_a_superseded_record_that_counts_again_or_was_changed(store: Database, world: World) -> None:
    made, first = signed(store, world)
    correct(store, world, made)
    work(store)
    with store.transaction() as db:
        row = db.get_one(StatusList, 1)
        row.bits, row.version = bytes(len(row.bits)), row.version + 1
    signing.sign_list(store, 1)
    with store.readers() as db:
        assert set(auditing.audit(db).faults) == {
            f"Certificate {made.id}: Edition 1: It was superseded, and list 1 says the opposite.",
            "List 1: its bits are not those of the certificates that are withheld or superseded.",
        }
    changed = first.document.replace(b"Amara", b"Clara")
    tamper(store, lambda db: setattr(db.get_one(Credential, (made.id, 1)), "document", changed))
    with store.readers() as db:
        said = auditing.audit(db).faults
    assert any("Edition 1: Its signed bytes are not those" in each for each in said), said


STEPS = {
    "that it was lifted": "DELETE FROM certificate_step WHERE kind = 'lifted'",
    "that it was suspended": "DELETE FROM certificate_step WHERE kind = 'suspended'",
    "why": "UPDATE certificate_step SET reason = 'x' WHERE kind = 'lifted'",
    "what was done": "UPDATE certificate_step SET kind = 'undone' WHERE kind = 'lifted'",
    "what it follows": "UPDATE certificate_step SET follows = 1 WHERE kind = 'lifted'",
}


@pytest.mark.parametrize("what", STEPS)
def test_a_changed_step_is_named(store: Database, world: World, what: str) -> None:
    made, _ = signed(store, world)
    take(store, world, made.id, SUSPENDED, LIFTED)
    work(store)
    assert faults(store) == []
    tamper(store, lambda db: db.execute(text(STEPS[what])))
    with store.readers() as db:
        found, said = auditing.audit(db).faults, register.verify(db).problems
    assert found, what
    assert any("entry" in each.lower() for each in said), said


def test_a_bit_of_a_suspended_one_that_was_cleared_is_named(store: Database, world: World) -> None:
    made, _ = signed(store, world)
    take(store, world, made.id, SUSPENDED)
    with store.transaction() as db:
        db.get_one(StatusList, 1).bits = lists.empty()
    signing.sign_list(store, 1)
    assert set(faults(store)) == {
        f"Certificate {made.id}: It was suspended, and list 1 says the opposite.",
        "List 1: its bits are not those of the certificates that are withheld or superseded.",
    }
