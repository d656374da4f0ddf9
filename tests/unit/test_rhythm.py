"""When a circle meets: by the clock on its wall, in true minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lms.groups.rhythm import Plan, begins, ends_local, instant, said_of, settle

wall = datetime.fromisoformat  # what the clock on the wall shows
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"])
TIMES = st.datetimes(wall("2026-01-01T00:00"), wall("2031-01-01T00:00")).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(TIMES, st.integers(1, 4), st.integers(0, 25))
def test_a_rhythm_keeps_its_weekday_and_the_time_on_the_wall(first: datetime, weeks: int, more: int) -> None:
    until = first.date() + timedelta(weeks=weeks * more)
    starts = Plan(first, 90, "", weeks, until).starts()
    assert len(starts) == more + 1
    assert {(each.weekday(), each.time()) for each in starts} == {(first.weekday(), first.time())}
    assert starts[-1].date() == until


@given(TIMES, ZONES)
def test_every_time_settles_where_the_clock_shows_it(at: datetime, zone: str) -> None:
    settled = settle(at, zone)
    assert instant(settled, zone) == begins(settled, zone) == begins(at, zone)
    assert (settled == at) == (instant(at, zone) is not None)
    assert settled >= at


@given(TIMES, ZONES, st.integers(15, 300))
def test_minutes_are_true_minutes(at: datetime, zone: str, minutes: int) -> None:
    begin, end = begins(at, zone), ends_local(at, minutes, zone)
    assert end == (begin + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@given(TIMES, ZONES)
def test_a_sentence_is_said_exactly_where_the_clock_is_changed(at: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    changed = at.replace(tzinfo=there).utcoffset() != at.replace(tzinfo=there, fold=1).utcoffset()
    assert bool(said_of(at, zone)) == changed


def test_ninety_minutes_through_the_night_the_clock_goes_forward_end_an_hour_later_on_the_wall() -> None:
    assert ends_local(wall("2027-03-28T00:30"), 90, "Europe/London") == wall("2027-03-28T03:00")
    assert ends_local(wall("2027-10-31T00:30"), 90, "Europe/London") == wall("2027-10-31T01:00")


def test_a_skipped_and_a_doubled_time_are_named() -> None:
    skipped, doubled = wall("2027-03-28T01:30"), wall("2027-10-31T01:30")
    assert "jumps over 01:30, so that meeting begins at 02:30" in said_of(skipped, "Europe/London")
    assert "shows 01:30 twice: that meeting begins the first time" in said_of(doubled, "Europe/London")


def test_every_second_tuesday_stays_at_four_while_the_sun_does_not() -> None:
    plan = Plan(wall("2027-03-16T16:00"), 90, "", 2, date(2027, 4, 13))
    assert [f"{begins(each, 'Europe/London'):%d %H}" for each in plan.starts()] == ["16 16", "30 15", "13 15"]
