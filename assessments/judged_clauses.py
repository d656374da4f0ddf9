"""Clauses about what was heard in a values interview and what was answered in a knowledge test.

Each reads the evidence of one day, as those in `clauses.py` do, which is the only door to them.
"""

from __future__ import annotations

from datetime import date

from assessments.actions import Action
from assessments.asks import KnowledgeTest, ValuesInterview
from assessments.evidence import View
from assessments.found import Found
from assessments.judged import InterviewEvidence, KnowledgeEvidence
from assessments.wording import add_months, listed, sentence, span


def interview(clause: ValuesInterview, view: View) -> Found:
    """The newest result counts, so that a later “not yet” stands. One that is arranged is named, and counts nothing."""
    known = sorted((each for each in view.interviews if _is_decided(each, view.at)), key=_decided)
    coming = [each for each in view.interviews if not _is_decided(each, view.at)]
    last = known[-1] if known else None
    said_yes = last is not None and last.result == "yes"
    until = add_months(_day(last), clause.within_months) if last else view.at
    holds = said_yes and until >= view.at
    shown = coming[-1] if coming and not holds else None
    return Found(
        holds=holds,
        seen=_interview_seen(clause, view, last, shown),
        action=_interview_action(view, last, shown),
        others=tuple(each.id for each in known[-1:]),
        short="not_seen" if last is None else "expired" if said_yes else "missing",
        when=f"On {view.date(shown.held_on)}" if shown and shown.held_on >= view.at else "",
    )


def _is_decided(each: InterviewEvidence, at: date) -> bool:
    return each.decided_on is not None and each.decided_on <= at


def _day(each: InterviewEvidence) -> date:
    return each.decided_on or each.held_on


def _decided(each: InterviewEvidence) -> tuple[date, str]:
    return _day(each), each.id


def _interview_seen(
    clause: ValuesInterview, view: View, last: InterviewEvidence | None, coming: InterviewEvidence | None
) -> str:
    if coming is not None:
        told = "" if coming.held_on >= view.at else ", and what they say is still to come"
        return f"Arranged for {view.date(coming.held_on)} with {_who(coming)}{told}."
    if last is None:
        return "It has not been held yet."
    on, who = view.date(_day(last)), sentence(_who(last))
    if last.result != "yes":
        return f"{who} said not yet on {on}, and wrote down what is missing."
    until = add_months(_day(last), clause.within_months)
    if until < view.at:
        return f"{who} said yes on {on}. That was good for {span(clause.within_months)}."
    return f"{who} said yes on {on}, by version {last.version} of the questions. Good until {view.date(until)}."


def _who(each: InterviewEvidence) -> str:
    return listed(sorted(each.assessors)) or "two assessors"


def _interview_action(view: View, last: InterviewEvidence | None, coming: InterviewEvidence | None) -> Action:
    if coming is not None and coming.held_on >= view.at:
        return Action("wait", "Bring one time you broke a value, and how you mended it")
    if coming is not None:
        return Action("wait", f"Wait for the notes of {_who(coming)}")
    if last is not None and last.result != "yes":
        return Action("ask-signer", f"Read what is missing, and ask {view.evidence.trainer} for another interview")
    again = " again" if last else ""
    return Action("ask-signer", f"Ask {view.evidence.trainer} to arrange it{again} with two assessors")


def knowledge(clause: KnowledgeTest, view: View) -> Found:
    """Passed once is passed: a later try that was not takes nothing away."""
    tries = [each for each in view.tests if each.blueprint == clause.blueprint]
    passed = [each for each in tries if each.passed and each.version >= clause.from_version]
    return Found(
        holds=bool(passed),
        seen=_test_seen(clause, view, tries, passed),
        action=Action("test", "Take the knowledge test", clause.blueprint),
        others=tuple(each.id for each in passed[:1]),
        short="missing" if tries else "not_seen",
        when="From today",
    )


def _test_seen(
    clause: KnowledgeTest, view: View, tries: list[KnowledgeEvidence], passed: list[KnowledgeEvidence]
) -> str:
    if passed:
        return f"Passed on {view.date(passed[0].on)}, as drawn from version {passed[0].version} of the blueprint."
    if any(each.passed for each in tries):
        return f"Passed in an older version. Version {clause.from_version} or a later one is asked for."
    if tries:
        return f"Handed in on {view.date(tries[-1].on)}, and not passed."
    return "Not taken yet."
