"""What tests about accounts need: a password for a person, a browser that fills in forms."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import flask_security
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.people import accounts, service
from lms.people.models import Person
from tests.make import PASSWORD


def browser_of(app: Flask, person_id: uuid.UUID) -> FlaskClient:
    """A browser in which somebody has just signed in."""
    browser = app.test_client()
    with app.extensions["askwell_database"].transaction() as db:
        signed_in = service.begin_sign_in(db, person_id, "test browser")
    with browser.session_transaction() as cookie:
        cookie[accounts.TOKEN], cookie["_user_id"], cookie["csrf_token"] = signed_in, str(person_id), "0" * 40
    return browser


def give_password(app: Flask, store: Database, person_id: uuid.UUID, password: str = PASSWORD) -> str:
    """Let the person sign in; returns their address."""
    with app.app_context():
        hashed = flask_security.hash_password(password)
    with store.transaction() as db:
        person = db.get_one(Person, person_id)
        person.password = hashed
        return person.email


def token(page: TestResponse) -> str:
    """The protection token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:2000]
    return found[1]


def post(browser: FlaskClient, path: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Open `page` (or the form's own address), fill in the form, send it to `path`."""
    opened = browser.get(page or path)
    assert opened.status_code == 200, (opened.status_code, opened.location)
    return browser.post(path, data={"csrf_token": token(opened), **fields})


def later(**much: float) -> time_machine.travel:
    """Some time has passed: `with later(minutes=6):`."""
    return time_machine.travel(datetime.now(UTC) + timedelta(**much))
