"""`lms serve`: the web server and the worker side by side, kept running by a small process and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from lms.core.settings import Settings
from lms.core.unit import Database
from tests.bench.load import free_port
from tests.integration.test_bulk_certificates import environment
from tests.integration.test_workers import until

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
    except OSError:
        return False
    return True


def part(house: psutil.Process, word: str) -> psutil.Process | None:
    """The web server or the worker, by a word of its command line."""
    for each in house.children():
        with suppress(psutil.Error):  # it ends just now
            if word in each.cmdline():
                return each
    return None


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def house(settings: Settings, store: Database, port: int) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "lms.cli", "serve", "--port", str(port), "--workers", "1"]
    with psutil.Popen(command, cwd=ROOT, env=os.environ | environment(settings), stdout=subprocess.DEVNULL) as process:
        until(lambda: answers(port))
        yield process
        with suppress(psutil.NoSuchProcess):  # one test ends it itself
            for each in (*process.children(recursive=True), process):
                each.kill()


def test_what_dies_is_started_again(house: psutil.Process, port: int) -> None:
    until(lambda: part(house, "worker"))
    worker = part(house, "worker")
    assert worker is not None
    worker.kill()
    until(lambda: (again := part(house, "worker")) is not None and again.pid != worker.pid)
    assert answers(port)


def test_whoever_keeps_watch_holds_nothing_of_the_program(house: psutil.Process) -> None:
    """It checks the settings first, for which it reads all of it: afterwards it begins anew without."""
    assert house.cmdline()[1:3] == ["-m", "lms.serve"]
    assert house.memory_info().rss < 40e6


def test_both_end_together(house: psutil.Process) -> None:
    both = house.children(recursive=True)
    house.send_signal(signal.SIGTERM)
    house.wait(60)
    until(lambda: not any(each.is_running() for each in both))


def test_wrong_settings_are_one_sentence_and_nothing_is_started(settings: Settings, port: int) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "lms.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | environment(settings) | {"LMS_SECRET_KEY": "short"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode != 0
    assert "LMS_SECRET_KEY" in said.stderr
    assert "Traceback" not in said.stderr
    assert not answers(port)
