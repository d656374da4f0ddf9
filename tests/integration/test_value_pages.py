"""Pages of the value guarantee: what each side reads, what a page says to what cannot be done, and what it costs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.site_days import today
from lms.core.unit import Database
from lms.messages.models import Message
from lms.value import jobs
from lms.value.models import Bill, Engagement, ValueSurvey
from lms.value.outcomes import KEYS
from tests.accounts import post, token
from tests.make import PASSWORD, World
from tests.make_value import agreed, billed, confirmed, other_client, surveyed, written

SignIn = Callable[..., FlaskClient]
TERMS = {
    "title": "Six circles", "starts_on": "1 May 2026", "ends_on": "30 April 2027", "answer_by": "30 May 2027",
    "agreed_on": "28 April 2026", "currency": "NZD", "fee": "18,400", "floor": "", "tax_rate": "15", "hours": "46",
    "provider_address": "2 Mill Lane", "provider_tax_number": "", "client_address": "1 Quay Street",
    "pay_to": "Alder Bank", "pay_days": "30",
}  # fmt: skip
CAME = {f"came-{key}": "2" for key in KEYS}


@pytest.fixture
def open_(store: Database, world: World) -> str:
    """The address of an engagement whose value question is open."""
    with store.transaction() as db:
        return f"/value/{surveyed(db, world)}"


@pytest.mark.usefixtures("early_in_2027")
def test_an_engagement_is_written_down_confirmed_and_read_by_both(
    hana: FlaskClient, ilse: FlaskClient, store: Database, world: World
) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        sent = post(ilse, "/value/new", client=str(world.council), key=key, **TERMS)
        assert sent.status_code == 303, sent.text
    here = sent.location
    with store.readers() as db:
        assert len(db.scalars(select(Engagement)).all()) == 1
    assert "NZ$18,400.00" in hana.get(here).text
    assert post(hana, f"{here}/confirm", page=here, version="1", password=PASSWORD).status_code == 303
    assert "Under way until 30 April 2027" in ilse.get(here).text
    again = ilse.get("/value/new").text
    assert "2 Mill Lane" in again
    assert "1 Quay Street" not in again


@pytest.mark.usefixtures("early_in_2027")
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("fee", "-5", "cannot be less than 0"),
        ("fee", "0", "more than 0"),
        ("fee", "15.600", "read in two ways"),
        ("fee", "18,400 EUR", "in New Zealand dollars"),
        ("fee", "1e9999", "in figures"),
        ("currency", "QQQ", "Choose the currency"),
        ("floor", "20,000", "not above the fee"),
        ("tax_rate", "150", "per cent"),
        ("hours", "many", "hours as a number"),
        ("ends_on", "1 April 2026", "cannot be before the first"),
        ("answer_by", "1 May 2027", "at least 14 days"),
        ("agreed_on", "1 January 2028", "still to come"),
        ("ends_on", "31 December 9999", "Check the year"),
        ("pay_days", "0", "from 1 to 365"),
        ("client", "nobody", "one of your clients"),
        ("title", "", "Write what it is"),
        ("provider_address", "", "the bill comes from"),
    ],
)
def test_what_cannot_be_an_engagement_is_a_sentence_and_nothing_is_lost(
    ilse: FlaskClient, world: World, field: str, typed: str, sentence: str
) -> None:
    given = {"client": str(world.council), "key": str(uuid.uuid4()), **TERMS} | {field: typed}
    sent = post(ilse, "/value/new", **given)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert "Alder Bank" in sent.text


@pytest.mark.usefixtures("early_in_2027")
def test_another_provider_s_client_cannot_be_chosen(ilse: FlaskClient, world: World) -> None:
    sent = post(ilse, "/value/new", client=str(uuid.uuid4()), key=str(uuid.uuid4()), **TERMS)
    assert (sent.status_code, "one of your clients" in sent.text) == (422, True)


def test_the_client_says_what_should_be_otherwise(
    hana: FlaskClient, ilse: FlaskClient, store: Database, world: World
) -> None:
    with store.transaction() as db:
        here = f"/value/{written(db, world, agreed(today() + timedelta(days=300)))}"
    empty = post(hana, f"{here}/decline", page=here, version="1", because=" ")
    assert (empty.status_code, "Say what should be otherwise" in empty.text) == (422, True)
    unsigned = post(hana, f"{here}/confirm", page=here, version="1", password="wrong")
    assert unsigned.status_code == 422
    assert post(hana, f"{here}/decline", page=here, version="1", because="Forty hours.").status_code == 303
    assert "Forty hours." in ilse.get(here).text
    changed = agreed_form(ilse.get(f"{here}/terms").text) | {"hours": "40"}
    assert post(ilse, f"{here}/terms", **changed).status_code == 303
    stale = post(hana, f"{here}/confirm", page=here, version="1", password=PASSWORD)
    assert (stale.status_code, "Facilitated hours: 46. Now: 40." in stale.text) == (409, True)


def agreed_form(page: str) -> dict[str, str]:
    """The fields of a form of terms as they stand in the page."""
    fields = dict(re.findall(r'<input[^>]*?name="(\w+)"\s+(?:type="\w+"\s+)?value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.S))
    fields["currency"] = "NZD"
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def test_the_questions_come_in_their_order_and_end_in_a_bill(hana: FlaskClient, store: Database, world: World) -> None:
    with store.transaction() as db:
        here = f"/value/{confirmed(db, world)}"
    early = hana.get(f"{here}/worth")
    assert (early.status_code, "Finish what came of it first" in early.text) == (409, True)
    part = post(hana, f"{here}/outcomes", **CAME | {"came-3": ""})
    assert (part.status_code, "Say what came of it, or that you cannot say." in part.text) == (422, True)
    assert post(hana, f"{here}/outcomes", **{"came-1": "3", "leave": "yes"}).status_code == 303
    assert 'value="3"\n         id="came-1"' not in hana.get(here).text
    sent = post(hana, f"{here}/outcomes", version="1", **CAME)
    assert sent.location.endswith("/worth")
    assert "finished and locked" in hana.get(f"{here}/outcomes").text
    typed = {"amount": "15,600", "outcome": "1", "why": "Two moved too often."}
    look = post(hana, f"{here}/worth", save="yes", version="0", **typed)
    assert look.status_code == 303
    page = hana.get(f"{here}/worth").text
    for figure in ("−2,800.00", "15,600.00", "2,340.00", "17,940.00", "Saved", "Two moved too often."):
        assert figure in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {**typed, "version": "1", "key": key[1]}
    opened = token(hana.get(f"{here}/worth"))
    for _ in range(2):
        bill = hana.post(f"{here}/worth", data={"csrf_token": opened, "password": PASSWORD, **form})
        assert bill.location.endswith("/bills/1"), bill.text
    late = hana.get(f"{here}/worth")
    assert (late.status_code, "sent already, and final" in late.text) == (409, True)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"amount": "-1"}, "cannot be less than 0"),
        ({"amount": "1e9999"}, "in figures"),
        ({"amount": "a lot"}, "in figures"),
        ({"amount": "15,600 EUR"}, "in New Zealand dollars"),
        ({"amount": "NZ$ 15 € 15"}, "in New Zealand dollars"),
        ({"amount": "15.600"}, "read in two ways"),
        ({"amount": "9" * 50}, "larger than a bill can carry"),
        ({"amount": "9" * 5000}, "characters long"),
        ({"amount": ""}, "It may be 0"),
        ({"amount": "1", "why": "x" * 2001}, "Shorten it"),
        ({"amount": "1", "outcome": ["1", "2", "3", "4"]}, "Leave the 3 that weighed most"),
        ({"amount": "1", "password": "wrong"}, "did not fit"),
    ],
)
def test_what_cannot_be_sent_is_a_sentence_and_nothing_is_lost(
    hana: FlaskClient, store: Database, open_: str, form: dict[str, object], sentence: str
) -> None:
    given = {"csrf_token": token(hana.get(f"{open_}/worth")), "why": "Kept words.", "password": PASSWORD, **form}
    sent = hana.post(f"{open_}/worth", data=given)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert ("Kept words." in sent.text) == ("why" not in form)
    with store.readers() as db:
        assert db.scalars(select(Bill)).all() == []


def test_an_old_page_says_what_was_saved_elsewhere(hana: FlaskClient, open_: str) -> None:
    assert post(hana, f"{open_}/worth", save="yes", version="0", amount="15,600").status_code == 303
    old = post(hana, f"{open_}/worth", version="0", amount="12,000", password=PASSWORD)
    assert old.status_code == 409
    for words in ("in another browser", "15,600", "12,000"):
        assert words in old.text


def test_the_page_s_script_hears_what_the_bill_would_be(hana: FlaskClient, open_: str) -> None:
    def told(amount: str, version: str) -> tuple[int, dict[str, str]]:
        answer = post(hana, f"{open_}/worth/draft", page=f"{open_}/worth", amount=amount, version=version)
        return answer.status_code, dict((answer.get_json() or {}).get("shown", {}))

    assert told("15,600", "0")[1]["bill-total"] == "17,940.00"
    assert "read in two ways" in told("15.600", "1")[1]["bill-note"]
    assert told("", "2")[1]["bill-net"] == "18,400.00"
    assert told("1", "0")[0] == 409
    page = hana.get(f"{open_}/worth").text
    assert all(f'id="{name}"' in page for name in told("1", "3")[1])


def test_after_the_last_day_the_page_says_what_it_had_said_before(
    hana: FlaskClient, store: Database, open_: str
) -> None:
    assert "If nothing is sent by" in hana.get(f"{open_}/worth").text
    form = {"csrf_token": token(hana.get(f"{open_}/worth")), "amount": "1", "password": PASSWORD}
    with time_machine.travel(today() + timedelta(days=40)):
        jobs.see_to_value(store)
    with store.readers() as db:
        assert db.scalars(select(Bill)).one().net == 18_400_00
    late = hana.post(f"{open_}/worth", data=form)
    assert (late.status_code, "agreed fee is the bill" in late.text) == (409, True)
    assert "none came" in hana.get(open_).text


def test_an_administrator_reads_the_bill_and_the_reason_and_never_a_draft(
    hana: FlaskClient, ilse: FlaskClient, store: Database, world: World, open_: str
) -> None:
    post(hana, f"{open_}/worth", save="yes", version="0", amount="12,345", why="Between us.")
    before = ilse.get(open_).text + ilse.get("/value").text
    assert "12,345" not in before
    assert "Clearly" not in before
    for step in ("worth", "outcomes"):
        assert ilse.get(f"{open_}/{step}").status_code == 404
    post(hana, f"{open_}/worth", version="1", amount="12,345", why="Between us.", password=PASSWORD)
    after = ilse.get(open_).text
    assert "NZ$12,345.00" in after
    assert "Between us." in after
    assert "Clearly" in after


def test_a_bill_is_corrected_by_another(hana: FlaskClient, ilse: FlaskClient, store: Database, world: World) -> None:
    with store.transaction() as db:
        here = f"/value/{billed(db, world).engagement_id}/bills"
    assert hana.get(f"{here}/1/correct").status_code == 404
    fields = agreed_form(ilse.get(f"{here}/1/correct").text)
    silent = post(ilse, f"{here}/1/correct", **fields | {"password": PASSWORD})
    assert (silent.status_code, "Say what was wrong" in silent.text) == (422, True)
    good = fields | {"password": PASSWORD, "because": "The street was wrong.", "client_address": "9 Quay Street"}
    assert post(ilse, f"{here}/1/correct", **good).location.endswith("/bills/2")
    assert "takes the place of" in hana.get(f"{here}/2").text
    assert "Another bill took its place" in hana.get(f"{here}/1").text
    late = ilse.get(f"{here}/1/correct")
    assert (late.status_code, "was corrected already" in late.text) == (409, True)
    assert hana.get(f"{here}/3").status_code == 404
    assert hana.get(f"{here}/1.pdf").status_code == 409


def test_every_page_asks_a_fixed_number_of_questions(
    hana: FlaskClient,
    ilse: FlaskClient,
    store: Database,
    world: World,
    queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with store.transaction() as db:
        bill, here = billed(db, world), f"/value/{surveyed(db, world)}"
        for _ in range(5):
            billed(db, world)
    paths = ("/value", here, f"{here}/worth", f"/value/{bill.engagement_id}", f"/value/{bill.engagement_id}/bills/1")
    counted = {}
    for path in paths:
        hana.get(path)
        with queries() as seen:
            assert hana.get(path).status_code == 200
        counted[path.replace(here, "open").replace(str(bill.engagement_id), "billed")] = len(seen)
    assert max(counted.values()) <= 7, counted


def test_records_of_others_are_not_there(store: Database, world: World, sign_in: SignIn, open_: str) -> None:
    with store.transaction() as db:
        _, elsewhere = other_client(db, world, "Millbrook Library")
    for who in (elsewhere, world.stranger, world.trainer, world.trainee):
        for path in ("", "/worth", "/outcomes", "/bills/1", "/bills/1.pdf"):
            assert sign_in(who).get(f"{open_}{path}").status_code == 404


def test_letters_lead_where_they_say(store: Database, world: World, hana: FlaskClient) -> None:
    with store.transaction() as db:
        billed(db, world)
    with store.readers() as db:
        bodies = db.scalars(select(Message.body).where(Message.person_id == world.manager)).all()
        assert db.scalars(select(ValueSurvey)).one()
    paths = [found for body in bodies for found in re.findall(r"https?://[^/]+(/value/\S+)", body)]
    assert len(paths) == 2
    for path in paths:
        assert hana.get(path).status_code == 200
