"""A values interview and a knowledge test as evidence: what counts on which day, the sentence, and the next step."""

from __future__ import annotations

from datetime import date
from typing import Any

from assessments.judged import InterviewEvidence, KnowledgeEvidence
from assessments.readiness import judge
from tests.unit.readiness_examples import AT, BASHIR, RUTH, amara
from tests.unit.test_ladder import MARCH, asking, found

GATE: dict[str, Any] = {"kind": "values-interview", "within_months": 36, "gate": True}
TEST: dict[str, Any] = {"kind": "knowledge-test", "blueprint": "associate"}


def heard(result: str | None = "yes", on: date = MARCH, **other: Any) -> InterviewEvidence:
    facts = {"id": "i1", "arranged_on": on, "held_on": on, "assessors": (RUTH, BASHIR), "result": result}
    return InterviewEvidence(**{**facts, "decided_on": on if result else None, **other})


def handed_in(passed: bool = True, on: date = MARCH, **other: Any) -> KnowledgeEvidence:
    facts = {"id": "k1", "blueprint": "associate", "version": 1, "passed": passed, "on": on}
    return KnowledgeEvidence(**{**facts, **other})


def test_a_yes_of_both_holds_for_its_months_and_then_has_run_out() -> None:
    there = found(amara(interviews=(heard(),)), **GATE)
    assert (there.state, there.evidence, there.gate) == ("there", ("i1",), True)
    who = "Bashir Noor and Ruth Tamihana"
    assert there.seen == f"{who} said yes on 2 March, by version 1 of the questions. Good until 2 March 2029."
    assert found(amara(interviews=(heard(),)), date(2029, 3, 2), **GATE).state == "there"
    late = found(amara(interviews=(heard(),)), date(2029, 3, 3), **GATE)
    assert (late.state, late.action_kind) == ("expired", "ask-signer")
    assert late.seen == f"{who} said yes on 2 March 2026. That was good for 3 years."
    assert late.action == "Ask Ruth to arrange it again with two assessors"


def test_without_an_interview_one_has_to_be_arranged_and_the_gate_is_open() -> None:
    none = found(amara(), **GATE)
    assert (none.state, none.seen, none.when) == ("not_seen", "It has not been held yet.", "Later")
    assert none.action == "Ask Ruth to arrange it with two assessors"
    assert not judge(asking(**GATE), amara(), AT).gates_hold
    assert judge(asking(**GATE), amara(interviews=(heard(),)), AT).gates_hold


def test_one_that_is_arranged_is_named_with_its_day_and_counts_nothing() -> None:
    coming = heard(None, arranged_on=MARCH, held_on=date(2026, 6, 9))
    asked = found(amara(interviews=(coming,)), **GATE)
    assert (asked.state, asked.when, asked.action_kind) == ("not_seen", "On 9 June", "wait")
    assert asked.seen == "Arranged for 9 June with Bashir Noor and Ruth Tamihana."
    past = found(amara(interviews=(coming,)), date(2026, 6, 10), **GATE)
    assert past.seen.endswith("and what they say is still to come.")
    assert (past.action, past.when) == ("Wait for the notes of Bashir Noor and Ruth Tamihana", "Later")
    last = found(amara(interviews=(coming,)), date(2026, 6, 9), **GATE)
    assert last.when == "On 9 June"


def test_the_newest_result_counts_whichever_way_it_went() -> None:
    missing = heard("not_yet", date(2026, 5, 4), id="i2")
    not_yet = found(amara(interviews=(missing, heard())), **GATE)
    assert (not_yet.state, not_yet.evidence) == ("missing", ("i2",))
    assert not_yet.seen.endswith("said not yet on 4 May, and wrote down what is missing.")
    assert not_yet.action == "Read what is missing, and ask Ruth for another interview"
    assert found(amara(interviews=(missing, heard())), date(2026, 5, 3), **GATE).state == "there"
    again = heard("yes", date(2026, 5, 20), id="i3")
    assert found(amara(interviews=(missing, heard(), again)), **GATE).evidence == ("i3",)


def test_while_a_yes_holds_another_that_is_arranged_is_not_asked_for() -> None:
    coming = heard(None, id="i2", arranged_on=AT, held_on=date(2026, 6, 9))
    assert found(amara(interviews=(heard(), coming)), **GATE).state == "there"


def test_a_test_is_passed_once_by_the_version_asked_for_or_a_later_one() -> None:
    there = found(amara(tests=(handed_in(),)), **TEST)
    assert (there.state, there.evidence) == ("there", ("k1",))
    assert there.seen == "Passed on 2 March, as drawn from version 1 of the blueprint."
    later = handed_in(passed=False, on=date(2026, 4, 1), id="k2")
    assert found(amara(tests=(later, handed_in())), **TEST).state == "there"
    old = found(amara(tests=(handed_in(),)), **TEST, from_version=2)
    assert (old.state, old.seen) == (
        "missing", "Passed in an older version. Version 2 or a later one is asked for.",
    )  # fmt: skip
    assert found(amara(tests=(handed_in(version=3),)), **TEST, from_version=2).state == "there"
    assert found(amara(tests=(handed_in(on=AT),)), MARCH, **TEST).state == "not_seen"


def test_a_test_that_is_not_passed_or_of_something_else_leaves_it_to_be_taken() -> None:
    failed = found(amara(tests=(handed_in(passed=False),)), **TEST)
    assert (failed.state, failed.seen) == ("missing", "Handed in on 2 March, and not passed.")
    none = found(amara(tests=(handed_in(blueprint="other"),)), **TEST)
    assert (none.state, none.seen, none.when) == ("not_seen", "Not taken yet.", "From today")
    assert (none.action, none.action_kind, none.target) == ("Take the knowledge test", "test", "associate")
    assert judge(asking(**TEST), amara(), AT).next_step.action_kind == "test"
