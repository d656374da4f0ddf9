"""Nobody makes a signature count, or count no more, behind the program's back, nor rewrites why it does not."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from lms.core import clock
from lms.core.unit import Database
from lms.people.models import Person
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.register.rules import Checkpoint
from tests.integration.test_tampering import ALLOWED, BOUND, ENTRIES, SESSIONS, Change, found_after, other, seen

__all__ = ["seen"]
CORRECTED, WITHDRAWN = SESSIONS + 1, SESSIONS + 3


def voided(name: str, entry: int) -> Change:
    """One column of the signature that has this entry, which counts no more."""

    def change(connection: Connection, chance: random.Random) -> int:
        row = connection.execute(select(Signature).where(Signature.leaf_seq == entry)).one()
        value = getattr(row, name)
        new = ALLOWED.get(("signature", name), (other(value, chance),))[0]
        if name == "signer_id":
            new = connection.execute(select(Person.id).where(Person.name == "Bashir Noor")).scalar_one()
        connection.execute(update(Signature).where(Signature.id == row.id).values({name: new}))
        return entry

    return change


def stand_again(connection: Connection, chance: random.Random) -> int:
    """A signature that was withdrawn counts again, and its session is signed."""
    connection.execute(update(Signature).where(Signature.leaf_seq == 2).values(voided_at=None))
    connection.execute(update(PracticeSession).where(PracticeSession.state == "waiting").values(state="signed"))
    return 2


def never_withdrawn(connection: Connection, chance: random.Random) -> int:
    """The same, and the withdrawal is taken out of the history: its entry is left."""
    connection.execute(delete(PracticeEvent).where(PracticeEvent.kind == "withdrawn"))
    stand_again(connection, chance)
    return WITHDRAWN


def quietly_voided(connection: Connection, chance: random.Random) -> int:
    """A signature counts no more, and nobody said why."""
    connection.execute(update(Signature).where(Signature.leaf_seq == 5).values(voided_at=clock.now()))
    return 5


def by_somebody_else(connection: Connection, chance: random.Random) -> int:
    who = connection.execute(select(Person.id).where(Person.name == "Bashir Noor")).scalar_one()
    connection.execute(update(PracticeEvent).where(PracticeEvent.kind == "withdrawn").values(actor_id=who))
    return WITHDRAWN


def emptied(connection: Connection, chance: random.Random) -> int:
    """What was signed is gone from the history."""
    connection.execute(update(PracticeEvent).where(PracticeEvent.kind == "corrected").values(kept={}))
    return 1


@pytest.mark.parametrize("entry", [1, 2], ids=["corrected", "withdrawn"])
@pytest.mark.parametrize("name", BOUND[Signature])
def test_a_change_to_a_signature_that_counts_no_more_is_found(
    store: Database, seen: Checkpoint, name: str, entry: int
) -> None:
    meant, problems = found_after(store, voided(name, entry), random.Random(1))  # noqa: S311
    assert any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems), problems


@pytest.mark.parametrize(
    "change", [stand_again, never_withdrawn, quietly_voided, by_somebody_else, emptied], ids=lambda each: each.__name__
)
def test_nobody_makes_a_signature_count_or_not_count_unnoticed(
    store: Database, seen: Checkpoint, change: Change
) -> None:
    meant, problems = found_after(store, change, random.Random(1))  # noqa: S311
    assert any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems), problems


@pytest.mark.parametrize("entry", [CORRECTED, WITHDRAWN], ids=["corrected", "withdrawn"])
@pytest.mark.parametrize("name", BOUND[PracticeEvent])
def test_a_change_to_a_correction_or_a_withdrawal_is_found(
    store: Database, seen: Checkpoint, name: str, entry: int
) -> None:
    def change(connection: Connection, chance: random.Random) -> int:
        row = connection.execute(select(PracticeEvent).where(PracticeEvent.leaf_seq == entry)).one()
        new: Any = other(getattr(row, name), chance)
        if name == "signature_id":
            new = connection.execute(select(Signature.id).where(Signature.leaf_seq == SESSIONS)).scalar_one()
        if name == "leaf_seq":
            new = ENTRIES + entry
        connection.execute(update(PracticeEvent).where(PracticeEvent.id == row.id).values({name: new}))
        return entry

    meant, problems = found_after(store, change, random.Random(1))  # noqa: S311
    assert any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems), problems
