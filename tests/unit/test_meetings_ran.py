"""How a circle's meetings ran, line by line."""

from __future__ import annotations

from datetime import timedelta

from assessments.group_evidence import FACILITATOR, GroupEvidence
from lms.takeover.ran import DRAWN, SHOWN, columns, lines
from tests.unit.group_examples import AT, meeting, meetings, people


def test_the_newest_comes_first_and_what_nobody_counted_says_so() -> None:
    uncounted = meeting(3, AT, run_by=None, turns=None)
    evidence = GroupEvidence(members=people(), meetings=(*meetings(2), uncounted))
    newest, last, first = lines(evidence, "Ruth Tamihana")
    assert (newest.is_counted, newest.evenness, newest.run_by) == (False, "", "")
    assert (last.run_by, last.stepped_in, last.noticed, last.evenness) == ("Bashir Noor", "0", "2 of 2", "100%")
    assert first.held_on < last.held_on < newest.held_on


def test_a_facilitator_who_ran_it_is_named_and_a_meeting_without_advice_too() -> None:
    quiet = meeting(0, AT, run_by=FACILITATOR, stepped_in=4, caught_by_members=0, caught_by_facilitator=0, present=None)
    [line] = lines(GroupEvidence(members=people(), meetings=(quiet,)), "Ruth Tamihana")
    assert (line.run_by, line.stepped_in, line.noticed, line.evenness) == ("Ruth Tamihana", "4", "None noticed", "")


def test_only_as_many_are_shown_as_any_rule_looks_at() -> None:
    many = tuple(meeting(n, AT - timedelta(days=n)) for n in range(40))
    found = lines(GroupEvidence(members=people(), meetings=many), "Ruth Tamihana")
    assert len(found) == SHOWN
    assert found[0].held_on == AT


def test_the_chart_draws_the_latest_signed_sessions_and_who_stepped_in_where_it_was_counted() -> None:
    mixes = [(AT - timedelta(days=n), 7, 2, 1, 0) for n in range(20, 0, -1)]
    seen = GroupEvidence(members=people(), meetings=(meeting(1, AT - timedelta(days=1), stepped_in=3),))
    found = columns(mixes, seen)
    assert len(found) == DRAWN
    assert [each.stepped_in for each in found] == [None] * (DRAWN - 1) + [3]
    assert found[-1][1:5] == (7, 2, 1, 0)


def test_one_session_is_no_trend_and_one_without_questions_is_not_drawn() -> None:
    one, silent = (AT, 7, 2, 1, 0), (AT - timedelta(days=7), 0, 0, 0, 0)
    assert columns([silent, one], GroupEvidence()) == []
