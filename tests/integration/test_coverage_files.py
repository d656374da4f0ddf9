"""The cover of an organisation says the same on the page, in the CSV file, in the workbook and on paper, on any day."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pypdf
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from lms.certificates import on_paper
from lms.core.unit import Database
from lms.coverage.sheets import COLUMNS
from lms.people import places
from lms.people.models import Person, Unit
from tests.accounts import give_password, post
from tests.make import PASSWORD, World
from tests.make_certificates import certify
from tests.statements import statements

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEFORE = date(2026, 2, 27)
FORMULA = '=HYPERLINK("http://evil.example","Pools")'


@pytest.fixture
def manager(app: Flask, client: FlaskClient, store: Database, world: World) -> Iterator[FlaskClient]:
    """The browser of a manager whose Amara has just been certified, and one of whose units has a formula for a name."""
    with time_machine.travel(NOW, tick=False):
        email = give_password(app, store, world.manager)
        with store.transaction() as db:
            for person, unit in ((world.trainee, world.parks), (world.other_trainee, world.libraries)):
                places.arrive(db, db.get_one(Person, person), world.council, unit)
            certify(db, world)
            db.add(Unit(organisation_id=world.council, name=FORMULA, headcount=51))
        assert post(client, "/sign-in", email=email, password=PASSWORD).status_code == 302
        yield client


def rows_of_page(page: str) -> dict[str, tuple[str, ...]]:
    """Of each unit of the page: how many people, how many certified, of how many."""
    body = page.rsplit("<tbody>", maxsplit=1)[-1].split("</tbody>", maxsplit=1)[0]
    found = {}
    for row in body.split("</tr>")[:-1]:
        words = re.sub(r"\s+", " ", html.unescape(re.sub(r"<label.*?</label>|<[^>]+>", "", row))).strip()
        told = re.match(r"(.*?) (\d+) (?:person|people) (\d+) of (\d+)", words)
        assert told, words
        found[told[1]] = told.groups()[1:]
    return found


def rows_of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("on", ["", BEFORE.isoformat()])
def test_the_numbers_are_the_same_in_all_four(manager: FlaskClient, on: str) -> None:
    asked = {"on": on}
    page = rows_of_page(manager.get("/coverage", query_string=asked).text)
    rows = rows_of_csv(manager.get("/coverage/export", query_string=asked).data)
    assert tuple(rows[0]) == COLUMNS
    units = rows[1 : len(page) + 1]
    assert {row[0].lstrip("'"): (row[1], row[3], row[2]) for row in units} == page

    book = load_workbook(io.BytesIO(manager.get("/coverage/export.xlsx", query_string=asked).data))
    cells = [["" if cell is None else cell for cell in row] for row in book["Coverage"].iter_rows(values_only=True)]
    plain = [[str(c.date() if isinstance(c, datetime) else c) for c in row] for row in cells]
    assert plain == [[cell.removeprefix("'") for cell in row] for row in rows[: len(page) + 2]]

    paper = manager.get("/coverage/report.pdf", query_string=asked)
    text = " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(paper.data)).pages).split())
    for row in rows[1 : len(page) + 2]:
        told = " ".join(cell.removeprefix("'") or "None held" for cell in row)
        assert told.replace(" ", "") in text.replace(" ", ""), told


def test_on_the_day_before_nobody_was_certified(manager: FlaskClient) -> None:
    assert "<h1>1 of 3 units has an active certified facilitator</h1>" in manager.get("/coverage").text
    before = manager.get("/coverage?on=27 February 2026").text
    assert "<h1>0 of 3 units had an active certified facilitator</h1>" in before
    assert "See today" in before


def test_a_name_that_looks_like_a_formula_is_a_name_in_every_file(manager: FlaskClient) -> None:
    assert [f"'{FORMULA}"] == [
        row[0] for row in rows_of_csv(manager.get("/coverage/export").data) if "HYPER" in str(row)
    ]
    book = load_workbook(io.BytesIO(manager.get("/coverage/export.xlsx").data))
    [cell] = [row[0] for row in book["Coverage"].iter_rows() if "HYPER" in str(row[0].value)]
    assert (cell.value, cell.data_type) == (FORMULA, "s")


def test_every_file_says_when_it_was_made_and_what_covered_means(manager: FlaskClient) -> None:
    about = {row[0]: row[1] for row in rows_of_csv(manager.get("/coverage/export").data)[-9:] if len(row) == 2}
    assert about["As of"] == "2 March 2026"
    assert about["Made"] == "2 March 2026 at 12:00"
    assert about["Covered means"].startswith("Covered means 1 active certified facilitator for every 25 people")
    assert "version" in about["Certificates that count"]
    book = load_workbook(io.BytesIO(manager.get("/coverage/export.xlsx").data))
    assert {row[0]: row[1] for row in book["About these figures"].iter_rows(values_only=True)} == about


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("yesterday", "is not a date we can read"),
        ("2026-03-03", "has not come yet"),
        ("9999-99-99", "is not a date we can read"),
    ],
)
def test_a_day_that_cannot_be_shown_is_answered_by_a_sentence(manager: FlaskClient, on: str, sentence: str) -> None:
    page = manager.get("/coverage", query_string={"on": on})
    assert page.status_code == 422
    assert sentence in page.text
    assert f'value="{on}"' in page.text
    for path in ("export", "export.xlsx", "report.pdf"):
        answer = manager.get(f"/coverage/{path}", query_string={"on": on})
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_pdf_that_cannot_be_drawn_says_what_to_do(manager: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_page: str) -> bytes:
        raise on_paper.Undrawn

    monkeypatch.setattr(on_paper, "draw", broken)
    answer = manager.get("/coverage/report.pdf")
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.text


def test_two_hundred_units_are_paged_in_the_same_number_of_queries(
    manager: FlaskClient, app: Flask, store: Database, world: World
) -> None:
    def queries(path: str) -> int:
        with statements(app.extensions["askwell_database"]) as seen:
            assert manager.get(path).status_code == 200
        return len(seen)

    few = queries("/coverage")
    with store.transaction() as db:
        db.add_all(Unit(organisation_id=world.council, name=f"Depot {n:03}", headcount=40) for n in range(200))
    assert queries("/coverage") == few <= 6
    last = manager.get("/coverage?page=5&sort=name").text
    assert "Page 5 of 5" in last
    assert len(rows_of_page(last)) == 3
    assert "Page 5 of 5" in manager.get("/coverage?page=900").text
    assert "Page 1 of 5" in manager.get("/coverage?page=-1").text
    one = manager.get("/coverage?q=depot 117").text
    assert list(rows_of_page(one)) == ["Depot 117"]


def test_whoever_needs_it_most_stands_first(manager: FlaskClient) -> None:
    assert list(rows_of_page(manager.get("/coverage").text))[-1] == "Parks & Depot"
    assert "No unit fits" in manager.get("/coverage?q=nowhere").text


def test_other_organisations_and_parts_get_nothing(client: FlaskClient, inside: FlaskClient, world: World) -> None:
    for path in ("/coverage", "/coverage/export", "/coverage/export.xlsx", "/coverage/report.pdf"):
        assert inside.get(path).status_code == 404


def test_another_organisation_by_address_is_not_found(manager: FlaskClient, world: World) -> None:
    for path in ("/coverage", "/coverage/export", "/coverage/export.xlsx", "/coverage/report.pdf"):
        assert manager.get(path, query_string={"organisation": str(world.provider)}).status_code == 404
