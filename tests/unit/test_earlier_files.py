"""Files of a log from before: tables and workbooks of every program, and no file breaks the reading."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lms.core.errors import Invalid
from lms.practice.earlier_reading import as_csv, read
from lms.practice.earlier_sheet import MOST_ROWS, NOT_A_TABLE, OLD_EXCEL, TOO_LONG, TOO_MUCH
from tests.unit.test_earlier_reading import ICF, TODAY, of


def workbook(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as error:
        read(data, TODAY)
    return error.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_every_program(encoding: str, delimiter: str) -> None:
    text = "Date,Minutes,Café\r\n2024-04-30,90,é\r\n".replace(",", delimiter)
    found = of(text, encoding)
    assert len(found.accepted) == 1
    assert found.left == ("Café",)


def test_a_workbook_with_its_own_dates_and_times() -> None:
    found = read(
        workbook(
            ["A log"],
            ["Date", "Duration", "Participants"],
            [datetime(2024, 4, 30), time(1, 30), 6],  # noqa: DTZ001 - as a sheet has it
            [date(2024, 5, 1), timedelta(hours=2), 4.0],
            [date(2024, 5, 2), 1.5, None],
            [date(2024, 5, 3), "=A1+1", None],
        ),
        TODAY,
    )
    assert [row.minutes for row in found.rows.values()] == [90, 120, 90]
    assert [row.people for row in found.rows.values()] == [6, 4, None]
    assert [(line.number, line.reason) for line in found.refused] == [(6, "No length.")]


def test_the_sheet_with_the_log_is_found_among_others() -> None:
    book, out = Workbook(), io.BytesIO()
    book.create_sheet("Log").append(["Date", "Minutes"])
    book["Log"].append([date(2024, 4, 30), 90])
    book.save(out)
    assert len(read(out.getvalue(), TODAY).rows) == 1


def test_what_is_no_log_is_refused_in_a_sentence() -> None:
    assert refusal(b"") == "Choose a file that is not empty."
    assert refusal(b"\x89PNG\r\n\x1a\n\x00") == NOT_A_TABLE
    assert refusal(b"PK\x03\x04 and no more") == NOT_A_TABLE
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == OLD_EXCEL
    assert "“Date”" in refusal(b"Dear Ruth, this is a letter.")
    assert "no rows below" in refusal(b"Date,Minutes\n")


def test_more_than_we_take_is_refused_whole() -> None:
    rows = "".join(f"2024-04-30,1,{n}\n" for n in range(MOST_ROWS))
    assert len(of("Date,Minutes,Line\n" + rows).rows) == 1_440
    assert refusal(("Date,Minutes\n" + rows + "2024-04-30,1\n").encode()) == TOO_LONG
    assert refusal(b"Date,Minutes\n" + b"2024-04-30,1\n" * 90_000) == TOO_LONG


@pytest.mark.parametrize(
    ("name", "text"), [("xl/media/a.bin", b"a" * 90_000_000), ("xl/worksheets/sheet9.xml", b"<c/>" * 200_000),
                       ("xl/theme/theme9.xml", b"<xf/>" * 20_000)]
)  # fmt: skip
def test_a_workbook_that_unpacks_into_too_much_is_not_read(name: str, text: bytes) -> None:
    out = io.BytesIO(workbook(["Date", "Minutes"], [date(2024, 4, 30), 90]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    assert len(out.getvalue()) < 1_000_000
    assert refusal(out.getvalue()) == TOO_MUCH


def test_a_full_workbook_is_read() -> None:
    filled = [[TODAY - timedelta(n), 90, *[f"cell {n}"] * 10] for n in range(MOST_ROWS)]
    assert len(read(workbook(["Date", "Minutes", *["x"] * 10], *filled), TODAY).rows) == MOST_ROWS


def test_what_is_carried_is_read_again_as_it_is() -> None:
    found = of(
        f"{ICF}\nW,,1,2024-03-01,2024-03-01,1,0\nO,,1,2024-03-01,2024-03-01,1,0\nP,,9,2024-03-01,2024-04-01,9,\n"
    )
    again = of(as_csv(found.rows.values()))
    assert again.rows == found.rows
    assert len(again.accepted) == 3


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["Date", "Hours", "2024-04-30", "30/04/24", "1,5 h", "=A1", '"', "1e309", "٣", "9" * 30, "group"]),
    st.dates().map(str),
    st.floats().map(str),
)
SHEET = st.lists(st.lists(CELL, max_size=6), max_size=8)


def whole(data: bytes) -> None:
    """Either rows or a sentence; and the rows read again as they are."""
    try:
        found = read(data, TODAY)
    except Invalid:
        return
    assert all((line.earlier is None) == bool(line.reason) for line in found.lines)
    if found.rows:
        again = read(as_csv(found.rows.values()).encode(), TODAY)
        assert again.rows == found.rows
        assert len(again.accepted) == len(found.rows)


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_sentence(data: bytes) -> None:
    whole(data)


@given(SHEET, st.sampled_from([",", ";", "\t"]))
def test_any_table_is_rows_or_a_sentence(rows: list[list[str]], delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in [["Date", "Hours", "People", "Kind"], *rows])
    whole(text.encode("utf-8", "replace"))


VALUE = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 99_999), st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(min_value=datetime(1900, 3, 1)), st.times(), st.timedeltas(timedelta(0), timedelta(9)),  # noqa: DTZ001
    st.sampled_from(["2024-04-30", "1,5 h", "=1/0", "group"]),
)  # fmt: skip


@given(st.lists(st.lists(VALUE, max_size=4), max_size=5))
def test_any_workbook_is_rows_or_a_sentence(rows: list[list[Any]]) -> None:
    whole(workbook(["Date", "Duration", "People", "Kind"], *rows))


@given(st.integers(0, 6_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_rows_or_a_sentence(at: int, instead: bytes) -> None:
    sound = workbook(["Date", "Minutes"], [date(2024, 4, 30), 90])
    whole(sound[:at] + instead + sound[at + len(instead) :])
