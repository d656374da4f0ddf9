"""One person walks from the first lesson to a verified certificate, with two others beside them."""

from __future__ import annotations

from collections.abc import Callable

import flask_security
import pytest

from lms.app import create_app
from lms.core.settings import Settings
from lms.core.unit import Database
from tests.journeys.conftest import Site
from tests.journeys.history import begin
from tests.journeys.steps import Journey
from tests.journeys.walker import PASSWORD, Walker
from tests.make import World

pytestmark = pytest.mark.journey
Walk = Callable[..., Walker]


@pytest.fixture
def journey(site: Site, store: Database, settings: Settings, world: World, walk: Walk) -> Callable[..., Journey]:
    """Begins a journey: `journey(script=False, dark=True)`."""

    def set_out(**look: bool) -> Journey:
        with create_app(settings).app_context():
            password = flask_security.hash_password(PASSWORD)
        with store.transaction() as db:
            people = begin(db, world, password)
        walkers = [walk(*who, **look) for who in (("amara", 390), ("ruth", 820), ("hana", 1280), ("visitor", 390))]
        amara, ruth, hana, visitor = walkers
        return Journey(site, store, people, amara, ruth, hana, visitor)

    return set_out


def test_from_the_first_lesson_to_a_verified_certificate(journey: Callable[..., Journey]) -> None:
    way = journey()
    for step in way.steps():
        way.take(step)


def test_the_same_way_without_script_and_in_the_dark(journey: Callable[..., Journey]) -> None:
    way = journey(script=False, dark=True)
    for step in way.steps():
        way.take(step)


# With PostgreSQL what was acknowledged lies with a server that is not killed; its own tests of workers kill them there.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_acknowledged_is_lost_when_server_and_worker_are_killed_between_steps(
    journey: Callable[..., Journey], site: Site
) -> None:
    way = journey(axe=False)  # looked at these pages in the first test
    for step in way.steps():
        way.take(step)
        for process in ("web", "worker"):
            site.kill(process)
            site.start(process)
