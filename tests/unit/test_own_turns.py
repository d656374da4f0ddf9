"""Rules of a person's own turns: how many are drawn, what counts together, and what the made-up ones are like."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import made_up_turns
from assessments.coding import OWN_TURNS, kappa_asked, own_kappa_asked, own_turns_wanted, too_few, turns_wanted
from assessments.evidence import Evidence
from assessments.group_evidence import Sample
from assessments.group_standards import get_group_standard
from assessments.made_up import Facilitator, World
from assessments.readiness import Finding, judge
from assessments.standards import Standard, get_standard
from tests.unit.readiness_examples import AT

GATE = {"id": "gate", "kind": "lessons-done", "title": "A gate", "lessons": ["M04-L1"], "gate": True}


def asking(**other: Any) -> Standard:
    asked = {
        "id": "own", "title": "Own turns", "kind": "coded-share", "of": "without_advice", "lower_bound": 0.9,
        "turns": 42, "sessions": 3, "coders": 2, "kappa": 0.6,
    }  # fmt: skip
    whole = get_standard("certified", 1).model_dump()
    return Standard.model_validate({**whole, "clauses": [GATE, {**asked, **other}]})


def found(*samples: Sample) -> Finding:
    return judge(asking(), Evidence(trainer_name="Ruth Tamihana", samples=samples), AT).findings[1]


def sample(name: str, **other: Any) -> Sample:
    facts = {
        "coded_on": AT, "coded_by": "people", "sessions": 1, "turns": 30, "open": 25, "without_advice": 30, "coders": 2,
        "kappa": 0.9,
    }  # fmt: skip
    return Sample.model_validate({"id": name, **facts, **other})


@st.composite
def read(draw: st.DrawFn) -> list[Sample]:
    """What two people read of some sessions, well or not."""
    return [
        Sample(
            id=f"s{n}",
            coded_on=AT - timedelta(days=draw(st.integers(0, 60))),
            coded_by="people",
            sessions=1,
            turns=(turns := draw(st.integers(10, 30))),
            open=draw(st.integers(0, turns)),
            without_advice=draw(st.integers(turns // 2, turns)),
            coders=2,
            kappa=draw(st.sampled_from([-0.1, 0.59, 0.6, 1.0])),
            kappa_advice=draw(st.sampled_from([None, 0.0, 0.6, 0.9])),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


@given(read(), st.randoms(use_true_random=False))
def test_the_order_in_which_sessions_were_read_does_not_matter(samples: list[Sample], chance: Random) -> None:
    shuffled = list(samples)
    chance.shuffle(shuffled)
    assert found(*shuffled) == found(*samples)


@given(read())
def test_a_further_session_without_any_advice_never_takes_the_sign_away(samples: list[Sample]) -> None:
    good = Sample(
        id="more", coded_on=AT, coded_by="people", sessions=1, turns=26, open=20, without_advice=26, coders=2, kappa=0.9
    )
    if found(*samples).state == "there":
        assert found(*samples, good).state == "there"


@given(read())
def test_a_session_whose_yes_is_gone_changes_nothing_but_the_list_of_what_is_not_counted(samples: list[Sample]) -> None:
    gone = Sample(
        id="gone", coded_on=AT, coded_by="people", sessions=1, turns=26, open=0, without_advice=0, coders=2, kappa=0.9,
        withdrawn=True,
    )  # fmt: skip
    assert found(*samples, gone) == found(*samples)


@given(read())
def test_the_sentence_says_no_less_agreement_than_was_asked_for(samples: list[Sample]) -> None:
    said = found(*samples).seen
    if "agreed to κ" in said:
        low = float(said.rpartition("κ ")[2].rstrip(".").partition(" to ")[0])
        assert low >= 0.6
        assert "by 2 people alone" in said


def test_as_many_turns_are_drawn_as_the_standard_asks_and_no_fewer_than_of_a_circle() -> None:
    assert own_turns_wanted(get_standard("certified", 8)) == OWN_TURNS == 26
    assert own_turns_wanted(get_standard("certified", 7)) == OWN_TURNS
    assert own_turns_wanted(asking(turns=100)) == 34
    assert turns_wanted(get_group_standard("self-facilitating")) == OWN_TURNS
    assert own_kappa_asked(asking(kappa=0.7)) == 0.7
    assert own_kappa_asked(get_standard("certified", 7)) == kappa_asked(get_group_standard("self-facilitating")) == 0.6


def test_one_voice_is_enough_where_all_turns_are_one_person_s() -> None:
    assert not too_few(10)
    assert too_few(9)
    assert too_few(30, 1)


def test_the_new_versions_say_at_their_top_what_changed_and_ask_for_nothing_less() -> None:
    certified, lead = get_standard("certified", 8), get_standard("lead", 4)
    for new, old, more in (
        (certified, get_standard("certified", 7), ["without-advice"]),
        (lead, get_standard("lead", 3), ["without-advice", "open-turns"]),
    ):
        assert [each for each in new.clauses if each.id not in more] == list(old.clauses)
        assert [each.gate for each in new.clauses if each.id in more] == [False] * len(more)
        assert (new.decision, new.calibration, new.unlocks) == (old.decision, old.calibration, old.unlocks)


@pytest.mark.parametrize(("ability", "share"), [(2.0, 0.15), (4.0, 0.017)])
def test_made_up_people_give_as_much_advice_as_poor_and_good_demonstrations(ability: float, share: float) -> None:
    assert made_up_turns.advice_share(ability, 0) == pytest.approx(share)
    assert made_up_turns.advice_share(ability - 0.1, 0) > made_up_turns.advice_share(ability, 0)
    assert made_up_turns.advice_share(-40, 3) == 1


def test_every_second_session_from_the_eighth_on_is_read_alike_for_one_seed() -> None:
    assert [led + 1 for led in range(14) if made_up_turns.is_coded(led)] == [8, 10, 12, 14]
    one, again = Facilitator(World(), 7, 3), Facilitator(World(), 7, 3)
    on = date(2026, 6, 1)
    assert one.turns(6, on) is None
    assert one.turns(7, on) == again.turns(7, on)
    assert list(one.sessions("account")) == list(Facilitator(World(), 7, 3).sessions("account")), "its own chances"


def test_each_share_is_said_with_the_agreement_it_rests_on() -> None:
    said = found(
        sample("c1", kappa=0.71, kappa_advice=0.849, sessions=2),
        sample("c2", kappa=0.9, kappa_advice=0.62, sessions=1),
        sample("c3", kappa=0.95, kappa_advice=0.1),
    )
    assert said.seen.endswith("From 3 sessions, each read by 2 people alone, who agreed to κ 0.62 to 0.84.")
    assert said.evidence == ("c1", "c2"), "the third pair agreed on openness and not on advice"


def test_a_yes_that_was_taken_back_is_shown_without_a_figure_and_never_counts() -> None:
    gone = judge(asking(), Evidence(samples=(sample("c1", withdrawn=True),)), AT)
    assert gone.findings[1].state == "not_seen"
    assert [(each.title, each.reason) for each in gone.not_counted] == [
        ("Turns coded on 2 June", "The yes to it was taken back, so it counts no more.")
    ]
    old = sample("c1", coded_on=AT - timedelta(days=92), withdrawn=True)
    [_, finding] = judge(asking(days=60), Evidence(samples=(old,)), AT).findings
    assert (finding.state, finding.seen) == ("not_seen", "Two people have not coded any turns yet.")
