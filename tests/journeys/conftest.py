"""The running product: a real server and worker on a database with people in it, and real browsers."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from lms.core.settings import Settings
from lms.core.unit import Database
from lms.serve import command_web, command_worker
from tests.bench.load import free_port
from tests.conftest import SECRET
from tests.journeys.walker import Walker
from tests.make_keys import PASSPHRASE, plant_files, plant_rows

CHROMIUM = "/usr/bin/chromium-headless-shell"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOTS = os.environ.get("ASKWELL_SHOTS")


@dataclass
class Site:
    """The product as processes: they can be killed and started again."""

    url: str
    port: int
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start “web” or “worker”."""
        command = command_web("127.0.0.1", self.port, 1) if name == "web" else command_worker()
        with Path(self.environment["LMS_DATA_DIR"], f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=os.environ | self.environment, stdout=log, stderr=log, start_new_session=True
            )
        if name == "web":
            self._wait()

    def kill(self, name: str) -> None:
        """`kill -9` the process and everything it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, 9)
        process.wait()

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2).close()  # noqa: S310 - our own server
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.1)
            else:
                return
        log = Path(self.environment["LMS_DATA_DIR"], "web.log").read_text("utf-8")
        raise RuntimeError(f"the server did not start:\n{log[-2000:]}")


@pytest.fixture
def site(settings: Settings, store: Database, database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A server and a worker on the test's database."""
    port = free_port()
    url = f"http://localhost:{port}"
    environment = {
        "LMS_DATABASE_URL": database_url,
        "LMS_SECRET_KEY": SECRET,
        "LMS_MODE": "test",
        "LMS_PUBLIC_URL": url,
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_KEYS_PASSPHRASE": PASSPHRASE,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    plant_files(tmp_path, url)
    with store.transaction() as db:
        plant_rows(db, url)
    made = Site(url, port, environment)
    made.start("web")
    made.start("worker")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def walk(chromium: Browser, site: Site) -> Iterator[Callable[..., Walker]]:
    """A person's browser: `walk("Amara", 390)`. Every page it opens is checked; leaving says what was wrong.

    Where nothing else is said, it is light on one engine and dark on the other: both are made of the same templates.
    """
    night = not site.environment["LMS_DATABASE_URL"].startswith("sqlite")
    with ExitStack() as open_browsers:

        def begin(name: str, width: int, *, script: bool = True, dark: bool = night, axe: bool = True) -> Walker:
            context = chromium.new_context(
                base_url=site.url,
                viewport={"width": width, "height": 900},
                java_script_enabled=script,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                accept_downloads=True,
            )
            open_browsers.callback(context.close)
            walker = Walker(name, context, script=script, axe=axe, shots=Path(SHOTS) if SHOTS else None)
            open_browsers.callback(walker.assert_well)
            return walker

        yield begin
