"""What covered means, what another meaning would change, and what somebody is from day to day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.core.stretches import FOREVER, joined, later, pieces, without
from lms.coverage.changes import Practised, as_if, changes, footnote, headline, lede
from lms.coverage.meaning import STANDING, Meaning, Meanings, since
from lms.coverage.models import CoverMeaning
from lms.coverage.rules import Held as Holder
from lms.coverage.rules import UnitFacts, cover
from lms.coverage.spans import ACTIVE, RESTING, TRAINING, Facts, Held, Led, spans

TODAY = date(2026, 5, 12)
MUSEUMS, LIBRARIES = UnitFacts(uuid.UUID(int=1), "Museums", 20), UnitFacts(uuid.UUID(int=2), "Libraries", 96)
PAUL, JOAN = uuid.UUID(int=11), uuid.UUID(int=12)
UNIT = MUSEUMS.id
DAYS = st.dates(TODAY - timedelta(days=800), TODAY + timedelta(days=800))


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def row(begins: date, days: int, set_at: int = 0) -> CoverMeaning:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=set_at)
    return CoverMeaning(from_on=begins, set_at=at, facilitators=1, people=25, fewest=1, rounds=1, days=days)


def test_chairs_are_so_many_for_so_many_people_and_never_fewer() -> None:
    assert [Meaning(2, 50, 3).needed(each) for each in (0, 50, 75, 76, 200)] == [3, 3, 3, 4, 8]


def test_a_day_keeps_the_meaning_it_had_and_the_later_word_counts() -> None:
    found = Meanings.of([row(day(0), 90, 2), row(day(-9), 365), row(day(0), 60, 5), row(day(30), 180)])
    assert [found.on(day(each)).days for each in (-10, -9, -1, 0, 29, 30)] == [180, 365, 365, 60, 60, 180]
    assert found.on(day(-10)) == STANDING


def test_what_is_otherwise_is_said_in_a_few_words() -> None:
    said = [each.told_from(STANDING) for each in (
        Meaning(days=90), Meaning(rounds=2), Meaning(people=20), Meaning(fewest=2), Meaning(days=90, rounds=2),
    )]  # fmt: skip
    assert said == ["90 days", "2 rounds", "1 for every 20 people", "never fewer than 2", "this meaning"]
    assert "1 round led in the last 180 days" in STANDING.sentence
    assert Meaning(rounds=0).active == "Active means that the certificate is valid."


def facts(**more: Sequence[object]) -> Facts:
    held = Held(uuid.UUID(int=7), day(-300), day(399), decided=True, days=((day(-300), day(400)),))
    given_facts = {"stays": [(UNIT, day(-400), FOREVER)], "held": [held], "training": [(day(-400), day(-290))]}
    return Facts(**(given_facts | more))  # type: ignore[arg-type]


def told(found: Facts, meanings: Meanings | None = None) -> list[tuple[str, int, int]]:
    return [
        (state.kind, (begins - TODAY).days, (ends - TODAY).days if ends != FOREVER else 9_999)
        for state, begins, ends in spans(found, meanings or Meanings())
    ]


def test_a_new_certificate_counts_for_as_long_as_a_round_does() -> None:
    assert told(facts()) == [(TRAINING, -400, -300), (ACTIVE, -300, -120), (RESTING, -120, 400)]


def test_a_round_counts_from_its_signature_and_until_that_is_voided() -> None:
    led = [Led(day(-40), day(-30)), Led(day(200), day(200), day(210))]
    assert told(facts(led=led)) == [
        (TRAINING, -400, -300), (ACTIVE, -300, -120), (RESTING, -120, -30), (ACTIVE, -30, 140), (RESTING, 140, 200),
        (ACTIVE, 200, 210), (RESTING, 210, 400),
    ]  # fmt: skip
    assert told(facts(led=[Led(day(-400), day(-100))]))[-1] == (RESTING, -120, 400), "too old when it was signed"


def test_a_meaning_from_a_day_on_changes_nothing_before() -> None:
    led = [Led(day(-40), day(-40))]
    found = told(facts(led=led), Meanings(((day(-10), Meaning(days=30)), (day(20), Meaning(rounds=0)))))
    assert found[-3:] == [(ACTIVE, -40, -10), (RESTING, -10, 20), (ACTIVE, 20, 400)]


def test_somebody_counts_in_every_unit_and_in_none_once_they_have_left() -> None:
    other = uuid.UUID(int=2)
    found = spans(facts(stays=[(UNIT, day(-400), day(0)), (other, day(-100), day(50))]), Meanings())
    assert {state.unit_id for state, begins, ends in found if begins <= day(-1) < ends} == {UNIT, other}
    assert {state.unit_id for state, begins, ends in found if begins <= day(0) < ends} == {other}
    assert {state.unit_id for state, begins, ends in found if begins <= day(60) < ends} == {None}
    assert spans(Facts(stays=[(UNIT, day(0), FOREVER)]), Meanings()) == []


@given(st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=6), st.integers(0, 3), st.integers(1, 400))
def test_on_each_day_spans_say_what_counting_that_day_says(
    rounds: list[tuple[date, int]], least: int, days: int
) -> None:
    led = [Led(held, held + timedelta(days=signed)) for held, signed in rounds]
    found = spans(facts(led=led), Meanings(((date.min, Meaning(rounds=least, days=days)),)))
    for number in range(-299, 399, 23):
        on = day(number)
        count = sum(1 for each in led if since(on, days) <= each.held_on <= on and each.since <= on)
        active = count >= least or on < day(-300) + timedelta(days=days)
        [kind] = [state.kind for state, begins, ends in found if begins <= on < ends]
        assert kind == (ACTIVE if active else RESTING), on


@given(st.lists(st.tuples(DAYS, DAYS).filter(lambda two: two[0] < two[1]), max_size=5), DAYS)
def test_stretches_without_others_hold_exactly_the_other_days(gaps: list[tuple[date, date]], on: date) -> None:
    begins, ends = day(-500), day(500)
    left = without(begins, ends, gaps)
    inside = begins <= on < ends and not any(a <= on < b for a, b in gaps)
    assert any(a <= on < b for a, b in left) == inside
    assert left == sorted(left)


def test_stretches_are_cut_and_joined_again() -> None:
    cut = [("x", a, b) for a, b in pieces([day(0), day(5), None, day(9)])]
    assert joined(cut) == [("x", day(0), FOREVER)]
    assert joined([*cut[:1], *cut[2:]]) == [("x", day(0), day(5)), ("x", day(9), FOREVER)]
    assert later(date(9990, 1, 1), 9_999) == FOREVER


HELD = (
    Holder(PAUL, "Paul Ngo", MUSEUMS.id, day(300)),
    Holder(JOAN, "Joan Fairweather", LIBRARIES.id, day(70)),
    Holder(uuid.UUID(int=13), "Beatriz Campos", LIBRARIES.id, day(70)),
)
LED = {
    PAUL: Practised(0, date(2026, 1, 21)),
    JOAN: Practised(0, date(2025, 12, 9)),
    uuid.UUID(int=13): Practised(1, day(-3), day(-20)),
}


def test_the_answer_names_who_would_lose_cover_and_why() -> None:
    ninety = Meaning(days=90)
    before, after_held = cover([MUSEUMS, LIBRARIES], HELD, [], TODAY), as_if(HELD, LED, ninety)
    after = cover([MUSEUMS, LIBRARIES], after_held, [], TODAY, ninety)
    switched = [new for old, new in zip(HELD, after_held, strict=True) if old.active != new.active]
    found = changes(before, after, switched, LED, ninety)
    assert [(each.after.name, each.before.certified, each.after.certified, each.why) for each in found] == [
        ("Museums", 1, 0, ("Paul Ngo last led a round on 21 January",)),
        ("Libraries", 2, 1, ("Joan Fairweather last led a round on 9 December 2025",)),
    ]
    assert headline(found, ninety, STANDING) == "With 90 days, Museums would lose its cover"
    assert lede(found, before) == (
        "Two of 2 units would change. Nothing is saved yet, and past dates keep the meaning they had."
    )
    assert footnote(before, found, switched) == ("Two people would no longer be active; their certificates stay valid.")


def test_other_answers() -> None:
    nobody = cover([MUSEUMS, LIBRARIES], as_if(HELD, {}, STANDING), [], TODAY)
    longer, fewer = Meaning(days=365), Meaning(people=20)
    woken = as_if(HELD, {PAUL: Practised(2, day(-200)), JOAN: Practised(0, None, day(-9))}, longer)
    after = cover([MUSEUMS, LIBRARIES], woken, [], TODAY, longer)
    switched = [each for each in woken if each.active]
    practised = {PAUL: Practised(2, day(-200)), JOAN: Practised(0, None, day(-9))}
    found = changes(nobody, after, switched, practised, longer)
    assert headline(found, longer, STANDING) == "With 365 days, Libraries and Museums would have cover"
    assert {each.why for each in found} == {
        ("Joan Fairweather was certified on 3 May",), ("Paul Ngo led 2 rounds in the last 365 days",),
    }  # fmt: skip
    assert footnote(nobody, found, switched) == "Two more would be active."
    now, chairs = (cover([LIBRARIES], HELD[1:], [], TODAY, each) for each in (STANDING, fewer))
    [change] = changes(now, chairs, [], {}, fewer)
    assert change.why == ("It would need 5 instead of 4",)
    assert headline([change], fewer, STANDING) == (
        "With 1 for every 20 people, 1 unit would change and none would lose its cover"
    )
    assert headline([], longer, STANDING) == "With 365 days, no unit would change"
