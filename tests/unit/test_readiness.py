"""What the readiness page says, case by case: state, sentence, next step, and what is seen but not counted."""

import json
from datetime import date

import pytest
from pydantic import ValidationError

from assessments.evidence import Evidence
from assessments.journey import home_stage
from assessments.readiness import Finding, Readiness, judge
from assessments.standards import Standard, get_standard
from tests.unit.readiness_examples import AT, BASHIR, JOAN, amara, lessons, planned, session, six, unsigned

CERTIFIED = get_standard("certified", 1)
MAY = date(2026, 5, 12)


def judged(evidence: Evidence, at: date = AT, standard: Standard = CERTIFIED) -> Readiness:
    return judge(standard, evidence, at)


def finding(clause: str, evidence: Evidence, at: date = AT, standard: Standard = CERTIFIED) -> Finding:
    return next(each for each in judged(evidence, at, standard).findings if each.clause == clause)


def states(evidence: Evidence, at: date = AT) -> dict[str, str]:
    return {each.clause: each.state for each in judged(evidence, at).findings}


def with_clause(number: int, **changes: object) -> Standard:
    """The published standard with one clause changed."""
    data = CERTIFIED.model_dump()
    data["clauses"] = [c if n != number else {**c, **changes} for n, c in enumerate(data["clauses"])]
    return Standard.model_validate(data)


def test_everything_there_leaves_the_decision_to_a_person() -> None:
    readiness = judged(amara())
    assert readiness.ready
    assert readiness.gates_hold
    assert readiness.headline == "Everything is there. Ruth decides"
    assert readiness.lede == "These are signs, not a score. Ruth reads them, decides and writes down why."
    assert readiness.next_step.action_kind == "decide"
    assert readiness.basis == ("6 sessions", "82% open questions in the last 4")
    assert (readiness.standard_id, readiness.version, readiness.hash) == ("certified", 1, CERTIFIED.content_hash)


def test_somebody_new_is_pointed_to_the_first_lesson() -> None:
    readiness = judged(amara(lessons=lessons(0), sessions=()))
    assert readiness.headline == "Eight things are left"
    assert readiness.next_step.title == "Do “Form, function, fault”"
    assert readiness.next_step.target == "M04-L1"
    assert {f.state for f in readiness.findings} == {"missing", "blocked"}
    assert not readiness.gates_hold
    led = finding("led", amara(lessons=lessons(0), sessions=()))
    assert (led.when, led.action) == (
        "After “Two lessons before leading a circle”",
        "Do “Advice with a question mark”",
    )


def test_lessons_done_and_no_session_leaves_nothing_to_judge() -> None:
    assert states(amara(sessions=())) == {
        "lessons": "there",
        "before-leading": "there",
        "led": "missing",
        "seen-by-two": "not_seen",
        "recent": "not_seen",
        "two-months": "not_seen",
        "entrusted": "not_seen",
        "open-questions": "not_seen",
    }
    assert judged(amara(sessions=())).headline == "Six more sessions, then Ruth decides"


def test_halfway_the_page_counts_sessions_and_names_the_earliest_day() -> None:
    some = (*six()[:3], unsigned("s4", date(2026, 4, 30), submitted_on=date(2026, 5, 8)))
    evidence = amara(sessions=some, planned=planned(date(2026, 5, 28), date(2026, 6, 11)))
    readiness = judged(evidence, MAY)
    assert readiness.headline == "Two more sessions, then Ruth decides"
    assert (readiness.earliest, readiness.sessions_left) == (date(2026, 6, 11), 2)
    led = finding("led", evidence, MAY)
    assert led.seen == (
        "Three signed: 12 March, 26 March and 9 April. 30 April has been with Ruth since 8 May. Two more to lead."
    )
    assert (led.have, led.need, led.when, led.action) == (3, 6, "11 June", "Lead the session on 28 May")
    assert readiness.next_step.title == (
        "Ask Bashir Noor to be in the room on 28 May, and name Bashir when you write the session up"
    )
    assert finding("entrusted", evidence, MAY).when == "11 June, if both go well"


def test_one_lesson_left_names_the_earliest_day() -> None:
    evidence = amara(lessons=lessons(4), sessions=six()[:5], planned=planned(date(2026, 6, 12)))
    readiness = judged(evidence)
    assert readiness.headline == "Six things are left. 12 June is the earliest day"
    assert finding("lessons", evidence).seen == "Four of 5 done. Left: “From value to behaviour”."
    assert readiness.next_step.reason.endswith("It waits for nobody else.")


def test_a_signature_that_is_owed_is_said_and_asked_for_last() -> None:
    evidence = amara(sessions=(*six()[:5], unsigned("s6", date(2026, 5, 21), by=BASHIR)))
    readiness = judged(evidence)
    assert readiness.headline == "When Bashir signs 21 May, everything may be there"
    assert readiness.next_step.title == "Remind Bashir about 21 May"
    assert {f.when for f in readiness.left} == {"When Bashir signs 21 May"}


def test_a_returned_session_comes_first() -> None:
    evidence = amara(sessions=(*six()[:5], unsigned("s6", date(2026, 5, 21), "returned")))
    step = judged(evidence).next_step
    assert (step.title, step.action_kind, step.target) == ("Read what Ruth wrote about 21 May", "rewrite", "s6")
    assert step.reason == "Ruth returned it. It counts once it is signed."


def test_one_person_seeing_everything_is_not_enough() -> None:
    alone = amara(sessions=tuple(s.model_copy(update={"signer_id": "r", "signer_name": "Ruth"}) for s in six()))
    seen = finding("seen-by-two", alone)
    assert seen.seen == "6 signed by Ruth. Two more must come from someone else."
    assert (seen.state, seen.gate, seen.action_kind, seen.target) == ("missing", True, "ask-signer", BASHIR)
    nobody = finding("seen-by-two", alone.model_copy(update={"assessors": ()}))
    assert nobody.action == "Ask Ruth who else can be in the room at your next meeting"
    once = finding("seen-by-two", amara(sessions=(session("s4", date(2026, 4, 23)), *six()[:3], *six()[4:])))
    assert (
        once.seen == "5 signed by Ruth Tamihana and 1 by Bashir Noor. One more must come from someone other than Ruth."
    )


def test_old_practice_runs_out_and_is_called_expired() -> None:
    late = finding("recent", amara(), date(2027, 1, 15))
    assert (late.state, late.seen) == ("expired", "Six are older.")
    assert finding("led", amara(), date(2027, 1, 15)).seen.startswith("Six signed: 12 March 2026, ")


def test_the_last_ninety_days_and_the_second_month_end_on_a_day() -> None:
    first_three = amara(sessions=six()[:3])
    assert finding("recent", first_three, date(2026, 6, 9)).state == "there"
    assert finding("recent", first_three, date(2026, 6, 10)).state == "expired"
    for last, state in ((date(2026, 5, 11), "missing"), (date(2026, 5, 12), "there")):
        assert finding("two-months", amara(sessions=(six()[0], session("s2", last)))).state == state
    assert finding("two-months", first_three).seen.endswith("A session on 12 May or later completes it.")


def test_a_lesson_may_hold_for_a_time_only() -> None:
    yearly = with_clause(1, holds_months=12)
    assert finding("before-leading", amara(), AT, yearly).seen == "Done 5 March. Good until 3 March 2027."
    late = finding("before-leading", amara(), date(2027, 3, 5), yearly)
    assert late.state == "expired"
    assert late.action == "Do “Advice with a question mark” again"
    assert late.seen == "“Advice with a question mark” was done more than 1 year ago and was good for 1 year."


def test_what_was_never_done_comes_before_what_has_to_be_done_again() -> None:
    known = tuple(
        each.model_copy(update={"done_on": date(2025, 3, 3) if each.id == "M04-L3" else None}) for each in lessons()
    )
    both = finding("before-leading", amara(lessons=known), AT, with_clause(1, holds_months=12))
    assert (both.state, both.action, both.target) == ("missing", "Do “From value to behaviour”", "M05-L2")
    assert (both.have, both.need) == (0, 2)


def test_lessons_are_spoken_of_as_one_or_as_several() -> None:
    assert finding("before-leading", amara(lessons=lessons(0))).seen == "None done yet."
    yearly = finding("before-leading", amara(), date(2027, 3, 9), with_clause(1, holds_months=12))
    assert yearly.seen == (
        "“Advice with a question mark” and “From value to behaviour” were done more than 1 year ago "
        "and were good for 1 year."
    )


def test_low_levels_among_the_last_are_named_with_what_is_needed() -> None:
    low = amara(sessions=(*six()[:2], *(s.model_copy(update={"level": 2}) for s in six()[2:3]), *six()[3:]))
    assert finding("entrusted", low).seen == (
        "Direct on 9 April, Indirect on 23 April, Independent on 7 May and Independent on 21 May. "
        "Needed: nothing below Indirect in the last 4."
    )
    assert finding("entrusted", amara(sessions=six()[2:5])).seen.endswith(
        "Needed: Independent or higher in the last 2."
    )


def test_few_questions_prove_nothing_and_many_closed_ones_lead_to_practice() -> None:
    few = amara(sessions=tuple(s.model_copy(update={"open": 8, "closed": 0}) for s in six()))
    assert finding("open-questions", few).seen == (
        "32 of 40 questions open in the last 4 sessions, 80%. "
        "It takes 52 questions in 4 sessions, so that chance does not decide."
    )
    closed = amara(sessions=tuple(s.model_copy(update={"open": 12, "closed": 8}) for s in six()))
    found = finding("open-questions", closed)
    assert found.seen.endswith("open in the last 4 sessions, 55%. Allowing for chance, at least 45%; 60% is needed.")
    assert (found.action, found.action_kind, found.target) == (
        "Practise opening closed questions",
        "practise",
        "closed",
    )
    drilled = finding("open-questions", closed.model_copy(update={"last_drill_on": date(2026, 5, 22)}))
    assert drilled.action == "Lead the next session and write it up"


def test_what_does_not_count_is_shown_with_its_reason() -> None:
    other = (
        session("watched", date(2026, 2, 12), 1, role="watched"),
        unsigned("sent", date(2026, 5, 28), self_rated=True, open=14, closed=6),
        session("joan", date(2026, 5, 26), by=JOAN, signer_independent=False, not_independent_because="sits here"),
        session("later", date(2026, 6, 9)),
    )
    found = {(n.evidence, n.title, n.reason) for n in judged(amara(sessions=six() + other)).not_counted}
    assert found == {
        ("watched", "Session of 12 February, Parks & Depot", "Watched, not led. Only sessions led count here."),
        ("sent", "Session of 28 May, Parks & Depot", "Not signed yet. It has been with Ruth since 28 May."),
        (
            "sent",
            "64% open on 28 May, own count",
            "Nobody else has confirmed the count. It counts once the session is signed.",
        ),
        ("sent", "Own ratings, last on 28 May", "Own ratings start a talk. They never count."),
        ("joan", "Session of 26 May, Parks & Depot", "Joan sits here, so the view is not independent."),
        ("later", "Session of 9 June, Parks & Depot", "It is dated after 2 June, the day of this page."),
    }


def test_the_ladder_shows_every_signed_level_and_which_ones_count() -> None:
    joan = session("joan", date(2026, 5, 26), 5, by=JOAN, signer_independent=False)
    ladder = dict(judged(amara(sessions=(*six(), joan, unsigned("sent", date(2026, 5, 28))))).ladder)
    assert {number: [(r.initials, r.on.day, r.counted) for r in rungs] for number, rungs in ladder.items()} == {
        1: [],
        2: [("RT", 12, True), ("RT", 26, True)],
        3: [("RT", 9, True), ("BN", 23, True)],
        4: [("RT", 7, True), ("BN", 21, True)],
        5: [("JF", 26, False)],
    }


def test_a_day_is_judged_by_what_was_signed_on_that_day() -> None:
    assert not judged(amara(), date(2026, 5, 22)).ready
    assert judged(amara(), date(2026, 5, 23)).ready


def test_a_decision_can_store_and_read_back_what_it_saw() -> None:
    for evidence in (amara(), amara(lessons=lessons(0), sessions=()), amara(sessions=six()[:4])):
        readiness = judged(evidence)
        stored = json.dumps(readiness.to_dict())
        assert Readiness.from_dict(json.loads(stored)) == readiness
        assert json.dumps(judged(evidence).to_dict()) == stored


def test_evidence_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError, match="has a signer"):
        session("s", AT, signer_id=None)
    with pytest.raises(ValidationError, match="counts once"):
        amara(sessions=(*six(), six()[0]))


@pytest.mark.parametrize(
    ("evidence", "current", "note", "headline"),
    [
        (
            amara(lessons=lessons(2), sessions=()),
            0,
            "You are here: 2 of 5 lessons",
            "Three more lessons, then",
        ),
        (amara(sessions=()), 1, "You are here: 0 of 6 signed", "Six more sessions, then Ruth decides"),
        (amara(sessions=six()[:2]), 1, "You are here: 2 of 6 signed", "Four more sessions, then Ruth decides"),
        (amara(sessions=six()[:4]), 2, "You are here: 4 of 6 signed", "Two more sessions, then Ruth decides"),
        (amara(), 3, "You are here: Ruth decides", "Everything is there. Ruth decides"),
    ],
)
def test_the_way_shows_where_somebody_stands(evidence: Evidence, current: int, note: str, headline: str) -> None:
    journey = home_stage(judged(evidence), evidence)
    assert journey.current == current
    assert journey.stages[current].note == note
    assert journey.headline.startswith(headline)
    assert [s.state for s in journey.stages] == ["done"] * current + ["current"] + ["ahead"] * (4 - current)


def test_the_way_ends_with_a_decision_and_a_certificate() -> None:
    readiness = judged(amara())
    decided = home_stage(readiness, amara(), decided_on=AT)
    assert (decided.current, decided.headline) == (3, "Ruth said yes on 2 June. The certificate is next")
    assert decided.stages[3].note == "You are here: the certificate is next"
    certified = home_stage(readiness, amara(), decided_on=AT, valid_until=date(2028, 6, 2))
    assert (certified.current, certified.headline) == (4, "Certified until 2 June 2028")
    assert home_stage(readiness, amara()).stages[4].note == "Valid for 2 years"
