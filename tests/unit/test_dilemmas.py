"""The belief line, the table of values and dilemmas: their rules and their written content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.beliefs import BACK_AFTER, PLACES, back_from, current_beliefs, load_beliefs, moved
from assessments.dilemmas import (
    ASKED,
    PARTS,
    current_dilemmas,
    get_dilemmas,
    is_passed,
    is_right,
    load_dilemmas,
    points,
)
from assessments.standards import CONTENT
from assessments.value_rows import CELLS, SAME, current_rows, hints, is_whole, whole
from courses.source import ContentError

PACK, ROWS = current_dilemmas(), current_rows()
CHILD = PACK.find("harm-to-a-child")
IDS = [each.id for each in PACK.dilemmas]
THERE = st.fixed_dictionaries({part: st.booleans() for part in PARTS})
PLACED = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 5))
AT = datetime(2026, 11, 28, 20, tzinfo=UTC)


@given(THERE)
def test_four_of_five_parts_are_enough_whichever_they_are(there: dict[str, bool]) -> None:
    plain = next(each for each in PACK.dilemmas if not each.must)
    assert is_right(PACK, plain, there) == (sum(there.values()) >= 4)


@given(THERE)
def test_harm_to_a_child_needs_the_duty_and_what_is_done_today_among_them(there: dict[str, bool]) -> None:
    assert CHILD is not None
    expected = sum(there.values()) >= 4 and there["duty"] and there["today"]
    assert is_right(PACK, CHILD, there) == expected
    assert points(there) == sum(there.values())


@given(st.sets(st.sampled_from([*IDS, "from-an-older-text"])))
def test_four_of_the_six_are_asked_for_and_the_child_among_them(right: set[str]) -> None:
    assert is_passed(PACK, right) == (len(right & set(IDS)) >= 4 and "harm-to-a-child" in right)


@given(st.sets(st.sampled_from(IDS)), st.sampled_from(IDS))
def test_one_more_right_dilemma_never_undoes_a_pass(right: set[str], more: str) -> None:
    assert not is_passed(PACK, right) or is_passed(PACK, right | {more})


def test_the_six_are_scenes_of_half_a_page_with_something_to_look_for_in_every_part() -> None:
    assert len(PACK.dilemmas) == 6
    assert [each.id for each in PACK.must] == ["harm-to-a-child"]
    assert get_dilemmas(PACK.version) == PACK
    assert tuple(ASKED) == PARTS
    for each in PACK.dilemmas:
        assert 120 <= sum(len(paragraph.split()) for paragraph in each.scene) <= 230, each.id
        assert "’" not in each.id


def test_what_is_said_of_the_child_is_what_the_lesson_on_the_duty_says() -> None:
    """Notice, say so, pass it on: nobody investigates, waits to be sure or promises silence."""
    assert CHILD is not None
    assert "rings the named person today" in CHILD.looks_for.today
    assert "No questioning, no waiting for certainty" in CHILD.looks_for.today
    assert "emergency number" in CHILD.model.today
    assert "Promises nothing" in CHILD.looks_for.words


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("must: [duty, today]", "must: []", "one of the dilemmas has to be right"),
        ("must: [duty, today]", "must: [luck]", "must"),
        ("passes: 4", "passes: 6", "passes"),
        ("- id: two-bidders", "- id: sponsor-asks", "“sponsor-asks” is there twice"),
    ],
)
def test_a_text_that_is_wrong_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (CONTENT / "values" / "dilemmas" / "dilemmas-1.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "dilemmas-1.yaml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ContentError, match=rf"dilemmas-1.yaml:\d+: .*{said}"):
        load_dilemmas(tmp_path)


@given(st.timedeltas(timedelta(), timedelta(days=30)), st.none() | st.timedeltas(timedelta(-9), timedelta(days=30)))
def test_one_may_stand_on_the_line_again_after_a_week_or_after_the_lesson(
    ago: timedelta, done: timedelta | None
) -> None:
    opens = back_from(AT, None if done is None else AT + done)
    assert AT <= opens <= AT + BACK_AFTER
    may = AT + ago >= opens
    assert may == (ago >= BACK_AFTER or (done is not None and ago >= max(done, timedelta())))


@given(PLACED, PLACED)
def test_whoever_stands_elsewhere_now_is_told_on_which_sentences(then: dict[str, int], now: dict[str, int]) -> None:
    assert moved(then, now) == [key for key in then if key in now and now[key] != then[key]]
    assert moved(then, then) == []


def test_the_line_has_ten_sentences_and_five_places() -> None:
    assert len(current_beliefs().statements) == 10
    assert (len(PLACES), PLACES[0], PLACES[-1]) == (5, "Not at all", "Entirely")


def test_a_line_of_nine_sentences_is_refused(tmp_path: Path) -> None:
    nine = "".join(f"\n  - {{id: s{number}, text: Sentence {number}.}}" for number in range(9))
    (tmp_path / "beliefs-2.yaml").write_text(f"id: beliefs\nversion: 2\nsince: 2026-12-01\nstatements:{nine}\n")
    with pytest.raises(ContentError, match=r"beliefs-2.yaml:\d+: statements"):
        load_beliefs(tmp_path)


def test_our_own_rows_say_nothing_that_cannot_be_seen() -> None:
    for each in ROWS.values:
        own = {cell: getattr(each, cell) for cell in CELLS}
        assert is_whole(own)
        assert set(hints(ROWS, each, own).values()) == {SAME}


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Everybody respects the holder", "Nobody can see “respects” from outside."),
        ("She FEELS heard", "Nobody can see “feels” from outside."),
        ("Nobody touches a phone", None),
        ("Asks, waits and lets the holder choose, including waiting", SAME),
        ("", "What would somebody see?"),
        ("يسأل ثم ينتظر 🪑", None),
    ],
)
def test_what_nobody_can_see_is_pointed_out(written: str, hint: str | None) -> None:
    row = {"behaviour": written, "counted": "How often.", "breach": "Takes the pen."}
    found = hints(ROWS, ROWS.values[0], row).get("behaviour")
    assert found is None if hint is None else found is not None and found.startswith(hint)


def test_how_it_is_counted_may_name_what_goes_on_inside() -> None:
    row = {"behaviour": "Asks.", "counted": "How many say that they feel heard.", "breach": "Tells."}
    assert hints(ROWS, ROWS.values[0], row) == {}


def test_an_untouched_row_gets_no_hint() -> None:
    assert hints(ROWS, ROWS.values[0], {}) == {}


@given(st.dictionaries(st.sampled_from([each.id for each in ROWS.values]), st.sampled_from(["whole", "no count"])))
def test_a_table_is_counted_by_its_whole_rows(kinds: dict[str, str]) -> None:
    row = {"behaviour": "Asks.", "counted": "How often.", "breach": "Tells."}
    rows = {key: row if kind == "whole" else row | {"counted": " "} for key, kind in kinds.items()}
    assert whole(rows, ROWS.values) == list(kinds.values()).count("whole")
