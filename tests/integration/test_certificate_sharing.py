"""Where a certificate is handed on: as a file for wallets, and by a page that its holder opens and closes."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.certificates import holder_pages, rules
from lms.certificates.models import Certificate, HolderPage
from lms.certificates.records import today
from lms.core.errors import Conflict
from lms.core.unit import Database
from lms.credentials.models import Credential
from lms.people.guard import MOST_MISSES
from tests.make import World, actor
from tests.make_certificates import certify
from tests.make_credentials import count, issued, signed, withdraw, work

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
PRIVATE = ("Parks", "Harbourside", "Ruth", "@", "sessions", "Ilse")


@pytest.fixture
def made(store: Database, world: World) -> tuple[Certificate, Credential]:
    return signed(store, world)


def opened(store: Database, world: World) -> str:
    """Amara’s page is open; its path."""
    with store.transaction() as db:
        holder_pages.open_page(db, actor(db, world.trainee))
        return urlsplit(holder_pages.find_address(db, actor(db, world.trainee))).path


def test_a_wallet_gets_the_signed_record_as_a_credential_and_as_a_token(
    world: World, sign_in: SignIn, made: tuple[Certificate, Credential]
) -> None:
    at, amara = f"/certificates/{made[0].id}/wallet", sign_in(world.trainee)
    page = amara.get(at).text
    assert f"/c/{made[0].code}" in page
    assert "Square code that opens" in page
    assert "Apple and Google are something else" in page
    file = amara.get(f"{at}/credential.json")
    assert (file.mimetype, file.data) == ("application/vc", made[1].document)
    assert json.loads(file.data)["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    token = amara.get(f"{at}/credential.jwt")
    assert (token.mimetype, token.text) == ("application/vc+jwt", made[1].jwt)
    assert "Amara" not in file.headers["Content-Disposition"] + token.headers["Content-Disposition"]
    assert f'href="{at}"' in amara.get("/certificates").text


def test_without_a_key_for_tokens_there_is_none_and_without_a_signature_nothing(
    store: Database, world: World, sign_in: SignIn
) -> None:
    made, amara = issued(store, world), sign_in(world.trainee)
    at = f"/certificates/{made.id}/wallet"
    for path in (at, f"{at}/credential.json", f"{at}/credential.jwt"):
        assert "Your certificate is being signed." in amara.get(path, follow_redirects=True).text
        for who in (world.trainer, world.administrator, world.stranger):
            assert sign_in(who).get(path).status_code == 404
    work(store)
    with store.transaction() as db:
        assert db.scalar(select(Credential.jwt)) is not None
    withdraw(store, world, made.id)
    for path in (at, f"{at}/credential.json", f"{at}/credential.jwt"):
        assert amara.get(path).status_code == 404


def test_a_page_is_closed_until_its_holder_opens_it_and_a_closed_one_never_opens_again(
    client: FlaskClient,
    store: Database,
    world: World,
    sign_in: SignIn,
    post: Post,
    made: tuple[Certificate, Credential],
) -> None:
    amara, codes = sign_in(world.trainee), []
    assert "Open it" in amara.get("/certificates").text
    for _ in range(2):
        for _ in range(2):
            assert post(amara, "/certificates/page", open="yes").location == "/certificates#page"
        found = re.search(r'href="[^"]*(/holder/[^"]+)"', amara.get("/certificates").text)
        assert found
        codes.append(found[1])
        said = client.get(found[1])
        assert said.status_code == 200
        assert "Amara Osei" in said.text
        assert f"/v/{rules.printed(made[0].code)}" in said.text
        assert said.headers["X-Robots-Tag"] == "noindex"
        assert said.headers["Cache-Control"] == "no-store"
        post(amara, "/certificates/page", open="no")
        assert [client.get(each).status_code for each in codes] == [404] * len(codes)
    assert codes[0] != codes[1]
    assert all(len(rules.tidy(each.rpartition("/")[2])) == rules.CODE_LENGTH for each in codes)
    with store.readers() as db:
        rows = db.scalars(select(HolderPage)).all()
        assert [(each.person_id, each.closed_at is not None) for each in rows] == [(world.trainee, True)] * 2


def test_it_tells_no_group_no_address_and_nobody_else(
    client: FlaskClient, store: Database, world: World, made: tuple[Certificate, Credential]
) -> None:
    page = client.get(opened(store, world)).text
    assert "Amara Osei" in page
    for words in (*PRIVATE, str(made[0].id), str(world.trainee)):
        assert words not in page


@pytest.mark.parametrize("what", ["withdrawn", "ended", "to come", "doubted"])
def test_what_is_not_valid_now_does_not_stand_there_and_nor_does_the_name(
    client: FlaskClient, store: Database, world: World, made: tuple[Certificate, Credential], what: str
) -> None:
    path = opened(store, world)
    if what == "withdrawn":
        withdraw(store, world, made[0].id)
    days = {
        "ended": {"valid_until": today() - timedelta(days=1)},
        "to come": {"issued_on": today() + timedelta(days=1)},
    }
    with store.transaction() as db:
        if what != "withdrawn":
            db.execute(update(Certificate).values(days.get(what, {"holder_name": "Amara Forged"})))
    page = client.get(path)
    assert page.status_code == 200
    assert "No valid certificate stands here now" in page.text
    assert "Amara" not in page.text


def test_whoever_holds_none_has_no_page_to_open(store: Database, world: World, sign_in: SignIn, post: Post) -> None:
    with store.transaction() as db, pytest.raises(Conflict):
        holder_pages.open_page(db, actor(db, world.other_trainee))
    assert post(sign_in(world.other_trainee), "/certificates/page", open="yes").status_code == 409
    assert post(sign_in(world.other_trainee), "/certificates/page", open="no").status_code == 303
    assert count(store, HolderPage) == 0


def test_two_presses_at_once_open_one_page(store: Database, world: World) -> None:
    with store.transaction() as db:
        certify(db, world)
    gate = threading.Barrier(2)

    def press() -> None:
        gate.wait()
        with store.transaction() as db:
            holder_pages.open_page(db, actor(db, world.trainee))

    pressing = [threading.Thread(target=press) for _ in range(2)]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()
    assert count(store, HolderPage) == 1


def test_whoever_guesses_addresses_is_stopped(
    client: FlaskClient, store: Database, world: World, made: tuple[Certificate, Credential]
) -> None:
    path = opened(store, world)
    absent = [client.get(f"/holder/{rules.new_code()}") for _ in range(MOST_MISSES)]
    assert {each.status_code for each in absent} == {404}
    assert client.get(path).status_code == 429
    assert client.get(f"/v/{made[0].code}").status_code == 429
    assert client.get(f"/holder/{uuid.uuid4()}").status_code == 429
