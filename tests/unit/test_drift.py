"""Signs of drift after a hand-over: each named trigger, and what is true of all of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.drift import CheckAnswer, Sign, checks_due, find_drift
from assessments.group_after import After
from assessments.group_evidence import GroupEvidence, MeetingEvidence, PlannedMeeting, SafeguardingWord
from assessments.group_standards import after_of, get_group_standard
from tests.unit.group_examples import circle, meeting, people, survey

STANDARD = get_group_standard()
OUT = date(2026, 9, 1)  # the day of the hand-over
EVEN = {"a": 4, "b": 4, "c": 4}
ONE_SIDED = {"a": 12, "b": 1, "c": 0}


def on(day: int) -> date:
    return OUT + timedelta(days=day)


def held(day: int, **other: Any) -> MeetingEvidence:
    facts: dict[str, Any] = {"id": f"m{day}", "run_by": "d", "holder_id": "e", "turns": EVEN, "host_id": "a"}
    return meeting(0, on(day), **(facts | other))


def fell(day: int) -> MeetingEvidence:
    return MeetingEvidence(id=f"m{day}", held_on=on(day), present=())


def told(days: int, day: int, **other: Any) -> CheckAnswer:
    facts: dict[str, Any] = {"met": "as-agreed", "hosted": True, "harmed": False}
    return CheckAnswer(days=days, answered_on=on(day), **(facts | other))


def signs(
    *answers: CheckAnswer, at: int = 100, meetings: tuple[MeetingEvidence, ...] = (), **parts: Any
) -> dict[str, Sign]:
    planned = (PlannedMeeting(id="next", held_on=on(at + 7), host_id="a", deputy_id="b"),)
    known = circle(**({"meetings": meetings, "planned": planned, "surveys": (), "safeguarding": ()} | parts))
    return {each.kind: each for each in find_drift(STANDARD, known, answers, OUT, on(at))}


def test_a_circle_that_answers_meets_and_hosts_shows_no_sign() -> None:
    meetings = tuple(held(day) for day in range(7, 100, 14))
    assert signs(told(30, 31), told(90, 92), meetings=meetings, surveys=(survey(on_day=on(92)),)) == {}


def test_two_uneven_meetings_running_are_a_sign_and_one_or_a_broken_run_is_not() -> None:
    low = {"turns": ONE_SIDED}
    assert "balance" not in signs(meetings=(held(10, **low),))
    assert "balance" not in signs(meetings=(held(10, **low), held(24), held(38, **low)))
    found = signs(meetings=(held(10), held(24, **low), held(38, turns=None), held(52, **low)))["balance"]
    assert (found.on, found.evidence) == (on(52), ("m24", "m52"))
    assert found.seen == ("Evenness was 24% on 25 September and 24% on 23 October; below 70% twice running is a sign.")


def test_two_meetings_in_a_row_that_fell_through_are_a_sign_and_two_unwritten_ones_are_not() -> None:
    unwritten = MeetingEvidence(id="u", held_on=on(30))
    assert "meetings-missed" not in signs(meetings=(fell(10), held(24), fell(38)))
    assert "meetings-missed" not in signs(meetings=(fell(10), unwritten, fell(38)))
    assert "meetings-missed" not in signs(meetings=(unwritten, MeetingEvidence(id="v", held_on=on(44))))
    found = signs(meetings=(held(10), fell(16), fell(20), unwritten))["meetings-missed"]
    assert (found.on, found.title) == (on(20), "Two meetings in a row fell through")
    assert found.seen == "17 September and 21 September."
    assert "meetings-missed" not in signs(meetings=(fell(16), fell(20), held(40)))


def test_what_the_circle_says_of_its_meetings_is_a_sign_until_it_meets_again() -> None:
    said = told(30, 32, met="fell-through")
    assert signs(said, at=40)["meetings-missed"].on == on(32)
    assert "meetings-missed" not in signs(said, at=60, meetings=(held(45),))
    assert "meetings-missed" not in signs(told(30, 32, met="less"), at=40)


def test_harm_stands_until_the_circle_or_whoever_is_responsible_says_otherwise_on_a_later_day() -> None:
    said = told(30, 32, harmed=True)
    assert signs(said, at=32)["harm"].evidence == ("check-30",)
    closed = {day: (SafeguardingWord(id="w", said_on=on(day), open=False),) for day in (32, 33)}
    assert "harm" in signs(said, at=40, safeguarding=closed[32])
    assert "harm" not in signs(said, at=40, safeguarding=closed[33])
    assert "harm" not in signs(said, told(90, 91))


def test_nobody_hosts_when_the_circle_says_so_or_the_calendar_has_had_none_for_a_while() -> None:
    bare: dict[str, Any] = {"planned": (PlannedMeeting(id="next", held_on=on(120)),)}
    assert signs(told(30, 32, hosted=False), at=40, **bare)["nobody-hosts"].on == on(32)
    assert "nobody-hosts" in signs(told(30, 32, hosted=False), at=40)  # whatever the calendar says
    assert "nobody-hosts" not in signs(told(30, 32, hosted=False), at=40, meetings=(held(35),))
    assert "nobody-hosts" not in signs(at=13, **bare)
    assert signs(at=14, **bare)["nobody-hosts"].seen.startswith("The last meeting with a member as host was before")
    assert signs(at=24, meetings=(held(10),), **bare)["nobody-hosts"].on == on(24)
    assert "nobody-hosts" not in signs(told(30, 31), at=40, meetings=(held(10),), **bare)


def test_safety_that_fell_by_a_point_since_the_hand_over_is_a_sign() -> None:
    before, other = survey("before", on_day=on(-3), median=6), survey("older", on_day=on(-80), median=2)
    assert "safety-fell" not in signs(surveys=(other, before, survey("after", on_day=on(90), median=5.5)))
    found = signs(
        surveys=(before, other, survey("after", on_day=on(90), median=5), survey("z", on_day=on(95), median=4))
    )
    assert (found["safety-fell"].on, found["safety-fell"].evidence) == (on(90), ("before", "z"))
    assert found["safety-fell"].seen == "The middle answer was 4 of 7 on 5 December, and 6 on 29 August."
    assert "safety-fell" in signs(surveys=(survey("x", on_day=on(5), median=6), survey("y", on_day=on(50), median=5)))


@given(st.integers(0, 3), st.floats(1, 7), st.booleans())
def test_fewer_than_four_answers_never_say_anything_about_safety(answers: int, median: float, late: bool) -> None:
    few = survey("few", on_day=on(60 if late else -3), answers=answers, median=median)
    many = survey("many", on_day=on(-3 if late else 60), median=4)
    assert "safety-fell" not in signs(surveys=(few, many))


def test_a_check_unanswered_for_a_fortnight_is_itself_a_sign_until_the_next_is_answered() -> None:
    assert "check-unanswered" not in signs(at=43)
    found = signs(at=44)["check-unanswered"]
    assert (found.on, found.title) == (on(44), "One check was not answered")
    assert found.seen == "The check after 30 days was due on 1 October."
    assert signs(at=103)["check-unanswered"].title == "One check was not answered"
    assert signs(at=104)["check-unanswered"].title == "Two checks were not answered"
    assert signs(at=104)["check-unanswered"].on == on(44)
    assert "check-unanswered" not in signs(told(90, 104), at=104)
    assert "check-unanswered" not in signs(told(30, 80), at=95)


def test_a_circle_that_everybody_has_left_has_no_signs() -> None:
    gone = tuple(each.model_copy(update={"left_on": on(50)}) for each in people())
    assert signs(told(30, 31, harmed=True), members=gone) == {}


@st.composite
def stories(draw: st.DrawFn) -> tuple[GroupEvidence, tuple[CheckAnswer, ...]]:
    kinds: list[dict[str, Any]] = [{}, {"turns": ONE_SIDED}, {"present": (), "run_by": None, "turns": None}]
    days = draw(st.lists(st.integers(-60, 170), max_size=8, unique=True))
    meetings = tuple(held(day, **draw(st.sampled_from(kinds))) for day in days)
    asked = draw(st.lists(st.integers(-40, 170), max_size=3, unique=True))
    surveys = tuple(
        survey(f"s{day}", on_day=on(day), answers=draw(st.integers(0, 6)), median=draw(st.integers(1, 7)))
        for day in asked
    )
    answers = tuple(
        told(
            days,
            days + draw(st.integers(0, 40)),
            harmed=draw(st.booleans()),
            hosted=draw(st.booleans()),
            met=draw(st.sampled_from(["as-agreed", "less", "fell-through"])),
        )
        for days in draw(st.lists(st.sampled_from([30, 90]), max_size=2, unique=True))
    )
    return circle(meetings=meetings, surveys=surveys, planned=(), safeguarding=()), answers


DAYS = st.integers(1, 175)


@given(stories(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_never_matters(story: tuple[GroupEvidence, Any], day: int, chance: Any) -> None:
    known, answers = story
    meetings, surveys, said = ([*each] for each in (known.meetings, known.surveys, answers))
    for each in (meetings, surveys, said):
        chance.shuffle(each)
    mixed = known.model_copy(update={"meetings": tuple(meetings), "surveys": tuple(surveys)})
    assert find_drift(STANDARD, mixed, said, OUT, on(day)) == find_drift(STANDARD, known, answers, OUT, on(day))


@given(stories(), DAYS)
def test_what_came_later_and_what_was_before_the_hand_over_raise_no_sign(
    story: tuple[GroupEvidence, Any], day: int
) -> None:
    known, answers = story
    then = known.model_copy(update={"meetings": tuple(m for m in known.meetings if OUT < m.held_on <= on(day))})
    past = [each for each in answers if each.answered_on <= on(day)]
    assert find_drift(STANDARD, then, past, OUT, on(day)) == find_drift(STANDARD, known, answers, OUT, on(day))


@given(stories(), DAYS)
def test_every_sign_arose_after_the_hand_over_stands_once_and_says_so_in_words(
    story: tuple[GroupEvidence, Any], day: int
) -> None:
    found = find_drift(STANDARD, *story, OUT, on(day))
    assert len({each.kind for each in found}) == len(found)
    for each in found:
        assert OUT < each.on <= on(day)
        assert each.evidence or each.kind == "nobody-hosts"
        assert each.seen.endswith(".")


@given(stories(), DAYS)
def test_a_sign_keeps_its_day_while_nothing_new_is_known(story: tuple[GroupEvidence, Any], day: int) -> None:
    known, answers = story
    then = known.model_copy(
        update={
            "meetings": tuple(m for m in known.meetings if m.held_on <= on(day)),
            "surveys": tuple(s for s in known.surveys if s.on_day <= on(day)),
        }
    )
    past = [each for each in answers if each.answered_on <= on(day)]
    before = {each.kind: each.on for each in find_drift(STANDARD, then, past, OUT, on(day))}
    later = {each.kind: each.on for each in find_drift(STANDARD, then, past, OUT, on(day + 1))}
    assert before.items() <= later.items()


@given(stories(), DAYS)
def test_a_good_meeting_takes_signs_about_meetings_away_and_adds_none(
    story: tuple[GroupEvidence, Any], day: int
) -> None:
    known, answers = story
    past = [each for each in answers if each.answered_on < on(day)]
    then = known.model_copy(update={"meetings": tuple(m for m in known.meetings if m.held_on < on(day))})
    better = then.model_copy(update={"meetings": (*then.meetings, held(day, id="good"))})
    before, after = ({each.kind for each in find_drift(STANDARD, each, past, OUT, on(day))} for each in (then, better))
    assert after <= before - {"balance", "meetings-missed"}


def test_a_check_is_due_from_its_day_on() -> None:
    rules = after_of(STANDARD)
    assert [checks_due(rules, OUT, on(day)) for day in (29, 30, 90, 400)] == [(), (30,), (30, 90), (30, 90, 180)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"checks_days": [90, 30]}, "different days in order"),
        ({"checks_days": [30, 9000]}, "730 at most"),
        ({"signs": [{"kind": "harm"}, {"kind": "harm"}]}, "“harm” stands here twice"),
        ({"signs": [{"kind": "gossip"}]}, "gossip"),
        ({"target_share": 1.5}, "less than 1"),
    ],
)
def test_what_a_standard_says_of_the_time_after_contradicts_itself_nowhere(
    changed: dict[str, Any], sentence: str
) -> None:
    assert STANDARD.after
    with pytest.raises(ValueError, match=sentence):
        After.model_validate(STANDARD.after.model_dump(mode="json") | changed)


def test_a_version_that_says_nothing_of_the_time_after_has_the_newest_that_does() -> None:
    first = get_group_standard("self-facilitating", 1)
    assert first.after is None
    assert after_of(first) == STANDARD.after == after_of(STANDARD)
