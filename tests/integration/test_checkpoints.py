"""The checkpoint of the month: signed once, kept here, and in the letters of whoever looks after an organisation."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, func, select, update

from lms.checkpoints import jobs, service
from lms.checkpoints.models import SignedCheckpoint
from lms.core.jobs import Job
from lms.core.settings import Settings, use
from lms.core.unit import Database
from lms.keys import service as keys
from lms.keys import vault
from lms.messages import smtp
from lms.messages.models import Message
from lms.people.models import Membership, Person
from lms.practice.models import Signature
from lms.record import archive, checking
from lms.record.verify import verify
from lms.register.models import Leaf
from tests.conftest import SECRET
from tests.integration.test_tampering import forget_events_of, unlock
from tests.make import World, make_group, make_signed

PASSPHRASE = "passphrase of tests: " + "1" * 40
FIRST = datetime(2027, 3, 1, 12, tzinfo=UTC)
KEEPERS = {"hana.petrova": 1, "ilse.brandt": 1, "odd.stranger": 1}


@pytest.fixture
def clocks() -> Iterator[Any]:
    with time_machine.travel(FIRST, tick=False) as moved:
        yield moved


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return use(settings.model_copy(update={"keys_passphrase": PASSPHRASE}))


@pytest.fixture
def register(clocks: Any, store: Database, world: World) -> Database:
    """Three signed sessions, and a key."""
    with store.transaction() as db:
        circle = make_group(db, world)
        for days in (20, 15, 10):
            make_signed(db, world, circle, days)
        keys.make_key(db)
    return store


def letters(store: Database) -> Counter[str]:
    with store.readers() as db:
        chosen = select(Message.email).where(Message.template == "checkpoint")
        return Counter(each.partition("@")[0] for each in db.scalars(chosen))


def a_letter(store: Database) -> bytes:
    """One of them as it travels, decoded again as a mail program does."""
    with store.readers() as db:
        letter = db.scalars(select(Message).where(Message.template == "checkpoint").limit(1)).one()
    sent = smtp.build("Askwell <no-reply@askwell.example>", letter)
    return bytes(sent.get_payload(decode=True))


def rows(store: Database) -> int | None:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(SignedCheckpoint))


def problems(store: Database, content: bytes) -> str:
    """What somebody who kept a checkpoint is told."""
    with store.readers() as db:
        return " ".join(checking.verify(db, service.read(db, content).seen).problems)


def cut_off(store: Database, after: int) -> None:
    """What an older backup, or somebody with the database's keys, makes of it: a register in order."""
    with store.engine.begin() as connection:
        unlock(connection)
        forget_events_of(connection, Signature.leaf_seq > after)
        for entries in (delete(Signature).where(Signature.leaf_seq > after), delete(Leaf).where(Leaf.seq > after)):
            connection.execute(entries)


def test_the_first_round_of_a_month_signs_once_and_writes_to_everybody_once(register: Database, clocks: Any) -> None:
    jobs.sign_checkpoint(register)
    jobs.sign_checkpoint(register)
    clocks.move_to(datetime(2027, 3, 2, 12, tzinfo=UTC))
    jobs.sign_checkpoint(register)
    assert (rows(register), letters(register)) == (1, KEEPERS)
    clocks.move_to(datetime(2027, 3, 31, 23, 30, tzinfo=UTC))  # in London it is April
    jobs.sign_checkpoint(register)
    assert (rows(register), letters(register)) == (2, dict.fromkeys(KEEPERS, 2))


def test_a_round_promises_the_next_morning_s(register: Database) -> None:
    jobs.sign_checkpoint(register)
    jobs.sign_checkpoint(register)
    with register.readers() as db:
        promised = db.execute(select(Job.key, Job.due_at).where(Job.name == "sign_checkpoint")).all()
    assert [tuple(each) for each in promised] == [
        ("sign_checkpoint:2027-03-02", datetime(2027, 3, 2, 6, tzinfo=UTC)),
    ]


def test_ten_at_once_sign_once(register: Database) -> None:
    start, faults = threading.Barrier(10), list[BaseException]()
    with register.readers() as db:
        signer, seen = keys.find_signer(db), service.look(db)
    assert signer

    def work() -> None:
        start.wait()
        try:
            with time_machine.travel(FIRST, tick=False), register.transaction() as db:
                service.publish(db, "2027-03", seen, signer)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []
    assert (rows(register), letters(register)) == (1, KEEPERS)


KILLED = """
import os
from lms.checkpoints import jobs, service
from lms.core.db import make_engine
from lms.core.settings import load, use
from lms.core.unit import Database
send, written = service.messages.send, []
def die_at_the_second(*given, **more):
    if written:
        os._exit(9)
    written.append(send(*given, **more))
service.messages.send = die_at_the_second
jobs.sign_checkpoint(Database.of(make_engine(use(load()).database_url)))
"""


def test_killed_between_the_row_and_the_letters_it_has_done_neither_and_does_both_next_time(
    register: Database, settings: Settings
) -> None:
    url = settings.database_url.replace("+pysqlite", "").replace("+psycopg", "")
    environment = {
        "LMS_SECRET_KEY": SECRET,
        "LMS_KEYS_PASSPHRASE": PASSPHRASE,
        "LMS_DATABASE_URL": url,
        "LMS_DATA_DIR": str(settings.data_dir),
    }
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
    assert killed.returncode == 9
    assert (rows(register), letters(register)) == (0, {})
    jobs.sign_checkpoint(register)
    assert (rows(register), letters(register)) == (1, KEEPERS)


def test_who_left_or_is_suspended_gets_no_letter_and_two_offices_are_one(register: Database, world: World) -> None:
    with register.transaction() as db:
        db.execute(update(Membership).where(Membership.person_id == world.stranger).values(ended_on=FIRST.date()))
        db.execute(update(Person).where(Person.id == world.administrator).values(active=False))
        second = {"organisation_id": world.provider, "role": "administrator", "started_on": FIRST.date()}
        db.add(Membership(person_id=world.manager, **second))
    jobs.sign_checkpoint(register)
    assert letters(register) == {"hana.petrova": 1}


def test_the_letter_tells_nothing_about_anybody(register: Database) -> None:
    jobs.sign_checkpoint(register)
    text = a_letter(register).decode()
    assert "Entries: 3\n" in text
    assert not [name for name in ("Amara", "Ruth", "Farid", "Parks", "circle", "@") if name in text]


def test_without_a_key_it_says_so_in_the_log_and_is_done(
    store: Database, clocks: Any, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    jobs.sign_checkpoint(store)
    assert "there is no key" in caplog.text
    assert (rows(store), letters(store)) == (0, {})
    with store.transaction() as db:
        keys.make_key(db)
    jobs.sign_checkpoint(store)
    assert rows(store) == 1


def test_a_key_that_cannot_be_used_is_told_in_the_log_and_no_job_fails(
    register: Database, caplog: pytest.LogCaptureFixture
) -> None:
    vault.folder().chmod(0o755)
    jobs.sign_checkpoint(register)
    assert json.loads(caplog.messages[0])["why"].startswith("Others can open")
    assert (rows(register), letters(register)) == (0, {})


def test_the_letter_finds_a_register_cut_off_or_an_older_copy_put_back(register: Database) -> None:
    jobs.sign_checkpoint(register)
    kept = a_letter(register)
    assert problems(register, kept) == ""
    cut_off(register, after=2)
    assert problems(register, kept) == (
        "Entry 3 is missing. It was there at the checkpoint of 1 March 2027, 12:00 UTC; "
        "the register now ends with entry 2."
    )


def test_a_register_that_does_not_continue_the_last_checkpoint_is_not_signed(
    register: Database, clocks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    jobs.sign_checkpoint(register)
    cut_off(register, after=2)
    clocks.move_to(datetime(2027, 4, 1, 12, tzinfo=UTC))
    jobs.sign_checkpoint(register)
    assert rows(register) == 1
    assert "lms register verify" in caplog.text


def test_openssl_checks_the_letter_without_us(register: Database, world: World, tmp_path: Path) -> None:
    """With the very commands that stand in a record."""
    jobs.sign_checkpoint(register)
    with register.readers() as db, (tmp_path / "record.zip").open("wb") as file:
        archive.write(db, db.get_one(Person, world.trainee), file)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "record.zip", "."], cwd=tmp_path, check=True)
    page = (tmp_path / "index.html").read_text("utf-8")
    commands = page[page.index("<pre>") + 5 : page.index("</pre>")].replace("&gt;", ">")

    def run() -> tuple[int, str]:
        done = subprocess.run(["sh", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.strip()

    assert run() == (0, "Signature Verified Successfully")
    (tmp_path / "letter.txt").write_bytes(a_letter(register))
    assert verify(str(tmp_path / "record.zip"), str(tmp_path / "letter.txt"))[0] == []
    (tmp_path / "signed-checkpoint.txt").write_bytes(a_letter(register))
    assert run()[0] == 0
    (tmp_path / "signed-checkpoint.txt").write_bytes(a_letter(register).replace(b"Entries: 3", b"Entries: 2"))
    assert run()[0] != 0
