"""Nine outcomes of an organisation: read once a quarter, never below four, the same on page, print and spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.outcomes import holding
from lms.outcomes.models import OutcomeReading
from lms.people.models import Organisation
from tests.make import World, actor, make_group
from tests.make_outcomes import answers, counted, follow, read, said

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[..., AbstractContextManager[list[str]]]
SUMMER, AUTUMN = date(2026, 8, 20), date(2026, 11, 20)  # in the quarters that end in September and in December
READ = datetime(2027, 1, 14, 8, tzinfo=UTC)
YES, NO = {"state": "resolved"}, {"state": "same"}


@pytest.fixture
def day() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(READ, tick=False) as traveller:
        yield traveller


def rows(sheet: str) -> dict[str, dict[str, str]]:
    """The spreadsheet’s rows by outcome."""
    return {each["Outcome"]: each for each in csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff")))}


def piece(page: str, title: str) -> str:
    """What the page says of one outcome, without its marks."""
    found = re.search(rf"<li>(?:(?!</li>).)*?{re.escape(title)}.*?</li>", page, re.S)
    assert found, title
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def figure(page: str, title: str) -> str:
    """The same of one figure of it: up to the figure that stands beside it."""
    found = re.search(rf"<h[34][^>]*>(?:(?!</h).)*?{re.escape(title)}(?:(?!<h[34]|</li>).)*", page, re.S)
    assert found, title
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_a_manager_reads_what_holders_said_and_never_who_or_what(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, queries: Queries, day: time_machine.Traveller
) -> None:
    hana = sign_in(world.manager)
    assert "No outcome can be read yet" in hana.get("/outcomes").text
    with store.transaction() as db:
        secret = {"surprised": "heron-in-the-reeds", "learning": "otter-at-dusk"}
        answers(db, world, group, AUTUMN, YES | secret, YES, NO, NO | {"acted": "others"}, {}, YES | {"importance": 2})
        answers(db, world, group, AUTUMN - timedelta(days=365), YES, NO, NO, NO)
    assert "No outcome can be read yet" in hana.get("/outcomes").text  # nobody has read the quarter
    read(store)
    hana.get("/outcomes")
    with queries() as asked:
        page = hana.get("/outcomes").text
    assert len(asked) <= 4
    assert "Three of nine outcomes can be read" in page
    first = piece(page, "Important problems are solved")
    assert (
        "50% 2 of 4 important problems. 6 asked; 2 did not answer, left open how important it was, or had brought"
        in first
    )
    assert "A year ago 25%, n 4." in first
    assert "4 of 5 problems somebody acted on. 6 asked; 1 did not answer, or nobody has acted yet." in page
    assert "heron" not in page
    assert "otter" not in page
    assert "Amara" not in page
    sheet = hana.get("/outcomes/export")
    assert "heron" not in sheet.text
    told = rows(sheet.text)["1. Important problems are solved, and something is learned"]
    assert [told[name] for name in ("Shown", "Value", "Met", "Of", "Asked", "A year ago", "Of, a year ago", "Aim")] == [
        "Yes", "50%", "2", "4", "6", "25%", "4", "50%",
    ]  # fmt: skip
    assert (told["First day"], told["Last day"], told["Scheme"]) == ("2026-01-01", "2026-12-31", "2")


def test_page_print_and_spreadsheet_show_the_same_numbers_and_hide_the_same(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        answers(db, world, group, AUTUMN, *[YES] * 3, NO, {"acted": "nobody", "importance": 1}, {})
        answers(db, world, group, SUMMER, *[YES | {"learning": "", "depth": None}] * 2)
    read(store)
    hana = sign_in(world.manager)
    page, sheet = hana.get("/outcomes").text, rows(hana.get("/outcomes/export").text)
    paper = re.sub(r'<(p|div)[^>]*class="[^"]*noprint[^"]*".*?</\1>', "", page, flags=re.S)
    for title, told in sheet.items():
        if "." not in title:  # what it cost
            [said] = re.findall(rf"<dt>{title}</dt><dd>(.*?)</dd>", page)
            assert (told["Shown"] == "Yes") == (f"{told['Met']} of " in said), title
            continue
        for where in (page, paper):
            said = figure(where, title.split(". ", 1)[1])
            if told["Shown"] == "Yes":
                met = f"{told['Met']} of {told['Of']} " if told["Met"] else f"{told['Of']} "
                assert told["Value"] in said, title
                assert met in said, title
                assert not told["Asked"] or f"{told['Asked']} asked" in said or f"{told['Asked']} held" in said, title
            else:
                assert not re.search(r"\d+%|\d of \d", said), title
                assert not any(told[name] for name in ("Value", "From", "To", "Met", "Of")), title


def test_too_few_answers_wait_for_others_and_nothing_tells_them_apart(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        answers(db, world, group, SUMMER, YES, NO, NO)
    day.move_to(datetime(2026, 10, 14, 8, tzinfo=UTC))
    read(store)
    page = sign_in(world.manager).get("/outcomes").text
    hidden = piece(page, "Important problems are solved")
    assert "Too few answers so far. Shown from four. So that nobody can be picked out. 3 asked." in hidden
    assert "%" not in hidden
    with store.transaction() as db:
        answers(db, world, group, AUTUMN, YES)
    day.move_to(READ)
    read(store)
    page = sign_in(world.manager).get("/outcomes").text
    assert "2 of 4 important problems" in page
    with store.transaction() as db:  # three more do not change what is shown
        answers(db, world, group, date(2027, 2, 20), YES, YES, YES)
    day.move_to(datetime(2027, 4, 14, 8, tzinfo=UTC))
    read(store)
    assert "2 of 4 important problems" in sign_in(world.manager).get("/outcomes").text


def test_what_is_deleted_after_it_was_read_changes_no_figure(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    """Otherwise the page before and the page after would tell what one person had said."""
    with store.transaction() as db:
        made = answers(db, world, group, AUTUMN, YES, YES, NO, NO, NO)
    read(store)
    with store.transaction() as db:
        holding.take_back(db, actor(db, world.trainee), made[0])
    read(store)
    assert "2 of 5 important problems" in sign_in(world.manager).get("/outcomes").text
    with pytest.raises(DatabaseError), store.transaction() as db:
        db.execute(update(OutcomeReading).values(hits=1))


def test_a_quarter_is_read_once_whoever_reads_it(
    store: Database, world: World, group: uuid.UUID, day: time_machine.Traveller
) -> None:
    from lms.outcomes import reading

    with store.transaction() as db:
        answers(db, world, group, AUTUMN, YES, YES, NO, NO)
    read(store)
    with store.transaction() as db:
        reading.read(db, world.council, date(2026, 12, 31))
    with store.readers() as db:
        chosen = select(func.count()).where(OutcomeReading.figure == "resolved")
        assert db.scalar(chosen.where(OutcomeReading.closed_on == date(2026, 12, 31))) == 1
        assert db.scalar(select(func.sum(OutcomeReading.n)).where(OutcomeReading.figure == "resolved")) == 4


def test_what_circles_count_is_shown_of_three_together(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    held = datetime(2026, 11, 3, 16)  # noqa: DTZ001 - a clock on the wall
    with store.transaction() as db:
        circles = [group, make_group(db, world, name="Second")]
        for circle in circles:
            for week in range(4):
                counted(db, circle, held + timedelta(weeks=week), world.trainee, agreed=week > 0, early=week == 0)
    read(store)
    page = sign_in(world.manager).get("/outcomes").text
    assert "Not enough so far. Shown from four answers, of 3 circles together." in figure(page, "Rounds that ended")
    assert "Not enough so far." in re.findall(r"<dt>Too early</dt><dd>(.*?)</dd>", page)[0]
    with store.transaction() as db:
        third = make_group(db, world, name="Third")
        counted(db, third, held.replace(year=2027, month=2), world.trainee, agreed=True, early=False)
    day.move_to(datetime(2027, 4, 14, 8, tzinfo=UTC))
    read(store)
    page = sign_in(world.manager).get("/outcomes").text
    assert "7 of 9 rounds counted. 9 held." in page
    assert "Solutions came up before the problem was agreed: 2 of 9 rounds counted." in page


def test_only_the_manager_of_the_organisation_reads_its_figures(
    store: Database, world: World, group: uuid.UUID, sign_in: SignIn, day: time_machine.Traveller
) -> None:
    with store.transaction() as db:
        answers(db, world, group, AUTUMN, YES, YES, NO, NO)
        elsewhere = db.scalars(select(Organisation.id).where(Organisation.name == "Elsewhere District")).one()
        far = follow(db, world, make_group(db, world, name="Far"), AUTUMN, organisation_id=elsewhere)
        said(db, far, AUTUMN, **YES)
    read(store)
    assert "2 of 4" in sign_in(world.manager).get("/outcomes").text
    assert "2 of 4" not in sign_in(world.stranger).get("/outcomes").text
    for other in (world.trainee, world.trainer, world.administrator):
        for path in ("/outcomes", "/outcomes/export", "/outcomes/asking"):
            assert sign_in(other).get(path).status_code == 404


def test_an_organisation_is_asked_without_names_and_reads_it_at_the_end_of_the_quarter(
    store: Database, world: World, group: uuid.UUID, client: FlaskClient, sign_in: SignIn, post: Post,
    day: time_machine.Traveller,
) -> None:  # fmt: skip
    day.move_to(datetime(2026, 11, 2, 9, tzinfo=UTC))
    hana, key = sign_in(world.manager), str(uuid.uuid4())
    assert "Nobody has been asked yet" in hana.get("/outcomes/asking").text
    assert post(hana, "/outcomes/asking", kind="openness", slips="3").status_code == 422
    assert post(hana, "/outcomes/asking", kind="safety", slips="9").status_code == 422
    codes = re.findall(r"/survey/([\w-]+)", post(hana, "/outcomes/asking", kind="openness", slips="8", key=key).text)
    assert len(set(codes)) == 8
    assert post(hana, "/outcomes/asking", kind="openness", slips="8", key=key).status_code == 409
    assert post(hana, "/outcomes/asking", kind="openness", slips="8", key=str(uuid.uuid4())).status_code == 409
    members = re.findall(r"/survey/([\w-]+)", post(hana, "/outcomes/asking", kind="members", slips="9").text)
    sheet = client.get(f"/survey/{codes[0]}").text
    assert "What one part of the organisation learns reaches the others." in sheet
    assert "Harbourside Council reads all answers together" in sheet
    assert "Yes, more than once" in client.get(f"/survey/{members[0]}").text
    for code, given in zip(codes, (3, 4, 5, 6, 6), strict=False):
        assert post(client, f"/survey/{code}", **{f"q{each}": str(given) for each in range(1, 8)}).status_code == 200
    assert post(client, f"/survey/{members[0]}", q1="3", q2="6").status_code == 422
    for code, (helped, met) in zip(members, ((3, 5), (1, 4), (2, 1)), strict=False):
        assert post(client, f"/survey/{code}", q1=str(helped), q2=str(met)).status_code == 200
    page = hana.get("/outcomes/asking").text
    assert "handed out eight slips" in page
    [openness, _] = sorted(re.findall(r"/outcomes/asking/([\w-]+)/close", page))
    assert post(sign_in(world.stranger), f"/outcomes/asking/{openness}/close").status_code == 404
    assert post(hana, f"/outcomes/asking/{openness}/close").status_code == 303
    day.move_to(READ)  # what nobody closed has ended by itself
    read(store)
    hana = sign_in(world.manager)
    told = rows(hana.get("/outcomes/export").text)
    assert [told["3. A more open organisation"][name] for name in ("Value", "From", "To", "Of", "Asked")] == [
        "5.0", "4.0", "6.0", "5", "8",
    ]  # fmt: skip
    for title in ("5. Support that continues", "8. Responsibility for one’s own learning"):
        assert (told[title]["Shown"], told[title]["Of"], told[title]["Asked"]) == ("Too few answers", "", "9")
    assert "The next asking is on 3 May 2027" in hana.get("/outcomes/asking").text
