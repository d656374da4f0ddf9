"""The pages around a link: asking, what a stranger on a phone reads, what stays when something goes wrong."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.practice import service
from lms.practice.models import PracticeSession, Signature
from lms.practice.observer_models import ObserverLink
from tests.make import World, actor, make_group, make_log, make_session
from tests.make_observers import MARIA

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
SEEN = {"version": "1", "rate-asking": "4", "level": "3", "seen": "yes", "comment": "Amara let them think."}
SIGNED = SEEN | {"signed_as": "M. Ortiz"}
OWN = re.compile(r'name="csrf_token" value="[^"]*"')
OF_THE_WRITER = {"keep": "heron-in-the-boathouse", "differently": "otter-under-the-bridge"}


@pytest.fixture
def sent(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return make_session(db, world, make_group(db, world), **OF_THE_WRITER)


def signatures(store: Database) -> int | None:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(Signature))


def test_the_writer_asks_and_the_page_says_to_whom_it_went_and_until_when(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    here = f"/practice/{sent}/observer"
    assert here in amara.get(f"/practice/{sent}").text
    page = amara.get(here).text
    assert "They do not see the moments you wrote about" in page
    assert post(amara, here, **MARIA).location == f"/practice/{sent}"
    page = amara.get(f"/practice/{sent}").text
    assert "Maria Ortiz (maria@hospice.example)" in page
    assert "The link works until" in page
    assert f'href="{here}"' not in page
    with store.readers() as db:
        link = db.scalars(select(ObserverLink)).one()
    again, back = (f"{here}/{link.id}/{word}" for word in ("send", "take-back"))
    assert again in page
    assert post(amara, again).status_code == 303
    assert "The link in the old one is dead" in amara.get(f"/practice/{sent}").text
    assert post(amara, back).status_code == 303
    page = amara.get(f"/practice/{sent}").text
    assert "Maria Ortiz (maria" not in page
    assert f'href="{here}"' in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Write their name."),
        ("email", "maria", "with an @ in it"),
        ("about", "", "Write in one line who they are"),
        ("email", "amara.osei@example.org", "your own address"),
    ],
)
def test_what_cannot_be_asked_comes_back_with_everything_typed(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post, field: str, typed: str, sentence: str
) -> None:
    answer = post(sign_in(world.trainee), f"/practice/{sent}/observer", **(MARIA | {field: typed}))
    assert answer.status_code == 422
    assert sentence in answer.text
    for name, value in MARIA.items():
        assert name == field or f'value="{value}"' in answer.text


def test_opening_the_link_reads_and_writes_nothing(
    client: FlaskClient, store: Database, code: str, queries: Callable[..., object]
) -> None:
    with queries() as statements:  # type: ignore[attr-defined]
        for method in ("GET", "HEAD", "GET"):
            answer = client.open(f"/observe/{code}", method=method)
            assert answer.status_code == 200
    assert not [each for each in statements if not each.startswith("SELECT")]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers.getlist("Referrer-Policy") == ["strict-origin"]
    assert answer.headers["Cache-Control"] == "no-store"
    with store.readers() as db:
        assert db.scalars(select(ObserverLink.state)).one() == "open"


def test_the_page_says_who_asks_what_it_is_and_what_a_signature_means(client: FlaskClient, code: str) -> None:
    page = client.get(f"/observe/{code}").text
    for words in (
        "Amara Osei asks you",
        "learning to lead groups",
        "sign with your name",
        "Amara’s trainer, Ruth Tamihana",
    ):
        assert words in page
    assert "where should Ruth sit?" in page
    assert "I did not see this session" in page


def test_nothing_the_writer_thought_is_on_the_page_of_an_observer(
    client: FlaskClient, store: Database, code: str, post: Post
) -> None:
    pages = [client.get(f"/observe/{code}"), post(client, f"/observe/{code}")]
    pages += [post(client, f"/observe/{code}", **(SIGNED | {"version": "9"}))]
    assert [each.status_code for each in pages] == [200, 422, 409]
    pages += [post(client, f"/observe/{code}", **SIGNED), client.get(f"/observe/{code}")]
    for page in pages:
        assert not [word for word in OF_THE_WRITER.values() if word in page.text]
        assert "own view" not in page.text


def test_a_stranger_signs_without_an_account_and_the_link_is_used(
    client: FlaskClient, store: Database, world: World, sent: uuid.UUID, code: str, sign_in: Browser, post: Post
) -> None:
    answer = post(client, f"/observe/{code}", **SIGNED)
    assert (answer.status_code, answer.location) == (303, f"/observe/{code}")
    page = client.get(f"/observe/{code}").text
    assert "Signed. Thank you" in page
    assert "“M. Ortiz”" in page
    again = post(client, f"/observe/{code}", **SIGNED)
    assert again.status_code == 409
    assert "Signed. Thank you" in again.text
    assert signatures(store) == 1
    for page in (
        sign_in(world.trainee).get(f"/practice/{sent}").text,
        sign_in(world.trainer).get(f"/sign-off/{sent}").text,
    ):
        for words in (
            "Amara let them think.",
            "by a link sent to their e-mail address",
            "works with us at the hospice",
        ):
            assert words.lower() in page.lower()
        assert "Signed “M. Ortiz”" in page
    assert "Is Ruth beside you?" in sign_in(world.trainee).get(f"/practice/{sent}").text, "it still waits"


def test_behind_https_the_form_of_a_stranger_is_taken(app: Flask, client: FlaskClient, code: str) -> None:
    """The protection of forms asks there where a form came from: the origin, without the code, has to be told."""
    page = client.get(f"/observe/{code}", base_url="https://localhost")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    form = SIGNED | {"csrf_token": token}
    headers = {"Referer": "https://localhost/"}
    answer = client.post(f"/observe/{code}", data=form, base_url="https://localhost", headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("rate-asking", "Rate at least one thing"),
        ("level", "Choose where Ruth should sit at Amara’s next session."),
        ("seen", "tick that you were in the room"),
        ("signed_as", "Write your name. It is your signature."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    client: FlaskClient, store: Database, code: str, post: Post, missing: str, sentence: str
) -> None:
    answer = post(client, f"/observe/{code}", **{name: value for name, value in SIGNED.items() if name != missing})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Amara let them think." in answer.text
    assert missing == "signed_as" or 'value="M. Ortiz"' in answer.text
    assert signatures(store) == 0


def test_what_changed_meanwhile_is_shown_with_everything_typed(
    client: FlaskClient, store: Database, world: World, sent: uuid.UUID, code: str, post: Post
) -> None:
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, minutes=91))
    answer = post(client, f"/observe/{code}", **SIGNED)
    assert answer.status_code == 409
    assert "changed this session after you opened it" in answer.text
    assert "91 minutes" in answer.text
    assert "Amara let them think." in answer.text
    assert re.search(r'name="version" value="2"', answer.text)
    assert post(client, f"/observe/{code}", **(SIGNED | {"version": "2"})).status_code == 303


def test_a_link_nobody_has_and_one_taken_back_look_the_same(
    client: FlaskClient, store: Database, world: World, sent: uuid.UUID, code: str, sign_in: Browser, post: Post
) -> None:
    with store.readers() as db:
        link = db.scalars(select(ObserverLink)).one()
    post(sign_in(world.trainee), f"/practice/{sent}/observer/{link.id}/take-back")
    here, nowhere = f"/observe/{code}", "/observe/nobody-has-this"
    for back, unknown in (
        (client.get(here), client.get(nowhere)),
        (post(client, here, **SIGNED), post(client, nowhere, **SIGNED)),
    ):
        assert (back.status_code, OWN.sub("", back.text)) == (404, OWN.sub("", unknown.text))
        assert "Amara" not in back.text
    assert "the newest letter" in client.get(f"/observe/{code}").text


def test_a_link_that_ran_out_says_whom_to_ask(client: FlaskClient, store: Database, code: str, post: Post) -> None:
    with time_machine.travel(clock.now() + timedelta(days=15)):
        for answer in (client.get(f"/observe/{code}"), post(client, f"/observe/{code}", **SIGNED)):
            assert answer.status_code == 410
            assert "Ask Amara Osei to send it again" in answer.text
    assert signatures(store) == 0


def test_while_the_session_is_written_anew_the_link_says_so(
    client: FlaskClient, store: Database, world: World, sent: uuid.UUID, code: str
) -> None:
    with store.transaction() as db:
        service.return_session(db, actor(db, world.trainer), sent, 1, "The tally is missing.")
    assert "Amara is putting this session right" in client.get(f"/observe/{code}").text


def test_who_was_not_there_says_so_and_both_others_read_it(
    client: FlaskClient, world: World, sent: uuid.UUID, code: str, sign_in: Browser, post: Post
) -> None:
    assert post(client, f"/observe/{code}/not-seen").status_code == 303
    assert "Amara is told" in client.get(f"/observe/{code}").text
    assert post(client, f"/observe/{code}/not-seen").status_code == 409
    for page in (sign_in(world.trainee).get(f"/practice/{sent}"), sign_in(world.trainer).get(f"/sign-off/{sent}")):
        assert "“I did not see this session.”" in page.text


def test_whoever_wrote_the_session_does_not_observe_it(
    store: Database, world: World, code: str, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    for answer in (amara.get(f"/observe/{code}"), post(amara, f"/observe/{code}", **SIGNED)):
        assert answer.status_code == 403
        assert "Nobody signs their own practice." in answer.text
    assert signatures(store) == 0


def test_a_code_is_in_no_log(
    client: FlaskClient, code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.get(f"/observe/{code}")
    monkeypatch.setattr("lms.practice.observing.open_link", lambda *_: 1 / 0)
    assert client.get(f"/observe/{code}").status_code == 500
    assert "broken" in caplog.text
    assert code not in caplog.text
