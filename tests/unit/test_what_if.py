"""What would be there if the next sessions went well: never less than now, and never more than was asked."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assessments.outlook import suppose
from assessments.readiness import judge
from assessments.standards import get_standard
from tests.unit.readiness_examples import AT, BASHIR, amara, lessons, planned, session, six, unsigned

STANDARD = get_standard("certified", 3)
LED = st.lists(
    st.tuples(st.integers(1, 75), st.integers(2, 5), st.booleans()), max_size=6, unique_by=lambda each: each[0]
)


def test_one_more_seen_by_another_is_what_was_short() -> None:
    five = tuple(session(f"s{n}", AT - timedelta(days=70 - 12 * n)) for n in range(5))
    alone = suppose(STANDARD, amara(sessions=five), AT, 2, 0)
    assert alone.gained == ("Six sessions led and signed", "Two months of practice")
    assert alone.left == ("Seen by two people",)
    seen = suppose(STANDARD, amara(sessions=five), AT, 2, 2)
    assert (seen.left, seen.lost) == ((), ())
    assert "Seen by two people" in seen.gained


def test_lessons_stay_as_they_are_and_what_waits_is_taken_as_signed() -> None:
    sessions = (*six()[:5], unsigned("w", AT - timedelta(days=1)))
    found = suppose(STANDARD, amara(sessions=sessions, lessons=lessons(3)), AT, 1, 1)
    assert "Five lessons on asking and on values" in found.left
    assert "Six sessions led and signed" in found.gained


def test_the_calendar_says_the_day_and_after_it_a_fortnight_is_taken() -> None:
    soon = AT + timedelta(days=3)
    evidence = amara(sessions=six()[:3], planned=planned(soon))
    assert (suppose(STANDARD, evidence, AT, 1, 0).day, suppose(STANDARD, evidence, AT, 1, 0).in_calendar) == (
        soon,
        True,
    )
    later = suppose(STANDARD, evidence, AT, 2, 0)
    assert (later.day, later.in_calendar) == (soon + timedelta(days=14), False)


def test_what_runs_out_meanwhile_is_said() -> None:
    old = tuple(each.model_copy(update={"held_on": each.held_on - timedelta(days=30)}) for each in six())
    far = planned(AT + timedelta(days=80))
    found = suppose(STANDARD, amara(sessions=old, planned=far), AT, 1, 0)
    assert found.lost == ("Three signed in the last 90 days",)


@given(LED, st.integers(1, 6), st.integers(0, 6))
def test_what_would_be_there_is_told_apart_from_what_is_and_from_what_is_left(
    led: list[tuple[int, int, bool]], more: int, others: int
) -> None:
    sessions = tuple(
        session(f"s{ago}", AT - timedelta(days=ago), level, **({"by": BASHIR} if by_other else {}))
        for ago, level, by_other in led
    )
    evidence = amara(sessions=sessions)
    found = suppose(STANDARD, evidence, AT, more, min(others, more))
    now = {each.title for each in judge(STANDARD, evidence, AT).there}
    assert not set(found.gained) & (now | set(found.left))
    assert set(found.lost) <= now
    assert len(now - set(found.lost)) + len(found.gained) + len(found.left) + len(found.lost) == len(STANDARD.clauses)
    assert found.day > date(2026, 6, 2)
