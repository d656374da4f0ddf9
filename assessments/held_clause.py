"""The clause about the check a day later: which modules held, and until when.

It reads the evidence of one day, as those in `clauses.py` do, which is the only door to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assessments.actions import Action
from assessments.asks import HeldLater
from assessments.evidence import View
from assessments.found import Found
from assessments.held_evidence import HeldEvidence
from assessments.wording import add_months, opening, quoted, span


def held_later(clause: HeldLater, view: View) -> Found:
    """Whether every module holds. Of several times the latest counts: it lasts longest."""
    last = {name: _last(view, name) for name in clause.modules}
    titles = {name: next((e.title for e in view.held if e.module == name), name) for name in clause.modules}
    never = [name for name, each in last.items() if each is None]
    ended = [name for name, each in last.items() if each is not None and _end(clause, each) < view.at]
    todo = never + ended
    there = [each for name, each in last.items() if each is not None and name not in ended]
    action = Action("decide", "")
    if todo:
        again = " again" if todo[0] in ended else ""
        action = Action("check", f"Show{again} a day later what stays of “{titles[todo[0]]}”", todo[0])
    return Found(
        holds=not todo,
        seen=_seen(clause, view, there, [titles[each] for each in never], [titles[each] for each in ended]),
        action=action,
        others=tuple(each.id for each in there),
        short="expired" if ended and not never else "missing",
        when="A day after the last practice" if todo else "",
        have=len(there),
        need=len(clause.modules),
    )


def _last(view: View, module: str) -> HeldEvidence | None:
    return next((each for each in reversed(view.held) if each.module == module and each.held_on), None)


def _end(clause: HeldLater, each: HeldEvidence) -> date:
    if clause.expires_months is None or each.held_on is None:
        return date.max
    return add_months(each.held_on, clause.expires_months)


def _seen(
    clause: HeldLater, view: View, there: Sequence[HeldEvidence], never: Sequence[str], ended: Sequence[str]
) -> str:
    if never:
        if not there and not ended:
            return "Not shown yet." if len(clause.modules) == 1 else "None is there yet."
        if not there:
            return f"None is there now. Left: {quoted([*never, *ended])}."
        return f"{opening(len(there))} of {len(clause.modules)} held a day later. Left: {quoted([*never, *ended])}."
    if ended:
        verb = "was" if len(ended) == 1 else "were"
        return f"{quoted(ended)} {verb} shown more than {span(clause.expires_months or 0)} ago."
    held = max(each.held_on for each in there if each.held_on)
    until = min(_end(clause, each) for each in there)
    stays = "Stays so." if until == date.max else f"Good until {view.date(until)}."
    return f"Held a day later, {view.date(held)}. {stays}"
