"""A hundred changes made with the database's own keys, the triggers taken away first: each is found, and named.

Whoever holds the database can also work out hashes. So some of these forgers do their work well, and what finds them
is a checkpoint that was kept elsewhere.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, Table, delete, insert, inspect, select, text, update

from lms.certificates import service as certificates
from lms.certificates.models import Certificate, Step
from lms.checkpoints import service as checkpoints
from lms.core import clock
from lms.core.unit import Database
from lms.handover.models import Decision
from lms.people.models import Person
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.practice.rows import ALONE
from lms.record import checking
from lms.register.models import Leaf
from lms.register.rules import Checkpoint, Entry, leaf_hash
from tests.integration.test_voiding import correct, sign, withdraw
from tests.make import World, actor, calibrate, make_group, make_signed
from tests.make_certificates import certify

SESSIONS = 9
ENTRIES = SESSIONS + 6
LEAF: Table = inspect(Leaf).local_table  # type: ignore[assignment]
Change = Callable[[Connection, random.Random], int]  # returns the entry that must be named


@pytest.fixture
def seen(store: Database, world: World) -> Checkpoint:
    """A register of every kind of entry, and the checkpoint of it that was kept elsewhere.

    The first session was corrected, then signed as before there were observations; the second signature was withdrawn.
    """
    with store.transaction() as db:
        circle = make_group(db, world)
        calibrate(db, world)  # so that there is something to change; what is signed anew below has it too
        made = [make_signed(db, world, circle, 40 - 3 * number) for number in range(SESSIONS)]
        correct(db, world, made[0], held_on=clock.today() - timedelta(days=40))
        sign(db, world, made[0], version=2, beside=ALONE)
        withdraw(db, world, made[1])
        certificate = certify(db, world)
        certificates.revoke(db, actor(db, world.administrator), certificate.id, "Of another evening.", "passkey")
    with store.readers() as db:
        assert checking.verify(db).ok
        return checkpoints.look(db)


def other(value: Any, chance: random.Random) -> Any:
    """A value of the same type that is not this one."""
    if isinstance(value, bool | int):
        return value + chance.randint(1, 3)
    if isinstance(value, str):
        return re.sub(r".$", "é" if value.endswith("e") else "e", value) if value else "e"
    if isinstance(value, uuid.UUID) or value is None:
        return uuid.UUID(int=chance.getrandbits(128))
    if isinstance(value, dict):
        return value | {"more": chance.randint(1, 5)}
    return value + timedelta(days=chance.randint(100, 900))


def picked(connection: Connection, chance: random.Random, table: Table = LEAF) -> Any:
    """A row of a table by chance, among those that an entry binds."""
    chosen = select(table).order_by(*table.primary_key.columns)
    if table.name == "practice_session":
        chosen = chosen.where(table.c.state == "signed")
    if table.name == "practice_event":
        chosen = chosen.where(table.c.kept.is_not(None))
    return chance.choice(connection.execute(chosen).all())


def edit_leaf(connection: Connection, chance: random.Random) -> int:
    """Any column of an entry but its number."""
    row = picked(connection, chance)
    name = chance.choice([column.name for column in LEAF.columns if column.name != "seq"])
    values = {name: other(getattr(row, name), chance)}
    connection.execute(update(LEAF).where(LEAF.c.seq == row.seq).values(values))
    return int(row.seq)


def delete_leaf(connection: Connection, chance: random.Random) -> int:
    row = picked(connection, chance)
    connection.execute(delete(LEAF).where(LEAF.c.seq == row.seq))
    return int(row.seq)


def insert_leaf(connection: Connection, chance: random.Random) -> int:
    """An entry put in at the end, sealed as the program would, for a signature that nobody gave."""
    last = connection.execute(select(LEAF).order_by(LEAF.c.seq.desc())).first()
    assert last is not None
    like = picked(connection, chance)._asdict()
    said = {
        **like,
        "seq": last.seq + 1,
        "previous_hash": last.hash,
        "subject_id": uuid.UUID(int=chance.getrandbits(128)),
    }
    put(connection, said)
    return int(last.seq) + 1


def swap_leaves(connection: Connection, chance: random.Random) -> int:
    one, two = sorted(chance.sample(range(1, ENTRIES + 1), 2))
    for was, becomes in ((one, 0), (two, one), (0, two)):
        connection.execute(update(LEAF).where(LEAF.c.seq == was).values(seq=becomes))
    return one


def cut_off(connection: Connection, chance: random.Random) -> int:
    """The end, with everything it stands for: what is left is a register in order."""
    after = chance.randint(1, ENTRIES - 1)
    connection.execute(text("DELETE FROM certificate_pdf"))
    forget_events_of(connection, Signature.leaf_seq > after)
    for table in (Step, Certificate, Decision, PracticeEvent, Signature):
        connection.execute(delete(table).where(table.leaf_seq > after))
    connection.execute(delete(LEAF).where(LEAF.c.seq > after))
    return ENTRIES


def forget_events_of(connection: Connection, signatures: ColumnElement[bool]) -> None:
    """What keeps signatures from being removed."""
    connection.execute(
        delete(PracticeEvent).where(PracticeEvent.signature_id.in_(select(Signature.id).where(signatures)))
    )


def older_backup(connection: Connection, chance: random.Random) -> int:
    """The end is gone, and work went on from there: other entries, sealed by the program, under the same numbers."""
    cut_off(connection, chance)
    while (last := connection.execute(select(LEAF).order_by(LEAF.c.seq.desc())).first()) and last.seq < ENTRIES:
        put(connection, {**last._asdict(), "seq": last.seq + 1, "previous_hash": last.hash})
    return ENTRIES


def rewritten(connection: Connection, chance: random.Random) -> int:
    """One entry is edited, and it and all that follow are sealed again."""
    rows = [each._asdict() for each in connection.execute(select(LEAF).order_by(LEAF.c.seq))]
    at = chance.randrange(len(rows))
    connection.execute(delete(LEAF))
    head = "0" * 64
    for number, row in enumerate(rows):
        changed = {"reason": row["reason"] + "!"} if number == at else {}
        head = put(connection, {**row, "previous_hash": head, **changed})
    return ENTRIES


# What the register binds of each record. The rest (idempotency keys, who was asked, for whom) decides nothing signed.
BOUND = {
    PracticeSession: (
        "minutes", "role", "phases", "open", "closed", "leading", "advice", "own_ratings", "keep", "differently",
        "version", "held_on", "state",
    ),
    Signature: (
        "signer_id", "signed_at", "meaning", "authenticated_by", "session_version", "digest", "rubric_version",
        "rubric_hash", "ratings", "level", "comment", "observation", "agreement", "leaf_seq", "voided_at",
    ),
    PracticeEvent: ("version", "at", "reason", "signature_id", "kept", "leaf_seq"),
    Decision: ("kind", "reason", "decided_at", "standard_version", "standard_hash", "readiness", "leaf_seq"),
    Certificate: ("code", "holder_name", "award", "level", "issued_on", "valid_until", "digest", "facts", "leaf_seq"),
    Step: ("kind", "cause", "reason", "done_at", "follows", "leaf_seq"),
}  # fmt: skip
ALLOWED: dict[tuple[str, str], tuple[Any, ...]] = {
    ("practice_session", "role"): ("shared",),
    ("practice_session", "state"): ("returned",),
    ("signature", "level"): (1,),
    ("certificate", "level"): (1,),
    ("decision", "kind"): ("stay",),
    **{("certificate_step", name): (to,) for name, to in (("kind", "suspended"), ("cause", "asked"), ("follows", 1))},
}


def edit_record(connection: Connection, chance: random.Random) -> int:
    """Any column, of anything that is signed or sealed, that says something."""
    model = chance.choice([PracticeSession, Signature, Signature, PracticeEvent, Decision, Certificate, Step])
    return edit(connection, chance, model, chance.choice(BOUND[model]))


def edit(connection: Connection, chance: random.Random, model: type, name: str) -> int:
    """One column of one row of a table."""
    table: Table = inspect(model).local_table
    row = picked(connection, chance, table)
    key, value = next(iter(table.primary_key.columns)), getattr(row, name)
    if name in ("voided_at", "observation", "agreement"):
        value = value or (row.signed_at if name == "voided_at" else {})
    allowed = ALLOWED.get((table.name, name), ())
    new = next((each for each in allowed if each != value), None) or other(value, chance)
    if name == "signer_id":
        new = connection.execute(select(Person.id).where(Person.name == "Bashir Noor")).scalar_one()
    if name == "signature_id":
        new = connection.execute(select(Signature.id).where(Signature.leaf_seq == SESSIONS)).scalar_one()
    if name == "leaf_seq":
        new = ENTRIES + value
    meant = _entry_of(connection, row)
    connection.execute(update(table).where(key == getattr(row, key.name)).values({name: new}))
    return meant


def delete_record(connection: Connection, chance: random.Random) -> int:
    model = chance.choice([Signature, Signature, PracticeEvent, Step])
    table: Table = inspect(model).local_table  # type: ignore[assignment]
    row = picked(connection, chance, table)
    key = next(iter(table.primary_key.columns))
    forget_events_of(connection, Signature.leaf_seq == row.leaf_seq)
    connection.execute(delete(table).where(key == getattr(row, key.name)))
    return int(row.leaf_seq)


def exchange_signatures(connection: Connection, chance: random.Random) -> int:
    """Two signatures take each other's entry."""
    one, two = (int(each) for each in chance.sample(range(1, SESSIONS + 1), 2))
    table: Table = inspect(Signature).local_table  # type: ignore[assignment]
    for was, becomes in ((one, -1), (two, one), (-1, two)):
        connection.execute(update(table).where(table.c.leaf_seq == was).values(leaf_seq=becomes))
    return one


def put(connection: Connection, said: dict[str, Any]) -> str:
    """Write an entry with the hash that belongs to it."""
    entry = Entry(**{name: said[name] for name in Entry.__slots__})
    sealed = leaf_hash(entry)
    connection.execute(insert(LEAF).values({name: getattr(entry, name) for name in Entry.__slots__} | {"hash": sealed}))
    return sealed


def _entry_of(connection: Connection, row: Any) -> int:
    """The entry that a record has, or that the signature of a session has."""
    if hasattr(row, "leaf_seq"):
        return int(row.leaf_seq)
    standing = Signature.session_id == row.id, Signature.voided_at.is_(None)
    return int(connection.execute(select(Signature.leaf_seq).where(*standing)).scalar_one())


CHANGES: tuple[tuple[Change, int], ...] = (
    (edit_leaf, 24), (delete_leaf, 8), (insert_leaf, 6), (swap_leaves, 8), (cut_off, 6), (older_backup, 4),
    (rewritten, 4), (edit_record, 32), (delete_record, 4), (exchange_signatures, 4),
)  # fmt: skip
SEALED_WELL = (cut_off, older_backup, rewritten)


def unlock(connection: Connection) -> None:
    """Take the triggers away, as only whoever owns the database can."""
    if connection.dialect.name != "sqlite":
        for table in ("leaf", "practice_event", "certificate_step"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}"))


def found_after(
    store: Database, change: Change, chance: random.Random, seen: Checkpoint | None = None
) -> tuple[int, list[str]]:
    """Which entry was meant, and what the check says; the database is as before afterwards."""
    with store.writers() as db:
        unlock(db.connection())
        meant = change(db.connection(), chance)
        found = checking.verify(db, seen)
        db.rollback()
    return meant, list(found.problems)


def test_a_hundred_changes_behind_the_program_s_back_are_all_found(store: Database, seen: Checkpoint) -> None:
    assert sum(times for _, times in CHANGES) == 100
    chance = random.Random(20_260)  # noqa: S311 - the same hundred every time
    for change, times in CHANGES:
        for number in range(times):
            meant, problems = found_after(store, change, chance, seen if change in SEALED_WELL else None)
            named = {int(each) for each in re.findall(r"\b[Ee]ntry (\d+)", " ".join(problems))}
            assert meant in named, (change.__name__, number, meant, problems)
    with store.readers() as db:
        assert checking.verify(db, seen).ok, "every change was taken back"


@pytest.mark.parametrize("change", SEALED_WELL, ids=lambda each: each.__name__)
def test_what_is_sealed_well_is_found_by_the_checkpoint(store: Database, seen: Checkpoint, change: Change) -> None:
    _, problems = found_after(store, change, random.Random(3), seen)  # noqa: S311
    assert any("the checkpoint of" in each for each in problems), problems


def test_each_column_that_says_something_is_found(store: Database, seen: Checkpoint) -> None:
    """Not by chance: every one of them, once."""
    for model, names in BOUND.items():
        for name in names:
            change = partial(edit, model=model, name=name)
            meant, problems = found_after(store, change, random.Random(1))  # noqa: S311
            assert any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems), (model, name, problems)
