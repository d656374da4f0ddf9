"""The page on which a name is corrected, and what whoever has an old file reads about it."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.certificates import baking, service
from lms.certificates.history import SUSPENDED
from lms.certificates.models import NameCorrection
from lms.core.unit import Database
from lms.people.models import Person
from tests.integration.test_certificate_pages import forget_proof
from tests.make import World
from tests.make_credentials import count, credential_of, issued, signed, work
from tests.make_life import NEW, OLD, correct, take

pytestmark = pytest.mark.usefixtures("drawn")
Post = Callable[..., TestResponse]


def hand_in(client: FlaskClient, post: Post, content: bytes, name: str = "certificate.pdf") -> str:
    return post(client, "/verify", file=(io.BytesIO(content), name)).text


def test_an_old_file_is_superseded_and_the_certificate_stands(
    store: Database, world: World, client: FlaskClient, post: Post
) -> None:
    made, first = signed(store, world)
    with store.transaction() as db:
        service.keep_pdf(db, made.id, b"%PDF-1.7\nthe first drawing")
    correct(store, world, made)
    work(store)
    with store.transaction() as db:
        service.keep_pdf(db, made.id, b"%PDF-1.7\nthe second drawing", 2)
    second = credential_of(store, made, 2)
    pretty = json.dumps(json.loads(first.document), indent=2).encode()
    old = (
        b"%PDF-1.7\nthe first drawing",
        first.document,
        pretty,
        baking.bake(first.document),
        (first.jwt or "").encode(),
    )
    for content in old:
        said = hand_in(client, post, content)
        assert "<title>Genuine, but superseded –" in said
        assert "a corrected one has taken its place" in said
        assert "The certificate itself stands" in said
        assert OLD not in said
    for content in (b"%PDF-1.7\nthe second drawing", second.document, baking.bake(second.document)):
        assert "<title>Genuine and valid –" in hand_in(client, post, content)
    for content in (first.document.replace(b"Amara Osei", b"Clara Osei"), baking.bake(first.document) + b"x"):
        assert "<title>Changed –" in hand_in(client, post, content)
    take(store, world, made.id, SUSPENDED)
    said = hand_in(client, post, first.document)
    assert "Genuine, but suspended" in said
    assert "Amara" not in said


def test_a_name_corrected_in_the_account_is_filled_in(
    store: Database, world: World, sign_in: Callable[..., FlaskClient], post: Post
) -> None:
    made = issued(store, world)
    ilse, path = sign_in(world.administrator), f"/certificates/{made.id}/correct"
    assert f'value="{OLD}"' in ilse.get(path).text
    with store.transaction() as db:
        db.get_one(Person, world.trainee).name = NEW
    page = ilse.get(path).text
    assert f'value="{NEW}"' in page
    assert "Their account says" in page


def test_an_administrator_corrects_it_on_its_page(
    store: Database, world: World, sign_in: Callable[..., FlaskClient], post: Post, client: FlaskClient
) -> None:
    made = issued(store, world)
    ilse, path = sign_in(world.administrator), f"/certificates/{made.id}"
    assert f"{path}/correct" in ilse.get(path).text
    form = {"name": NEW, "kind": "changed", "reason": "Her <passport>.", "key": str(uuid.uuid4())}
    for wrong in ({"name": ""}, {"name": "Amara \U0001f600"}, {"kind": "x"}, {"reason": " "}, {"name": OLD}):
        answer = post(ilse, f"{path}/correct", **form | wrong)
        assert answer.status_code == 422, wrong
        assert "<title>Error: Correct the name" in answer.text
        assert "reason" in wrong or "Her &lt;passport&gt;." in answer.text
    forget_proof(store)
    assert "Type your own password" in post(ilse, f"{path}/correct", **form).text
    done = sign_in(world.administrator)
    for _ in range(2):
        assert post(done, f"{path}/correct", **form).location == path
    assert count(store, NameCorrection) == 1
    old = post(done, f"{path}/correct", **form | {"key": "", "seen": str(made.leaf_seq), "name": "Amara N."})
    assert (old.status_code, "Ilse Brandt corrected the name" in old.text) == (409, True)
    assert 'value="Amara N."' in old.text
    own = sign_in(world.trainee).get(path).text
    assert f"From “{OLD}” to “{NEW}”" in own
    for page in (sign_in(world.manager).get(path).text, client.get(f"/v/{made.code}").text):
        assert NEW in page
        assert OLD not in re.sub(r"<header.*?</header>", "", page, flags=re.S)
    take(store, world, made.id, SUSPENDED)
    assert "Lift the suspension first" in done.get(f"{path}/correct", follow_redirects=True).text
    for who in (world.trainer, world.manager, world.stranger):
        assert sign_in(who).get(f"{path}/correct").status_code == 404
