"""What tests about accounts share: somebody with a password, and their browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.unit import Database
from tests.accounts import give_password, post
from tests.make import PASSWORD, World


@pytest.fixture
def amara(app: Flask, store: Database, world: World) -> str:
    """The address of somebody with a password."""
    return give_password(app, store, world.trainee)


@pytest.fixture
def inside(client: FlaskClient, amara: str) -> FlaskClient:
    """A browser in which Amara has just signed in."""
    assert post(client, "/sign-in", email=amara, password=PASSWORD).status_code == 302
    return client
