"""A manager tries another meaning of covered, sees whom it would touch, saves it for today, and looks back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from lms.certificates.models import Certificate
from lms.core import clock, following
from lms.core.unit import Database
from lms.coverage import meanings, working_in
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World, actor, make_group, make_signed
from tests.make_certificates import certify
from tests.make_cover import work_in

pytestmark = pytest.mark.journey
WAYS = pytest.mark.parametrize(("script", "width"), [(True, 1280), (False, 390)], ids=["desk", "phone without script"])


def long_certified(store: Database, world: World) -> None:
    """Amara was certified 200 days ago and led last 100 days ago."""
    with store.transaction() as db:
        made = certify(db, world)
        make_signed(db, world, make_group(db, world), role="outside", days_ago=10)
        then = clock.now() - timedelta(days=200)
        db.execute(update(Certificate).values(issued_on=then.date(), issued_at=then))
        following.changed(db, person=made.person_id)


@WAYS
def test_a_manager_says_what_covered_means(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    long_certified(store, world)
    hana = walk("hana", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/coverage")
    assert hana.heading() == "1 of 2 units has an active certified facilitator"
    hana.press("What covered means")
    hana.look()
    hana.write("Number of days", "7")
    hana.press("Show what would change")
    assert hana.heading() == "With 7 days, Parks & Depot would lose its cover"
    hana.reads("Amara Osei last led a round on")
    hana.look()
    hana.press("Save this meaning")
    hana.reads("Write why. It stands on the coverage page, with your name.")
    hana.write("Because", "Whoever has not led this week is not called.")
    hana.press("Save this meaning")
    hana.reads("covered means this at Harbourside Council")
    hana.press("Coverage", exact=False)
    hana.open("/coverage")
    assert hana.heading() == "0 of 2 units have an active certified facilitator"
    hana.reads("Whoever has not led this week is not called. Hana Petrova")
    hana.write("As it was on", "soon")
    hana.press("Show that day")
    hana.reads("is not a date we can read")
    hana.write("As it was on", (clock.today() - timedelta(days=1)).isoformat())
    hana.press("Show that day")
    assert hana.heading().startswith("0 of 2 units had")
    hana.reads("This is what the page showed on")
    hana.look()


@WAYS
def test_what_covered_means_to_a_large_organisation_is_worked_in_by_a_job(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    long_certified(store, world)
    monkeypatch.setattr(working_in, "MOST_AT_ONCE", 0)
    with store.transaction() as db:
        said = Said(Meaning(days=7), clock.today(), reason="Whoever has not led this week is not called.")
        meanings.set_meaning(db, actor(db, world.manager), world.council, uuid.uuid4(), said)
    hana = walk("hana", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/coverage/meaning")
    hana.reads("is still being worked in. Until that is done, every figure here is made by the meaning before.")
    hana.look()
    hana.open("/coverage")
    assert hana.heading() == "1 of 2 units has an active certified facilitator"
    hana.reads("is still being worked in.")
    hana.look()
    work_in(store)
    hana.open("/coverage")
    assert hana.heading() == "0 of 2 units have an active certified facilitator"
    hana.reads("Whoever has not led this week is not called. Hana Petrova")


@WAYS
def test_a_manager_goes_down_to_one_person_and_takes_a_past_day_along(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    long_certified(store, world)
    day = clock.today() - timedelta(days=3)
    hana = walk("hana", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/coverage")
    hana.press("Parks & Depot", exact=False)
    hana.press("Amara Osei")
    assert hana.heading() == "Amara Osei: active"
    hana.reads("Last led a round on")
    hana.reads("stays with those who were there")
    hana.look()
    hana.open(f"/coverage?on={day.isoformat()}")
    hana.look()
    for words, kind in (("Spreadsheet", b"PK"), ("PDF", b"%PDF"), ("As CSV, for programs", b"\xef\xbb\xbfUnit")):
        address = hana.page.get_by_role("link", name=words).get_attribute("href")
        assert address
        assert f"on={day.isoformat()}" in address
        taken = hana.page.request.get(address)
        assert taken.status == 200
        assert taken.body().startswith(kind)
        assert f"coverage-{day.isoformat()}" in taken.headers["content-disposition"]
