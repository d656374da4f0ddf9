"""Founding: two commands make an empty database a place where people can be invited."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.cli import main
from lms.core.unit import Database
from lms.people.models import Organisation, Unit
from tests.accounts import post
from tests.conftest import SECRET

FOUND = ("setup", "--organisation", "Fieldfare", "--administrator", "ilse@example.org", "--name", "Ilse Brandt")


@pytest.fixture
def lms(database_url: str) -> object:
    def run(*words: str) -> Result:
        environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": database_url, "LMS_MODE": "test"}
        return CliRunner().invoke(main, words, env=environment)

    return run


def test_the_first_administrator_comes_in_by_the_printed_link(lms, app: Flask, client: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    lms(*FOUND)
    told = lms(*FOUND)  # again is no mistake: the newer link counts
    assert told.exit_code == 0
    path = told.output.split("127.0.0.1:8000")[1].strip()
    assert post(client, path, name="Ilse Brandt", password="lantern orchard pebble tide").location == "/"
    assert client.get("/people").status_code == 200
    assert lms(*FOUND).exit_code == 1


def test_a_client_gets_units(lms, store: Database) -> None:  # type: ignore[no-untyped-def]
    lms(*FOUND)
    for headcount in ("70", "74"):
        done = lms("client", "Harbourside", "--provider", "Fieldfare", "--unit", f"Parks & Depot={headcount}")
        assert done.exit_code == 0, done.output
    with store.readers() as db:
        assert db.execute(select(Unit.name, Unit.headcount)).all() == [("Parks & Depot", 74)]
        assert db.scalar(select(Organisation.provider_id).where(Organisation.name == "Harbourside"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("client", "Harbourside", "--provider", "Nobody"), "There is no training provider called Nobody"),
        (("client", "Harbourside", "--provider", "Fieldfare", "--unit", "Parks"), "NAME=HEADCOUNT"),
        (("setup", "--organisation", "X", "--administrator", "ilse", "--name", "I"), "not an e-mail address"),
    ],
)
def test_mistakes_are_sentences(lms, words: tuple[str, ...], sentence: str) -> None:  # type: ignore[no-untyped-def]
    lms(*FOUND)
    told = lms(*words)
    assert told.exit_code == 1
    assert sentence in told.output
