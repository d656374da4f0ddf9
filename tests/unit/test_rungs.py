"""The ladder: which rung comes after which, what is asked before it, and who is let on early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments import ladder
from assessments.journey import Journey, home_stage
from assessments.readiness import Readiness, judge
from assessments.standards import get_standard
from tests.unit.readiness_examples import AT, amara, lessons, session


def test_every_rung_is_a_published_standard_and_entrusts_more_than_the_one_below() -> None:
    levels = [get_standard(rung.id).award.level for rung in ladder.RUNGS]
    assert levels == sorted(set(levels))
    assert ladder.USUAL in [rung.id for rung in ladder.RUNGS]


def test_what_a_rung_asks_for_stands_below_it() -> None:
    for rung in ladder.RUNGS:
        assert ladder.comes_after(rung.id, ladder.asked_before(get_standard(rung.id)))


@pytest.mark.parametrize(
    ("standard_id", "reached", "missing"),
    [
        ("member", [], ()),
        ("associate", [], ("member",)),
        ("associate", ["member"], ()),
        ("certified", [], ()),
        ("lead", ["member", "associate"], ("certified",)),
        ("lead", ["certified"], ()),
    ],
)
def test_what_lacks_is_read_from_the_standard(standard_id: str, reached: list[str], missing: tuple[str, ...]) -> None:
    assert ladder.lacking(standard_id, reached) == missing
    assert bool(ladder.what_lacks(standard_id, reached, "Jonah")) == bool(missing)


def test_the_sentence_says_what_comes_first_and_whether_there_is_a_way_round() -> None:
    assert ladder.what_lacks("associate", [], "Jonah") == (
        "“Associate facilitator” comes after “Trained member”, which Jonah has not reached with this provider. Choose "
        "that first, or write down why they begin early."
    )
    assert ladder.what_lacks("lead", [], "Jonah").endswith("Nobody begins it early.")


def test_a_step_further_is_further_than_all_the_others() -> None:
    assert ladder.comes_after("associate", ["member"])
    assert not ladder.comes_after("associate", ["member", "certified"])
    assert not ladder.comes_after("associate", ["associate"])
    assert ladder.comes_after("member", [])


def way(standard_id: str, *roles: str, but: int = 0) -> tuple[Readiness, Journey]:
    """Where Amara stands on this rung after signed rounds in these parts."""
    held = tuple(session(f"s{n}", AT - timedelta(days=40 - n), role=role) for n, role in enumerate(roles))
    evidence = amara(lessons=lessons(5 - but), sessions=held)
    found = judge(get_standard(standard_id, 1 if standard_id == "member" else None), evidence, AT)
    return found, home_stage(found, evidence)


@pytest.mark.parametrize(
    ("roles", "but", "current", "note"),
    [
        ((), 2, 0, "You are here: 3 of 5 lessons"),
        ((), 0, 1, "You are here: 0 of 4 signed"),
        (("member",) * 3, 0, 1, "You are here: 3 of 4 signed"),
        (("member",) * 4, 0, 2, "You are here: your own problem"),
        ((*("member",) * 4, "held"), 0, 3, "You are here: Ruth decides"),
    ],
)
def test_a_member_s_way_leads_through_rounds_and_a_problem(
    roles: tuple[str, ...], but: int, current: int, note: str
) -> None:
    _, journey = way("member", *roles, but=but)
    assert (journey.current, journey.stages[current].note) == (current, note)
    assert not any("lead with a safety net" in each.name.lower() for each in journey.stages)


def test_a_member_is_not_told_that_they_are_certified() -> None:
    found, _ = way("member", *("member",) * 4, "held")
    ended = home_stage(found, amara(), valid_until=AT)
    assert ended.headline.startswith("Trained member until")
    assert ended.stages[-1].name == "Trained member"


def test_an_associate_s_way_ends_beside_somebody_certified() -> None:
    _, journey = way("associate")
    assert journey.stages[-1].text == "You lead with somebody certified in the room."


def test_where_rounds_are_asked_for_a_round_in_another_part_is_not_said_to_want_leading() -> None:
    found, _ = way("member", "watched")
    assert [each.reason for each in found.not_counted] == [
        "Watched, not led. No sign here asks for a round in that part."
    ]
