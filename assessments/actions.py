"""What would help next: the step a clause that is not there yet points to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assessments.evidence import SessionEvidence, View
from assessments.wording import first_name

ActionKind = Literal[
    "lesson", "check", "test", "rewrite", "practise", "ask-signer", "code", "log", "prior", "wait", "talk", "decide",
]  # fmt: skip


@dataclass(frozen=True)
class Action:
    """What to do next. `target` is the id of a lesson, module, session, meeting or person, by `kind`."""

    kind: ActionKind
    words: str
    target: str | None = None


def next_session(view: View, need: int = 1) -> Action:
    """The way to `need` more counting sessions: mend what came back, wait for what is sent, then lead."""
    if view.returned:
        first = view.returned[0]
        return Action("rewrite", f"Read what {first.signer} wrote about {view.date(first.held_on)}", first.id)
    if max(need, 1) <= len(view.waiting):
        first = view.waiting[0]
        if first.signer_left:
            words = f"Ask {view.evidence.trainer} who signs {view.date(first.held_on)} now"
            return Action("ask-signer", words)
        return Action("wait", f"Remind {first.signer} about {view.date(first.held_on)}", first.id)
    return lead_next(view)


def lead_next(view: View) -> Action:
    """The next session in the calendar, or any."""
    if view.planned:
        planned = view.planned[0]
        return Action("log", f"Lead the session on {view.date(planned.held_on)}", planned.id)
    return Action("log", "Lead the next session and write it up")


def ask_someone(view: View, known: Sequence[str], *, outside: bool = False) -> Action:
    """Ask somebody who has not seen enough; `known` are those whose view is there already. Who left is not there to
    be asked. `outside`: it has to be somebody from outside.
    """
    when = f"on {view.date(view.planned[0].held_on)}" if view.planned else "at your next meeting"
    could = (a for a in view.evidence.assessors if a.id not in known and (a.outside or not outside))
    free = sorted(could, key=lambda a: (a.name, a.id))
    if free:
        name = free[0].name
        then = f"and name {first_name(name)} when you write the session up"
        return Action("ask-signer", f"Ask {name} to be in the room {when}, {then}", free[0].id)
    who = "from outside" if outside else "else"
    return Action("ask-signer", f"Ask {view.evidence.trainer} who {who} can be in the room {when}")


def practise(view: View, pool: Sequence[SessionEvidence]) -> Action:
    """The drill for what is most often in the way, unless it was done since; then the next session shows it."""
    drilled = view.evidence.last_drill_on
    if drilled is not None and pool[-1].held_on <= drilled <= view.at:
        return next_session(view)
    words = {
        "advice": "Practise turning advice into questions",
        "leading": "Practise taking the answer out of leading questions",
        "closed": "Practise opening closed questions",
    }
    most = max(words, key=lambda kind: sum(getattr(session, kind) for session in pool))
    return Action("practise", words[most], most)
