"""One demo for all sweeps, with people of another provider who must not learn that it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from lms import demo
from lms.app import create_app
from lms.certificates import on_paper
from lms.core.settings import use
from tests.conftest import ENGINES, POSTGRES, settings_for
from tests.postgres import execute
from tests.sweeps.house import House


@pytest.fixture(scope="session", params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo as of today, and strangers."""
    folder = tmp_path_factory.mktemp("sweeps")
    url, server, name = f"sqlite:///{folder}/demo.db", os.environ[POSTGRES], f"sweeps_{os.getpid()}"
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("blank_sqlite"), folder / "demo.db")
    else:
        url, blank = server.format(name), request.getfixturevalue("blank_postgres")
        execute(server.format("postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{blank}"')
    settings = settings_for(url, folder, LMS_MODE="demo")
    app = create_app(settings)
    database = app.extensions["askwell_database"]
    demo.make(database, settings)
    yield House.open(app, database, settings)
    database.engine.dispose()
    if request.param == "postgresql":
        execute(server.format("postgres"), f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record on paper takes a second, has tests of its own, and here would be drawn for everybody many times over."""
    monkeypatch.setattr(on_paper, "draw", lambda _page: b"%PDF-1.7")


@pytest.fixture(autouse=True)
def its_settings(house: House) -> None:
    """Other tests may have chosen settings since."""
    use(house.settings)
