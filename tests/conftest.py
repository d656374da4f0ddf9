"""What every test may ask for: a blank migrated database on either engine, the application, a browser's client."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine, make_url
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.core import schema
from lms.core.db import make_engine
from lms.core.settings import Settings, load, use
from lms.core.unit import Database
from tests.make import World
from tests.make_keys import PASSPHRASE, plant_files
from tests.postgres import Cluster, execute
from tests.statements import statements

# No test fails because a machine is slow: Hypothesis would stop one after 200 ms, or when examples are slow to draw.
hypothesis.settings.register_profile("askwell", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("askwell")

POSTGRES = "ASKWELL_TEST_POSTGRES"
ENGINES = ("sqlite", "postgresql")
SECRET = "tests only: " + "0" * 40


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers."""
    if POSTGRES in os.environ or hasattr(config, "workerinput"):
        return
    cluster = Cluster()
    cluster.start()
    os.environ[POSTGRES] = cluster.url("{}")
    config.add_cleanup(cluster.stop)


def settings_for(url: str, folder: Path, **more: str) -> Settings:
    """Settings of a test's own."""
    given = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(folder), "LMS_MODE": "test"}
    return load(given | {"LMS_KEYS_PASSPHRASE": PASSPHRASE} | more)


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "blank.db"
    schema.upgrade(settings_for(f"sqlite:///{path}", path.parent).database_url)
    return path


@pytest.fixture(scope="session")
def blank_postgres(worker_id: str) -> str:
    name, server = f"blank_{worker_id}", os.environ[POSTGRES]
    execute(server.format("postgres"), f'CREATE DATABASE "{name}"')
    schema.upgrade(settings_for(server.format(name), Path()).database_url)
    return name


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a blank, migrated database. Tests that use it run once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("blank_sqlite"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path}/test.db"
        return
    server, blank = os.environ[POSTGRES], request.getfixturevalue("blank_postgres")
    name = f"t_{os.getpid()}_{os.urandom(4).hex()}"
    execute(server.format("postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{blank}"')
    yield server.format(name)
    execute(server.format("postgres"), f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    chosen = use(settings_for(database_url, tmp_path))
    plant_files(tmp_path)
    return chosen


class Movable:
    """An engine whose database is another for each test: what it compiled for one of them serves the next."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        event.listen(engine, "do_connect", self._connect)

    @contextmanager
    def at(self, url: str) -> Iterator[None]:
        self.url = make_url(url)
        self.engine.dispose()
        yield
        self.engine.dispose()

    def _connect(self, dialect: Dialect, _record: object, given: list[Any], named: dict[str, Any]) -> None:
        given[:], names = dialect.create_connect_args(self.url)
        named.update(names)


@pytest.fixture(scope="session")
def standing() -> dict[str, tuple[Movable, Any]]:
    """What is made once for all tests of a worker: an application and a database without one, on each engine."""
    return {}


@pytest.fixture
def store(settings: Settings, standing: dict[str, tuple[Movable, Any]]) -> Iterator[Database]:
    """The database without the web."""
    url = settings.database_url
    name = f"store {url.partition(':')[0]}"
    if name not in standing:
        made = make_engine(url)
        standing[name] = Movable(made), Database.of(made)
    engine, database = standing[name]
    with engine.at(url):
        yield database


@pytest.fixture
def app(settings: Settings, standing: dict[str, tuple[Movable, Any]]) -> Iterator[Flask]:
    """The application. Making one takes longer than most tests do, so it only moves to this test's database."""
    url = settings.database_url
    name = f"app {url.partition(':')[0]}"
    if name not in standing:
        made = create_app(settings)
        standing[name] = Movable(made.extensions["askwell_database"].engine), made
    engine, app = standing[name]
    app.extensions["askwell_settings"] = settings
    before = dict(app.config)
    with engine.at(url):
        yield app
    assert app.config == before, "The next test has this application too: change its configuration with monkeypatch."


@pytest.fixture
def world(store: Database) -> World:
    """A provider and a council with one person in each role, committed."""
    with store.transaction() as db:
        return World.make(db)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """Signs a person in and gives their browser: `sign_in(world.trainer)`."""

    from tests.accounts import browser_of

    return partial(browser_of, app)


@pytest.fixture
def letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The letters that accounts promised, as template and context, instead of the outbox."""
    from lms.people import accounts

    sent: list[dict[str, str]] = []
    monkeypatch.setitem(
        app.extensions, accounts.LETTERS, lambda _db, template, **about: sent.append({"template": template, **about})
    )
    return sent


@pytest.fixture
def post(app: Flask) -> Callable[..., TestResponse]:
    """Sends a form as a browser would, protection token included: `post(browser, "/x", name="Amara")`."""

    def send(browser: FlaskClient, path: str, **form: Any) -> TestResponse:
        from flask_wtf.csrf import generate_csrf

        with browser.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", "0" * 40)
        with app.test_request_context():
            from flask import session

            session["csrf_token"] = raw
            token = generate_csrf()
        return browser.post(path, data={"csrf_token": token} | form)

    return send


@pytest.fixture
def queries(app: Flask) -> Callable[..., AbstractContextManager[list[str]]]:
    """Collects the statements the application sends while the block runs, transaction control left out."""
    return lambda: statements(app.extensions["askwell_database"])
