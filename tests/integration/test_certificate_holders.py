"""What holders do with their certificate: take it along, and choose what others read."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.certificates import baking
from lms.certificates.models import Certificate, EvidenceChoice
from lms.core.unit import Database
from lms.credentials.models import Credential
from tests.make import World
from tests.make_credentials import issued, signed, withdraw, work

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def made(store: Database, world: World) -> tuple[Certificate, Credential]:
    found = signed(store, world)
    work(store)
    return found


def test_evidence_is_shown_when_its_holder_chose_so_and_every_choice_stays(
    client: FlaskClient,
    store: Database,
    world: World,
    sign_in: SignIn,
    post: Post,
    made: tuple[Certificate, Credential],
) -> None:
    line = "6 sessions, signed by 2 trainers who were in the room"
    browser = sign_in(world.trainee)
    assert "Hidden. They could also read" in browser.get("/certificates").text
    for shown, count in (("yes", 1), ("yes", 1), ("no", 2), ("yes", 3)):
        assert post(browser, "/certificates/evidence", shown=shown).location == "/certificates"
        assert (line in client.get(f"/v/{made[0].code}").text) == (shown == "yes")
        assert ("evidence" in client.get(f"/v/{made[0].code}.json").get_json()) == (shown == "yes")
        with store.readers() as db:
            rows = db.scalars(select(EvidenceChoice)).all()
        assert [each.person_id for each in rows] == [world.trainee] * count


def test_holders_take_their_record_and_badge_along(
    client: FlaskClient, world: World, sign_in: SignIn, made: tuple[Certificate, Credential]
) -> None:
    at, browser = f"/certificates/{made[0].id}", sign_in(world.trainee)
    assert browser.get(f"{at}/credential.json").data == made[1].document
    badge = browser.get(f"{at}/badge.png")
    assert (badge.mimetype, baking.unbake(badge.data)) == ("image/png", made[1].document)
    assert "Amara" not in badge.headers["Content-Disposition"]
    for path in ("/certificates", at):
        said = browser.get(path).text
        for words in ("Take it with you", "Badge as a picture", "CERTIFICATION_NAME", "Lines for your e-mail"):
            assert words in said
    for who in (world.trainer, world.administrator, world.stranger):
        for path in ("credential.json", "badge.png"):
            assert sign_in(who).get(f"{at}/{path}").status_code == 404


def test_what_is_not_signed_yet_or_withdrawn_is_not_taken_along(store: Database, world: World, sign_in: SignIn) -> None:
    made, browser = issued(store, world), sign_in(world.trainee)
    waits = browser.get(f"/certificates/{made.id}/badge.png", follow_redirects=True)
    assert "Your certificate is being signed." in waits.text
    withdraw(store, world, made.id)
    assert browser.get(f"/certificates/{made.id}/credential.json").status_code == 404
    assert browser.get(f"/certificates/{uuid.uuid4()}/badge.png").status_code == 404
    assert "Take it with you" not in browser.get("/certificates").text
