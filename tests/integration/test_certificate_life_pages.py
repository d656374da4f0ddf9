"""Pages on which a certificate is suspended or given back, and what others read meanwhile."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN
from lms.certificates.models import Certificate, Step
from lms.core import clock
from lms.core.unit import Database
from lms.credentials import lists
from lms.messages.models import Message
from tests.integration.test_certificate_pages import forget_proof
from tests.make import World
from tests.make_credentials import issued, signed, work
from tests.make_life import WHY, take

pytestmark = pytest.mark.usefixtures("drawn")
SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def ilse(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.administrator)


def form(made: Certificate, **more: str) -> dict[str, str]:
    return {"reason": "We look into it.", "key": str(uuid.uuid4()), "seen": str(made.leaf_seq)} | more


def test_a_suspended_one_shows_neither_name_nor_reason_to_anybody(
    client: FlaskClient, store: Database, world: World, post: Post
) -> None:
    made, kept = signed(store, world)
    take(store, world, made.id, SUSPENDED)
    page = client.get(f"/v/{made.code}")
    assert "<title>Suspended –" in page.text
    assert "Do not rely on this certificate while it is suspended" in page.text
    data = client.get(f"/v/{made.code}.json")
    assert (data.json or {})["status"] == "suspended"
    assert set(data.json or {}) == {"status", "sentence", "as_of", "number", "issued_by", "suspended_on"}
    record = client.get(f"/c/{made.code}")
    assert (record.status_code, (record.json or {})["status"]) == (404, "suspended")
    assert record.headers["Cache-Control"] == "no-store"
    file = post(client, "/verify", file=(io.BytesIO(kept.document), "certificate.json"))
    assert "Genuine, but suspended" in file.text
    assert "does not count now" in file.text
    for answer in (page, data, record, file):
        assert not [each for each in ("Amara", WHY, "Ilse") if each in answer.text]


def test_an_administrator_suspends_and_lifts_and_everybody_reads_their_part(
    store: Database, world: World, ilse: FlaskClient, sign_in: SignIn, post: Post, client: FlaskClient
) -> None:
    made = issued(store, world)
    path = f"/certificates/{made.id}"
    assert f"{path}/suspend" in ilse.get(path).text
    assert "Suspend this certificate?" in ilse.get(f"{path}/suspend").text
    answer = post(ilse, f"{path}/suspend", **form(made))
    assert (answer.status_code, answer.location) == (303, path)
    page = ilse.get(path).text
    assert "<title>Suspended: Amara Osei" in page
    assert "Lift the suspension" in page
    own = sign_in(world.trainee).get(path).text
    assert "Your certificate has been suspended since" in own
    assert "We look into it." in own
    assert f"{path}/lift" not in own
    assert sign_in(world.trainee).get(f"{path}/certificate.pdf").status_code == 404
    assert "Your certificate is suspended" in sign_in(world.trainee).get("/certificates").text
    manager = sign_in(world.manager).get(path).text
    assert "has been suspended since" in manager
    assert "We look into it." not in manager
    assert "0 of 2 units" in sign_in(world.manager).get("/coverage").text
    with store.readers() as db:
        seen = db.scalars(select(Step.leaf_seq)).one()
    assert post(ilse, f"{path}/lift", **form(made, reason="It is settled.", seen=str(seen))).status_code == 303
    assert "<title>Valid: Amara Osei" in client.get(f"/v/{made.code}").text
    told = sign_in(world.trainee).get(path).text
    assert told.index("suspended the certificate on") < told.index("lifted the suspension on")
    assert "It is settled." in told
    assert "It is settled." not in sign_in(world.manager).get(path).text


def test_of_a_lower_rung_no_cover_is_said_to_be_lost_or_back(store: Database, world: World, ilse: FlaskClient) -> None:
    made = issued(store, world)
    with store.transaction() as db:
        db.execute(update(Certificate).values(level=2))
    page = ilse.get(f"/certificates/{made.id}/suspend").text
    assert "gets a letter, reads your reason" in page
    assert "certified facilitator fewer" not in page
    take(store, world, made.id, SUSPENDED)
    back = ilse.get(f"/certificates/{made.id}/lift").text
    assert "It counts for" not in back
    with store.readers() as db:
        told = db.scalars(select(Message.template).where(Message.person_id == world.manager)).all()
    assert "cover_suspended" not in told


def test_a_withdrawal_is_taken_back_on_its_page_while_that_can_be(
    store: Database, world: World, ilse: FlaskClient, post: Post
) -> None:
    made = issued(store, world)
    take(store, world, made.id, WITHDRAWN)
    path = f"/certificates/{made.id}"
    assert "Take the withdrawal back" in ilse.get(path).text
    assert "and can be taken back until" in ilse.get(f"{path}/undo").text
    assert post(ilse, f"{path}/undo", reason="Another person of that name.").status_code == 303
    assert "<title>Valid: Amara Osei" in ilse.get(path).text


def test_after_a_day_the_page_says_what_to_do_instead(
    store: Database, world: World, ilse: FlaskClient, post: Post
) -> None:
    made = issued(store, world)
    with clock.at(clock.now() - timedelta(hours=25)):
        take(store, world, made.id, WITHDRAWN)
    path = f"/certificates/{made.id}"
    assert "stays so" in ilse.get(path).text
    assert f"{path}/undo" not in ilse.get(path).text
    assert "on a new decision" in ilse.get(f"{path}/undo", follow_redirects=True).text
    late = post(ilse, f"{path}/undo", reason="Too late.")
    assert late.status_code == 409
    assert "Too late." in late.text
    assert "on a new decision" in late.text
    assert "Take it back</button>" not in late.text


@pytest.mark.parametrize(("kind", "page"), [(SUSPENDED, "suspend"), (LIFTED, "lift"), (UNDONE, "undo")])
def test_a_page_wants_a_reason_and_proof_and_loses_nothing(
    store: Database, world: World, ilse: FlaskClient, post: Post, kind: str, page: str
) -> None:
    made = issued(store, world)
    take(store, world, made.id, *{LIFTED: (SUSPENDED,), UNDONE: (WITHDRAWN,)}.get(kind, ()))
    path = f"/certificates/{made.id}/{page}"
    empty = post(ilse, path, reason=" ")
    assert (empty.status_code, "Write why, in your words." in empty.text) == (422, True)
    assert "<title>Error: " in empty.text
    key = str(uuid.uuid4())
    forget_proof(store)
    unproved = post(ilse, path, reason="Keep <me>", key=key)
    assert unproved.status_code == 422
    assert "Keep &lt;me&gt;" in unproved.text
    assert f'value="{key}"' in unproved.text


def test_a_page_that_is_old_says_what_changed_and_what_can_still_be_done(
    store: Database, world: World, ilse: FlaskClient, post: Post
) -> None:
    made = issued(store, world)
    take(store, world, made.id, SUSPENDED)
    path = f"/certificates/{made.id}"
    old = post(ilse, f"{path}/suspend", **form(made))
    assert old.status_code == 409
    for words in ("Something has changed", "Ilse Brandt suspended the certificate", "We look into it.", "already"):
        assert words in old.text
    withdrawal = post(ilse, f"{path}/withdraw", **form(made, kind="asked"))
    assert withdrawal.status_code == 409
    assert "Ilse Brandt suspended the certificate" in withdrawal.text
    again = post(ilse, f"{path}/withdraw", **form(made, kind="asked", seen=""))
    assert again.status_code == 303


def test_somebody_elses_certificate_is_not_there(store: Database, world: World, sign_in: SignIn) -> None:
    made = issued(store, world)
    for page in ("suspend", "lift", "undo"):
        none = sign_in(world.stranger).get(f"/certificates/{uuid.uuid4()}/{page}")
        foreign = sign_in(world.stranger).get(f"/certificates/{made.id}/{page}")
        assert (foreign.status_code, foreign.data) == (404, none.data)


class Cache:
    """What may stand in front of the site: it keeps an answer for as long as it is told, then asks whether it is so."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.kept: dict[str, tuple[TestResponse, float]] = {}
        self.asked: list[int] = []

    def get(self, path: str) -> TestResponse:
        now, held = clock.now().timestamp(), self.kept.get(path)
        if held is not None and now < held[1]:
            return held[0]
        known = {"If-None-Match": held[0].headers["ETag"]} if held is not None else {}
        answer = self.client.get(path, headers=known)
        self.asked.append(answer.status_code)
        if answer.status_code == 304 and held is not None:
            answer = self._keep(path, held[0], answer, now)
        else:
            self._keep(path, answer, answer, now)
        return answer

    def _keep(self, path: str, answer: TestResponse, fresh: TestResponse, now: float) -> TestResponse:
        self.kept.pop(path, None)
        control = fresh.cache_control
        if not control.no_store and control.max_age:
            self.kept[path] = answer, now + control.max_age
        return answer


@pytest.mark.parametrize(("kind", "code"), [(WITHDRAWN, 410), (SUSPENDED, 404)])
def test_within_a_minute_page_record_and_list_say_so_with_a_cache_in_front(
    client: FlaskClient, store: Database, world: World, kind: str, code: int
) -> None:
    made, kept = signed(store, world)
    cache, began = Cache(client), clock.now()
    word = kind.capitalize()

    def said() -> list[bool]:
        """Whether page, its data, the record and the list say that nobody may rely on it."""
        bits = lists.decoded(json.loads(cache.get("/status/1").data))
        return [
            f"<title>{word} –" in cache.get(f"/v/{made.code}").text,
            (cache.get(f"/v/{made.code}.json").json or {})["status"] == kind,
            cache.get(f"/c/{made.code}").status_code == code,
            lists.is_set(bits, kept.list_index),
        ]

    assert not any(said())
    with clock.at(began + timedelta(seconds=61)):
        assert not any(said())  # asked again: nothing has changed
    assert cache.asked.count(304) == 2
    with clock.at(began + timedelta(seconds=62)):
        take(store, world, made.id, kind)
        work(store)
        assert said() == [True, True, False, False]  # the two that may be kept for a minute
    with clock.at(began + timedelta(seconds=62 + 60)):
        assert all(said())
