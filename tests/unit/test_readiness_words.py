"""The sentences of a readiness page, each in the case in which it is said, and which step comes first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.evidence import AwardEvidence, Evidence, LessonEvidence
from assessments.readiness import FIRST_TO_LAST, Finding, NextStep, Readiness, judge
from assessments.standards import Standard, get_standard
from tests.unit.readiness_examples import AT, BASHIR, amara, lessons, planned, session, six, unsigned
from tests.unit.test_ladder import GATE, asking, found

CERTIFIED = get_standard("certified", 1)
SOON = (AT + timedelta(days=3), AT + timedelta(days=10), AT + timedelta(days=17))


def judged(evidence: Evidence, at: date = AT, standard: Standard = CERTIFIED) -> Readiness:
    return judge(standard, evidence, at)


def finding(clause: str, evidence: Evidence, at: date = AT, standard: Standard = CERTIFIED) -> Finding:
    return next(each for each in judged(evidence, at, standard).findings if each.clause == clause)


def test_a_finding_says_all_that_the_page_says_of_it() -> None:
    left = finding("led", amara(sessions=six()[:5], planned=planned(SOON[0])))
    assert left == Finding(
        clause="led",
        kind="sessions-led",
        title="Six sessions led and signed",
        gate=False,
        state="missing",
        seen="Five signed: 12 March, 26 March, 9 April, 23 April and 7 May. One more to lead.",
        evidence=("s1", "s2", "s3", "s4", "s5"),
        have=5,
        need=6,
        action="Lead the session on 5 June",
        action_kind="log",
        target="m0",
        when="5 June",
        earliest=SOON[0],
    )


def test_what_is_there_asks_for_nothing_and_names_no_day() -> None:
    there = finding("led", amara(planned=planned(*SOON)))
    assert (there.state, there.action, there.action_kind, there.target) == ("there", "", "decide", None)
    assert (there.when, there.earliest) == ("", None)
    whole = judged(amara(planned=planned(*SOON)))
    assert (whole.earliest, whole.sessions_left, whole.ready, whole.left) == (None, 0, True, ())
    assert (whole.title, whole.valid_months, whole.at) == ("Certified facilitator", 24, AT)
    assert whole.next_step == NextStep(
        title="Ruth reads the signs and decides",
        reason="Everything this standard asks for is there.",
        action_kind="decide",
        target=None,
    )


def test_the_page_counts_what_is_there_and_says_it_is_no_score() -> None:
    none = judged(amara(lessons=lessons(0), sessions=()))
    assert none.lede == (
        "None is there yet. These are signs, not a score. When they are there, Ruth decides and writes down why."
    )
    one = judged(amara(lessons=lessons(0), sessions=()), standard=asking(kind="rounds", parts=["led"], least=9))
    assert one.headline == "Two things are left"
    some = judged(amara(sessions=()))
    assert some.lede.startswith("Two of 8 are there. These are signs")
    first = asking(kind="sessions-led", least=9)
    assert judged(amara(sessions=()), standard=first).lede.startswith("One of 2 is there. ")
    dated = judged(amara(sessions=six()[:5], planned=planned(SOON[0])))
    assert " not a score. The earliest day is 5 June, if all goes well. When they are there, Ruth " in dated.lede
    assert judged(amara()).lede == "These are signs, not a score. Ruth reads them, decides and writes down why."


def test_a_trainer_without_a_name_begins_a_sentence_with_a_capital() -> None:
    whole = judged(amara(trainer_name=""))
    assert whole.headline == "Everything is there. The trainer decides"
    assert whole.lede == "These are signs, not a score. The trainer reads them, decides and writes down why."
    assert whole.next_step.title == "The trainer reads the signs and decides"


def test_the_headline_counts_sessions_once_lessons_are_done() -> None:
    assert judged(amara(sessions=six()[:5])).headline == "One more session, then Ruth decides"
    assert judged(amara(sessions=six()[:4])).headline == "Two more sessions, then Ruth decides"
    lesson_left = judged(amara(lessons=lessons(4), sessions=six()[:5]))
    assert lesson_left.headline == "Six things are left"


def test_the_headline_counts_things_where_sessions_alone_do_not_do_it() -> None:
    prior = asking(kind="prior-award", standard="member")
    one = judged(amara(), standard=prior)
    assert (one.headline, one.sessions_left, one.earliest) == ("One thing is left", None, None)
    assert one.next_step == NextStep(
        title="Reach it first: Ruth decides about it", reason="Not reached yet.", action_kind="prior", target=None
    )


def test_a_day_is_the_earliest_only_when_it_is_still_to_come() -> None:
    today = judged(amara(lessons=lessons(4), planned=planned(AT)))
    assert (today.headline, today.earliest) == ("Two things are left", AT)
    assert "earliest" not in today.lede
    later = judged(amara(lessons=lessons(4), sessions=six()[:5], planned=planned(SOON[0])))
    assert later.headline == "Six things are left. 5 June is the earliest day"


def test_without_a_calendar_no_day_is_promised() -> None:
    readiness = judged(amara(sessions=six()[:5]))
    assert (readiness.earliest, readiness.sessions_left) == (None, 1)
    assert {each.earliest for each in readiness.findings} == {None}
    assert finding("led", amara(sessions=six()[:5])).when == "With the next session"
    assert finding("led", amara(sessions=six()[:3])).when == "After 3 more sessions"


@pytest.mark.parametrize(
    ("levels", "clause", "when"),
    [
        ((4, 3), "entrusted", "After 2 more sessions, if both go well"),
        ((3, 4), "entrusted", "With the next session, if it goes well"),
        ((4, 2), "entrusted", "After 4 more sessions, if all go well"),
    ],
)
def test_what_depends_on_how_sessions_go_says_so(levels: tuple[int, int], clause: str, when: str) -> None:
    last = tuple(s.model_copy(update={"level": n}) for s, n in zip(six()[4:], levels, strict=True))
    assert finding(clause, amara(sessions=(*six()[:4], *last))).when == when


def test_a_planned_day_says_as_well_that_it_depends() -> None:
    last = six()[5].model_copy(update={"level": 3})
    evidence = amara(sessions=(*six()[:5], last), planned=planned(*SOON))
    assert (finding("entrusted", evidence).when, finding("entrusted", evidence).earliest) == (
        "12 June, if both go well",
        SOON[1],
    )


def test_two_signatures_that_are_owed_are_named_by_signer_or_by_day() -> None:
    waiting = (unsigned("s5", date(2026, 5, 7)), unsigned("s6", date(2026, 5, 21)))
    one = judged(amara(sessions=(*six()[:4], *waiting)))
    assert finding("led", amara(sessions=(*six()[:4], *waiting))).when == "When Ruth signs 7 May and 21 May"
    assert one.sessions_left == 1  # for another has to see one more
    other = unsigned("s6", date(2026, 5, 21), by=BASHIR)
    two = finding("led", amara(sessions=(*six()[:4], waiting[0], other)))
    assert two.when == "When 7 May and 21 May are signed"
    assert two.action == "Remind Ruth about 7 May"


def test_where_a_signature_would_do_it_the_step_is_to_ask_for_it() -> None:
    evidence = amara(sessions=(*six()[:5], unsigned("s6", date(2026, 5, 21), by=BASHIR)))
    for clause in ("led", "seen-by-two", "two-months", "entrusted"):
        assert (finding(clause, evidence).action, finding(clause, evidence).target) == (
            "Remind Bashir about 21 May",
            "s6",
        )


def test_where_a_signature_would_not_do_it_the_step_is_to_lead() -> None:
    low = tuple(s.model_copy(update={"level": 2}) for s in six())
    evidence = amara(sessions=(*low, unsigned("w", date(2026, 5, 28))))
    assert finding("entrusted", evidence).action == "Lead the next session and write it up"


def test_what_waits_for_a_lesson_is_blocked_and_points_to_it() -> None:
    evidence = amara(lessons=lessons(2), sessions=())
    blocked = finding("recent", evidence)
    assert (blocked.state, blocked.action, blocked.action_kind, blocked.target) == (
        "blocked",
        "Do “Advice with a question mark”",
        "lesson",
        "M04-L3",
    )
    assert blocked.when == "After “Two lessons before leading a circle”"
    missing = finding("led", amara(lessons=lessons(2), sessions=six()[:2]))
    assert missing.state == "blocked"


def test_what_has_run_out_is_never_called_blocked_and_what_is_there_stays_there() -> None:
    late = date(2027, 1, 15)
    evidence = amara(lessons=lessons(2))
    assert finding("recent", evidence, late).state == "expired"
    assert finding("led", evidence, late).state == "there"


def test_a_lesson_waits_for_nobody_and_a_gate_says_that_nothing_makes_up_for_it() -> None:
    both = judged(amara(lessons=lessons(3)))
    assert both.next_step.reason == (
        "Three of 5 done. Left: “What I believe about people” and “From value to behaviour”. It waits for nobody else."
    )
    gate = judged(amara(lessons=()), standard=asking(kind="sessions-led", least=1))
    assert gate.next_step.reason == "Not done yet. It waits for nobody else. Nothing else makes up for it."
    assert finding("lessons", amara(lessons=lessons(3))).when == "From today"


def test_an_early_decision_may_leave_signs_open_but_no_gate() -> None:
    open_sign = judged(amara(sessions=six()), date(2027, 1, 15))
    assert [each.clause for each in open_sign.left] == ["recent"]
    assert open_sign.gates_hold
    assert not judged(amara(sessions=six()[:3])).gates_hold
    assert [each.clause for each in open_sign.there] == [c.id for c in CERTIFIED.clauses if c.id != "recent"]


def test_a_certificate_says_how_many_sessions_and_how_open_the_questions() -> None:
    assert judged(amara(sessions=six()[:1])).basis == ("1 session", "82% open questions in the last 1")
    assert judged(amara(sessions=())).basis == ("0 sessions",)
    rounds = asking(kind="rounds", parts=["member"], least=1)
    assert judged(amara(sessions=()), standard=rounds).basis == ()
    assert judged(amara(), standard=rounds).basis == ("6 sessions",)
    led = asking(kind="rounds", parts=["shared", "led"], least=1)
    assert judged(amara(), standard=led).basis == ("6 sessions",)


ONE_OF_EACH: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("rewrite", {"kind": "sessions-led", "least": 9}, {"sessions": (unsigned("b", AT, "returned"),)}),
    ("lesson", {"kind": "lessons-done", "lessons": ["M04-L2"]}, {"lessons": lessons(1)}),
    ("check", {"kind": "held-later", "modules": ["M04"]}, {}),
    ("test", {"kind": "knowledge-test", "blueprint": "associate"}, {}),
    (
        "practise",
        {"kind": "open-questions", "sessions": 1, "questions": 1, "lower_bound": 0.9},
        {"sessions": six()},
    ),
    ("ask-signer", {"kind": "assessors", "least": 9, "by_others": 1}, {"sessions": six()}),
    (
        "code",
        {
            "kind": "coded-share",
            "of": "open",
            "lower_bound": 0.7,
            "turns": 52,
            "sessions": 3,
            "coders": 2,
            "kappa": 0.6,
        },
        {},
    ),
    ("log", {"kind": "sessions-led", "least": 9}, {"sessions": six()}),
    ("prior", {"kind": "hand-overs", "least": 1}, {}),
    ("wait", {"kind": "sessions-led", "least": 1}, {"sessions": (unsigned("w", AT),)}),
]


@pytest.mark.parametrize(("kind", "clause", "evidence"), ONE_OF_EACH, ids=[each[0] for each in ONE_OF_EACH])
def test_every_kind_of_step_can_be_the_next_one(kind: str, clause: dict[str, Any], evidence: dict[str, Any]) -> None:
    step = judged(amara(**{"sessions": (), **evidence}), standard=asking(**clause)).next_step
    assert step.action_kind == kind


def test_what_waits_for_nobody_else_comes_first_and_a_signature_somebody_owes_last() -> None:
    # No clause asks for a talk: an open concern does, beside every standard, and it comes last.
    assert [*(each[0] for each in ONE_OF_EACH), "talk"] == list(FIRST_TO_LAST)
    asked: list[dict[str, Any]] = [
        {"kind": "hand-overs", "least": 1},
        {"kind": "assessors", "least": 9, "by_others": 1},
        {"kind": "open-questions", "sessions": 1, "questions": 1, "lower_bound": 0.9},
        {"kind": "knowledge-test", "blueprint": "associate"},
        {"kind": "lessons-done", "lessons": ["M04-L2"]},
    ]
    clauses = [GATE, *({"id": f"c{n}", "title": "Asked", **each} for n, each in enumerate(asked))]
    kinds = []
    for most in range(2, 7):
        standard = Standard.model_validate({**CERTIFIED.model_dump(), "clauses": clauses[:most]})
        kinds.append(judged(amara(lessons=lessons(1)), standard=standard).next_step.action_kind)
    assert kinds == ["prior", "ask-signer", "practise", "test", "lesson"]


def test_a_later_standard_that_was_reached_is_evidence_and_can_be_stored() -> None:
    award = AwardEvidence(id="a", standard_id="member", since=AT - timedelta(days=9))
    readiness = judged(amara(awards=(award,)), standard=asking(kind="prior-award", standard="member"))
    assert readiness.ready
    stored = readiness.to_dict()
    assert (stored["at"], stored["findings"][1]["evidence"]) == (AT.isoformat(), ["a"])
    assert Readiness.from_dict(stored) == readiness


def test_a_sign_that_only_time_or_somebody_else_brings_is_later() -> None:
    assert found(amara(), kind="hand-overs", least=1).when == "Later"
    again = LessonEvidence(id="M04-L1", title="Form, function, fault", done_on=AT)
    short = found(amara(lessons=(again,), sessions=(session("s", AT),)), kind="hand-overs", least=1)
    assert (short.state, short.earliest) == ("not_seen", None)


def test_where_others_decide_the_page_names_them_in_the_place_of_the_trainer() -> None:
    standard = get_standard("certified", 4)
    assert standard.decision is not None
    panel = standard.decision.words
    short = judge(standard, amara(), AT)
    assert f"When they are there, {panel} decides" in short.lede
    assert "Ruth Tamihana decides" not in short.headline + short.lede


def test_practice_that_would_help_is_not_put_off_until_somebody_signs() -> None:
    """The question mix is short now; a signature that is owed would settle it, and the drill can be done tonight."""
    leading = tuple(session(f"s{n}", date(2026, 4, 2 + 7 * n), open=9, leading=11) for n in range(3))
    evidence = amara(sessions=(*leading, *(unsigned(f"w{n}", date(2026, 5, 7 + 7 * n)) for n in range(3))))
    short = found(evidence, kind="open-questions", sessions=3, questions=20, lower_bound=0.6)
    assert (short.state, short.action) == ("missing", "Practise taking the answer out of leading questions")
