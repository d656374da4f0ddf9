"""Pages of coverage: what covered means, what another meaning would change, and any past day as it was."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.core.unit import Database
from lms.coverage import following, meanings, rebuilding, service, trying
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said
from lms.coverage.models import CoverCorrection, CoverMeaning, CoverSpan
from lms.people.models import Membership, Organisation, Person, Unit
from tests.make import STARTED, World, actor, make_group, make_signed, person
from tests.make_certificates import certify

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
TRY = {"facilitators": "1", "people": "25", "fewest": "1", "rounds": "1", "days": "90"}
Queries = Callable[..., AbstractContextManager[list[str]]]
Post = Callable[..., object]


@pytest.fixture
def later(store: Database, world: World) -> Iterator[time_machine.Traveller]:
    """Amara was certified on 2 March and led a round on the 22nd; Farid was certified too. Now it is 1 August."""
    with time_machine.travel(START, tick=False) as traveller:
        with store.transaction() as db:
            db.execute(delete(CoverCorrection))  # the usual people have been there for longer than this test
            certify(db, world)
            certify(db, world, world.other_trainee)
        traveller.move_to(START + timedelta(days=22))
        with store.transaction() as db:
            make_signed(db, world, make_group(db, world), days_ago=2, role="outside")
        traveller.move_to(NOW)
        yield traveller


@pytest.fixture
def hana(later: time_machine.Traveller, world: World, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(world.manager)


def address(**more: str) -> str:
    return "/coverage/meaning?" + "&".join(f"{name}={value}" for name, value in (TRY | more).items())


def test_what_would_change_is_shown_and_nothing_is_saved(hana: FlaskClient, store: Database, queries: Queries) -> None:
    assert "One sentence says when a unit is covered" in hana.get("/coverage/meaning").text
    hana.get(address())
    with queries() as seen:
        page = hana.get(address()).text
    assert len(seen) <= 8, "one of them says who asks"
    assert "With 90 days, Libraries and Parks &amp; Depot would lose their cover" in page
    assert "Amara Osei last led a round on 22 March" in page
    assert "Farid Rahimi has led no round here" in page
    assert "Was 180." in page
    assert "With 365 days, no unit would change" in hana.get(address(days="365")).text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(CoverMeaning)) == 0


def test_a_saved_meaning_stands_on_the_coverage_page_with_its_reason_and_name(
    hana: FlaskClient, post: Post, store: Database, world: World
) -> None:
    form = TRY | {"from": "1 August 2026", "reason": "Winter is long ago.", "key": str(uuid.uuid4()), "seen": ""}
    assert "2 of 2 units have an active certified facilitator" in hana.get("/coverage").text
    for _ in range(2):
        assert post(hana, "/coverage/meaning", **form).status_code == 303  # type: ignore[attr-defined]
    page = hana.get("/coverage").text
    assert "0 of 2 units have an active certified facilitator" in page
    assert "1 resting" in page
    assert "So since 1 August 2026: Winter is long ago. Hana Petrova" in page
    assert "2 of 2 units had an active certified facilitator" in hana.get("/coverage?on=31+July+2026").text
    unit = hana.get(f"/coverage/units/{world.parks}").text
    assert "Resting" in unit
    assert "Nobody here is active" in unit
    page = hana.get("/coverage/meaning").text
    assert "Since 1 August 2026" in page
    assert "Before that" in page
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(CoverMeaning)) == 1


def test_what_cannot_be_used_is_said_and_stays_typed(hana: FlaskClient, post: Post) -> None:
    page = hana.get(address(days="soon", people="0"))
    assert page.status_code == 422
    assert "Write the number of days, as a number from 1 to 3,650." in page.text
    assert 'value="soon"' in page.text
    for more, said in (
        ({"from": "31 July 2026"}, "Choose today or a later day."),
        ({"from": "2 August 2028"}, "Choose a day within the next two years."),
        ({"from": "soon"}, "is not a date we can read"),
        ({"reason": ""}, "Write why. It stands on the coverage page"),
        ({"rounds": "-1"}, "Write how many rounds"),
    ):
        form = TRY | {"from": "1 September 2026", "reason": "Winter is long ago.", "seen": ""} | more
        answer = post(hana, "/coverage/meaning", **form)
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert said in answer.text  # type: ignore[attr-defined]
        assert (form["reason"] or "1 September 2026") in answer.text  # type: ignore[attr-defined]


def test_every_mistake_is_said_at_its_own_field_in_the_order_of_the_page(hana: FlaskClient, post: Post) -> None:
    form = TRY | {"days": "soon", "from": "31 July 2026", "reason": "", "seen": ""}
    page = post(hana, "/coverage/meaning", **form).text  # type: ignore[attr-defined]
    told = ["Write the number of days", "Choose today or a later day.", "Write why."]
    places = [page.index(each) for each in told]
    assert places == sorted(places)
    for name in ("days", "from", "reason"):
        assert f'href="#{name}"' in page, name
        assert f'id="{name}-error"' in page, name


def test_whoever_s_page_is_old_reads_what_was_set_meanwhile(hana: FlaskClient, post: Post) -> None:
    form = TRY | {"from": "1 September 2026", "reason": "Winter is long ago.", "seen": ""}
    assert post(hana, "/coverage/meaning", **form).status_code == 303  # type: ignore[attr-defined]
    answer = post(hana, "/coverage/meaning", **(form | {"days": "60", "reason": "Even shorter."}))
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "Hana Petrova set another meaning while your page was open" in answer.text  # type: ignore[attr-defined]
    assert "Even shorter." in answer.text  # type: ignore[attr-defined]


def test_only_a_manager_of_that_organisation_may(
    hana: FlaskClient, post: Post, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    form = TRY | {"from": "1 September 2026", "reason": "Winter is long ago.", "organisation": str(world.provider)}
    assert hana.get(address(organisation=str(world.provider))).status_code == 404
    assert post(hana, "/coverage/meaning", **form).status_code == 404  # type: ignore[attr-defined]
    for other in (world.trainee, world.trainer, world.administrator):
        assert sign_in(other).get("/coverage/meaning").status_code == 404


def test_any_past_day_and_no_other(hana: FlaskClient, queries: Queries) -> None:
    hana.get("/coverage")
    with queries() as seen:
        page = hana.get("/coverage?on=2026-03-01").text
    assert len(seen) <= 6
    assert "0 of 2 units had a" in page
    assert "This is what the page showed on 1 March 2026." in page
    for wrong, said in (("soon", "is not a date we can read"), ("2026-08-02", "That day has not come yet.")):
        for path in ("/coverage", "/coverage/export"):
            answer = hana.get(f"{path}?on={wrong}")
            assert answer.status_code == 422
            assert said in answer.text
    assert "Libraries,96,4,1" in hana.get("/coverage/export?on=2026-03-02").text


def test_a_day_that_was_put_right_later_says_so(hana: FlaskClient, store: Database, world: World) -> None:
    assert "put right later" not in hana.get("/coverage?on=2026-03-05").text
    with store.transaction() as db:
        day = START.date()
        db.add(CoverCorrection(organisation_id=world.council, corrected_on=day, first_on=day, last_on=day))
    assert "put right later, on 2 March 2026" in hana.get("/coverage?on=2026-03-02").text
    assert "put right later" not in hana.get("/coverage?on=2026-03-03").text


def test_whoever_manages_two_organisations_chooses(hana: FlaskClient, store: Database, world: World) -> None:
    assert "Organisation</label>" not in hana.get("/coverage").text
    with store.transaction() as db:
        other = Organisation(name="Another Borough", kind="client")
        db.add(other)
        db.flush()
        db.add(Unit(organisation_id=other.id, name="Archive", headcount=9))
        part = {"person_id": world.manager, "organisation_id": other.id}
        db.add(Membership(**part, role=Role.MANAGER, started_on=STARTED))
        own = other.id
    page = hana.get("/coverage").text
    assert "Archive" in page, "the first by name"
    assert "Organisation</label>" in page
    page = hana.get(f"/coverage?organisation={world.council}").text
    assert "Archive" not in page
    assert f"organisation={world.council}" in page, "links stay there"
    assert hana.get(f"/coverage?organisation={own}").status_code == 200


@pytest.mark.parametrize(
    "meaning", [Meaning(days=90), Meaning(days=150), Meaning(rounds=2), Meaning(rounds=0), Meaning(2, 50, 3, 1, 400)]
)
def test_what_was_shown_is_what_happens(
    hana: FlaskClient, post: Post, store: Database, world: World, meaning: Meaning
) -> None:
    def now(db: Session) -> service.Report:
        return service.report(db, actor(db, world.manager), datetime(2026, 8, 1, tzinfo=UTC).date())

    with store.readers() as db:
        tried = trying.would_be(db, now(db), meaning)
    names = ("facilitators", "people", "fewest", "rounds", "days")
    form = {name: str(getattr(meaning, name)) for name in names}
    post(hana, "/coverage/meaning", **form, reason="We agreed so.", **{"from": "2026-08-01"})
    with store.readers() as db:
        assert now(db).cover == tried.after


def test_what_an_older_database_holds_is_summed_up_once(store: Database, world: World, hana: FlaskClient) -> None:
    with store.transaction() as db:
        before = db.scalar(select(func.count()).select_from(CoverSpan))
        db.execute(delete(CoverSpan))
    assert "0 of 2 units" in hana.get("/coverage").text
    many = {each.organisation: len(each.differed) for each in rebuilding.rebuild(store)}
    assert many["Harbourside Council"] == before
    assert "2 of 2 units" in hana.get("/coverage").text


def test_somebody_new_costs_no_more_however_many_there_are(
    hana: FlaskClient, store: Database, world: World, queries: Queries
) -> None:
    with queries() as few:
        hana.get("/coverage")
    with store.transaction() as db:
        council = db.get_one(Organisation, world.council)
        for number in range(12):
            unit = Unit(organisation_id=world.council, name=f"Unit {number}", headcount=30)
            db.add(unit)
            db.flush()
            person(db, f"Somebody {number}", council, Role.TRAINEE, unit)
        assert db.scalar(select(func.count()).select_from(Person)) == 19
    with queries() as many:
        hana.get("/coverage")
    assert len(many) == len(few)


def test_setting_a_meaning_and_writing_about_somebody_never_wait_for_each_other(
    later: time_machine.Traveller, store: Database, world: World
) -> None:
    wrong: list[Exception] = []

    def say() -> None:
        try:
            with store.transaction() as db:
                said = Said(Meaning(days=90), NOW.date(), reason="Winter is long ago.")
                meanings.set_meaning(db, actor(db, world.manager), world.council, uuid.uuid4(), said)
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)

    setting = threading.Thread(target=say)
    with store.transaction() as db:
        following._in_turn(db, [world.trainee])  # as whoever writes about her begins
        setting.start()
        setting.join(0.5)
        day = NOW.date()
        db.add(CoverCorrection(organisation_id=world.council, corrected_on=day, first_on=day, last_on=day))
        db.flush()
    setting.join()
    assert not wrong
