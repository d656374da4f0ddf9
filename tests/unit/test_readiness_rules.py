"""What must hold for readiness whatever the evidence: each test is named after the rule it proves.

Standards are made up as freely as evidence, so that the rules hold for every kind of clause and not only for ours.
"""

import ast
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assessments
from assessments.evidence import (
    AwardEvidence,
    Evidence,
    HandedOver,
    LessonEvidence,
    PlannedSession,
    SessionEvidence,
)
from assessments.held_evidence import HeldEvidence
from assessments.readiness import Readiness, judge
from assessments.standards import Standard, get_standard
from tests.texts import texts_of
from tests.unit.made_evidence import (
    DAYS,
    LESSONS,
    UNREADABLE,
    evidences,
    good_sessions,
    interviews,
    knowledge_tests,
    samples,
    sessions,
    standards,
)
from tests.unit.readiness_examples import AT, BASHIR, amara, lessons, session, six

RULE = settings(max_examples=40, deadline=None)
CERTIFIED = get_standard("certified", 1)
UNFINISHED = re.compile(
    r"  |\bNone (?!is there|done yet|signed yet)|\b1 (sessions|questions|lessons|groups)|\bNo (of|more)|!|\.\.| ,"
)
WEAK: tuple[dict[str, Any], ...] = (
    {"state": "waiting"},
    {"state": "returned"},
    {"signer_independent": False},
    {"role": "watched", "state": "waiting"},
)


def held(readiness: Readiness) -> set[str]:
    return {finding.clause for finding in readiness.findings if finding.state == "there"}


def plus(evidence: Evidence, *more: SessionEvidence) -> Evidence:
    return evidence.model_copy(update={"sessions": evidence.sessions + more})


def without(evidence: Evidence, name: str) -> Evidence:
    return evidence.model_copy(
        update={
            "sessions": tuple(s for s in evidence.sessions if s.id != name),
            **{
                part: tuple(each for each in getattr(evidence, part) if each.id != name)
                for part in ("lessons", "awards", "handed_over", "samples", "held", "interviews", "tests")
            },
        }
    )


@RULE
@given(st.data(), standards(), evidences())
def test_more_good_evidence_never_makes_anyone_less_ready(
    data: st.DataObject, standard: Standard, evidence: Evidence
) -> None:
    before = judge(standard, evidence, AT)
    after = judge(standard, plus(evidence, data.draw(good_sessions(standard, evidence))), AT)
    assert held(before) <= held(after)


@RULE
@given(st.data())
def test_a_good_session_more_leaves_a_ready_facilitator_ready(data: st.DataObject) -> None:
    evidence = amara()
    for _ in range(data.draw(st.integers(1, 4))):
        good = data.draw(good_sessions(CERTIFIED, evidence))
        evidence = plus(evidence, good.model_copy(update={"id": f"good-{len(evidence.sessions)}"}))
    assert judge(CERTIFIED, evidence, AT).ready


@RULE
@given(standards(), evidences(), st.sampled_from(LESSONS))
def test_doing_a_lesson_again_never_makes_anyone_less_ready(standard: Standard, evidence: Evidence, name: str) -> None:
    again = LessonEvidence(id=name, title=name, done_on=AT)
    redone = (*without(evidence, name).lessons, again)
    after = judge(standard, evidence.model_copy(update={"lessons": redone}), AT)
    assert held(judge(standard, evidence, AT)) <= held(after)


@RULE
@given(st.data(), standards(), evidences())
def test_what_was_reached_besides_never_makes_anyone_less_ready(
    data: st.DataObject, standard: Standard, evidence: Evidence
) -> None:
    """One more award that stays, circle handed over, module held, sample in which everything is as it should be, yes
    of two assessors, or test that is passed."""
    turns = data.draw(st.integers(1, 40))
    whole = {"turns": turns, "open": turns, "without_advice": turns, "coders": 2, "kappa": 0.9, "coded_by": "people"}
    on = min(data.draw(DAYS), AT)
    more: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"awards": (*evidence.awards, AwardEvidence(id="a9", standard_id="before", since=on))},
                {"handed_over": (*evidence.handed_over, HandedOver(id="h9", name="Circle", on=on))},
                {"held": (*evidence.held, HeldEvidence(id="d9", module="M04", title="Asking", held_on=on))},
                {"samples": (*evidence.samples, data.draw(samples(9, **whole)))},
                {"interviews": (*evidence.interviews, data.draw(interviews(9, result="yes", decided_on=on)))},
                {"tests": (*evidence.tests, data.draw(knowledge_tests(9, passed=True, on=on)))},
            ]
        )
    )
    after = judge(standard, evidence.model_copy(update=more), AT)
    assert held(judge(standard, evidence, AT)) <= held(after)


@RULE
@given(st.data(), standards(), evidences())
def test_what_a_machine_one_alone_or_the_person_coded_never_counts_and_is_shown_with_its_reason(
    data: st.DataObject, standard: Standard, evidence: Evidence
) -> None:
    weak: dict[str, Any] = data.draw(st.sampled_from(UNREADABLE))
    facts: dict[str, Any] = {"coded_by": "people", "coded_on": AT, **weak}
    sample = data.draw(samples(99, **facts))
    after = judge(standard, evidence.model_copy(update={"samples": (*evidence.samples, sample)}), AT)
    assert held(judge(standard, evidence, AT)) == held(after)
    asked = any(clause.kind == "coded-share" for clause in standard.clauses)
    assert ("c99" in {each.evidence for each in after.not_counted}) == asked
    assert not any("c99" in finding.evidence for finding in after.findings)


@RULE
@given(standards(), evidences(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(standard: Standard, evidence: Evidence, chance: random.Random) -> None:
    parts = (
        "lessons", "sessions", "planned", "awards", "handed_over", "figures", "samples", "held", "interviews", "tests",
    )  # fmt: skip
    mixed = {part: tuple(chance.sample(getattr(evidence, part), len(getattr(evidence, part)))) for part in parts}
    assert judge(standard, evidence.model_copy(update=mixed), AT) == judge(standard, evidence, AT)


@RULE
@given(st.data(), standards(), evidences())
def test_what_waits_came_back_or_is_not_independent_never_counts(
    data: st.DataObject, standard: Standard, evidence: Evidence
) -> None:
    weak = data.draw(sessions(99, self_rated=True, **data.draw(st.sampled_from(WEAK))))
    before, after = judge(standard, evidence, AT), judge(standard, plus(evidence, weak), AT)
    assert [(f.clause, f.state, f.evidence, f.have) for f in before.findings] == [
        (f.clause, f.state, f.evidence, f.have) for f in after.findings
    ]
    assert "s99" in {each.evidence for each in after.not_counted}


@RULE
@given(standards(), evidences())
def test_only_what_a_clause_names_as_its_evidence_can_be_missed_by_it(standard: Standard, evidence: Evidence) -> None:
    before = judge(standard, evidence, AT)
    named = ("sessions", "lessons", "awards", "handed_over", "samples", "held", "interviews", "tests")
    for name in [each.id for part in named for each in getattr(evidence, part)]:
        after = judge(standard, without(evidence, name), AT)
        lost = held(before) - held(after)
        assert lost <= {finding.clause for finding in before.findings if name in finding.evidence}


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("M04-L1", {"lessons"}),
        ("M04-L3", {"lessons", "before-leading"}),
        ("s1", {"led", "two-months"}),
        ("s2", {"led"}),
        ("s4", {"led", "seen-by-two", "entrusted"}),
        ("s6", {"led", "seen-by-two", "two-months", "entrusted"}),
    ],
)
def test_removing_a_required_item_flips_exactly_the_clauses_that_need_it(name: str, lost: set[str]) -> None:
    """`s1` began the two months; `s4` and `s6` are the second view; without `s4` a low level is among the last four."""
    whole = judge(CERTIFIED, amara(), AT)
    assert whole.ready
    assert held(whole) - held(judge(CERTIFIED, without(amara(), name), AT)) == lost


@settings(max_examples=300)
@given(st.lists(st.integers(1, 5), min_size=6, max_size=6))
def test_levels_are_compared_and_never_averaged(levels: list[int]) -> None:
    """The last two decide by the lower of them, and one low level among the last four is not made up for."""
    evidence = amara(sessions=tuple(s.model_copy(update={"level": n}) for s, n in zip(six(), levels, strict=True)))
    expected = min(levels[-2:]) >= 4 and min(levels[-4:]) >= 3
    assert ("entrusted" in held(judge(CERTIFIED, evidence, AT))) == expected


@RULE
@given(standards(), evidences())
def test_what_comes_later_never_changes_an_earlier_day(standard: Standard, evidence: Evidence) -> None:
    day = AT - timedelta(days=60)
    then = Evidence(
        lessons=tuple(lesson for lesson in evidence.lessons if lesson.done_on and lesson.done_on <= day),
        sessions=tuple(s for s in evidence.sessions if s.held_on <= day),
        awards=tuple(a for a in evidence.awards if a.since <= day),
        handed_over=tuple(h for h in evidence.handed_over if h.on <= day),
        figures=tuple(f for f in evidence.figures if f.done_on <= day),
        samples=tuple(s for s in evidence.samples if s.coded_on <= day),
        held=tuple(h for h in evidence.held if h.held_on and h.held_on <= day),
        interviews=tuple(i for i in evidence.interviews if i.arranged_on <= day),
        tests=tuple(t for t in evidence.tests if t.on <= day),
    )
    assert held(judge(standard, evidence, day)) == held(judge(standard, then, day))


@RULE
@given(standards(), evidences())
def test_a_readiness_reads_back_as_it_was_stored(standard: Standard, evidence: Evidence) -> None:
    readiness = judge(standard, evidence, AT)
    assert Readiness.from_dict(readiness.to_dict()) == readiness
    assert judge(standard, evidence, AT).to_dict() == readiness.to_dict()


@RULE
@given(standards(), evidences())
def test_every_sentence_is_finished(standard: Standard, evidence: Evidence) -> None:
    readiness = judge(standard, evidence, AT)
    for finding in readiness.findings:
        assert finding.seen.endswith(".")
        assert bool(finding.action) == bool(finding.when) == (finding.state != "there")
    for text in texts_of(readiness.to_dict()):
        assert not UNFINISHED.search(text), text


@pytest.mark.parametrize("path", sorted(Path(assessments.__file__).parent.glob("*.py")), ids=lambda path: path.name)
def test_judging_never_reads_a_clock_a_database_or_a_request(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not called & {"today", "now", "utcnow", "monotonic"}
    assert not imported & {"time", "flask", "sqlalchemy", "random"}


def test_following_the_outlook_makes_somebody_ready_on_the_earliest_day() -> None:
    days = [AT + timedelta(days=7 * n) for n in (1, 2, 3)]
    planned = tuple(PlannedSession(id=f"m{n}", held_on=d, group_id="parks", group_name="P") for n, d in enumerate(days))
    outlook = judge(CERTIFIED, amara(sessions=six()[:4], lessons=lessons(4), planned=planned), AT)
    assert outlook.earliest == days[1]
    led = tuple(session(f"n{n}", day, by=BASHIR, signed_on=day) for n, day in enumerate(days[:2]))
    assert judge(CERTIFIED, amara(sessions=(*six()[:4], *led)), days[1]).ready
