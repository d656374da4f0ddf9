"""A case is read whole or refused by file and line, and ratings are compared anchor by anchor, never summed."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.cases import Case, RowApart, load_cases, next_to_rate, rate
from assessments.standards import CONTENT, load_rubrics
from courses.source import ContentError

RUBRICS = load_rubrics(CONTENT / "rubrics")
CASES = load_cases(CONTENT / "cases", RUBRICS)
CASE = CASES["hospice-volunteers"]
LEVELS = st.none() | st.integers(1, 5)
RATINGS = st.fixed_dictionaries(dict.fromkeys(CASE.levels, LEVELS))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_key_agrees_with_itself(case: Case) -> None:
    said = rate(case, case.levels)

    assert said.enough
    assert said.far == ()
    assert said.in_words == "10 of 10 rows within one anchor, 10 of them the same"


@given(RATINGS)
def test_a_row_is_far_exactly_where_it_is_more_than_one_anchor_away(given_levels: dict[str, int | None]) -> None:
    said = rate(CASE, given_levels)

    assert said.near + len(said.far) == len(CASE.key)
    for each in said.rows:
        if each.key is not None and each.given is not None:
            assert (each in said.far) == (abs(each.key - each.given) > 1)
        else:
            assert (each in said.far) == (each.key is not each.given)


@given(LEVELS, LEVELS)
def test_it_does_not_matter_who_of_the_two_is_the_key(one: int | None, other: int | None) -> None:
    assert RowApart("time", one, other).near == RowApart("time", other, one).near


@given(RATINGS, st.sampled_from(sorted(CASE.levels)))
def test_rating_a_row_as_the_key_does_never_lowers_agreement(ratings: dict[str, int | None], row: str) -> None:
    assert rate(CASE, ratings | {row: CASE.levels[row]}).near >= rate(CASE, ratings).near


def test_four_rows_in_five_are_enough_and_nothing_less() -> None:
    two_off = dict(CASE.levels) | {"safety": 4, "time": 1}
    assert rate(CASE, two_off).enough
    assert not rate(CASE, two_off | {"stance": None}).enough
    assert [each.row for each in rate(CASE, two_off).far] == ["safety", "time"]


def test_the_next_case_is_one_not_rated_yet_until_all_were() -> None:
    rated: list[str] = []
    while following := next_to_rate(CASES, rated):
        rated.append(following)
    assert rated == list(CASES)


def test_a_row_left_out_counts_as_not_seen() -> None:
    assert rate(CASE, {}).near == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("row: stance", "row: posture", None, "the rubric has no row “posture”"),
        ("row: stance", "row: contract", None, "the row “contract” stands here twice"),
        ("row: stance", "row: contract", None, "the row “stance” has no key"),
        ("level: 4", "level: 6", None, "key.0.level"),
        ("rubric: practice-2", "rubric: practice-9", 4, "there is no rubric “practice-9”"),
        ("minute: 6", "minute: 0", None, "minute 0 should come after minute 0"),
        ("id: hospice-volunteers", "id: hospice", 1, "should be “hospice-volunteers”, like the file"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, old: str, new: str, line: int | None, said: str) -> None:
    root = tmp_path / "cases"
    copytree(CONTENT / "cases", root)
    path = root / "hospice-volunteers.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(ContentError) as refused:
        load_cases(root, RUBRICS)

    assert any(each.startswith(f"{path}:{line or ''}") and said in each for each in refused.value.problems)
