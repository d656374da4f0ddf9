"""The only door to a clause about a circle: which function answers which kind, and what would hold if all went well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import singledispatch

from assessments import group_asking, group_gates, group_running
from assessments.group_asks import GroupClause
from assessments.group_evidence import GroupView, MeetingEvidence, Observation, PlannedMeeting
from assessments.group_found import GroupFound, still

AHEAD = tuple(Observation(observer_id=f"ahead-{n}", observer_name="", independent=True) for n in range(4))


@singledispatch
def _answer(clause: GroupClause, _view: GroupView) -> GroupFound:
    raise TypeError(f"no reading for a clause of type {type(clause).__name__}")


for each in (
    group_gates.members,
    group_gates.no_open_case,
    group_gates.known_by_all,
    group_gates.contract_renewed,
    group_gates.booked,
    group_gates.protected_time,
    group_running.seats,
    group_running.own_running,
    group_running.roles,
    group_running.present,
    group_running.follow_through,
    group_running.problem_first,
    group_running.observed,
    group_asking.coded_share,
    group_asking.caught,
    group_asking.even_turns,
    group_asking.safety,
):
    _answer.register(each)


def describe(clause: GroupClause, view: GroupView) -> GroupFound:
    """How a clause about a circle stands on the day of a view."""
    return still(_answer(clause, view), view)


def earliest(clauses: Sequence[GroupClause], view: GroupView) -> dict[str, date]:
    """For each clause that the meetings in the calendar alone could fill, the first day on which they would.

    Each meeting is taken as run by whoever has not run one for longest, of a problem of whoever has not brought one for
    longest, with everybody there, asking alike, seen by independent observers. It is a sum and never a promise.
    """
    found: dict[str, date] = {}
    held = view.held
    for n, planned in enumerate(view.planned, start=1):
        held = (*_reported(held), _gone_well(planned, held, view))
        then = replace(view, at=planned.held_on, held=held, planned=view.planned[n:])
        for clause in clauses:
            if clause.id not in found and describe(clause, then).holds:
                found[clause.id] = planned.held_on
    return found


def _reported(held: Sequence[MeetingEvidence]) -> tuple[MeetingEvidence, ...]:
    """The last promised step is reported back as soon as the circle meets again."""
    if not held or not held[-1].step_promised:
        return tuple(held)
    return (*held[:-1], held[-1].model_copy(update={"step_reported": True}))


def _gone_well(planned: PlannedMeeting, held: Sequence[MeetingEvidence], view: GroupView) -> MeetingEvidence:
    ran = {m.run_by: n for n, m in enumerate(held)}
    brought = {m.holder_id: n for n, m in enumerate(held)}
    by_turn = sorted(view.members, key=lambda each: (brought.get(each, -1), each))
    holder = by_turn[0] if by_turn else None
    free = sorted((each for each in by_turn if each != holder), key=lambda each: (ran.get(each, -1), each))
    runner = free[0] if free else None
    return MeetingEvidence(
        id=planned.id,
        held_on=planned.held_on,
        present=tuple(view.members),
        run_by=runner,
        stepped_in=0,
        agreed=True,
        early_solutions=False,
        holder_id=holder,
        turns={each: 1 for each in view.members if each not in (holder, runner)},
        step_promised=True,
        observed=AHEAD,
        host_id=planned.host_id,
    )
