"""Signing while things go wrong: killed in the middle, fifty at once, and on the disk before it is said."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.messages.models import Message
from lms.practice.models import PracticeSession, Signature
from lms.register import service as register
from lms.register.models import Leaf
from tests.make import REVIEW, World, make_group, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
ROOT = Path(__file__).parents[2]
FIFTY = 50

# What a process of its own needs to sign one session: the address of the database, the session, the trainer.
SIGN = """
import os, signal, sys, uuid
from sqlalchemy import event, func, select
import lms.models
from lms.core.db import make_engine
from lms.core.settings import load, use
from lms.core.unit import Database
from lms.messages.models import Message
from lms.people import service as people
from lms.practice import service
from lms.practice.models import Signature
from lms.register.models import Leaf

url, session_id, trainer = sys.argv[1], uuid.UUID(sys.argv[2]), uuid.UUID(sys.argv[3])
use(load({"LMS_DATABASE_URL": url, "LMS_SECRET_KEY": "0" * 40, "LMS_MODE": "test"}))

def sign(store):
    with store.transaction() as db:
        who = people.get_actor(db, trainer)
        service.sign_off(db, who, session_id, 1, {"asking": 2}, 2, "You waited.", "password")
"""
# Killed at the first statement, at the second, and so on until one signature comes through; what stands after each.
KILLED = f"""{SIGN}
def in_a_child(act):
    child = os.fork()
    if child == 0:
        try:
            act(Database.of(make_engine(url)))
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1]

def killed_at(last):
    def act(store):
        left = [last]
        def step(*_):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(store.engine, "before_cursor_execute", step)
        event.listen(store.engine, "commit", step)
        sign(store)
    return act

def look(store):
    with store.readers() as db:
        letters = select(func.count()).where(Message.template == "signed")
        found = [db.scalar(select(func.count()).select_from(each)) for each in (Signature, Leaf)]
        print(*found, db.scalar(letters), flush=True)

for last in range(1, 200):
    ended = in_a_child(killed_at(last))
    in_a_child(look)
    if ended != signal.SIGKILL:
        sys.exit(ended)
"""
ANSWER = f"""{SIGN}
sign(Database.of(make_engine(url)))
os.write(1, b"signed")
"""


def test_killed_anywhere_there_is_all_of_a_signature_or_nothing(
    settings: Settings, world: World, sent: uuid.UUID
) -> None:
    command = [sys.executable, "-c", KILLED, settings.database_url, str(sent), str(world.trainer)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    *before, after = done.stdout.splitlines()
    assert len(before) >= 10, "killed at each of its statements and before it commits"
    assert set(before) == {"0 0 0"}
    assert after == "1 1 1"


def test_fifty_signed_at_once_are_fifty(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    with store.transaction() as db:
        group = make_group(db, world)
        days = [clock.today() - timedelta(days=2 + each) for each in range(FIFTY)]
        sent = [make_session(db, world, group, held_on=day) for day in days]
    browsers = [sign_in(world.trainer) for _ in sent]
    start, answers = threading.Barrier(FIFTY), list[int]()

    def sign(browser: FlaskClient, session_id: uuid.UUID) -> None:
        start.wait()
        answers.append(post(browser, f"/sign-off/{session_id}", **REVIEW).status_code)

    threads = [threading.Thread(target=sign, args=each) for each in zip(browsers, sent, strict=True)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [303] * FIFTY
    with store.readers() as db:
        assert set(db.scalars(select(Signature.session_id))) == set(sent)
        assert set(db.scalars(select(PracticeSession.state))) == {"signed"}
        assert db.scalar(select(func.count()).where(Message.template == "signed")) == FIFTY
        assert db.scalar(select(func.count()).select_from(Leaf)) == FIFTY
        assert register.verify(db).ok


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.skipif(shutil.which("strace") is None and "CI" not in os.environ, reason="strace is not installed")
def test_a_signature_is_on_the_disk_before_it_is_answered(
    settings: Settings, world: World, sent: uuid.UUID, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    calls = ["strace", "-f", "-y", "-o", str(trace), "-e", "trace=pwrite64,fsync,fdatasync,write"]
    command = [*calls, sys.executable, "-c", ANSWER, settings.database_url, str(sent), str(world.trainer)]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=True)
    lines = trace.read_text(errors="replace").splitlines()
    written = max(at for at, line in enumerate(lines) if re.search(r"pwrite64\(\d+<[^>]*-wal>", line))
    synced = max(at for at, line in enumerate(lines) if re.search(r"f(data)?sync\(\d+<[^>]*-wal>", line))
    answered = next(at for at, line in enumerate(lines) if '"signed"' in line)
    assert written < synced < answered
