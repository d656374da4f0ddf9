"""Renewal: what a cycle asks, what counts in it, and that nothing good ever counts against a holder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.evidence import SessionEvidence
from assessments.judged import InterviewEvidence
from assessments.renewal import Learned, Renewal, RenewalEvidence, judge_renewal
from assessments.renewal_rules import RenewalRule, find_rule, load_renewals
from assessments.standards import CONTENT
from assessments.wording import add_months
from courses.source import ContentError

TEXT = (CONTENT / "renewals" / "certified-1.yaml").read_text("utf-8")
ISSUED, ENDS = date(2026, 3, 1), date(2028, 2, 29)


@dataclass(frozen=True)
class Certificate:
    issued_on: date = ISSUED
    valid_until: date = ENDS


def rule() -> RenewalRule:
    found = find_rule("certified", 1)
    assert found is not None
    return found


def session(on: date, signer: str = "ruth", minutes: int = 75, **changes: object) -> SessionEvidence:
    given: dict[str, object] = {
        "id": f"{on}-{signer}", "held_on": on, "group_id": "g", "group_name": "Water", "role": "led",
        "minutes": minutes, "state": "signed", "submitted_on": on, "signed_on": on, "signer_id": signer,
        "signer_name": signer.title(), "signer_independent": True, "level": 4,
    }  # fmt: skip
    return SessionEvidence(**(given | changes))


def lesson(lesson_id: str, on: date, minutes: int = 60) -> Learned:
    return Learned(
        id=f"{lesson_id}-{on}", title=lesson_id, about="asking", on=on, minutes=minutes, lesson_id=lesson_id,
        on_record=True,
    )  # fmt: skip


def whole(late: date = date(2027, 9, 1)) -> RenewalEvidence:
    return RenewalEvidence(
        sessions=(session(late), session(late + timedelta(days=20), "bashir")),
        learned=(lesson("M04-L3", late), lesson("M05-L2", late)),
    )


def judged(evidence: RenewalEvidence, at: date, by: RenewalRule | None = None) -> Renewal:
    return judge_renewal(by or rule(), evidence, Certificate(), at)


def states(found: Renewal) -> dict[str, str]:
    return {each.clause: each.state for each in found.findings}


def test_the_way_goes_from_early_through_open_and_grace_to_lapsed() -> None:
    opens = add_months(ENDS, -10)
    at = [opens - timedelta(days=1), opens, ENDS, ENDS + timedelta(days=1), add_months(ENDS, 12), date(2029, 3, 1)]
    assert [judged(RenewalEvidence(), each).phase for each in at] == [
        "early", "open", "open", "grace", "grace", "lapsed",
    ]  # fmt: skip


def test_renewed_in_time_the_new_cycle_follows_without_a_gap() -> None:
    found = judged(whole(), date(2027, 12, 1))
    assert found.ready
    assert (found.starts, found.until) == (date(2028, 3, 1), date(2030, 2, 28))
    assert found.headline == "Everything is there to renew"


def test_in_the_months_of_grace_the_same_is_asked_and_the_time_lost_is_not_given_back() -> None:
    found = judged(whole(), date(2028, 8, 1))
    assert found.ready
    assert (found.starts, found.until) == (date(2028, 8, 1), date(2030, 2, 28))


def test_after_grace_a_refresher_and_one_more_session_are_asked_as_well() -> None:
    found = judged(whole(), date(2029, 6, 1))
    assert states(found) == {"seen": "there", "gate-lessons": "there", "refresher": "missing", "one-more": "missing"}
    assert found.until == date(2031, 6, 1)


def test_before_the_window_opens_nothing_is_ready_and_the_day_is_said() -> None:
    found = judged(whole(date(2026, 9, 1)), date(2026, 12, 1))
    assert not found.ready
    assert found.headline == "Renewal opens on 29 April 2027"


def test_two_sessions_signed_by_one_person_are_short_of_a_second_view() -> None:
    late = date(2027, 9, 1)
    twice = RenewalEvidence(sessions=(session(late), session(late + timedelta(days=7))), learned=whole().learned)
    found = judged(twice, date(2027, 12, 1))
    assert [each.clause for each in found.left] == ["seen"]
    assert found.left[0].seen == "Two led in the last 12 months, signed by 1 person."
    assert "somebody else" in found.left[0].action


def test_what_came_before_the_cycle_or_long_before_its_end_is_history() -> None:
    early = RenewalEvidence(
        sessions=(session(ISSUED - timedelta(days=1)), session(ISSUED, "bashir")),
        learned=(lesson("M04-L3", ISSUED), lesson("M05-L2", ISSUED - timedelta(days=9))),
    )
    assert set(states(judged(early, date(2027, 12, 1))).values()) == {"missing"}


def test_what_is_left_of_the_lessons_is_named() -> None:
    found = judged(RenewalEvidence(learned=(lesson("M04-L3", date(2027, 9, 1)),)), date(2027, 12, 1))
    again = next(each for each in found.findings if each.clause == "gate-lessons")
    assert (again.have, again.need, again.lessons) == (1, 2, ("M05-L2",))


def test_of_lessons_not_done_again_none_is_said_to_be() -> None:
    found = judged(RenewalEvidence(), date(2027, 12, 1))
    again = next(each for each in found.findings if each.clause == "gate-lessons")
    assert again.seen == "None of 2 done in the last 12 months."


def test_the_same_thing_twice_counts_once_and_says_so() -> None:
    on = date(2027, 9, 1)
    course = Learned(id="a", title="Questions under pressure", about="asking", on=on, minutes=60)
    again = Learned(id="b", title=" questions  under PRESSURE", about="asking", on=on + timedelta(days=90), minutes=600)
    counted = judged(RenewalEvidence(learned=(course, again)), date(2027, 12, 1)).learning
    assert [(each.minutes, each.because) for each in counted] == [(0, "The same again counts once."), (600, "")]


DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
SESSIONS = st.builds(session, DAYS, st.sampled_from(["ruth", "bashir", "ines"]), st.integers(30, 120))
LEARNED = st.builds(lesson, st.sampled_from(["M04-L3", "M05-L2", "M04-L1"]), DAYS, st.integers(1, 600))
HOURS = """
  - {id: hours, kind: led-hours, title: Hours led, hours: 3}
  - {id: learning, kind: learning-hours, title: Hours learnt, hours: 5, about: asking}
"""


def fuller() -> RenewalRule:
    from courses.source import parse_yaml

    return parse_yaml(TEXT.replace("after_grace:", f"{HOURS}after_grace:".lstrip("\n")), RenewalRule, Path("rule.yaml"))


def unique(sessions: list[SessionEvidence], learned: list[Learned]) -> RenewalEvidence:
    return RenewalEvidence(
        sessions=tuple({each.id: each for each in sessions}.values()),
        learned=tuple({each.id: each for each in learned}.values()),
    )


@given(st.lists(SESSIONS, max_size=6), st.lists(LEARNED, max_size=6), SESSIONS, LEARNED, DAYS)
def test_more_good_evidence_never_makes_anyone_less_ready(
    sessions: list[SessionEvidence], learned: list[Learned], more: SessionEvidence, also: Learned, at: date
) -> None:
    known = unique(sessions, learned)
    if more.id in {each.id for each in known.sessions} or also.id in {each.id for each in known.learned}:
        return
    richer = RenewalEvidence(sessions=(*known.sessions, more), learned=(*known.learned, also))
    before, after = (judged(each, at, fuller()) for each in (known, richer))
    held = {clause for clause, state in states(before).items() if state == "there"}
    assert held <= {clause for clause, state in states(after).items() if state == "there"}


@given(st.lists(SESSIONS, max_size=6), st.lists(LEARNED, max_size=6), DAYS)
def test_the_order_of_evidence_does_not_matter(
    sessions: list[SessionEvidence], learned: list[Learned], at: date
) -> None:
    known = unique(sessions, learned)
    turned = RenewalEvidence(sessions=known.sessions[::-1], learned=known.learned[::-1])
    assert judged(known, at, fuller()) == judged(turned, at, fuller())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("by: 2\n    months: 12\n  - id: gate", "by: 3\n    months: 12\n  - id: gate", "asks for 3 people to sign 2"),
        ("id: refresher", "id: seen", "“seen” is used twice"),
        ("kind: seen-lately", "kind: seen", "seen"),
        ("window_months: 10", "window_months: 0", "window_months"),
    ],
)
def test_a_rule_that_could_not_be_met_is_named_by_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in TEXT
    (tmp_path / "certified-1.yaml").write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError, match=says):
        load_renewals(tmp_path)


def test_a_standard_without_a_rule_is_earned_anew() -> None:
    assert find_rule("certified", 1) is not None
    assert find_rule("certified", 99) is None
    assert find_rule("lead", 1) is None


def heard(on: date, result: str = "yes") -> InterviewEvidence:
    return InterviewEvidence.model_validate(
        {"id": str(on), "arranged_on": on, "held_on": on, "decided_on": on, "result": result}
    )


@pytest.mark.parametrize(
    ("interviews", "state"),
    [
        ((heard(date(2027, 9, 1)),), "there"),
        ((heard(date(2027, 9, 1)), heard(date(2027, 10, 1), "not_yet")), "there"),
        ((heard(date(2026, 2, 1)),), "missing"),
        ((heard(date(2027, 9, 1), "not_yet"),), "missing"),
        ((heard(date(2028, 1, 1)),), "missing"),
        ((), "missing"),
    ],
)
def test_from_version_5_on_the_values_interview_is_held_again(
    interviews: tuple[InterviewEvidence, ...], state: str
) -> None:
    newer = find_rule("certified", 5)
    assert newer is not None
    assert [each.id for each in newer.clauses] == [*(each.id for each in rule().clauses), "heard"]
    evidence = whole().model_copy(update={"interviews": interviews})
    found = judged(evidence, date(2027, 12, 1), newer)
    assert states(found)["heard"] == state
    assert found.ready == (state == "there")
    assert judged(evidence, date(2027, 12, 1)).ready
