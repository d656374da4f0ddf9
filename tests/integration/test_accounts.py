"""Accounts: signing in and out, resetting, changing, verifying, and what the account page shows."""

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


def test_the_sign_in_page_lets_a_person_in(client: FlaskClient, amara: str) -> None:
    answer = post(client, "/sign-in", email=amara, password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/account/verify").status_code == 200
