"""Certificates for a whole cohort, while what issues, signs and draws them is killed: begun again, nobody has two.

That the command alone bears it is in `tests/integration/test_bulk_certificates.py`. Here the worker is killed as well.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import distinct, func, select, update

from lms.certificates import auditing
from lms.certificates.models import Certificate, CertificatePdf
from lms.core import clock
from lms.core.jobs import Job
from lms.core.unit import Database
from lms.credentials.models import Credential
from lms.messages.models import Message
from lms.register import service as register
from lms.register.models import Leaf
from tests.accounts import give_password
from tests.integration.test_bulk_certificates import LIBRARIES, words
from tests.journeys.conftest import Site
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World
from tests.make_cohort import ready_people

pytestmark = pytest.mark.journey
Walk = Callable[..., Walker]
MANY = 7


def count(store: Database, what: Any, *where: Any) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(what).where(*where)) or 0


def until(store: Database, table: type, least: int, seconds: float = 90) -> int:
    """Wait until there are so many; how many there are then."""
    end = time.monotonic() + seconds
    while (found := count(store, table)) < least:
        assert time.monotonic() < end, f"{found} of {least}: {table.__name__}"
        time.sleep(0.005)
    return found


def issue(site: Site, email: str) -> subprocess.Popen[bytes]:
    """The command, with the password typed."""
    command = [sys.executable, "-m", "lms.cli", *words(LIBRARIES, email, "--yes")]
    begun = subprocess.Popen(
        command,
        env=os.environ | site.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert begun.stdin is not None
    begun.stdin.write(f"{PASSWORD}\n".encode())
    begun.stdin.flush()
    return begun


def kill_worker(site: Site, store: Database) -> None:
    """`kill -9`; another one begins when the half minute is over for which the first had its job."""
    site.kill("worker")
    with store.transaction() as db:
        over = clock.now() - timedelta(seconds=1)
        db.execute(update(Job).where(Job.state == "running").values(lease_until=over))
    site.start("worker")


def test_whatever_is_killed_in_the_middle_everybody_has_one_certificate_in_the_end(
    walk: Walk, site: Site, store: Database, world: World, app: Flask
) -> None:
    email = give_password(app, store, world.administrator)
    with store.transaction() as db:
        ready_people(db, world, MANY)
    first = issue(site, email)
    until(store, Certificate, 2)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert first.returncode == -signal.SIGKILL
    until(store, Credential, 1)
    kill_worker(site, store)
    said, _ = (again := issue(site, email)).communicate(timeout=60)
    assert again.returncode == 0, said
    until(store, CertificatePdf, 2)
    kill_worker(site, store)
    assert count(store, CertificatePdf) < MANY, "it was killed in the middle"
    assert until(store, CertificatePdf, MANY) == MANY
    check_once(store)
    ilse = walk("ilse", 390)
    ilse.sign_in(email)
    ilse.open("/certificates")
    assert ilse.heading() == "Seven people are certified"


def check_once(store: Database) -> None:
    """One certificate, entry, letter, signed record with a place on a list, and drawing for each, and all agree."""
    assert count(store, Certificate) == count(store, Credential) == MANY
    assert count(store, Leaf, Leaf.kind == "certificate issued") == MANY
    assert count(store, Message, Message.template == "certificate") == MANY
    with store.readers() as db:
        for column in (Certificate.decision_id, Certificate.person_id, Certificate.code, Certificate.leaf_seq):
            assert db.scalar(select(func.count(distinct(column)))) == MANY
        places = db.execute(select(Credential.list_number, Credential.list_index)).all()
        assert len({tuple(place) for place in places}) == MANY
        letters = select(func.count(distinct(Message.person_id))).where(Message.template == "certificate")
        assert db.scalar(letters) == MANY
        assert register.verify(db).ok
        found = auditing.audit(db)
        assert (found.certificates, found.unsigned, found.faults) == (MANY, 0, [])
