"""Coverage rules: what a unit needs, whether it has it, and what ends soon."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assessments.wording import listed
from lms.coverage.rules import Held, Learner, UnitFacts, cover

TODAY = date(2026, 5, 12)
UNIT = UnitFacts(uuid.UUID(int=1), "Roads", 58)
OTHER = UnitFacts(uuid.UUID(int=2), "Water", 61)
UNITS = [UNIT, OTHER]


def held(days: int, unit: UnitFacts = UNIT, name: str = "Sefo Lemalu") -> Held:
    return Held(uuid.uuid4(), name, unit.id, TODAY + timedelta(days=days))


def test_a_unit_needs_one_facilitator_for_every_25_people_and_at_least_one() -> None:
    sizes = {0: 1, 1: 1, 25: 1, 26: 2, 118: 5}
    for people, needed in sizes.items():
        assert cover([UnitFacts(UNIT.id, "U", people)], [], [], TODAY).units[0].needed == needed


def test_nobody_certified_is_no_cover_even_with_somebody_in_training() -> None:
    found = cover(UNITS, [held(300, OTHER)], [Learner(uuid.uuid4(), "Amara Osei", UNIT.id)], TODAY)
    assert [unit.state(TODAY) for unit in found.units] == ["No cover", ""]
    assert found.covered == 1


def test_the_only_certificate_ending_within_90_days_is_a_risk_from_the_day_after() -> None:
    [unit] = cover([UNIT], [held(89)], [], TODAY).units
    assert unit.state(TODAY) == "At risk"
    assert unit.uncovered_from == TODAY + timedelta(days=90)
    assert cover([UNIT], [held(90)], [], TODAY).units[0].state(TODAY) == ""


def test_an_ending_is_covered_when_a_colleague_holds_one_for_longer() -> None:
    found = cover(UNITS, [held(22), held(200), held(60, OTHER)], [], TODAY)
    assert [(ending.unit, ending.covered) for ending in found.endings] == [("Roads", True), ("Water", False)]


@given(st.lists(st.integers(0, 400), max_size=6), st.integers(1, 200))
def test_more_certificates_never_make_a_unit_worse(days: list[int], more: int) -> None:
    order = ["No cover", "At risk", "", "Covered"]
    before = cover([UNIT], [held(each) for each in days], [], TODAY).units[0].state(TODAY)
    after = cover([UNIT], [held(each) for each in [*days, more]], [], TODAY).units[0].state(TODAY)
    assert order.index(after) >= order.index(before)


def test_names_are_listed_as_people_say_them() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
