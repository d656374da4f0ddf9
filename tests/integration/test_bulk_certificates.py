"""Certificates for a whole cohort: shown first, issued once each, and begun again wherever it was stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from lms.certificates import bulk, service
from lms.certificates.models import Certificate, CertificatePdf
from lms.cli import main
from lms.core.errors import Forbidden, Invalid
from lms.core.jobs import Job
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.messages.models import Message
from lms.register import service as register
from lms.register.models import Leaf
from tests.accounts import give_password
from tests.conftest import SECRET
from tests.make import PASSWORD, World, actor
from tests.make_certificates import certify, decide
from tests.make_cohort import ready_people
from tests.make_keys import PASSPHRASE

ROOT = Path(__file__).parents[2]
LIBRARIES = "Harbourside Council, Libraries"
MANY = 12


def environment(settings: Settings) -> dict[str, str]:
    return {
        "LMS_SECRET_KEY": SECRET,
        "LMS_DATABASE_URL": settings.database_url.replace("+psycopg", "").replace("+pysqlite", ""),
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_MODE": "test",
        "LMS_KEYS_PASSPHRASE": PASSPHRASE,
    }


def words(cohort: str, email: str, *more: str) -> list[str]:
    return ["certificates", "issue", "--cohort", cohort, "--as", email, *more]


def type_it(settings: Settings, command: Sequence[str], password: str = PASSWORD) -> Result:
    return CliRunner().invoke(main, command, env=environment(settings), input=f"{password}\n")


def test_it_says_who_gets_one_and_why_and_who_does_not_and_why(store: Database, world: World) -> None:
    with store.transaction() as db:
        decide(db, world)
        ready_people(db, world, 1)
        decide(db, world, world.other_trainee, kind="not_yet")
    with store.readers() as db:
        found = bulk.plan(db, actor(db, world.administrator), "harbourside council")
        assert found.cohort == "Harbourside Council"
        assert [each.holder for each in found.ready] == ["Amara Osei", "Facilitator 0000"]
        assert found.ready[0].why.startswith("“Ready” by Ruth Tamihana, ")
        assert found.ready[0].why.endswith(", on 6 sessions")
        [left] = found.left
        assert left.holder == "Farid Rahimi"
        assert left.why.startswith("the decision is “Not yet” by Ruth Tamihana, ")
        parks = bulk.plan(db, actor(db, world.administrator), "Harbourside Council, Parks & Depot")
        assert [each.holder for each in parks.ready] == ["Amara Osei"]


def test_who_has_one_and_who_lost_one_is_told_apart(store: Database, world: World) -> None:
    with store.transaction() as db:
        certify(db, world)
        lost = certify(db, world, world.other_trainee)
        service.revoke(db, actor(db, world.administrator), lost.id, "It does not hold.", "password")
    with store.readers() as db:
        found = bulk.plan(db, actor(db, world.administrator), "Harbourside Council")
        assert not found.ready
        said = {each.holder: each.why for each in found.left}
        assert said["Amara Osei"].startswith("they have theirs, valid until ")
        assert said["Farid Rahimi"] == bulk.WITHDRAWN
        assert len(found.undrawn) == 1, "whose certificate was withdrawn needs no drawing"


def test_only_an_administrator_of_the_provider_may_and_an_unknown_cohort_names_the_known(
    store: Database, world: World
) -> None:
    with store.readers() as db:
        for who in (world.trainer, world.manager, world.trainee, world.stranger):
            with pytest.raises(Forbidden):
                bulk.plan(db, actor(db, who), "Harbourside Council")
        with pytest.raises(Invalid, match="“Harbourside Council, Libraries”"):
            bulk.plan(db, actor(db, world.administrator), "Elsewhere District")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_shows_first_then_issues_and_a_second_time_there_is_nothing_left(
    app: Flask, store: Database, world: World, settings: Settings
) -> None:
    email = give_password(app, store, world.administrator)
    with store.transaction() as db:
        ready_people(db, world, 3)
    shown = type_it(settings, words(LIBRARIES, email))
    assert shown.exit_code == 0, shown.output
    assert "3 people of Harbourside Council, Libraries would get a certificate, because:" in shown.output
    assert "1 person would not, because:\n  Farid Rahimi: nothing is decided about them yet" in shown.output
    assert "Add --yes" in shown.output
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Certificate)) == 0
    issued = type_it(settings, words(LIBRARIES, email, "--yes"))
    assert "3 people have their certificates, and a letter each." in issued.output
    again = type_it(settings, words(LIBRARIES, email, "--yes"))
    assert "0 people have" in again.output
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Certificate)) == 3
        assert set(db.scalars(select(Leaf.authenticated_by).where(Leaf.kind == "certificate issued"))) == {
            "password, at the terminal"
        }
        assert register.verify(db).ok


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_password_or_a_trainer_s_issues_nothing(
    app: Flask, store: Database, world: World, settings: Settings
) -> None:
    email, trainer = (give_password(app, store, who) for who in (world.administrator, world.trainer))
    wrong = type_it(settings, words(LIBRARIES, email, "--yes"), "not the password at all")
    assert (wrong.exit_code, "nothing was done" in wrong.output) == (1, True)
    other = type_it(settings, words(LIBRARIES, trainer, "--yes"))
    assert (other.exit_code, "Only an administrator" in other.output) == (1, True)
    nobody = type_it(settings, words(LIBRARIES, "nobody@example.org", "--yes"))
    assert nobody.exit_code == 1


def count(store: Database, what: type) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(what)) or 0


def test_killed_in_the_middle_and_begun_again_nobody_gets_two(
    app: Flask, store: Database, world: World, settings: Settings
) -> None:
    email = give_password(app, store, world.administrator)
    with store.transaction() as db:
        ready_people(db, world, MANY)
    command = [sys.executable, "-m", "lms.cli", *words(LIBRARIES, email, "--yes")]
    begun = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert begun.stdin is not None
    begun.stdin.write(f"{PASSWORD}\n".encode())
    begun.stdin.close()
    until = time.monotonic() + 60
    while not count(store, Certificate) and time.monotonic() < until:
        time.sleep(0.005)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    assert 0 < count(store, Certificate) <= MANY
    again = type_it(settings, words(LIBRARIES, email, "--yes"))
    assert again.exit_code == 0, again.output
    with store.readers() as db:
        issued = db.scalars(select(Certificate.decision_id)).all()
        assert len(issued) == len(set(issued)) == MANY
        assert db.scalar(select(func.count()).where(Leaf.kind == "certificate issued")) == MANY
        assert db.scalar(select(func.count()).where(Message.template == "certificate")) == MANY
        assert db.scalar(select(func.count()).where(Job.name == "sign_certificate")) == MANY
        assert register.verify(db).ok


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_processes_draw_what_was_issued_each_certificate_once(
    app: Flask, store: Database, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = give_password(app, store, world.administrator)
    with store.transaction() as db:
        ready_people(db, world, 4)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    drawn = type_it(settings, words(LIBRARIES, email, "--yes", "--draw", "2"))
    assert "4 of 4 are drawn." in drawn.output
    assert count(store, CertificatePdf) == 4
