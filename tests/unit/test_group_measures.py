"""What is measured in the meetings of a circle, with examples worked by hand."""

from datetime import timedelta
from math import log
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.group_measures import (
    attendance,
    balance,
    both_roles,
    breaches,
    hosting,
    largest_share,
    last,
    question_turns,
    run_alone,
    seats_rotated,
    steps_due,
    steps_reported,
    unevenness,
)
from tests.unit.group_examples import AT, meeting, meetings, people, planned

IDS = [member.id for member in people(8)]
TURNS = st.lists(st.integers(0, 30), min_size=2, max_size=8)


def asked(turns: list[int]) -> dict[str, Any]:
    ids = IDS[: len(turns)]
    facts: dict[str, Any] = {"present": tuple(ids), "turns": dict(zip(ids, turns, strict=True))}
    return {**facts, "holder_id": None, "run_by": "facilitator"}


@given(TURNS)
def test_evenness_and_unevenness_lie_between_nothing_and_one(turns: list[int]) -> None:
    one = meeting(0, AT, **asked(turns))
    if not any(turns):
        assert (balance(one), unevenness(one), largest_share(one)) == (None, None, None)
        return
    for value in (balance(one), unevenness(one), largest_share(one)):
        assert value is not None
        assert 0 <= value <= 1


@given(st.integers(2, 8), st.integers(1, 30))
def test_entropy_is_one_and_gini_nothing_when_all_ask_alike(seats: int, each: int) -> None:
    one = meeting(0, AT, **asked([each] * seats))
    assert balance(one) == pytest.approx(1)
    assert unevenness(one) == pytest.approx(0)


@given(st.integers(2, 8), st.integers(1, 20), st.integers(1, 20))
def test_entropy_falls_and_gini_rises_when_one_asks_more(seats: int, each: int, more: int) -> None:
    some, many = (meeting(0, AT, **asked([each + n, *[each] * (seats - 1)])) for n in (more, more + 1))
    assert 1 > (balance(some) or 0) > (balance(many) or 0)
    assert 0 < (unevenness(some) or 0) < (unevenness(many) or 0)


def test_the_worked_examples_of_our_sources_come_out() -> None:
    """outcomes.md, formulas: six askers."""
    one = meeting(0, AT, **asked([40, 25, 15, 10, 6, 4]))
    assert balance(one) == pytest.approx(0.85, abs=0.005)
    assert unevenness(one) == pytest.approx(0.48, abs=0.005)
    assert largest_share(one) == 0.4


def test_who_was_there_and_asked_nothing_counts_as_nothing_and_holder_and_runner_have_no_askers_seat() -> None:
    one = meeting(0, AT, turns={"a": 9, "b": 9, "c": 6, "d": 6})
    assert (one.run_by, one.holder_id) == ("a", "b")
    assert question_turns(one) == (6, 6, 0)
    assert balance(one) == pytest.approx(log(2) / log(3))


def test_below_two_askers_seats_nothing_is_said() -> None:
    one = meeting(0, AT, present=("a", "b", "c"), turns={"c": 9})
    assert question_turns(one) == (9,)
    assert (balance(one), unevenness(one), largest_share(one)) == (None, None, None)
    assert balance(meeting(0, AT, turns=None)) is None
    assert balance(meeting(0, AT, present=None)) is None


@given(st.permutations(meetings(8)), st.integers(1, 8))
def test_a_window_is_the_last_by_day_then_id(mixed: list[object], k: int) -> None:
    same_day = meeting(99, meetings(8)[-1].held_on, id="m")
    assert last([*mixed, same_day], k + 1) == last([same_day, *meetings(8)], k + 1)  # type: ignore[list-item]
    assert last(mixed, k) == meetings(8)[-k:]  # type: ignore[arg-type]


def test_seats_own_running_roles_and_breaches_count_what_is_known_and_members_of_today() -> None:
    held = (
        meeting(0, AT, run_by="facilitator", stepped_in=0),
        meeting(1, AT, run_by="b", stepped_in=None, caught_by_members=None, caught_by_facilitator=3),
        meeting(2, AT, run_by="h", stepped_in=1, holder_id="a"),
    )
    ids = [member.id for member in people(5)]
    assert seats_rotated(held, ids) == {"b"}
    assert [m.id for m in run_alone(held, 1)] == ["m2"]
    assert run_alone(held, 0) == ()
    assert breaches(held) == (4, 7)
    assert both_roles(held, ids) == {"a", "b", "c"}


def test_a_step_is_due_once_the_circle_has_met_again() -> None:
    held = [meeting(n, AT + timedelta(days=n), step_reported=None) for n in range(3)]
    assert [m.id for m in steps_due(held)] == ["m0", "m1"]
    assert steps_reported(held) == ()
    told = held[-1].model_copy(update={"step_reported": True})
    assert [m.id for m in steps_due([*held[:-1], told])] == ["m0", "m1", "m2"]
    assert steps_due([]) == ()


def test_attendance_is_the_mean_of_shares_of_those_who_belonged_then() -> None:
    left = people(5)[-1].model_copy(update={"left_on": AT})
    held = (meeting(0, AT - timedelta(days=7), present=("a", "b")), meeting(1, AT, present=("a", "b", "c", "d")))
    assert attendance(held, (*people(4), left)) == pytest.approx((2 / 5 + 1) / 2)
    assert attendance((*held, meeting(2, AT, present=None)), people(5)) is None
    assert attendance((), people(5)) is None


@given(st.sampled_from([*IDS, None]), st.sampled_from([*IDS, None]))
def test_a_meeting_to_come_needs_a_host_and_another_as_deputy(host: str | None, deputy: str | None) -> None:
    assume(host != deputy)
    one = planned(1)[0].model_copy(update={"host_id": host, "deputy_id": deputy})
    assert hosting([one], IDS[:4]) == ((one,) if {host, deputy} <= {*IDS[:4]} else ())
    assert hosting([one.model_copy(update={"deputy_id": host})], IDS) == ()
