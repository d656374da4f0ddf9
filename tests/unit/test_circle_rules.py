"""What a manager is told of circles, by plain values and a day."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coverage import circle_rules as rules
from lms.coverage.circle_rules import Case, Circle

TODAY = date(2026, 5, 12)
ALL_KINDS = ("balance", "meetings-missed", "safety-fell", "harm", "nobody-hosts", "check-unanswered")


def circle(place: int = 0, **other: Any) -> Circle:
    given: dict[str, Any] = {
        "id": uuid.UUID(int=place),
        "name": f"Circle {place}",
        "unit": "Roads",
        "stage": "G1",
        "stage_name": "Led",
        "facilitator": "Amara Osei",
        "facilitator_here": True,
        "trainer": "Ruth Tamihana",
        "runs_itself": False,
        "began_on": TODAY - timedelta(days=100),
        "met_on": TODAY - timedelta(days=7),
        "next_on": TODAY + timedelta(days=7),
    }
    return Circle(**(given | other))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, None),
        ({"facilitator_here": False}, "Amara Osei facilitates it, and has no part here any more."),
        ({"under_way": True, "waits_for": ("sponsor", "circle")}, "a manager here and the circle’s own yes"),
        ({"under_way": True}, "waits for its trainer, to complete it"),
        ({"met_on": TODAY - timedelta(days=42), "next_on": None}, "It last met 42 days ago, and no date is set."),
        ({"met_on": None, "next_on": None}, "It has not met yet, and no date is set."),
        ({"next_on": None}, "No date is set for its next meeting."),
        ({"protected_until": TODAY + timedelta(days=30)}, "Its protected time ends on 11 June"),
        ({"protected_until": TODAY - timedelta(days=1)}, "Its protected time ended on 11 May"),
        ({"late": 1, "steps": 1, "cases": 1}, "An agreed step is past its day."),
    ],
)
def test_what_a_circle_needs(other: dict[str, Any], said: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.core.phrases.clock.today", lambda _zone="UTC": TODAY)
    found = rules.needs(circle(**other), TODAY)
    assert [said in each.sentence for each in found if said] == [True] * bool(said)
    assert bool(found) == bool(said)


@given(st.sets(st.sampled_from(ALL_KINDS)))
def test_how_people_talk_and_whether_they_feel_safe_is_told_by_no_title(kinds: set[str]) -> None:
    told = rules.signs_told(sorted(kinds))
    private = kinds & {"balance", "safety-fell", "harm"}
    assert (rules.KEPT in told) == bool(private)
    assert told.count(rules.KEPT) <= 1
    assert not any(word in " ".join(told).casefold() for word in ("harm", "safe", "question"))
    assert len(told) == len(kinds - private) + bool(private)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 80)), max_size=8))
def test_what_needs_somebody_stands_first(rows: list[tuple[bool, bool, int]]) -> None:
    found = [
        circle(
            place, facilitator_here=here, signs=("nobody-hosts",) if drifts else (), met_on=TODAY - timedelta(days=d)
        )
        for place, (here, drifts, d) in enumerate(rows)
    ]
    ordered = rules.in_order(found, TODAY)
    ranks = [min((need.rank for need in rules.needs(each, TODAY)), default=9) for each in ordered]
    assert ranks == sorted(ranks)
    assert set(ordered) == set(found)
    assert rules.headline(ordered, TODAY)
    assert rules.lede(ordered, TODAY).endswith(".")


@pytest.mark.parametrize("circles", [1, 2, 3, 9])
def test_with_few_circles_a_title_would_tell_which(circles: int) -> None:
    one, whole, shared = (
        Case(uuid.UUID(int=1), "power", True, None, False, uuid.UUID(int=9)),
        Case(uuid.UUID(int=2), "time", False, None, False, None),
        Case(uuid.UUID(int=3), "host", False, None, True, uuid.UUID(int=9)),
    )
    told, more = rules.told_cases([one, whole, shared], circles)
    assert told[0] is shared
    assert (one in told) == (circles >= 3)
    assert more == (circles < 3)
