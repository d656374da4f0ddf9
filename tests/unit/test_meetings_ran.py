"""How a circle's meetings ran, line by line."""

from __future__ import annotations

from datetime import timedelta

from assessments.group_evidence import FACILITATOR, GroupEvidence
from lms.takeover.ran import SHOWN, lines
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
