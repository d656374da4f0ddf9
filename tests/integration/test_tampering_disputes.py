"""Nobody rewrites a dispute behind the program's back: what was said, who decided, and what became of it."""

from __future__ import annotations

import io
import json
import random
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from lms.core import clock
from lms.core.unit import Database
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.record import checking
from lms.record.verify import verify
from tests.integration.test_disputes import BECAUSE, WHY, decide, dispute, give_back
from tests.integration.test_record import files_in, packed, record_of
from tests.integration.test_tampering import Change, found_after, other
from tests.make import World, actor, make_group, make_session, make_signed

UPHELD, OVERRULED, RETURN_OVERRULED = 3, 4, 5
ENTRIES = (UPHELD, OVERRULED, RETURN_OVERRULED)


@pytest.fixture
def decided(store: Database, world: World) -> World:
    """Two signed sessions and a returned one, each disputed: the first signature stands, the others’ words do not."""
    from lms.practice import service

    with store.transaction() as db:
        circle = make_group(db, world)
        made = [make_signed(db, world, circle, days) for days in (30, 20)]
        made.append(make_session(db, world, circle))
        give_back(db, world.trainer, made[2])
    for session_id, outcome in zip(made, ("upheld", "overruled", "overruled"), strict=True):
        with store.transaction() as db:
            which = dispute(db, world, session_id)
            service.answer(db, actor(db, world.trainer), session_id, which, "I counted four interruptions.")
            decide(db, world.other_trainer, session_id, outcome)
    with store.readers() as db:
        assert checking.verify(db).ok
    return world


def decision(connection: Connection, entry: int) -> Any:
    return connection.execute(
        select(PracticeEvent.__table__, Dispute.__table__.c.id.label("dispute"))
        .join(Dispute, Dispute.ended_id == PracticeEvent.id)
        .where(PracticeEvent.leaf_seq == entry)
    ).one()


def event_changed(name: str, entry: int, which: str = "ended_id") -> Change:
    """One column of the decision, of what the trainee said, or of what the first assessor answered."""

    def change(connection: Connection, chance: random.Random) -> int:
        of = select(getattr(Dispute, which)).where(Dispute.id == decision(connection, entry).dispute)
        chosen = PracticeEvent.id == connection.execute(of).scalar_one()
        value = connection.execute(select(getattr(PracticeEvent, name)).where(chosen)).scalar_one()
        new = {"upheld": "overruled", "overruled": "upheld"}[value] if name == "kind" else other(value, chance)
        kept = {"kept": None} if new == "upheld" else {}
        if new == "overruled":
            kept = {"signature_id": None, "kept": None}
        connection.execute(update(PracticeEvent).where(chosen).values({name: new, **kept}))
        return entry

    return change


def dispute_changed(entry: int, **values: Any) -> Change:
    def change(connection: Connection, chance: random.Random) -> int:
        chosen = Dispute.id == decision(connection, entry).dispute
        connection.execute(update(Dispute).where(chosen).values(**values))
        return entry

    return change


def found(store: Database, change: Change) -> tuple[int, list[str]]:
    return found_after(store, change, random.Random(1))  # noqa: S311


def named(meant: int, problems: list[str]) -> bool:
    return any(re.search(rf"\b[Ee]ntry {meant}\b", each) for each in problems)


@pytest.mark.parametrize("entry", ENTRIES, ids=["upheld", "overruled", "return overruled"])
@pytest.mark.parametrize(
    ("name", "which"),
    [("reason", "opened_id"), ("reason", "answered_id"), ("reason", "ended_id"), ("at", "ended_id"),
     ("kind", "ended_id"), ("version", "ended_id")],
)  # fmt: skip
def test_what_was_said_and_decided_stays(store: Database, decided: World, entry: int, name: str, which: str) -> None:
    meant, problems = found(store, event_changed(name, entry, which))
    assert named(meant, problems), problems


@pytest.mark.parametrize("entry", ENTRIES, ids=["upheld", "overruled", "return overruled"])
def test_what_became_of_it_stays(store: Database, decided: World, entry: int) -> None:
    outcome = "overruled" if entry == UPHELD else "upheld"
    somebody = decided.administrator
    for values in ({"outcome": outcome}, {"second_id": somebody}, {"first_id": somebody}, {"version": 7}):
        meant, problems = found(store, dispute_changed(entry, **values))
        assert named(meant, problems), (values, problems)


def test_the_wrong_thing_is_not_put_under_a_decision(store: Database, decided: World) -> None:
    def exchanged(connection: Connection, chance: random.Random) -> int:
        ids = connection.execute(select(Signature.id).order_by(Signature.leaf_seq)).scalars().all()
        return dispute_changed(UPHELD, signature_id=ids[1])(connection, chance)

    def gone(connection: Connection, chance: random.Random) -> int:
        connection.execute(delete(Dispute).where(Dispute.id == decision(connection, OVERRULED).dispute))
        return OVERRULED

    def counts_again(connection: Connection, chance: random.Random) -> int:
        which = decision(connection, OVERRULED)
        connection.execute(update(Signature).where(Signature.id == which.signature_id).values(voided_at=None))
        connection.execute(update(PracticeSession).where(PracticeSession.id == which.session_id).values(state="signed"))
        return OVERRULED

    def quietly_voided(connection: Connection, chance: random.Random) -> int:
        connection.execute(update(Signature).where(Signature.leaf_seq == 1).values(voided_at=clock.now()))
        return 1

    def another_return(connection: Connection, chance: random.Random) -> int:
        connection.execute(update(PracticeReturn).values(digest="0" * 64))
        return RETURN_OVERRULED

    for change in (exchanged, gone, counts_again, quietly_voided, another_return):
        meant, problems = found(store, change)
        assert named(meant, problems), (change.__name__, problems)


def test_the_record_of_a_person_tells_and_proves_it(store: Database, decided: World, tmp_path: Path) -> None:
    path = tmp_path / "record.zip"
    with store.readers() as db:
        path.write_bytes(record_of(db, decided.trainee))
    assert verify(str(path))[0] == []
    files = files_in(path)
    assert json.loads(files["records/000004.json"])["outcome"] == "overruled"
    assert "sessions/000004.json" in files
    assert "sessions/000005.json" not in files, "of what came back only the digest is sealed"
    page = files["index.html"].decode()
    for words in (WHY, BECAUSE, "I counted four interruptions.", "Dispute decided: it stands", "does not stand"):
        assert words in page
    said = json.loads(files["records/000003.json"]) | {"reason": "It was not held."}
    forged = packed(files | {"records/000003.json": json.dumps(said).encode()}, tmp_path / "forged.zip")
    assert any("entry 3" in each for each in verify(forged)[0])
    other_one = io.BytesIO()
    with store.readers() as db:
        other_one.write(record_of(db, decided.other_trainee))
    assert not any(name.startswith("records/") for name in files_in(other_one.getvalue()))
    assert uuid.UUID(json.loads(files["manifest.json"])["person"]["id"]) == decided.trainee
