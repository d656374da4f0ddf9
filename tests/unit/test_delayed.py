"""When a check a day later opens, which form comes next, and what makes it hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import delayed
from assessments.delayed import DelayedCheck, Past
from courses import catalogue
from courses.source import ContentError

CHECKS = delayed.current_checks()
M04, M08 = CHECKS["M04"], CHECKS["M08"]
FORM = M04.form("A")
DAY = timedelta(hours=24)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
PASTS = st.lists(st.builds(Past, form=st.sampled_from("AB"), sent_at=MOMENTS, held=st.booleans()), max_size=4)
ANSWERS = st.dictionaries(
    st.sampled_from([task.id for task in FORM.tasks]), st.sampled_from(["a", "b", "c", "d", "A question?"])
)
MET = st.sets(st.sampled_from([task.id for task in FORM.written]))


@given(MOMENTS, PASTS)
def test_it_never_opens_within_a_day_of_the_last_practice_or_the_last_try(
    practised: datetime, past: list[Past]
) -> None:
    opens = delayed.opens_at(M04, practised, past)
    assert opens >= practised + DAY
    assert all(opens >= each.sent_at + DAY for each in past)


@given(MOMENTS, MOMENTS, PASTS)
def test_practising_later_never_opens_it_earlier(one: datetime, other: datetime, past: list[Past]) -> None:
    first, second = sorted([one, other])
    assert delayed.opens_at(M04, first, past) <= delayed.opens_at(M04, second, past)


@given(MOMENTS, PASTS)
def test_a_form_that_was_met_comes_again_after_a_fortnight(practised: datetime, past: list[Past]) -> None:
    form, opens = delayed.next_form(M04, past), delayed.opens_at(M04, practised, past)
    assert all(opens >= each.sent_at + timedelta(days=14) for each in past if each.form == form.id)


def test_a_second_try_has_the_other_form_and_a_third_the_first_again() -> None:
    sent = [Past("A", NOON, held=False), Past("B", NOON + DAY, held=False)]
    assert [delayed.next_form(M04, sent[:n]).id for n in range(3)] == ["A", "B", "A"]
    assert delayed.opens_at(M04, NOON, sent[:1]) == NOON + DAY
    assert delayed.opens_at(M04, NOON, sent) == NOON + timedelta(days=14)


def test_what_has_held_is_shown_afresh_after_half_a_year() -> None:
    assert delayed.opens_at(M04, NOON, [Past("A", NOON, held=True)]) == NOON + timedelta(days=180)


def all_right(check: DelayedCheck = M04) -> dict[str, str]:
    form = check.form("A")
    return {
        **{task.id: task.right_keys[0] for task in form.choices},
        **{task.id: "A question?" for task in form.written},
    }


def all_met(check: DelayedCheck = M04) -> set[str]:
    return {task.id for task in check.form("A").written}


def wrong(check: DelayedCheck, place: int) -> dict[str, str]:
    task = check.form("A").choices[place]
    return {task.id: next(option.key for option in task.options if not option.right)}


def test_seven_of_eight_and_two_of_three_hold() -> None:
    met = all_met() - {FORM.written[0].id}
    outcome = delayed.judge(FORM, M04.passes, all_right() | wrong(M04, 0), met)
    assert (outcome.right, outcome.met, outcome.held) == (7, 2, True)
    assert outcome.again == (FORM.choices[0].objective, FORM.written[0].objective)


@pytest.mark.parametrize("less", ["key", "judge"])
def test_one_less_by_the_key_or_by_the_judge_does_not_hold(less: str) -> None:
    answers = all_right() | wrong(M04, 0) | (wrong(M04, 1) if less == "key" else {})
    met = all_met() - {task.id for task in FORM.written[: 2 if less == "judge" else 0]}
    assert not delayed.judge(FORM, M04.passes, answers, met).held


def test_a_safety_item_has_to_be_right_whatever_else_is() -> None:
    form = M08.form("A")
    places = {task.safety: n for n, task in enumerate(form.choices)}
    ordinary = delayed.judge(form, M08.passes, all_right(M08) | wrong(M08, places[False]), all_met(M08))
    grave = delayed.judge(form, M08.passes, all_right(M08) | wrong(M08, places[True]), all_met(M08))
    assert (ordinary.right, ordinary.held, grave.right, grave.held, grave.safe) == (7, True, 7, False, False)


@given(ANSWERS, MET)
def test_a_right_answer_or_a_better_verdict_more_never_makes_it_hold_less(
    answers: dict[str, str], met: set[str]
) -> None:
    before = delayed.judge(FORM, M04.passes, answers, met)
    for task in FORM.choices:
        after = delayed.judge(FORM, M04.passes, answers | {task.id: task.right_keys[0]}, met)
        assert (after.held, after.right) >= (before.held, before.right)
    for task_id in all_met():
        after = delayed.judge(
            FORM, M04.passes, answers | {task_id: answers.get(task_id, "A question?")}, met | {task_id}
        )
        assert (after.held, after.met) >= (before.held, before.met)


@given(ANSWERS, MET)
def test_what_was_left_open_counts_neither_by_the_key_nor_by_a_judge(answers: dict[str, str], met: set[str]) -> None:
    outcome = delayed.judge(FORM, M04.passes, answers, met)
    assert outcome.right <= len(answers)
    assert outcome.met == len([task for task in FORM.written if task.id in met and task.id in answers])
    assert set(outcome.again) <= {task.objective for task in FORM.tasks}


GOOD = (delayed.FOLDER / "m04.yaml").read_text("utf-8")
BROKEN = [
    ("id: m04-b-dunes", "id: m04-a-tiles", "the id “m04-a-tiles” is in both forms; a second try needs new items"),
    ("- id: B\n", "- id: A\n", "the forms should be A and B, in this order"),
    ("passes: {choices: 7, written: 2}", "passes: {choices: 9, written: 2}", "form A has fewer items than are asked"),
    ("hours: 24", "hours: 23", "greater than or equal to 24"),
    ("objective: M04-L1", "objective: M05-L1", "“m04-a-tiles” is about M05-L1; here every objective starts M04"),
    ("{key: c, text: \"Fault.", "{key: c, right: true, text: \"Fault.", "exactly one answer should be right"),
    ("module: M04", "module: M05", "is about M04-L1"),
    ("id: m04\n", "id: m4\n", "the file, its id and its module should have one name"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN, ids=[each[2][:40] for each in BROKEN])
def test_a_mistake_in_a_file_is_named_by_file_and_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    (tmp_path / "m04.yaml").write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as found:
        delayed.load_checks(tmp_path)
    [problem] = [each for each in found.value.problems if sentence in each]
    assert problem.startswith(f"{tmp_path / 'm04.yaml'}:")


def test_an_item_about_a_lesson_that_nobody_teaches_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "m04.yaml").write_text(GOOD.replace("objective: M04-L9", "objective: M04-L77", 1), "utf-8")
    [problem] = delayed.untaught(delayed.load_checks(tmp_path), catalogue.current(), tmp_path)
    line = next(n for n, text in enumerate(GOOD.splitlines(), 1) if "objective: M04-L9" in text)
    assert problem == f"{tmp_path / 'm04.yaml'}:{line}: “m04-a-return” is about M04-L77, which nobody teaches"
