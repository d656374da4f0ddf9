"""Logs from before: what is read, what is put right, what is refused and why; and no file breaks the reading."""

from __future__ import annotations

from datetime import date

import pytest

from lms.practice.earlier_reading import Earlier, Reading, as_csv, read

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
