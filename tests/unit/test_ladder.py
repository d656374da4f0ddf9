"""The clauses of the ladder, case by case: what counts, the sentence, the next step, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.calibration import Figure
from assessments.evidence import AwardEvidence, Evidence, HandedOver, LessonEvidence
from assessments.group_evidence import Sample
from assessments.readiness import Finding, judge
from assessments.standards import Standard, get_standard
from tests.unit.attainable import meets
from tests.unit.readiness_examples import AT, amara, lessons, session, six, unsigned

GATE = {"id": "gate", "kind": "lessons-done", "title": "A gate", "lessons": ["M04-L1"], "gate": True}
CODED: dict[str, Any] = {
    "kind": "coded-share",
    "of": "open",
    "lower_bound": 0.7,
    "turns": 52,
    "sessions": 3,
    "coders": 2,
    "kappa": 0.6,
}  # readiness.md §3
MARCH = date(2026, 3, 2)


def asking(**clause: Any) -> Standard:
    """A standard that asks for this, beside a lesson that is done."""
    whole = get_standard("certified", 1).model_dump()
    return Standard.model_validate({**whole, "clauses": [GATE, {"id": "asked", "title": "What is asked", **clause}]})


def found(evidence: Evidence, at: date = AT, **clause: Any) -> Finding:
    return judge(asking(**clause), evidence, at).findings[1]


def sample(name: str = "c1", **other: Any) -> Sample:
    facts: dict[str, Any] = {
        "id": name,
        "coded_on": AT,
        "coded_by": "people",
        "sessions": 3,
        "turns": 60,
        "open": 52,
        "without_advice": 59,
        "coders": 2,
        "kappa": 0.71,
    }
    return Sample(**{**facts, **other})


def as_member(*, signed: int = 2) -> tuple[Any, ...]:
    return tuple(session(f"m{n}", MARCH + timedelta(days=n), role="member") for n in range(signed))


def test_rounds_count_in_the_parts_that_are_asked_for_once_somebody_signed_them() -> None:
    asked: dict[str, Any] = {"kind": "rounds", "parts": ["member", "held"], "least": 3}
    nobody = found(amara(), **asked)
    assert (nobody.state, nobody.seen) == ("not_seen", "None signed yet as a member or with a problem of their own.")
    assert nobody.action == "Take part in the next round as a member or with your own problem and write it up"
    assert (nobody.when, nobody.action_kind) == ("Later", "log")
    two = found(amara(sessions=(*six(), *as_member())), **asked)
    assert (two.state, two.have, two.need) == ("missing", 2, 3)
    assert two.seen == "Two signed as a member or with a problem of their own: 2 March and 3 March. One more to go."
    three = found(amara(sessions=(*as_member(), session("h", MARCH + timedelta(days=9), role="held"))), **asked)
    assert (three.state, three.evidence) == ("there", ("m0", "m1", "h"))


def test_a_round_that_waits_or_came_back_is_asked_for_before_another_one() -> None:
    asked: dict[str, Any] = {"kind": "rounds", "parts": ["member"], "least": 1}
    waits = found(amara(sessions=(unsigned("w", MARCH, role="member"),)), **asked)
    assert (waits.action, waits.action_kind, waits.target) == ("Remind Ruth about 2 March", "wait", "w")
    back = judge(asking(**asked), amara(sessions=(unsigned("w", MARCH, "returned", role="member"),)), AT)
    assert (back.next_step.title, back.next_step.target) == ("Read what Ruth wrote about 2 March", "w")
    assert back.next_step.reason == "Ruth returned it. It counts once it is signed."
    gone = found(amara(sessions=(unsigned("w", MARCH, role="member", signer_left=True),)), **asked)
    assert gone.action_kind == "log"
    later = found(amara(sessions=(unsigned("w", AT + timedelta(days=3), role="member"),)), **asked)
    assert later.action_kind == "log"


def test_rounds_led_are_asked_for_as_sessions_are() -> None:
    asked: dict[str, Any] = {"kind": "rounds", "parts": ["shared", "led"], "least": 9}
    led = found(amara(sessions=(*six(), session("t", MARCH, role="shared"))), **asked)
    assert (led.have, led.action) == (7, "Lead the next session and write it up")
    assert led.when == "After 2 more sessions"


def test_what_counts_in_another_part_is_not_listed_as_not_counted() -> None:
    evidence = amara(sessions=as_member())
    asked = asking(kind="rounds", parts=["member"], least=1)
    assert judge(asked, evidence, AT).not_counted == ()
    assert {each.evidence for each in judge(get_standard("certified", 1), evidence, AT).not_counted} == {"m0", "m1"}
    assert judge(asked, evidence, AT).basis == ("2 rounds as a member",)


def test_hours_are_whole_signed_hours_in_every_part_and_some_of_them_led() -> None:
    asked: dict[str, Any] = {"kind": "hours-of-practice", "hours": 8, "leading_hours": 8}
    short = found(amara(sessions=(*six(), *as_member())), **asked)  # 8 sessions of 78 minutes, 6 of them led
    assert short.seen == "10 hours of signed rounds, 7 hours of them led. It takes 8 hours, 8 hours of them led."
    assert (short.state, short.have, short.need, short.when) == ("missing", 8, 8, "With the next session")
    assert found(amara(sessions=(*six(), *as_member())), kind="hours-of-practice", hours=10).state == "there"
    nobody = found(amara(sessions=()), kind="hours-of-practice", hours=1)
    assert (nobody.state, nobody.seen) == ("not_seen", "No hours signed yet.")


def test_hours_of_the_last_days_run_out() -> None:
    asked: dict[str, Any] = {"kind": "hours-of-practice", "hours": 2, "days": 30}
    assert found(amara(), **asked).seen == "2 hours of signed rounds, in the last 30 days."
    late = found(amara(), date(2026, 9, 1), **asked)
    assert (late.state, late.seen) == ("expired", "All hours are older than that.")
    first, last = six()[0], six()[-1]
    one = found(amara(sessions=(first, last)), **asked)
    assert (one.state, one.have) == ("expired", 1)
    edge = AT - timedelta(days=30)
    assert found(amara(sessions=(session("e", edge),)), kind="hours-of-practice", hours=1, days=30).have == 0
    assert found(amara(sessions=(session("e", edge),)), kind="hours-of-practice", hours=1, days=31).have == 1


def test_what_was_reached_before_has_to_hold_on_the_day() -> None:
    asked: dict[str, Any] = {"kind": "prior-award", "standard": "member"}
    until = date(2026, 6, 30)
    award = AwardEvidence(id="a", standard_id="member", since=MARCH, until=until)
    there = found(amara(awards=(award,)), **asked)
    assert (there.state, there.seen) == ("there", "Reached on 2 March, valid until 30 June.")
    assert there.evidence == ("a",)
    ended = found(amara(awards=(award,)), date(2026, 7, 1), **asked)
    assert (ended.state, ended.seen) == ("expired", "It ended on 30 June.")
    assert ended.action == "Ask Ruth to have it renewed"
    never = found(amara(awards=(award.model_copy(update={"standard_id": "other"}),)), **asked)
    assert (never.state, never.seen) == ("missing", "Not reached yet.")
    assert (never.action, never.action_kind, never.when) == ("Reach it first: Ruth decides about it", "prior", "Later")
    for_good = found(amara(awards=(award.model_copy(update={"until": None}),)), date(2036, 1, 1), **asked)
    assert for_good.seen == "Reached on 2 March 2026."


def test_years_count_from_the_first_time_and_an_interruption_does_not_begin_them_anew() -> None:
    asked: dict[str, Any] = {"kind": "prior-award", "standard": "member", "held_months": 24}
    first = AwardEvidence(id="a", standard_id="member", since=date(2024, 6, 2), until=date(2025, 6, 2))
    again = AwardEvidence(id="b", standard_id="member", since=date(2026, 1, 5), until=date(2027, 1, 5))
    there = found(amara(awards=(first, again)), **asked)
    assert (there.state, there.evidence) == ("there", ("a", "b"))
    short = found(amara(awards=(first, again)), AT - timedelta(days=1), **asked)
    assert (short.state, short.action) == ("missing", "Wait until 2 June")
    assert short.seen == "Reached on 2 June 2024, valid until 5 January 2027. It takes 2 years."


def test_circles_that_were_handed_over_count_from_that_day_on() -> None:
    asked: dict[str, Any] = {"kind": "hand-overs", "least": 2}
    one = HandedOver(id="g", name="Roads crew", on=MARCH)
    short = found(amara(handed_over=(one,)), **asked)
    assert (short.state, short.have, short.seen) == ("missing", 1, "One handed over: Roads crew, 2 March.")
    assert short.action_kind == "prior"
    later = HandedOver(id="h", name="Depot", on=AT + timedelta(days=1))
    assert found(amara(handed_over=(one, later)), **asked).have == 1
    assert found(amara(handed_over=(one, later)), AT + timedelta(days=1), **asked).state == "there"
    assert found(amara(), **asked).state == "not_seen"


def test_one_s_own_figures_are_judged_as_a_signer_s_are() -> None:
    figures: dict[str, Any] = {
        "every_months": 12,
        "figures": [{"kind": "kappa_open_closed", "at_least": 0.6, "items": 40}],
    }
    asked: dict[str, Any] = {"kind": "own-agreement", "figures": figures}
    good = Figure("kappa_open_closed", 72, 40, MARCH)
    there = found(amara(figures=(good,)), **asked)
    assert (there.state, there.seen) == ("there", "Agreement κ\u00a00.72 on 40 questions, 2 March 2026.")
    assert found(amara(figures=(good,)), date(2027, 3, 3), **asked).state == "expired"
    low = found(amara(figures=(good, Figure("kappa_open_closed", 41, 40, AT))), **asked)
    assert (low.state, low.seen) == (
        "missing",
        "Agreement κ\u00a00.41 on 40 questions, 2 June 2026, is below the 0.60 that is asked for.",
    )
    none = found(amara(), **asked)
    assert (none.state, none.seen) == ("not_seen", "No figure of agreement is on record.")
    assert none.action == "Have your agreement measured: κ\u00a00.60 or more on 40 questions, every 12 months"


def test_coded_turns_count_together_when_two_people_agreed() -> None:
    def coded(name: str = "c1", sessions: int = 2) -> Sample:
        return sample(name, sessions=sessions, turns=30, open=26, without_advice=30)

    there = found(amara(samples=(coded(), coded("c2", sessions=1))), **CODED)
    assert (there.state, there.evidence, there.have) == ("there", ("c1", "c2"), 52)
    assert there.seen == (
        "52 of 60 turns open; allowing for chance at least 77%, and 70% is asked for. "
        "From 3 sessions, each read by 2 people alone, who agreed to κ 0.71."
    )
    few = found(amara(samples=(sample(turns=51, open=51, without_advice=51),)), **CODED)
    assert few.seen == (
        "51 of 51 turns open; it takes 52 turns in 3 sessions, so that chance does not decide. "
        "From 3 sessions, read by 2 people alone, who agreed to κ 0.71."
    )
    assert (few.action, few.action_kind, few.when) == (
        "Ask Ruth to have 52 turns from 3 sessions read by 2 people, and say yes to it",
        "code",
        "When two people have read them",
    )
    closed = found(amara(samples=(sample(open=44),)), **CODED)
    assert (closed.action, closed.action_kind) == (
        "Practise asking open questions, and have a later session coded",
        "practise",
    )
    advice = found(amara(samples=(sample(without_advice=44),)), **{**CODED, "of": "without_advice"})
    assert "turning advice into questions" in advice.action
    assert found(amara(), **CODED).seen == "Two people have not coded any turns yet."


@pytest.mark.parametrize(
    ("weak", "reason"),
    [
        ({"coded_by": "machine"}, "A machine coded it. Only what people coded counts."),
        ({"coded_by": "self"}, "It is their own figure. It starts a talk and never counts."),
        ({"coders": 1}, "It takes 2 people who code alone. Here it was 1."),
        ({"kappa": None}, "Nobody wrote down how far the coders agreed."),
        ({"kappa": 0.599}, "The coders agreed to κ 0.59, and 0.60 is asked for."),
    ],
)
def test_what_cannot_be_read_is_shown_with_its_reason_and_never_counts(weak: dict[str, Any], reason: str) -> None:
    readiness = judge(asking(**CODED), amara(samples=(sample(**weak),)), AT)
    assert readiness.findings[1].state == "not_seen"
    assert [(each.title, each.reason, each.evidence) for each in readiness.not_counted] == [
        ("Turns coded on 2 June", reason, "c1")
    ]


def test_what_one_clause_counts_and_another_refuses_is_not_shown_as_refused() -> None:
    strict = {**CODED, "id": "strict", "title": "Strict", "kappa": 0.9}
    whole = asking(**CODED).model_dump()
    standard = Standard.model_validate({**whole, "clauses": [*whole["clauses"], strict]})
    readiness = judge(standard, amara(samples=(sample(),)), AT)
    assert ([f.state for f in readiness.findings[1:]], readiness.not_counted) == (["there", "not_seen"], ())


def test_coded_turns_grow_old_where_the_standard_says_so() -> None:
    old = found(amara(samples=(sample(coded_on=MARCH),)), **CODED, days=60)
    assert (old.state, old.seen) == ("expired", "The last turns were coded on 2 March, more than 60 days ago.")
    assert found(amara(samples=(sample(coded_on=MARCH),)), **CODED, days=93).state == "there"
    assert found(amara(samples=(sample(coded_on=AT + timedelta(days=1)),)), **CODED).state == "not_seen"


def test_evidence_after_the_day_of_a_decision_is_left_out_of_it() -> None:
    at = AT - timedelta(days=1)
    after: list[dict[str, Any]] = [
        {"awards": (AwardEvidence(id="a", standard_id="member", since=AT),)},
        {"handed_over": (HandedOver(id="g", name="Roads", on=AT),)},
        {"samples": (sample(),)},
        {"figures": (Figure("icc_rubric", 80, 20, AT),)},
        {"sessions": (session("m", AT, role="member", signed_on=AT),)},
        {"sessions": (session("m", MARCH, role="member", signed_on=AT),)},
    ]
    asked: list[dict[str, Any]] = [
        {"kind": "prior-award", "standard": "member"},
        {"kind": "hand-overs", "least": 1},
        CODED,
        {
            "kind": "own-agreement",
            "figures": {"every_months": 12, "figures": [{"kind": "icc_rubric", "at_least": 0.7, "items": 20}]},
        },
        {"kind": "rounds", "parts": ["member"], "least": 1},
        {"kind": "hours-of-practice", "hours": 1},
    ]
    for evidence, clause in zip(after, asked, strict=True):
        assert found(amara(sessions=()).model_copy(update=evidence), at, **clause).state != "there", clause
        assert found(amara(sessions=()).model_copy(update=evidence), AT, **clause).state == "there", clause


def test_the_ladder_is_climbed_in_order() -> None:
    member, associate, lead = get_standard("member", 1), get_standard("associate", 2), get_standard("lead", 1)
    evidence = amara(sessions=(*as_member(signed=4), session("h", MARCH + timedelta(days=20), role="held")))
    climbed = judge(member, evidence, AT)
    assert climbed.ready
    assert climbed.basis == ("4 rounds as a member", "1 round with a problem of their own")
    assert not judge(associate, meets(associate, AT).model_copy(update={"awards": ()}), AT).gates_hold
    assert {each.clause for each in judge(lead, meets(associate, AT), AT).left} >= {"certified", "handed-over"}
    first = judge(associate, amara(sessions=(), lessons=lessons()), AT)
    assert next(f for f in first.findings if f.clause == "led").when == "After “Trained member”"


@pytest.mark.parametrize(
    ("done", "left"),
    [
        (2, "Two of 7 done. Left: “Third”, “Fourth”, “Fifth”, “Sixth” and “Seventh”."),
        (1, "One of 7 done. Next: “Second” and “Third”. Six to do in all."),
    ],
)
def test_five_lessons_that_are_left_are_named_and_of_more_the_next_two(done: int, left: str) -> None:
    titles = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")
    known = tuple(
        LessonEvidence(id=f"M01-L{n}", title=title, done_on=AT if n <= done else None, place=n)
        for n, title in enumerate(titles, start=1)
    )
    assert found(amara(lessons=known), kind="lessons-done", lessons=[each.id for each in known]).seen == left
