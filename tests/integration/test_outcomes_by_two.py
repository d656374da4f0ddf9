"""What four outcomes are read by beside their first figure: importance from the start, marks, open turns, the seat."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core.actor import Role
from lms.core.unit import Database
from lms.groups.models import GroupMember
from lms.outcomes import followups, holding
from lms.outcomes.models import FollowUp, OutcomeReading, ProblemBrought, StatementMarks
from lms.outcomes.rules import Marks
from lms.people.models import Membership, Organisation
from tests.make import World, actor, make_group
from tests.make_outcomes import answers, counted, follow, read, read_by_two, said

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[..., AbstractContextManager[list[str]]]
SUMMER, AUTUMN = date(2026, 8, 20), date(2026, 11, 20)
READ = datetime(2027, 1, 14, 8, tzinfo=UTC)
YES, NO = {"state": "resolved"}, {"state": "same"}


@pytest.fixture
def day() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(READ, tick=False) as traveller:
        yield traveller


def figures(store: Database) -> dict[str, tuple[bool, int, int, int]]:
    """What the newest reading says of each figure: shown, asked, of how many, met."""
    with store.readers() as db:
        rows = db.scalars(select(OutcomeReading).order_by(OutcomeReading.closed_on))
        return {each.figure: (each.shown, each.asked, each.n, each.hits) for each in rows}


def sheet(browser: FlaskClient) -> dict[str, dict[str, str]]:
    text = browser.get("/outcomes/export").text.removeprefix("\ufeff")
    return {each["Outcome"]: each for each in csv.DictReader(io.StringIO(text))}


def circles(db: Session, world: World, group: uuid.UUID) -> list[uuid.UUID]:
    return [group, make_group(db, world, name="Second"), make_group(db, world, name="Third")]


def test_importance_nobody_said_is_missing_and_is_not_guessed(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        answers(db, world, group, AUTUMN, YES, YES, NO, NO, YES | {"importance": None}, YES | {"importance": 3}, {})
    read(store)
    found = figures(store)
    assert found["resolved"] == (True, 7, 4, 2)
    assert found["importance"] == (True, 7, 7, 6)
    page = sign_in(world.manager).get("/outcomes").text
    assert "2 of 4 important problems. 7 asked; 3 did not answer, left open how important it was" in page
    assert "6 of 7 problems." in page
    assert "was asked afterwards" not in page  # there was nothing before


def test_older_rounds_keep_what_was_asked_afterwards_and_the_page_says_until_when(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    def earlier(db: Session, *importances: int) -> None:
        for each in importances:
            made = follow(db, world, group, SUMMER, importance=None)
            db.get_one(FollowUp, made).asks_importance = True
            said(db, made, SUMMER, state="resolved", importance=each)

    with store.transaction() as db:
        earlier(db, 5, 5, 4, 4, 2)
        answers(db, world, group, AUTUMN, YES, NO, NO, NO)
    read(store)
    with store.readers() as db:
        chosen = select(OutcomeReading.n, OutcomeReading.hits).where(OutcomeReading.figure == "resolved")
        assert [tuple(row) for row in db.execute(chosen.order_by(OutcomeReading.closed_on))][-2:] == [(4, 4), (4, 1)]
    sentence = (
        "Before the quarter that ended on 31 December 2026, how important a problem had been was asked afterwards."
    )
    hana = sign_in(world.manager)
    assert sentence in hana.get("/outcomes").text
    told = sheet(hana)
    assert told["1. Important problems are solved, and something is learned"]["Trap"].endswith(sentence)
    assert told["1. Importance said at the start"]["Of"] == "4"


def test_what_a_holder_said_as_they_brought_it_is_theirs_to_see_and_to_delete(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        made = follow(db, world, group, AUTUMN, importance=2)
        said(db, made, AUTUMN, state="moved")
        followups.bring(db, db.get_one(FollowUp, made).round_id, world.trainee, 5)  # the first stands
    assert "2 of 5" in sign_in(world.trainee).get("/follow-ups").text
    with store.transaction() as db:
        holding.take_back(db, actor(db, world.trainee), made)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(ProblemBrought)) == 0


def test_where_nobody_asked_at_the_start_it_is_asked_with_the_rest(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, post: Post, day: time_machine.Traveller
) -> None:
    form = {"version": "0", "state": "moved", "acted": "team", "right": "2", "learning": "", "story": "no"}
    with store.transaction() as db:
        new, old = (follow(db, world, group, AUTUMN) for _ in range(2))
        for each in (new, old):
            said(db, each, READ.date() + timedelta(days=9))
        db.get_one(FollowUp, old).asks_importance = True
    amara = sign_in(world.trainee)
    assert "How important was it" not in amara.get(f"/follow-ups/{new}").text
    assert "How important was it" in amara.get(f"/follow-ups/{old}").text
    assert post(amara, f"/follow-ups/{new}", **form).status_code == 303
    assert post(amara, f"/follow-ups/{old}", **form).status_code == 422
    assert post(amara, f"/follow-ups/{old}", **form, importance="4").status_code == 303


def test_open_questions_are_read_beside_those_without_advice_of_members_alone(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        for each in circles(db, world, group):
            read_by_two(db, world, each, AUTUMN, (60, 48, 57))
        read_by_two(db, world, group, SUMMER, (30, 1, 1), own=world.trainee)  # what whoever led it said
    read(store)
    found = figures(store)
    assert found["questions"] == (True, 180, 180, 171)
    assert found["open"] == (True, 180, 180, 144)
    hana = sign_in(world.manager)
    told = sheet(hana)["6. Open questions"]
    assert [told[name] for name in ("Value", "From", "To", "Aim")] == ["80%", "74%", "85%", "70%"]
    assert "144 of 180 turns." in hana.get("/outcomes").text
    assert "None of them is below where you set out to be." in hana.get("/outcomes").text


def test_one_of_two_figures_below_its_mark_leaves_the_outcome_below(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        for each in circles(db, world, group):
            read_by_two(db, world, each, AUTUMN, (20, 15, 20))  # 75 % of sixty could be 63
    read(store)
    page = sign_in(world.manager).get("/outcomes").text
    assert "“A questioning technique is learned” is below where you set out to be." in page


def test_members_who_held_the_seat_are_read_once_a_year_and_of_three_circles(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    def member(db: Session, circle: uuid.UUID, name: str, left_on: date | None = None) -> uuid.UUID:
        row = GroupMember(group_id=circle, pseudonym=name, joined_on=date(2025, 5, 1), left_on=left_on)
        db.add(row)
        db.flush()
        return row.id

    with store.transaction() as db:
        known = circles(db, world, group)
        for circle in known:
            joan, _ = member(db, circle, "Joan"), member(db, circle, "Sefo")
            member(db, circle, "Gone", date(2025, 12, 30))
            for held in (datetime(2026, 3, 3, 16), datetime(2026, 11, 3, 16)):  # noqa: DTZ001 - a clock on the wall
                counted(db, circle, held, world.trainee, agreed=True, early=False, ran=joan)
        member(db, make_group(db, world, name="Counts nothing"), "Dag")
    day.move_to(datetime(2026, 10, 14, 8, tzinfo=UTC))
    read(store)
    assert not figures(store)["rotation"][0]  # the year is not over
    day.move_to(READ)
    read(store)
    assert figures(store)["rotation"] == (True, 9, 8, 3)
    page = sign_in(world.manager).get("/outcomes").text
    assert "3 of 8 members. 9 sat in a circle; 1 sat in a circle that counted no meeting." in page
    day.move_to(datetime(2027, 4, 14, 8, tzinfo=UTC))
    read(store)
    assert figures(store)["rotation"] == (False, 0, 0, 0)
    assert "3 of 8 members." in sign_in(world.manager).get("/outcomes").text


def test_a_holders_marks_are_read_of_three_circles_and_go_with_the_yes(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    gone = uuid.uuid4()
    with store.transaction() as db:
        for each in circles(db, world, group):
            followups.mark(db, Marks(uuid.uuid4(), each, AUTUMN, 5, 0, 0))
            followups.mark(db, Marks(uuid.uuid4(), each, AUTUMN, 4, 3, 2))
        followups.mark(db, Marks(gone, group, AUTUMN, 4, 4, 1))
        followups.mark(db, Marks(gone, group, AUTUMN, 4, 4, 4))  # said again
        followups.take_back(db, gone)
    read(store)
    assert figures(store)["understood"] == (True, 27, 9, 6)
    page = sign_in(world.manager).get("/outcomes").text
    assert "6 of 9 statements marked. 27 written; 18 were not marked." in page
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(StatementMarks)) == 6


def test_whoever_manages_two_organisations_chooses_whose_outcomes_and_whose_slips(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, post: Post, queries: Queries,
    day: time_machine.Traveller,
) -> None:  # fmt: skip
    hana = sign_in(world.manager)
    assert "Show it" not in hana.get("/outcomes").text
    with store.transaction() as db:
        other = Organisation(name="Another Borough", kind="client")
        db.add(other)
        db.flush()
        part = {"person_id": world.manager, "organisation_id": other.id, "started_on": date(2026, 1, 1)}
        db.add(Membership(**part, role=Role.MANAGER))
        own = other.id
        answers(db, world, group, AUTUMN, YES, YES, NO, NO)
    read(store)
    hana = sign_in(world.manager)
    assert "2 of 4" not in hana.get("/outcomes").text, "the first by name"
    here = f"organisation={world.council}"
    with queries() as asked:
        page = hana.get(f"/outcomes?{here}").text
    assert len(asked) <= 4
    assert "2 of 4 important problems" in page
    for path in ("/outcomes/asking", "/outcomes/export", "/coverage"):
        assert f'href="{path}?{here}"' in page, path
    assert "50%" in hana.get(f"/outcomes/export?{here}").text
    assert "50%" not in hana.get("/outcomes/export").text
    slips = {"kind": "openness", "slips": "8", "key": str(uuid.uuid4()), "organisation": str(world.council)}
    assert post(hana, "/outcomes/asking", **slips | {"slips": "x"}).text.count(str(world.council)) >= 2
    assert "Eight slips for Harbourside Council" in post(hana, "/outcomes/asking", **slips).text
    assert "Nobody has been asked yet" in hana.get(f"/outcomes/asking?organisation={own}").text
    page = hana.get(f"/outcomes/asking?{here}").text
    assert "handed out eight slips" in page
    close = page.split('/close"')[0].rsplit('action="', 1)[1] + "/close"
    assert post(hana, close).location.endswith(f"/outcomes/asking?{here}")
    assert hana.get(f"/outcomes?organisation={world.provider}").status_code == 404
    assert post(hana, "/outcomes/asking", **slips | {"organisation": str(world.provider)}).status_code == 404
