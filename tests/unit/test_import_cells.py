"""What stands in a cell: one reading or a sentence. Every formula goes out as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.organisations import cells, columns
from lms.organisations.cells import Wrong

FIELDS = (*cells.LONGEST, "from", "until", "headcount")
PERSON = {"email": "Sam@Example.ORG", "name": "Sam Okafor", "unit": "Roads"}


def fault(**more: str) -> tuple[str, str]:
    with pytest.raises(Wrong) as caught:
        cells.person(2, PERSON | more)
    return caught.value.fault.field, caught.value.fault.reason


@pytest.mark.parametrize("said", ["2026-12-31", "31.12.2026", "31 December 2026", "31 Dec 2026"])
def test_a_day_that_can_be_read_one_way_is_read(said: str) -> None:
    assert cells.day("from", said) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("12/31/2026", "If it is 31 December 2026, write 2026-12-31."),
        ("31/12/2026", "If it is 31 December 2026, write 2026-12-31."),
        ("03/04/2026", "This could be 3 April 2026 or 4 March 2026. Write it like 2026-04-03."),
        ("3/4/26", cells.NOT_DAY),
        ("13/13/2026", cells.NOT_DAY),
        ("soon", cells.NOT_DAY),
        ("2026-02-30", cells.NOT_DAY),
        ("0026-12-31", cells.FAR_DAY),
        ("46022", cells.NOT_DAY),
    ],
)
def test_a_day_that_has_to_be_guessed_is_refused(said: str, sentence: str) -> None:
    field, reason = fault(until=said)
    assert field == "until"
    assert sentence in reason


def test_addresses_are_compared_without_case_and_nothing_else_of_a_row_is_guessed() -> None:
    row = cells.person(2, PERSON | {"manager": "Dag@Example.org", "until": "2026-12-31"})
    assert (row.email, row.manager, row.title, row.ended) == (
        "sam@example.org", "dag@example.org", None, date(2027, 1, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"email": ""}, "email", cells.NO_EMAIL),
        ({"email": "sam"}, "email", cells.NOT_EMAIL),
        ({"name": ""}, "name", cells.NO_NAME),
        ({"name": "Sam \u202ekoO"}, "name", "turns the order of letters"),
        ({"unit": ""}, "unit", cells.NO_UNIT),
        ({"manager": "Dag Nilsen"}, "manager", cells.NOT_MANAGER),
        ({"manager": "SAM@example.org"}, "manager", cells.OWN_MANAGER),
        ({"from": "2026-05-02", "until": "2026-05-01"}, "until", cells.BACKWARDS),
    ],
)
def test_what_is_wrong_with_a_row_names_its_cell(changes: dict[str, str], field: str, sentence: str) -> None:
    found, reason = fault(**changes)
    assert found == field
    assert sentence in reason


@pytest.mark.parametrize("said", ["many", "-3", "3.5", "1234567890", "٣"])
def test_how_many_work_in_a_unit_is_a_whole_number(said: str) -> None:
    with pytest.raises(Wrong, match="whole number"):
        cells.unit(2, {"name": "Roads", "headcount": said})
    assert cells.unit(2, {"name": "Roads", "headcount": "1 200"}).headcount == 1200


def test_first_and_last_name_may_stand_apart() -> None:
    row = cells.person(2, {"email": "a@b.example", "first": "Ana", "last": "Duarte", "unit": "X"})
    assert row.name == "Ana Duarte"


@given(st.text(max_size=40))
def test_no_cell_goes_out_as_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    safe = cells.safe(text)
    assert not safe.startswith(cells.FORMULA_STARTS)
    assert cells.as_meant(safe) == text or text.startswith("'")


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=100)))
def test_a_row_is_read_or_refused_in_a_sentence(said: dict[str, str]) -> None:
    for read in (cells.person, cells.unit):
        fault = faults(read, said)
        assert fault is None or (fault.field in FIELDS and fault.reason.endswith("."))


def faults(read: Callable[[int, dict[str, str]], object], said: dict[str, str]) -> cells.Fault | None:
    try:
        read(2, said)
    except Wrong as error:
        return error.fault
    return None


@pytest.mark.parametrize("heading", ["E-mail", "email", "E-Mail address", " EMAIL ", "e_mail"])
def test_headings_are_known_by_their_letters(heading: str) -> None:
    found = columns.headed([heading, "Full Name", "dept.", "Department"])
    assert found is not None
    assert (found.kind, found.places) == (columns.PEOPLE, {"email": 0, "name": 1, "unit": 3})
    assert found.unknown == ("dept.",)


def test_units_and_people_are_told_apart_by_their_headings() -> None:
    for kind, rows in columns.SAMPLES.items():
        found = columns.headed(rows[0])
        assert found is not None
        assert (found.kind, columns.missing(found), columns.notes(found)) == (kind, (), [])
    assert columns.headed(["Some", "text", ""]) is None
    half = columns.headed(["Name", "Unit", "Line manager"])
    assert half is not None
    assert columns.missing(half) == ("E-mail",)
