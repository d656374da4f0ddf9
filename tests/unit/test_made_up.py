"""Who signs in the model, what of a standard it says something about, and how long it watches."""

from __future__ import annotations

from collections import Counter

import pytest

from assessments.made_up import AS_USUAL, MOST_SESSIONS, Facilitator, People, Seeing, World
from assessments.presets import load_presets
from assessments.simulation import follow, is_simulated, left_out, simulated
from assessments.standards import get_standard


@pytest.mark.parametrize("version", [1, 2, 3])
def test_older_versions_are_seen_as_a_small_provider_sees_them(version: int) -> None:
    assert Seeing.asked_by(get_standard("certified", version)) == AS_USUAL


def test_where_more_people_are_asked_for_so_many_sign_and_the_trainer_as_seldom() -> None:
    seeing = Seeing.asked_by(get_standard("certified", 4))
    assert seeing.trainer == pytest.approx(1 / 3)
    assert seeing.others == 3
    person = Facilitator(World(), 1, 0)
    signed = Counter(each.signer_id for each in person.sessions("account", seeing))
    assert set(signed) == {"trainer", "second assessor", "third assessor", "assessor 4"}
    outside = {each.signer_id for each in Facilitator(World(), 1, 0).sessions("account", seeing) if each.signer_outside}
    assert outside == set(signed) - {"trainer"}


def test_who_signs_changes_neither_days_nor_questions_nor_anything_else_of_a_person() -> None:
    seeing = Seeing.asked_by(get_standard("certified", 4))
    usual = list(Facilitator(World(), 3, 5).sessions("account"))
    other = list(Facilitator(World(), 3, 5).sessions("account", seeing))
    assert [(s.held_on, s.open, s.closed) for s in usual] == [(s.held_on, s.open, s.closed) for s in other]
    assert [s.signer_id for s in usual] != [s.signer_id for s in other]


def test_what_is_not_made_up_is_taken_as_there_and_nothing_waits_for_it() -> None:
    associate = get_standard("associate", 2)
    assert [clause.id for clause in left_out(associate)] == ["was-member", "as-member", "own-problem", "knows", "heard"]
    kept = simulated(associate).clauses
    assert [clause.id for clause in kept] == ["lessons", "led", "hours", "seen-by-two", "entrusted"]
    assert {clause.after for clause in kept} == {None}
    certified = get_standard("certified", 4)
    assert simulated(certified) == certified
    newest = get_standard("certified", 5)
    assert ([clause.id for clause in left_out(newest)], simulated(newest).clauses) == (["heard"], certified.clauses)


def test_the_model_says_nothing_of_a_level_nobody_in_it_reaches_or_of_who_leads_nothing() -> None:
    said = {name: is_simulated(get_standard(name)) for name in ("member", "associate", "certified", "lead")}
    assert said == {"member": False, "associate": True, "certified": True, "lead": False}
    assert all(is_simulated(preset.standard) for preset in load_presets().values())


def test_who_is_watched_for_longer_leads_more_and_a_hundred_hours_take_eighty_sessions() -> None:
    icf = load_presets()["like-icf"].standard
    able = World(people=People(start=5.0, plateau=5.0, spread=0.0), watched=120)
    assert follow(icf, Facilitator(World(people=able.people), 1, 0)).handed_over_after is None
    course = follow(icf, Facilitator(able, 1, 0))
    assert course.handed_over_after is not None
    assert course.handed_over_after >= 80  # of 75 minutes
    assert (course.able_after, course.waited) == (0, course.handed_over_after)
    assert len(list(Facilitator(able, 1, 0).sessions("account"))) == 120
    assert len(list(Facilitator(World(), 1, 0).sessions("account"))) == MOST_SESSIONS
