"""Logs from before: what is read, what is put right, what is refused and why; and no file breaks the reading."""

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
from lms.practice.earlier_reading import Earlier, Reading, as_csv, read
from lms.practice.earlier_sheet import MOST_ROWS, NOT_A_TABLE, OLD_EXCEL, TOO_LONG, TOO_MUCH

TODAY = date(2026, 6, 2)
ICF = "Client Name,Contact Information,Number in Group,Start Date,End Date,Paid Hours,Pro bono Hours"


def of(text: str, encoding: str = "utf-8") -> Reading:
    return read(text.encode(encoding), TODAY)


def only(text: str) -> Earlier:
    found = of(text)
    assert not found.refused, found.refused
    (row,) = found.rows.values()
    return row


def reason(text: str) -> str:
    return of(text).lines[0].reason


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


def test_a_row_in_our_own_words_is_taken_as_it_is() -> None:
    found = of("Date,Minutes,Kind,Role,People\n2024-04-30,90,group,led,6\n")
    assert [line.earlier for line in found.accepted] == [Earlier(date(2024, 4, 30), None, 90, "group", "led", 6)]
    assert not found.corrected


@pytest.mark.parametrize(
    ("heading", "typed", "minutes"), [("Hours", "1.5", 90), ("Hours", "1", 60), ("Minutes", "5", 5)]
)
def test_a_number_in_the_unit_of_its_heading_is_taken_as_it_is(heading: str, typed: str, minutes: int) -> None:
    (line,) = of(f"Date,{heading}\n2024-04-30,{typed}\n").accepted
    assert line.earlier
    assert line.earlier.minutes == minutes


@pytest.mark.parametrize(
    ("heading", "typed", "minutes"),
    [
        ("Minutes", "90 min", 90), ("Hours", "1,5 h", 90), ("Hours", "1:30", 90),
        ("Hours", "1h30", 90), ("Hours", "1 hour 30 minutes", 90), ("Duration", "2", 120), ("Duration", "45", 45),
        ("Length", "1,25", 75), ("Hours", "1.333", 80),
    ],
)  # fmt: skip
def test_a_length_in_another_way_is_corrected(heading: str, typed: str, minutes: int) -> None:
    (line,) = of(f"Date;{heading}\n2024-04-30;{typed}\n").corrected
    assert line.earlier
    assert line.earlier.minutes == minutes
    assert f"“{typed}” read as" in line.corrected[0]


@pytest.mark.parametrize(
    "typed",
    ["30 April 2024", "30/04/2024", "30.4.2024", "30-04-24", "April 30, 2024", "30th Apr 2024", "2024/04/30",
     "Tuesday, 30 April 2024", "04/30/2024", "45412", "30/04/2024 14:00"],
)  # fmt: skip
def test_a_date_in_another_way_is_corrected(typed: str) -> None:
    (line,) = of(f"Date;Minutes\n{typed};90\n").corrected
    assert line.earlier
    assert line.earlier.held_on == date(2024, 4, 30)
    assert line.corrected == (f"“{typed}” read as 30 April 2024",)


def test_one_date_that_can_only_be_month_first_tells_about_the_others() -> None:
    found = of("Date;Minutes\n03/04/2024;60\n04/30/2024;90\n")
    assert [row.held_on for row in found.rows.values()] == [date(2024, 3, 4), date(2024, 4, 30)]
    assert only("Date;Minutes\n03/04/2024;60\n").held_on == date(2024, 4, 3)


def test_a_date_that_could_be_two_days_is_refused_where_the_file_has_both_ways() -> None:
    found = of("Date;Minutes\n03/04/2024;60\n04/30/2024;90\n30/04/2024;90\n")
    assert [line.number for line in found.refused] == [2]
    assert "“03/04/2024” is not a date we can read for certain" in found.refused[0].reason


def test_a_coaching_log_is_read_without_whom_it_is_about() -> None:
    found = of(
        f"My coaching log\n\n{ICF}\n"
        "Wanda Newer,wanda@example.org,1,01/03/2024,05/31/2024,10,2.5\n"
        "Depot team,Otto Planner 0123,8,06/13/2024,06/13/2024,0,1.5\n"
    )
    assert list(found.rows.values()) == [
        Earlier(date(2024, 1, 3), date(2024, 5, 31), 750, "one-to-one", "", 1),
        Earlier(date(2024, 6, 13), None, 90, "group", "", 8),
    ]
    assert found.left == ("Client Name", "Contact Information")
    kept = as_csv(found.rows.values()) + repr(found.lines)
    assert not [word for word in ("Wanda", "example", "Depot", "Otto", "0123") if word in kept]


def test_two_clients_on_one_day_for_one_hour_are_two_rows() -> None:
    assert len(of(f"{ICF}\nWanda,,1,2024-03-01,,1,0\nOtto,,1,2024-03-01,,1,0\n").rows) == 2


def test_the_same_row_twice_counts_once() -> None:
    found = of("Date,Minutes\n2024-04-30,90\n2024-04-30,90\n")
    assert len(found.rows) == 1
    assert found.refused[0].reason == "The same as line 2, which counts once."


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-06-03,90", "3 June 2026 is still to come."),
        ("1024-04-30,90", "30 April 1024 is too long ago to be right."),
        (",90", "No date."),
        ("Total,90", "“Total” is not a date we can read for certain. Write it like 2024-04-30."),
        ("2024-02-30,90", "“2024-02-30” is not a date we can read for certain. Write it like 2024-04-30."),
        ("2024-04-30,", "No length."),
        ("2024-04-30,0", "The length is nothing."),
        ("2024-04-30,-5", "“-5” is not a length we can read. Write the minutes as a number, like 90."),
        ("2024-04-30,1441", "24 hours 1 minute in one day, more than there are."),
        ("2024-04-30,=1+1", "“=1+1” is not a length we can read. Write the minutes as a number, like 90."),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_reason(row: str, why: str) -> None:
    assert reason(f"Date,Minutes\n{row}\n") == why


def test_a_refused_row_says_which_cell() -> None:
    found = of("Day,Paid hours\n2024-13-41,1\n2024-04-30,soon\n")
    assert [(line.number, line.place) for line in found.lines] == [(2, "Day"), (3, "Paid hours")]


def test_a_date_that_is_none_tells_nothing_about_the_others() -> None:
    found = of("Date;Minutes\n03/04/2024;60\n04/30/2024;90\n13/30/2024;90\n")
    assert [line.number for line in found.refused] == [4]


def test_a_span_has_room_for_all_its_days_and_ends_after_it_begins() -> None:
    assert only("Start date,End date,Hours\n2024-04-01,2024-04-02,48\n").minutes == 2_880
    assert reason("Start date,End date,Hours\n2024-04-01,2024-04-02,49\n").startswith("49 hours in 2 days")
    assert "before it begins" in reason("Start date,End date,Hours\n2024-04-02,2024-04-01,1\n")


def test_a_day_has_no_more_than_its_hours_over_all_rows() -> None:
    found = of("Date,Minutes\n2024-04-30,900\n2024-04-30,600\n")
    assert found.refused[0].reason == "With this row, 30 April 2024 would have more than 24 hours."


def test_words_we_do_not_keep_are_left_out_and_said() -> None:
    (line,) = of("Date,Minutes,Role,Kind,People\n2024-04-30,90,Wizard,Circus,many\n").corrected
    assert line.earlier == Earlier(date(2024, 4, 30), None, 90, "", "", None)
    assert len(line.corrected) == 3


def test_from_when_to_when_is_a_length() -> None:
    assert only("Date,Start,End\n2024-04-30,23:30,1:00\n").minutes == 90
    assert only("Date,Start,End\n2024-04-30,11:00 am,1:30 pm\n").minutes == 150


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
