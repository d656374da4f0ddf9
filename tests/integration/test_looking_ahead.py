"""What a trainee may suppose on their page of readiness."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lms.core.unit import Database
from lms.handover import service
from tests.evidence import make_led
from tests.make import World, make_group

Browser = Callable[[uuid.UUID], FlaskClient]


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


def test_the_trainee_looks_ahead_without_script_and_nonsense_looks_at_nothing(
    world: World, store: Database, sign_in: Browser
) -> None:
    with store.transaction() as db:
        make_led(db, make_group(db, world), service.today() - timedelta(days=20), signer=world.trainer)
    amara = sign_in(world.trainee)
    page = " ".join(amara.get("/readiness?more=5&others=2").text.split())
    assert "Then there: Six sessions led and signed · Seen by two people" in page
    assert "Left: Five lessons on asking and on values" in page
    assert 'value="5" selected' in page
    for nonsense in ("more=-1", "more=x&others=9", "more=0", "others=3"):
        assert "Then there:" not in amara.get(f"/readiness?{nonsense}").text
    assert "Then there:" in amara.get("/readiness?more=999&others=999").text
