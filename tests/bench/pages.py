"""The pages that are measured, as people of the demo open them."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from lms.app import create_app
from lms.core.settings import Settings
from tests.accounts import browser_of
from tests.bench import long_lists
from tests.statements import statements

DRILL = "/learn/open-questioning/advice-with-a-question-mark/drill"
LESSON = "/learn/open-questioning/advice-with-a-question-mark"
QUESTION = "What happens on the nights when the log does get used?"


@dataclass(frozen=True)
class Page:
    """An address with what its visitor's browser sends, its floor, and what one visit costs."""

    name: str
    path: str
    floor: str
    headers: Mapping[str, str]
    body: str
    queries: int
    bytes: int


def fill(environment: Mapping[str, str]) -> None:
    """The demo, in the bench's database, and done what it promised: its certificates are signed and drawn."""
    for command in (["migrate"], ["demo"], ["worker", "--until-idle"]):
        subprocess.run([sys.executable, "-m", "lms.cli", *command], env=os.environ | dict(environment), check=True)


def demo_pages(settings: Settings) -> list[Page]:
    """Lesson, home, drill, review, coverage, verification and sign-in, each for somebody who may open it."""
    from lms import demo

    app = create_app(settings)
    known = demo.known(app.extensions["askwell_database"])
    trainee, trainer, manager = (Visitor(app, each) for each in (known.trainee, known.trainer, known.manager))
    nobody = Visitor(app, None)
    return [
        trainee.page("lesson", LESSON, "read"),
        trainee.page("home", "/", "read"),
        trainee.submit("drill submit", DRILL, {"question": QUESTION, "key": "KEY"}),
        trainer.page("review", f"/sign-off/{known.waiting_session}", "read"),
        manager.page("coverage", "/coverage", "read"),
        nobody.page("verify", f"/v/{known.certificate_code}", "read"),
        nobody.page("sign-in", "/sign-in", "page"),
    ]


def long_pages(settings: Settings) -> list[Page]:
    """The trainer's queue and a trainee's own list, once they are long."""
    from lms import demo

    app = create_app(settings)
    database = app.extensions["askwell_database"]
    known = demo.known(database)
    trainee = Visitor(app, long_lists.fill(database, known.trainer, known.trainee))
    return [
        Visitor(app, known.trainer).page("10,000 wait", "/sign-off", "read"),
        trainee.page("2,000 sent", "/practice", "read"),
    ]


class Visitor:
    """A browser of the demo, and its cookie as the load tool needs it."""

    def __init__(self, app: Flask, person_id: uuid.UUID | None) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client() if person_id is None else browser_of(app, person_id)
        found = self.browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
        self.cookie = f"{found.key}={found.value}" if found else ""

    def page(self, name: str, path: str, floor: str) -> Page:
        self.browser.get(path)  # fills caches, as the server's first visit does
        with statements(self.app.extensions["askwell_database"]) as seen:
            answer = self.browser.get(path)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return Page(name, path, floor, self._headers(), "", len(seen), len(answer.data))

    def submit(self, name: str, path: str, form: Mapping[str, str]) -> Page:
        form = {"csrf_token": self._protection()} | dict(form)
        self.browser.post(path, data=form | {"key": "first"})
        with statements(self.app.extensions["askwell_database"]) as seen:
            answer = self.browser.post(path, data=form | {"key": "second"})
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return Page(name, path, "write", self._headers(), urlencode(form), len(seen), len(answer.data))

    def _headers(self) -> Mapping[str, str]:
        return {"Cookie": self.cookie} if self.cookie else {}

    def _protection(self) -> str:
        with self.app.test_request_context():
            from flask import session

            session["csrf_token"] = "0" * 40
            token: str = generate_csrf()
            return token
