"""A client buys from a second provider: no page of the first one’s changes by a byte, and so the other way round."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.core import clock
from lms.groups.models import PeerGroup
from lms.messages import service as messages
from lms.messages.models import Message
from lms.people.models import Membership, Person, Provision, Unit
from tests.make import World, actor
from tests.make_shared import NAMES, Shared, move_in, second
from tests.sweeps.forms import filled
from tests.sweeps.house import OWN, House

pytestmark = pytest.mark.xdist_group("sweeps")
STAFF = ("administrator", "trainer")
KEY = re.compile(r"\b[0-9a-f]{32}\b")  # what a form is told apart by
ASKED = re.compile(r'(name="asked" value|data-options)="[^"]*"')  # what a passkey is asked, another each time
# A person’s own archive proves its entries by the bare hashes of all that come between, which say nothing of anybody.
CHAINED = ("static", "record.download")
NOBODYS = "messages.outbox"  # where the demo also shows letters that belong to no provider
Pages = dict[tuple[str, str], tuple[int, str]]


@dataclass
class Two:
    """What the first provider’s staff met before the second did anything, and after."""

    shared: Shared
    before: Pages
    after: Pages


def same(answer: TestResponse) -> tuple[int, str]:
    """What somebody may compare two answers by, a file’s as well."""
    kind = answer.mimetype or ""
    text = answer.get_data().decode("utf-8", "replace") if kind.startswith("text/") else kind
    return answer.status_code, ASKED.sub("", KEY.sub("", OWN.sub("", text)))


def pages(house: House, browsers: dict[str, FlaskClient]) -> Pages:
    found: Pages = {}
    for role, browser in browsers.items():
        for rule in house.rules("GET"):
            if rule.endpoint not in CHAINED:
                found[role, rule.endpoint] = same(browser.get(house.path(rule)))
        for path in ("/people?q=o", "/search?q=weir", "/search?q=zofia", "/outbox", "/nominations", "/groups"):
            found[role, path] = same(browser.get(path))
    return found


@pytest.fixture(scope="module")
def two(house: House) -> Iterator[Two]:
    """Nothing that this makes is wanted by another sweep: it stands last, and the provision ends with it."""
    with time_machine.travel(clock.now(), tick=False):
        browsers = {role: house.browser(house.people[role]) for role in STAFF}
        with house.database.transaction() as db:
            circle = db.get_one(PeerGroup, house.ids["group_id"])
            provider = second(db, circle.organisation_id)
            here = Unit.organisation_id == circle.organisation_id
            parks, libraries = db.scalars(select(Unit.id).where(here).order_by(Unit.name).limit(2)).all()
        before = pages(house, browsers)
        with house.database.transaction() as db:
            nobody = uuid.UUID(int=0)
            world = World(
                circle.provider_id, circle.organisation_id, parks, libraries, nobody, nobody, nobody, nobody,
                house.people["manager"], nobody, nobody,
            )  # fmt: skip
            shared = move_in(db, world, provider)
        yield Two(shared, before, pages(house, browsers))
    with house.database.transaction() as db:
        found = db.scalars(select(Provision).where(Provision.provider_id == provider)).one()
        found.ended_on = found.started_on


def test_what_the_second_does_changes_no_byte_of_what_the_first_meets(two: Two) -> None:
    changed = {
        where: list(unified_diff(two.before[where][1].splitlines(), two.after[where][1].splitlines(), n=0))
        for where in two.before
        if two.before[where] != two.after[where]
    }
    assert not changed
    told = [(where, name) for where, (_, page) in two.after.items() for name in NAMES if name in page]
    assert not told


def test_records_of_the_second_are_not_there_for_the_first(house: House, two: Two) -> None:
    found = []
    for method in ("GET", "POST"):
        for role in STAFF:
            browser = house.browser(house.people[role])
            for rule in house.rules(method):
                ids = {name: two.shared.ids[name] for name in rule.arguments if name in two.shared.ids}
                if ids and not is_about_nobody(house, browser, rule, method, ids):
                    found.append((method, role, rule.endpoint))
    assert not found


def is_about_nobody(house: House, browser: FlaskClient, rule: Rule, method: str, ids: dict[str, uuid.UUID]) -> bool:
    """Whether a record answers as one that never was."""
    answers = []
    for instead in (ids, {name: uuid.uuid4() for name in ids}):
        path = house.path(rule, **instead)
        sent = browser.get(path) if method == "GET" else house.post(browser, path, filled(house, rule.endpoint)[1])
        answers.append(same(sent))
    return answers[0] == answers[1]


def test_records_of_the_first_are_not_there_for_the_second(house: House, two: Two) -> None:
    found = []
    for method in ("GET", "POST"):
        for role in STAFF:
            browser = house.browser(getattr(two.shared.world, role))
            for rule in house.rules(method):
                ids = {name: house.ids[name] for name in rule.arguments if name.endswith("_id")}
                if ids and not is_about_nobody(house, browser, rule, method, ids):
                    found.append((method, role, rule.endpoint))
    assert not found


def test_the_second_reads_nobodys_name_who_is_with_the_first(house: House, two: Two) -> None:
    with house.database.readers() as db:
        managers = set(db.scalars(select(Membership.person_id).where(Membership.role == "manager")))
        rows = db.execute(select(Person.id, Person.name).where(Person.name.not_in(NAMES)))
        names = [name for person_id, name in rows if person_id not in managers]
    told = []
    for role in STAFF:
        browser = house.browser(getattr(two.shared.world, role))
        for rule in house.rules("GET"):
            if rule.endpoint in ("static", NOBODYS) or any(name in ("code", "number") for name in rule.arguments):
                continue  # what anybody may open who holds a code
            page = browser.get(house.path(rule, **{k: v for k, v in two.shared.ids.items() if k in rule.arguments}))
            text = re.sub(r"<[^>]*>", " ", page.get_data().decode("utf-8", "replace"))
            told += [(role, rule.endpoint, name) for name in names if name in text]
    assert not told


def test_letters_of_one_lie_in_no_outbox_of_the_other(house: House, two: Two) -> None:
    with house.database.readers() as db:
        first, second = house.people["administrator"], two.shared.world.administrator
        theirs = [
            {each.organisation_id for each in db.scalars(messages.scope(actor(db, who)))} - {None}
            for who in (first, second)
        ]
        written = db.scalars(messages.scope(actor(db, first)).where(Message.organisation_id.in_(theirs[0]))).all()
    assert (len(theirs[0]), theirs[1]) == (1, {two.shared.world.provider})
    assert theirs[0].isdisjoint(theirs[1])
    assert not [(each.subject, name) for each in written for name in NAMES if name in f"{each.subject} {each.body}"]


def test_the_manager_of_the_client_meets_both(house: House, two: Two) -> None:
    hana = house.browser(house.people["manager"])
    people, named = hana.get("/people?q=Zofia").text, hana.get("/nominations").text
    assert "Zofia Wrona" in people
    assert {"Quentin Ashdown", "Jonah Price"} <= {name for name in ("Quentin Ashdown", "Jonah Price") if name in named}
    assert hana.get(f"/certificates/{two.shared.ids['certificate_id']}").status_code == 200
