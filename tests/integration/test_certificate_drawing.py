"""A certificate that cannot be drawn: what its holder is told, whom to write to, and how it is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.certificates import jobs, pdf
from lms.certificates.models import Certificate, CertificatePdf
from lms.core import clock, settings
from lms.core.jobs import Job
from lms.core.unit import Database
from lms.work import EVERY_MORNING
from tests.make import World
from tests.make_credentials import count, issued, work
from tests.make_life import correct

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
LACKS = "No font here has every letter on your certificate"
WAITS = "Your certificate is being drawn."


@pytest.fixture
def made(store: Database, world: World) -> Certificate:
    return issued(store, world)


@pytest.fixture
def no_letters(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def lacks(*_: object) -> bytes:
        raise pdf.NoLetters

    monkeypatch.setattr(jobs, "draw", lacks)
    return monkeypatch


def until_given_up(store: Database) -> None:
    """The worker tries as often as it does, without the waits between."""
    for _ in range(9):
        work(store)
        with store.transaction() as db:
            db.execute(update(Job).where(Job.state == "ready").values(due_at=clock.now() - timedelta(seconds=1)))


def job(store: Database) -> Job:
    with store.readers() as db:
        return db.scalars(select(Job).where(Job.name == "render_certificate")).one()


def make_old(store: Database, minutes: int) -> None:
    with store.transaction() as db:
        db.execute(update(Certificate).values(issued_at=clock.now() - timedelta(minutes=minutes)))


def test_a_drawing_in_the_making_asks_for_a_moment_and_says_so_when_it_takes_longer(
    store: Database, world: World, sign_in: SignIn, made: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    amara = sign_in(world.trainee)
    for path in ("/certificates", f"/certificates/{made.id}"):
        assert WAITS in amara.get(path).text
    make_old(store, 6)
    for path in ("/certificates", f"/certificates/{made.id}"):
        said = amara.get(path).text
        assert WAITS not in said
        assert "takes longer than it should" in said
        assert "Ask Ilse Brandt" in said
        assert "Try it again now" not in said, "nothing has failed: the worker has it before it"
    chosen = settings.current().model_copy(update={"contact_email": "register@example.org"})
    monkeypatch.setattr(settings, "_in_use", [chosen])
    assert "mailto:register@example.org" in amara.get("/certificates").text


def test_after_a_correction_the_new_drawing_is_not_late_at_once(
    store: Database, world: World, sign_in: SignIn, made: Certificate
) -> None:
    make_old(store, 600)
    amara = sign_in(world.trainee)
    assert WAITS not in amara.get("/certificates").text
    correct(store, world, made)
    assert WAITS in amara.get("/certificates").text


def test_a_missing_font_is_said_in_plain_words_and_the_number_works_all_the_same(
    store: Database,
    world: World,
    sign_in: SignIn,
    client: FlaskClient,
    made: Certificate,
    no_letters: pytest.MonkeyPatch,
) -> None:
    until_given_up(store)
    assert (job(store).state, job(store).error) == ("dead", "NoLetters")
    amara, ilse = sign_in(world.trainee), sign_in(world.administrator)
    for path in ("/certificates", f"/certificates/{made.id}"):
        said = amara.get(path).text
        assert LACKS in said
        assert WAITS not in said
        assert "Try it again now" in said
    assert "No font here has every letter on this certificate" in ilse.get(f"/certificates/{made.id}").text
    sent_back = amara.get(f"/certificates/{made.id}/certificate.pdf", follow_redirects=True)
    assert sent_back.text.count(WAITS) == 0
    assert "is certified to lead peer groups" in client.get(f"/v/{made.code}").text
    assert amara.get(f"/certificates/{made.id}/credential.json").status_code == 200


def test_once_the_font_is_there_trying_again_draws_it(
    store: Database, world: World, sign_in: SignIn, post: Post, made: Certificate, no_letters: pytest.MonkeyPatch
) -> None:
    until_given_up(store)
    no_letters.undo()
    amara, path = sign_in(world.trainee), f"/certificates/{made.id}"
    for _ in range(2):
        assert post(amara, f"{path}/draw").location == path
    assert (job(store).state, job(store).tries) == ("ready", 0)
    said = amara.get(path).text
    assert "It is tried again now." in said
    assert "Try it again now" not in said
    work(store)
    assert count(store, CertificatePdf) == 1
    assert "Save the PDF" in amara.get(path).text
    post(amara, f"{path}/draw")
    assert job(store).state == "done", "what is drawn is not drawn again"


def test_every_morning_what_was_given_up_is_tried_again(
    store: Database, made: Certificate, no_letters: pytest.MonkeyPatch
) -> None:
    until_given_up(store)
    assert "draw_certificates" in EVERY_MORNING
    no_letters.undo()
    jobs.draw_certificates(store)
    work(store)
    assert count(store, CertificatePdf) == 1
    with store.readers() as db:
        assert [each.state for each in db.scalars(select(Job).where(Job.name == "draw_certificates"))] == ["ready"]


def test_only_the_holder_and_the_administrator_try_it_again(
    store: Database, world: World, sign_in: SignIn, post: Post, made: Certificate, no_letters: pytest.MonkeyPatch
) -> None:
    until_given_up(store)
    path = f"/certificates/{made.id}"
    for who in (world.trainer, world.manager, world.other_trainee, world.stranger):
        browser = sign_in(who)
        assert post(browser, f"{path}/draw").status_code == 404
    assert job(store).state == "dead"
    assert post(sign_in(world.administrator), f"{path}/draw").status_code == 303
    assert job(store).state == "ready"


def test_an_error_nobody_foresaw_is_told_without_its_name(
    store: Database, world: World, sign_in: SignIn, made: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "draw", breaks)
    until_given_up(store)
    said = sign_in(world.trainee).get("/certificates").text
    assert "Drawing your certificate did not work." in said
    assert "ZeroDivision" not in said
