"""Standards and evidence made up as freely as they can be, for the rules that hold whatever they are."""

from __future__ import annotations

from datetime import timedelta
from math import ceil, sqrt
from typing import Any

from hypothesis import strategies as st

from assessments.asks import Levels, OpenQuestions
from assessments.calibration import Figure
from assessments.evidence import (
    AwardEvidence,
    Evidence,
    HandedOver,
    LessonEvidence,
    PlannedSession,
    SessionEvidence,
)
from assessments.group_evidence import Sample
from assessments.held_evidence import HeldEvidence
from assessments.judged import InterviewEvidence, KnowledgeEvidence
from assessments.reliability import ONE_SIDED_95
from assessments.standards import Standard, get_standard
from tests.unit.readiness_examples import AT, session

CERTIFIED = get_standard("certified", 1)
PEOPLE = ("Ruth Tamihana", "Bashir Noor", "Tomasz Zielinski")
MODULES = ("M04", "M05")
LESSONS = ("M04-L1", "M04-L2", "M04-L3")
UNREADABLE: tuple[dict[str, Any], ...] = (
    {"coded_by": "machine"}, {"coded_by": "self"}, {"coders": 1}, {"kappa": None}, {"kappa": 0.59},
)  # fmt: skip
DAYS = st.dates(AT - timedelta(days=200), AT + timedelta(days=5))


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    """Some kinds of clauses once, asking for little, so that there is something to lose."""
    clauses = draw(about_leading()) + draw(about_the_ladder())
    chosen = draw(st.sets(st.integers(1, len(clauses) - 1), min_size=2, max_size=6))
    kept = [clauses[n] for n in sorted({0, *chosen})]
    named = [{"id": c["kind"], "title": c["kind"], "gate": n == 0, **c} for n, c in enumerate(kept)]
    for each in named[1:]:
        each["after"] = draw(st.sampled_from([None, "lessons-done"]))
    whole = CERTIFIED.model_dump()
    tiers = draw(st.sampled_from([("account", "beside"), ("account", "beside", "link")]))
    return Standard.model_validate({**whole, "clauses": named, "tiers": tiers})


@st.composite
def about_leading(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lessons, and what is asked of sessions led."""

    def upto(most: int) -> int:
        return draw(st.integers(1, most))

    at_least, over = upto(5), upto(5)
    holds = draw(st.sampled_from([None, 1, 4, 12]))
    return [
        {"kind": "lessons-done", "lessons": draw(st.permutations(LESSONS))[: upto(3)], "holds_months": holds},
        {
            "kind": "held-later",
            "modules": draw(st.permutations(MODULES))[: upto(2)],
            "expires_months": draw(st.sampled_from([None, 1, 12])),
        },
        {"kind": "sessions-led", "least": upto(6)},
        {"kind": "assessors", "least": upto(3), "by_others": upto(3), "outside": upto(3) - 1},
        {"kind": "recent-sessions", "least": upto(3), "days": 2 + upto(178)},
        {"kind": "months-of-practice", "months": upto(4)},
        {"kind": "groups", "least": upto(3)},
        {
            "kind": "levels",
            "last": upto(3),
            "at_least": at_least,
            "over": over,
            "never_below": upto(at_least),
            "most": draw(st.sampled_from([None, 1, over])),
        },
        {
            "kind": "open-questions",
            "sessions": upto(4),
            "questions": upto(60),
            "lower_bound": draw(st.sampled_from([0.3, 0.5, 0.6, 0.9])),
        },
    ]


@st.composite
def about_the_ladder(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Every kind that the ladder brought."""

    def upto(most: int) -> int:
        return draw(st.integers(1, most))

    hours = upto(6)
    return [
        {"kind": "rounds", "least": upto(2), "parts": draw(st.sampled_from([["member"], ["held", "shared"], ["led"]]))},
        {
            "kind": "hours-of-practice",
            "hours": hours,
            "leading_hours": draw(st.sampled_from([None, 1, hours])),
            "days": draw(st.sampled_from([None, 30, 150])),
        },
        {"kind": "prior-award", "standard": "before", "held_months": draw(st.sampled_from([None, 2, 24]))},
        {"kind": "hand-overs", "least": upto(2)},
        {
            "kind": "own-agreement",
            "figures": {
                "every_months": upto(12),
                "figures": [{"kind": "icc_rubric", "at_least": 0.6, "items": upto(20)}],
            },
        },
        {
            "kind": "coded-share",
            "of": draw(st.sampled_from(["open", "without_advice"])),
            "lower_bound": draw(st.sampled_from([0.3, 0.7])),
            "turns": 10 + upto(30),
            "sessions": upto(3),
            "coders": 2,
            "kappa": 0.6,
            "days": draw(st.sampled_from([None, 30, 150])),
        },
        {"kind": "values-interview", "within_months": upto(6)},
        {"kind": "knowledge-test", "blueprint": "associate", "from_version": upto(2)},
    ]


@st.composite
def sessions(draw: st.DrawFn, /, number: int, **fixed: Any) -> SessionEvidence:
    """Mostly sessions that count; some that were watched, wait, came back, or were signed too near."""
    held_on = draw(DAYS)
    person = draw(st.sampled_from(PEOPLE))
    facts: dict[str, Any] = {
        "role": draw(st.sampled_from(["led"] * 6 + ["watched", "shared", "member", "held"])),
        "minutes": draw(st.sampled_from([0, 60, 90])),
        "signer_outside": draw(st.booleans()),
        "state": draw(st.sampled_from(["signed"] * 6 + ["waiting", "returned"])),
        "signer_independent": draw(st.sampled_from([True] * 6 + [False])),
        "self_rated": draw(st.booleans()),
        "group_id": draw(st.sampled_from("abc")),
        "open": draw(st.integers(0, 30)),
        "closed": draw(st.integers(0, 6)),
        "leading": draw(st.integers(0, 3)),
        "advice": draw(st.integers(0, 3)),
        "level": draw(st.integers(1, 5)),
        "tier": draw(st.sampled_from(["account", "beside"])),
        **fixed,
    }
    if facts["state"] != "signed":
        facts |= {"signed_on": None}
    return session(f"s{number}", held_on, by=person, **facts)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    done = st.one_of(st.none(), st.dates(AT - timedelta(days=400), AT + timedelta(days=5)))
    return Evidence(
        trainer_name="Ruth Tamihana",
        lessons=tuple(LessonEvidence(id=each, title=f"Lesson {each}", done_on=draw(done)) for each in LESSONS),
        sessions=tuple(draw(sessions(n)) for n in range(draw(st.integers(0, 9)))),
        planned=tuple(
            PlannedSession(id=f"m{n}", held_on=AT + timedelta(days=14 * n), group_id="a", group_name="Parks & Depot")
            for n in range(draw(st.integers(0, 3)))
        ),
        awards=tuple(
            AwardEvidence(id=f"a{n}", standard_id="before", since=since, until=draw(st.none() | DAYS))
            for n, since in enumerate(draw(st.lists(DAYS, max_size=2)))
        ),
        handed_over=tuple(
            HandedOver(id=f"h{n}", name=f"Circle {n}", on=on) for n, on in enumerate(draw(st.lists(DAYS, max_size=2)))
        ),
        figures=tuple(
            Figure("icc_rubric", draw(st.integers(50, 90)), draw(st.integers(1, 20)), on)
            for on in draw(st.lists(DAYS, max_size=2))
        ),
        samples=tuple(draw(samples(n)) for n in range(draw(st.integers(0, 3)))),
        held=tuple(
            HeldEvidence(id=f"d{n}", module=module, title=f"Module {module}", held_on=on)
            for n, (module, on) in enumerate(
                draw(st.lists(st.tuples(st.sampled_from(MODULES), st.none() | DAYS), max_size=3))
            )
        ),
        interviews=tuple(draw(interviews(n)) for n in range(draw(st.integers(0, 3)))),
        tests=tuple(draw(knowledge_tests(n)) for n in range(draw(st.integers(0, 3)))),
    )


@st.composite
def interviews(draw: st.DrawFn, /, number: int, **fixed: Any) -> InterviewEvidence:
    """Some that are arranged and not held, and some with a yes or a “not yet”."""
    on = draw(DAYS)
    result = draw(st.sampled_from(["yes", "yes", "not_yet", None]))
    facts: dict[str, Any] = {
        "arranged_on": on,
        "held_on": on + timedelta(days=draw(st.integers(0, 20))),
        "assessors": PEOPLE[:2],
        "version": draw(st.integers(1, 2)),
        "result": result,
    }
    facts["decided_on"] = facts["held_on"] if result else None
    return InterviewEvidence(id=f"i{number}", **{**facts, **fixed})


@st.composite
def knowledge_tests(draw: st.DrawFn, /, number: int, **fixed: Any) -> KnowledgeEvidence:
    """Tests handed in, most of them passed."""
    facts: dict[str, Any] = {
        "blueprint": draw(st.sampled_from(["associate", "associate", "other"])),
        "version": draw(st.integers(1, 2)),
        "passed": draw(st.sampled_from([True, True, False])),
        "on": draw(DAYS),
    }
    return KnowledgeEvidence(id=f"k{number}", **{**facts, **fixed})


@st.composite
def samples(draw: st.DrawFn, /, number: int, **fixed: Any) -> Sample:
    """Mostly samples that count; some that a machine or the person coded, or one alone, or two who did not agree."""
    turns = draw(st.integers(5, 60))
    facts: dict[str, Any] = {
        "coded_on": draw(DAYS),
        "coded_by": draw(st.sampled_from(["people"] * 4 + ["machine", "self"])),
        "sessions": draw(st.integers(1, 3)),
        "turns": turns,
        "open": draw(st.integers(0, turns)),
        "without_advice": draw(st.integers(0, turns)),
        "coders": draw(st.sampled_from([2, 2, 2, 1])),
        "kappa": draw(st.sampled_from([0.8, 0.8, 0.4, None])),
    }
    return Sample(id=f"c{number}", **{**facts, **fixed})


def good_share(clause: OpenQuestions) -> float:
    """A share that more of can only help: the wanted bound and half the room chance takes at the smallest count."""
    bound = clause.lower_bound
    return min(1.0, bound + ONE_SIDED_95 * sqrt(bound * (1 - bound)) / (2 * sqrt(clause.questions)))


@st.composite
def good_sessions(draw: st.DrawFn, standard: Standard, evidence: Evidence) -> SessionEvidence:
    """Led, signed, independent, at a level asked for; no session before it had more questions or a better share."""
    level = max((clause.at_least for clause in standard.clauses if isinstance(clause, Levels)), default=1)
    wanted = max((good_share(clause) for clause in standard.clauses if isinstance(clause, OpenQuestions)), default=0.0)
    shares = [each.open / each.asked for each in evidence.sessions if each.asked]
    asked = max([1, *(each.asked for each in evidence.sessions)]) + draw(st.integers(0, 10))
    opened = min(asked, ceil(asked * max([wanted, *shares]) + 1e-9))
    good = draw(sessions(99, role="led", state="signed", signer_independent=True, leading=0, advice=0))
    held_on = min(good.held_on, AT - timedelta(days=2))
    return good.model_copy(
        update={
            "held_on": held_on,
            "signed_on": held_on,
            "level": draw(st.integers(level, 5)),
            "open": opened,
            "closed": asked - opened,
        }
    )
