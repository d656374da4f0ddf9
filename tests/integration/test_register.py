"""The register in the database: it only grows, in one line, and anybody can check it."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.cli import main
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.practice.models import Signature
from lms.register import service
from lms.register.models import Leaf
from tests.conftest import SECRET
from tests.integration.test_tampering import forget_events_of, unlock
from tests.make import World, actor, make_group, make_signed

PAYLOAD = {"held_on": "2026-04-30", "minutes": 90, "level": 3, "open": True, "note": None}


def write(db: Session, **changed: Any) -> Leaf:
    entry: dict[str, Any] = {
        "kind": "signature",
        "subject_kind": "practice_session",
        "subject_id": uuid.uuid4(),
        "payload": PAYLOAD,
        "meaning": "I was in the room and I saw what I have rated",
        "authenticated_by": "password",
    }
    return service.append(db, None, **(entry | changed))


def fill(store: Database, entries: int) -> None:
    for _ in range(entries):
        with store.transaction() as db:
            write(db)


def tamper(store: Database, *statements: str) -> None:
    """What somebody with the database's keys could do: take the triggers away first."""
    sqlite = store.engine.dialect.name == "sqlite"
    with store.engine.begin() as connection:
        if sqlite:
            for name in ("leaf_is_never_changed", "leaf_is_never_removed"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE leaf DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


def test_entries_are_numbered_and_chained(store: Database, world: World) -> None:
    with store.transaction() as db:
        trainer = actor(db, world.trainer)
        first = service.append(
            db,
            trainer,
            kind="signature",
            subject_kind="practice_session",
            subject_id=uuid.uuid4(),
            payload=PAYLOAD,
            meaning="I was in the room and I saw what I have rated",
            reason="",
            authenticated_by="passkey",
        )
        second = write(db)
    assert (first.seq, second.seq) == (1, 2)
    assert first.actor_id == world.trainer
    assert second.previous_hash == first.hash
    assert first.digest == service.digest(PAYLOAD)
    with store.readers() as db:
        found = service.verify(db)
    assert found.ok
    assert (found.count, found.head) == (2, second.hash)


def test_a_transaction_that_fails_leaves_no_gap(store: Database) -> None:
    fill(store, 1)
    with store.writers() as db:
        write(db)
        db.rollback()
    fill(store, 1)
    with store.readers() as db:
        assert service.verify(db).count == 2
        assert service.verify(db).ok


def test_four_threads_appending_make_one_line(store: Database) -> None:
    faults: list[BaseException] = []

    def work() -> None:
        try:
            fill(store, 15)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []
    with store.readers() as db:
        found = service.verify(db)
    assert found.ok
    assert found.count == 60


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leaf SET reason = 'other' WHERE seq = 1",
        "UPDATE leaf SET at = at",
        "DELETE FROM leaf WHERE seq = 2",
        "DELETE FROM leaf",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(store: Database, statement: str) -> None:
    fill(store, 2)
    with pytest.raises(DBAPIError, match="never"), store.engine.begin() as connection:
        connection.execute(text(statement))
    with store.readers() as db:
        assert service.verify(db).count == 2


def test_postgresql_refuses_to_empty_the_register(store: Database) -> None:
    if store.engine.dialect.name == "sqlite":
        return  # it has no TRUNCATE; DELETE without WHERE asks the trigger
    fill(store, 1)
    with pytest.raises(DBAPIError, match="never"), store.engine.begin() as connection:
        connection.execute(text("TRUNCATE leaf"))


def test_sqlite_refuses_to_put_one_entry_in_the_place_of_another(store: Database) -> None:
    if store.engine.dialect.name != "sqlite":
        return  # only SQLite knows INSERT OR REPLACE
    fill(store, 2)
    with pytest.raises(DBAPIError, match="follow one another"), store.engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO leaf SELECT * FROM leaf WHERE seq = 2"))


def test_the_database_refuses_a_number_left_out(store: Database) -> None:
    fill(store, 1)
    with store.readers() as db:
        row = db.get_one(Leaf, 1)
        values = {column.name: getattr(row, column.name) for column in Leaf.__table__.columns}
    with store.writers() as db:
        db.add(Leaf(**(values | {"seq": 3, "hash": "0" * 64, "previous_hash": "1" * 64})))
        with pytest.raises(DBAPIError, match="follow one another"):
            db.flush()


def test_a_change_behind_the_database_s_back_is_found(store: Database) -> None:
    fill(store, 3)
    tamper(store, "UPDATE leaf SET meaning = 'I saw nothing' WHERE seq = 2")
    with store.readers() as db:
        assert service.verify(db).problems == ("Entry 2 was changed after it was made.",)


def test_an_entry_taken_out_behind_the_database_s_back_is_found(store: Database) -> None:
    fill(store, 3)
    tamper(store, "DELETE FROM leaf WHERE seq = 2")
    with store.readers() as db:
        assert service.verify(db).problems == (
            "After entry 1 comes entry 3: something was taken out or put in.",
            "Entry 3 does not continue the entry before it.",
        )


def test_a_value_nobody_can_read_is_reported(store: Database) -> None:
    if store.engine.dialect.name != "sqlite":
        return  # PostgreSQL checks the type itself
    fill(store, 2)
    tamper(store, "UPDATE leaf SET at = 'yesterday' WHERE seq = 2")
    with store.readers() as db:
        assert service.verify(db).problems == (
            "Entry 2 cannot be read, so neither it nor those after it were checked.",
        )


def test_many_entries_are_checked_in_batches(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 7)
    with store.transaction() as db:
        for _ in range(30):
            write(db)
    with store.readers() as db:
        assert service.verify(db).count == 30


def lms(settings: Settings, *words: str) -> Result:
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": settings.database_url.replace("+pysqlite", "")}
    environment["LMS_DATABASE_URL"] = environment["LMS_DATABASE_URL"].replace("+psycopg", "")
    return CliRunner().invoke(main, words, env=environment)


def sign(store: Database, world: World, *days_ago: int) -> None:
    """Entries that stand for something: Ruth signs sessions that Amara led."""
    with store.transaction() as db:
        group = db.scalar(select(PeerGroup.id)) or make_group(db, world)
        for days in days_ago:
            make_signed(db, world, group, days)


def test_the_command_says_that_the_register_is_whole(store: Database, settings: Settings, world: World) -> None:
    assert lms(settings, "register", "verify").stdout == "The register is empty.\n"
    sign(store, world, 9, 2)
    answer = lms(settings, "register", "verify")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("2 entries, whole and in order.")


def test_the_command_says_which_entry_s_record_was_changed(store: Database, settings: Settings, world: World) -> None:
    sign(store, world, 9, 2)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE signature SET level = 5 WHERE leaf_seq = 2"))
    answer = lms(settings, "register", "verify")
    assert (answer.exit_code, answer.stderr) == (1, "The signature of entry 2 was changed after it was made.\n")


def test_an_entry_nobody_knows_the_kind_of_is_reported(store: Database, settings: Settings) -> None:
    with store.transaction() as db:
        write(db, kind="rumour")
    answer = lms(settings, "register", "verify")
    assert answer.stderr == "Entry 1 is a “rumour”, which this version of Askwell does not know.\n"


def test_a_checkpoint_kept_elsewhere_betrays_an_older_copy(
    store: Database, settings: Settings, world: World, tmp_path: Path
) -> None:
    sign(store, world, 20, 15, 10)
    file = tmp_path / "checkpoint.json"
    file.write_text(lms(settings, "register", "checkpoint").stdout)
    assert lms(settings, "register", "verify", "--checkpoint", str(file)).exit_code == 0
    sign(store, world, 5)
    assert lms(settings, "register", "verify", "--checkpoint", str(file)).exit_code == 0
    with store.engine.begin() as connection:
        unlock(connection)
        forget_events_of(connection, Signature.leaf_seq > 2)
        for entries in (delete(Signature).where(Signature.leaf_seq > 2), delete(Leaf).where(Leaf.seq > 2)):
            connection.execute(entries)
    answer = lms(settings, "register", "verify", "--checkpoint", str(file))
    assert answer.exit_code == 1
    assert "the register now ends with entry 2." in answer.stderr
    assert lms(settings, "register", "verify").exit_code == 0


def test_the_command_answers_mistakes_with_a_sentence(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    file.write_text("hello")
    answer = lms(settings, "register", "verify", "--checkpoint", str(file))
    assert answer.exit_code == 1
    assert answer.stderr.startswith("This file is not a checkpoint. Make one with `lms register checkpoint`, or save")


def test_an_unmigrated_database_is_answered_with_a_sentence(tmp_path: Path) -> None:
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    answer = CliRunner().invoke(main, ["register", "verify"], env=environment)
    assert answer.exit_code == 1
    assert "run `lms migrate` first" in answer.stderr
    assert "Traceback" not in answer.stderr
