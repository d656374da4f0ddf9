"""Made-up facilitators under real rules: what the model promises, and what it must never decide itself."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments import made_up, simulation
from assessments.asks import LessonsDone
from assessments.evidence import Evidence, LessonEvidence
from assessments.made_up import FIRST_DAY, MOST_SESSIONS, NOISE, TO_SIGN, Facilitator, Noise, People, World
from assessments.readiness import judge
from assessments.simulation import PATIENCE, Course, Share, follow, may_be_ready, simulate, summary
from assessments.standards import Standard, get_standard

CERTIFIED = get_standard("certified", 3)
WORLD = World()
LESSONS = tuple(
    LessonEvidence(id=each, title=each, done_on=FIRST_DAY)
    for each in sorted({name for c in CERTIFIED.clauses if isinstance(c, LessonsDone) for name in c.lessons})
)


def only_levels() -> Standard:
    """A standard that asks for nothing but two levels, so that ratings alone decide."""
    data = CERTIFIED.model_dump()
    data["clauses"] = [{**c, "after": None} for c in data["clauses"] if c["kind"] == "levels"]
    return Standard.model_validate(data)


def always(ability: float) -> World:
    """Everybody has this ability from the first day to the last."""
    return World(people=People(start=ability, plateau=ability, spread=0.0))


def test_the_same_seed_gives_the_same_result_and_another_seed_other_people() -> None:
    assert simulate(CERTIFIED, WORLD, 40, 7) == simulate(CERTIFIED, WORLD, 40, 7)
    assert Facilitator(WORLD, 7, 0).above != Facilitator(WORLD, 8, 0).above


def test_a_larger_run_begins_with_the_people_of_a_smaller_one() -> None:
    few = [follow(CERTIFIED, Facilitator(WORLD, 1, number)) for number in range(10)]
    many = [follow(CERTIFIED, Facilitator(WORLD, 1, number)) for number in range(20)]
    assert many[:10] == few


def test_whoever_is_far_above_is_handed_over_and_whoever_is_far_below_is_not() -> None:
    above = simulate(CERTIFIED, always(5.0), 60, 1)
    assert above.handed_over.count >= 57
    assert above.false_hand_over.count == 0
    below = simulate(CERTIFIED, always(2.0), 60, 1)
    assert below.handed_over.count <= 1
    assert below.far_short.count == below.handed_over.count


def test_raters_without_error_hand_nobody_over_who_is_not_able() -> None:
    """Each of the last levels is the true one, and ability does not fall: so it stands at the line or above."""
    for standard in (CERTIFIED, only_levels()):
        exact = simulate(standard, World(noise=Noise(0.0, 0.0)), 80, 1)
        assert exact.handed_over.count > 40
        assert exact.false_hand_over.count == 0


def test_where_levels_alone_decide_wilder_raters_hand_over_falsely_more_often() -> None:
    swiss = NOISE["swiss"]
    shares = [
        simulate(only_levels(), World(noise=Noise(times * swiss.rater, times * swiss.residual)), 80, 1).false_hand_over
        for times in (0.0, 1.0, 3.0)
    ]
    assert [each.value for each in shares] == sorted(each.value or 0.0 for each in shares)
    assert shares[0].high < shares[1].low


def test_the_decision_is_the_judge_s_and_not_the_model_s(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def never(standard: Standard, evidence: Evidence, at: object) -> object:
        asked.append(evidence.sessions[-1].id)
        return judge(standard, evidence, FIRST_DAY)  # on the first day nobody is ready

    monkeypatch.setattr(simulation, "judge", never)
    course = follow(CERTIFIED, Facilitator(always(5.0), 1, 0))
    assert course.handed_over_after is None
    assert asked
    assert asked[-1] == f"session-{MOST_SESSIONS - 1:02}"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, MOST_SESSIONS), st.floats(3.0, 5.0))
def test_the_quick_look_and_the_judge_never_disagree(number: int, led: int, ability: float) -> None:
    """Were one of them ever ready alone, what the model leaves unasked would be wrong."""
    sessions = tuple(Facilitator(always(ability), 1, number).sessions("account"))[:led]
    evidence, at = Evidence(lessons=LESSONS, sessions=sessions), sessions[-1].held_on + TO_SIGN
    assert may_be_ready(CERTIFIED, evidence, at) == judge(CERTIFIED, evidence, at).ready


def test_the_day_of_hand_over_is_the_first_on_which_the_judge_finds_everything() -> None:
    for number in range(4):
        sessions = tuple(Facilitator(always(4.5), 1, number).sessions("account"))
        first = next(
            led
            for led in range(1, MOST_SESSIONS + 1)
            if judge(
                CERTIFIED,
                Evidence(lessons=LESSONS, sessions=sessions[:led]),
                sessions[led - 1].held_on + TO_SIGN,
            ).ready
        )
        assert follow(CERTIFIED, Facilitator(always(4.5), 1, number)).handed_over_after == first


def test_sessions_are_a_week_or_two_apart_independent_and_mostly_seen_by_the_trainer() -> None:
    sessions = [each for number in range(30) for each in Facilitator(WORLD, 1, number).sessions("account")]
    gaps = {(b.held_on - a.held_on).days for a, b in pairwise(sessions) if b.held_on > a.held_on}
    assert gaps == {7, 14}
    assert all(each.signer_independent and each.role == "led" for each in sessions)
    assert 0.6 < sum(each.signer_id == "trainer" for each in sessions) / len(sessions) < 0.73


def test_people_grow_with_practice_and_become_able_once() -> None:
    person = Facilitator(WORLD, 1, 0)
    abilities = [person.ability(led) for led in range(MOST_SESSIONS)]
    assert abilities == sorted(abilities)
    assert People(half_way=4).middle(4) == 3.0
    able = person.able_after(3.0)
    assert able is not None
    assert person.ability(able) >= 3.0 > person.ability(able - 1)
    assert person.able_after(9.0) is None


@pytest.mark.parametrize(("name", "one"), [("swiss", 0.16), ("vcu", 0.07)])
def test_one_rating_says_as_much_about_a_person_as_its_source_says(name: made_up.NoiseName, one: float) -> None:
    noise, spread = NOISE[name], People().spread
    assert spread**2 / (spread**2 + noise.rater**2 + noise.residual**2) == pytest.approx(one)


def test_twelve_swiss_ratings_reach_the_published_reliability() -> None:
    one = made_up.SWISS_LEARNER
    assert 12 * one / (1 + 11 * one) == pytest.approx(0.70, abs=0.01)


def test_a_summary_counts_each_person_where_they_belong() -> None:
    outcome = summary(
        [
            Course(8, 10),
            Course(8, 8 + PATIENCE + 1),
            Course(8, None),
            Course(9, 7, short=0.1),
            Course(None, 30, short=0.6),
            Course(None, None),
            Course(MOST_SESSIONS - 1, None),
        ]
    )
    assert outcome.handed_over == Share(4, 7)
    assert outcome.false_hand_over == Share(2, 4)
    assert outcome.far_short == Share(1, 4)
    assert outcome.false_delay == Share(2, 3)
    assert outcome.waited == PATIENCE + 1
    assert (outcome.assessments_mean, outcome.assessments_p90) == (17.0, 30)


def test_nobody_handed_over_leaves_nothing_to_say_about_hand_overs() -> None:
    outcome = summary([Course(5, None)])
    assert (outcome.false_hand_over.value, outcome.assessments_mean, outcome.assessments_p90) == (None, None, None)
    assert (outcome.waited, outcome.aim) == (inf, "open")
    assert summary([Course(None, None)]).waited is None


@given(st.integers(1, 2000), st.data())
def test_an_interval_holds_its_share_and_stays_within_all_and_none(of: int, data: st.DataObject) -> None:
    share = Share(data.draw(st.integers(0, of)), of)
    assert 0 <= share.low <= (share.value or 0.0) + 1e-12
    assert (share.value or 0.0) - 1e-12 <= share.high <= 1


@pytest.mark.parametrize(("count", "of", "aim"), [(0, 400, "met"), (20, 400, "open"), (60, 400, "missed")])
def test_the_aim_is_met_or_missed_only_when_the_whole_interval_says_so(count: int, of: int, aim: str) -> None:
    courses = [Course(1, 6, short=0.1)] * count + [Course(1, 6)] * (of - count)
    assert summary(courses).aim == aim
