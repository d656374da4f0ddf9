"""What of an organisation is new since the last letter."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.coverage.weekly_rules import Standing, changed, monday_of

things = st.dictionaries(st.sampled_from("abcdef"), st.text("xyz", min_size=1, max_size=3), max_size=5)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    units = draw(things)
    covered = {key: name for key, name in units.items() if draw(st.booleans())}
    return Standing(units, covered, draw(things), draw(things), draw(things), draw(things))


@given(standings())
def test_what_stands_as_it_stood_is_no_news(now: Standing) -> None:
    assert not changed(now, now)
    assert not changed(Standing.of(json.loads(json.dumps(now.kept()))), now)


@given(standings(), standings())
def test_whatever_is_told_is_so_now_and_was_not_before(before: Standing, now: Standing) -> None:
    new = changed(before, now)
    assert len(new.gained) == len(set(now.covered) - set(before.covered))
    assert len(new.lost) == len({key for key in before.covered if key in now.units} - set(now.covered))
    assert set(new.stuck) <= set(now.stuck.values())
    assert not set(new.lost) - set(now.units.values())


def test_a_unit_that_closed_lost_nothing() -> None:
    assert not changed(Standing(units={"a": "Roads"}, covered={"a": "Roads"}), Standing())


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2027, 3, 7)) == date(2027, 3, 1) == monday_of(date(2027, 3, 1))
