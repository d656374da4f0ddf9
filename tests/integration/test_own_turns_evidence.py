"""The share of somebody's own turns: evidence of the person and of nobody else, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from assessments.coding import Label
from assessments.standards import get_standard
from lms.coding import asking
from lms.coding.models import CodingResult, CodingSample
from lms.core import clock
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.handover import service
from lms.handover.what_if import what_if
from lms.learning.models import Enrolment
from lms.takeover import evidence as of_circle
from tests.accounts import post
from tests.make import World, actor
from tests.make_own_turns import Led, hardly_any_advice

Queries = Callable[[], AbstractContextManager[list[str]]]
SignIn_ = Callable[[object], FlaskClient]


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def led(store: Database, world: World) -> Led:
    """Amara, who is trained by the version that asks for it."""
    with store.transaction() as db:
        db.execute(update(Enrolment).values(standard_version=8))
        return Led.make(db, world)


def standing(store: Database, world: World) -> Any:
    with store.readers() as db:
        return service.readiness_of(db, actor(db, world.trainer), world.trainee, service.today())


def finding(store: Database, world: World) -> Any:
    found = standing(store, world).readiness.findings
    return next(each for each in found if each.clause == "without-advice")


def none(number: int) -> Label:
    return Label("closed" if number % 5 == 0 else "open", "no")


def test_three_sessions_read_by_two_hold_the_sign_with_all_that_it_rests_on(
    store: Database, led: Led, world: World
) -> None:
    before = finding(store, world)
    assert (before.state, before.seen) == ("blocked", "Two people have not coded any turns yet.")
    with store.transaction() as db:
        led.closed(db)
        led.closed(db, led.meet_again(db, 9), none)
    short = finding(store, world)
    assert short.seen == (
        "51 of 52 turns without advice; it takes 42 turns in 3 sessions, so that chance does not decide. "
        "From 2 sessions, each read by 2 people alone, who agreed to κ 1.00."
    )
    with store.transaction() as db:
        led.closed(db, led.meet_again(db, 16), none)
    there = finding(store, world)
    assert (there.state, there.have, there.need, len(there.evidence)) == ("there", 42, 42, 3)
    assert there.seen == (
        "77 of 78 turns without advice; allowing for chance at least 94%, and 90% is asked for. "
        "From 3 sessions, each read by 2 people alone, who agreed to κ 1.00."
    )


def test_it_is_nobody_else_s_evidence_and_none_of_the_circle_s(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        led.closed(db)
        assert of_circle.gather(db, db.get_one(PeerGroup, led.circle.group_id)).samples == ()
        farid = service.get_learner(db, actor(db, world.trainer), world.other_trainee)
        assert service.evidence_for(db, farid).samples == ()
        amara = service.get_learner(db, actor(db, world.trainer), world.trainee)
        assert len(service.evidence_for(db, amara).samples) == 1
        db.execute(update(PeerGroup).values(provider_id=world.council))
        db.flush()
        assert service.evidence_for(db, service.get_learner(db, actor(db, world.trainer), world.trainee)).samples == ()


def test_what_the_circle_asked_is_no_evidence_of_whoever_led(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        led.circle.close(db, led.circle.read(db))
        assert len(of_circle.gather(db, db.get_one(PeerGroup, led.circle.group_id)).samples) == 1
    assert standing(store, world).facts.evidence.samples == ()


def test_a_yes_taken_back_counts_no_more_and_says_so_without_a_figure(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        result = led.closed(db)
        asking.take_back(db, actor(db, world.trainee), led.circle.group_id, result.sample_id)
    found = standing(store, world).readiness
    assert finding(store, world).evidence == ()
    [refused] = [each for each in found.not_counted if each.evidence == str(result.sample_id)]
    assert refused.reason == "The yes to it was taken back, so it counts no more."
    assert refused.title.startswith("Turns coded on ")


def test_evidence_of_any_size_is_gathered_in_as_many_queries(
    store: Database, led: Led, world: World, queries: Queries
) -> None:
    counts = []
    for days in (0, 9, 16):
        if days:
            with store.transaction() as db:
                led.closed(db, led.meet_again(db, days))
        with queries() as asked, store.readers() as db:
            learner = service.get_learner(db, actor(db, world.trainer), world.trainee)
            service.evidence_for(db, learner)
        counts.append(len(asked))
    assert len(set(counts)) == 1
    with queries() as asked, store.readers() as db:
        what_if(db, get_standard("certified", 8), service.today())
    assert len(asked) <= 4


def test_what_if_counts_the_sign_for_whoever_has_it(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        for days in (0, 9, 16):
            led.closed(db, led.meet_again(db, days) if days else None, none)
        assert what_if(db, get_standard("certified", 8), service.today()).holding["without-advice"] == 1
        assert what_if(db, get_standard("lead", 4), service.today(), "certified").holding["open-turns"] == 1


def test_the_trainee_reads_what_is_short_and_where_their_yes_is(
    store: Database, led: Led, world: World, sign_in: SignIn_
) -> None:
    browser = sign_in(world.trainee)
    page = browser.get("/readiness").text
    assert "Own turns without advice, in three sessions that two people read" in page
    assert 'href="/readiness/turns"' in page
    assert "Nothing waits for your yes. Ruth Tamihana asks for a sample" in browser.get("/readiness/turns").text
    with store.transaction() as db:
        sample = led.ask(db)
        address = f"/groups/{led.circle.group_id}/coding/{sample.id}"
    assert "Say whether two people may read what you said in Parks &amp; Depot" in browser.get("/").text
    own = browser.get("/readiness/turns").text
    assert "Your yes is wanted" in own
    assert address in own
    page = browser.get(address).text
    assert "Yes, my turns may be read" in page
    assert "No, not this time" in page
    assert "enters none of their own" in page
    post(browser, f"{address}/yes", page=address)
    assert "Say whether two people may read" not in browser.get("/").text
    assert "Your yes is wanted" not in browser.get("/readiness/turns").text


def test_the_trainer_asks_on_the_page_of_the_person(
    store: Database, led: Led, world: World, sign_in: SignIn_, queries: Queries
) -> None:
    browser, address = sign_in(world.trainer), f"/readiness/{world.trainee}/turns"
    assert f'href="{address}"' in browser.get(f"/readiness/{world.trainee}").text
    assert address not in sign_in(world.other_trainer).get(f"/readiness/{world.trainee}").text
    assert sign_in(world.other_trainer).get(address).status_code == 403
    page = browser.get(address).text
    assert "asks for 42 turns from 3 sessions" in page
    empty = post(browser, address, key="")
    assert empty.status_code == 422
    assert "Choose who brought the problem" in empty.text
    asked = {f"holder-{led.circle.meeting_id}": led.circle.seats["Sefo"]}
    assert post(browser, address, **asked).status_code == 303
    with store.transaction() as db:
        [sample] = db.query(CodingSample).all()
        assert sample.person_id == world.trainee
        for days in (3, 4, 5):
            led.ask(db, led.meet_again(db, days))
    with queries() as few:
        assert browser.get(address).status_code == 200
    with store.transaction() as db:
        for days in (6, 7, 8, 10):
            led.meet_again(db, days)
    with queries() as many:
        assert "Not this meeting" in browser.get(address).text
    assert len(many) - len(few) <= 1, "the chairs of circles, once there is a meeting to ask about"


def test_a_trainer_or_an_administrator_finds_whose_figures_they_are_and_the_circle_does_not(
    store: Database, led: Led, world: World, sign_in: SignIn_
) -> None:
    with store.transaction() as db:
        led.closed(db, judge=hardly_any_advice)
    for who in (world.trainer, world.administrator):
        assert "25 of 26 turns without advice" in sign_in(who).get(f"/readiness/{world.trainee}/turns").text
    assert "25 of 26 turns without advice" in sign_in(world.trainee).get("/readiness/turns").text
    for who in (world.other_trainee, world.trainer, world.administrator):
        assert "25 of 26" not in sign_in(who).get(f"/groups/{led.circle.group_id}/coding").text
        assert "25 of 26" not in sign_in(who).get(f"/groups/{led.circle.group_id}/taking-over").text


def test_figures_that_are_too_old_have_expired(store: Database, led: Led, world: World) -> None:
    with store.transaction() as db:
        led.closed(db)
        db.execute(update(CodingResult).values(coded_on=clock.today() - timedelta(days=365)))
    found = finding(store, world)
    assert "more than 365 days ago" in found.seen
