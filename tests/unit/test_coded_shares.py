"""Shares of coded turns: said with the agreement they rest on, and gone with the yes to them."""

from __future__ import annotations

from assessments.readiness import judge
from tests.unit.readiness_examples import AT, amara
from tests.unit.test_ladder import CODED, MARCH, asking, found, sample


def test_each_share_is_said_with_the_agreement_it_rests_on() -> None:
    both = (
        sample(kappa=0.71, kappa_advice=0.849, sessions=2),
        sample("c2", kappa=0.9, kappa_advice=0.62, sessions=1),
        sample("c3", kappa=0.95, kappa_advice=0.1),
    )
    said = found(amara(samples=both), **{**CODED, "of": "without_advice"})
    assert said.seen.endswith("From 3 sessions, each read by 2 people alone, who agreed to κ 0.62 to 0.84.")
    assert said.evidence == ("c1", "c2"), "the third pair agreed on openness and not on advice"


def test_a_yes_that_was_taken_back_is_shown_without_a_figure_and_never_counts() -> None:
    gone = judge(asking(**CODED), amara(samples=(sample(withdrawn=True),)), AT)
    assert gone.findings[1].state == "not_seen"
    assert [(each.title, each.reason) for each in gone.not_counted] == [
        ("Turns coded on 2 June", "The yes to it was taken back, so it counts no more.")
    ]
    old = found(amara(samples=(sample(coded_on=MARCH, withdrawn=True),)), **CODED, days=60)
    assert (old.state, old.seen) == ("not_seen", "Two people have not coded any turns yet.")
