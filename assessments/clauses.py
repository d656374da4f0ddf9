"""Each kind of clause reads the evidence of one day and answers: does it hold, what is there, what would help.

`describe` is the only door. Levels are only ever compared; no arithmetic touches them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import singledispatch

from assessments import held_clause, judged_clauses, ladder_clauses
from assessments.actions import Action, ask_someone, next_session, practise
from assessments.asks import (
    Assessors,
    ClauseBase,
    Groups,
    LessonsDone,
    Levels,
    MonthsOfPractice,
    OpenQuestions,
    RecentSessions,
    SessionsLed,
)
from assessments.evidence import LessonEvidence, SessionEvidence, View
from assessments.found import Found
from assessments.levels import level
from assessments.reliability import wilson_lower
from assessments.wording import add_months, days, first_name, floored, listed, opening, quoted, rounded, some, span

MOST_TITLES = 5  # so many lessons that are left are all named; of more, the next few
FEW_TITLES = 2


@singledispatch
def describe(clause: ClauseBase, _view: View) -> Found:
    """How a clause stands on the day of a view."""
    raise TypeError(f"no reading for a clause of type {type(clause).__name__}")


for each in (
    held_clause.held_later,
    ladder_clauses.rounds,
    ladder_clauses.hours,
    ladder_clauses.prior,
    ladder_clauses.hand_overs,
    ladder_clauses.own_agreement,
    ladder_clauses.coded,
    judged_clauses.interview,
    judged_clauses.knowledge,
):
    describe.register(each)


@describe.register
def _lessons_done(clause: LessonsDone, view: View) -> Found:
    named = [view.lessons.get(each) or LessonEvidence(id=each, title=each) for each in clause.lessons]
    known = sorted(named, key=lambda each: each.place)
    done = [each for each in known if each.done_on is not None and each.done_on <= view.at]
    missing = [each for each in known if each not in done]
    ended = [each for each in done if each.done_on and clause.has_ended(each.done_on, view.at)]
    todo = missing + ended
    again = " again" if ended and not missing else ""
    action = Action("lesson", f"Do “{todo[0].title}”{again}", todo[0].id) if todo else Action("decide", "")
    return Found(
        holds=not todo,
        seen=_lessons_seen(clause, view, done, missing, ended),
        action=action,
        lessons=tuple(each.id for each in done if each not in ended),
        short="expired" if ended and not missing else "missing",
        have=len(known) - len(todo),
        need=len(known),
    )


def _ends(lesson: LessonEvidence, months: int) -> date:
    return add_months(lesson.done_on, months) if lesson.done_on else date.min


def _lessons_seen(
    clause: LessonsDone,
    view: View,
    done: Sequence[LessonEvidence],
    missing: Sequence[LessonEvidence],
    ended: Sequence[LessonEvidence],
) -> str:
    if missing and not done:
        return "Not done yet." if len(missing) == 1 else "None done yet."
    if missing:
        return f"{opening(len(done))} of {len(clause.lessons)} done. {_left(missing)}"
    if ended:
        verb = "was" if len(ended) == 1 else "were"
        held = span(clause.holds_months or 0)
        return f"{quoted([e.title for e in ended])} {verb} done more than {held} ago and {verb} good for {held}."
    last = max(each.done_on for each in done if each.done_on)
    stays = "Stays done."
    if clause.holds_months is not None:
        stays = f"Good until {view.date(min(_ends(each, clause.holds_months) for each in done))}."
    return f"Done {view.date(last)}. {stays}"


def _left(missing: Sequence[LessonEvidence]) -> str:
    """What is still to do by its titles; of a whole programme the first few."""
    if len(missing) <= MOST_TITLES:
        return f"Left: {quoted([m.title for m in missing])}."
    return f"Next: {quoted([m.title for m in missing[:FEW_TITLES]])}. {opening(len(missing))} to do in all."


@describe.register
def _sessions_led(clause: SessionsLed, view: View) -> Found:
    have = len(view.counted)
    short = clause.least - have
    to_lead = short - len(view.on_its_way)
    seen = [f"{opening(have)} signed: {_held(view.counted, view)}." if have else "None signed yet."]
    if short > 0:
        seen += [_sent(session, view) for session in view.on_its_way]
    if to_lead > 0:
        seen.append(f"{opening(to_lead)} {'more ' if have or view.on_its_way else ''}to lead.")
    return Found(
        holds=short <= 0,
        seen=" ".join(seen),
        action=next_session(view, short),
        sessions=view.counted,
        have=have,
        need=clause.least,
    )


def _held(sessions: Sequence[SessionEvidence], view: View) -> str:
    return days([session.held_on for session in sessions], view.at)


def _sent(session: SessionEvidence, view: View) -> str:
    if session.state == "returned":
        return f"{view.date(session.held_on)} was returned by {session.signer}."
    if session.signer_left:
        return f"{view.date(session.held_on)} waits for somebody to sign it: {session.signer} is no longer here."
    if session.submitted_on is None or session.submitted_on > view.at:
        return f"{view.date(session.held_on)} is with {session.signer}."
    return f"{view.date(session.held_on)} has been with {session.signer} since {view.date(session.submitted_on)}."


@describe.register
def _assessors(clause: Assessors, view: View) -> Found:
    times = Counter(session.signer_id or "" for session in view.counted)
    names = {session.signer_id or "": session.signer_name or "the trainer" for session in view.counted}
    outside = {session.signer_id for session in view.counted if session.signer_outside}
    by_times = sorted(times, key=lambda signer: (-times[signer], names[signer], signer))
    people = clause.least - len(by_times)
    others = clause.by_others - (len(view.counted) - max(times.values(), default=0))
    strangers = clause.outside - len(outside)
    known = by_times if people > 0 or strangers > 0 else by_times[:1]
    return Found(
        holds=people <= 0 and others <= 0 and strangers <= 0,
        seen=_assessors_seen([(times[each], names[each]) for each in by_times], people, others, strangers),
        action=ask_someone(view, known, outside=strangers > 0) if by_times else next_session(view),
        sessions=view.counted,
        short="missing" if by_times else "not_seen",
        have=min(len(by_times), clause.least),
        need=clause.least,
    )


def _assessors_seen(by_times: Sequence[tuple[int, str]], people: int, others: int, strangers: int) -> str:
    if not by_times:
        return "Nobody has signed a session yet."
    by_whom = [f"{times} by {name}" for times, name in by_times]
    seen = listed([by_whom[0].replace(" by ", " signed by ", 1), *by_whom[1:]]) + "."
    if people > 0:
        whom = "someone else" if people == 1 else "other people"
        seen += f" {opening(max(people, others))} more must come from {whom}."
    elif others > 0:
        seen += f" {opening(others)} more must come from someone other than {first_name(by_times[0][1])}."
    if strangers > 0:
        seen += f" {opening(strangers)} must come from outside."
    return seen


@describe.register
def _recent(clause: RecentSessions, view: View) -> Found:
    start = view.at - timedelta(days=clause.days)
    recent = [session for session in view.counted if session.held_on > start]
    older = len(view.counted) - len(recent)
    seen = f"{opening(len(recent))} in the last {clause.days} days: {_held(recent, view)}." if recent else ""
    if len(recent) < clause.least and older:
        seen = f"{seen} {opening(older)} {'is' if older == 1 else 'are'} older.".strip()
    return Found(
        holds=len(recent) >= clause.least,
        seen=seen or "No session signed yet.",
        action=next_session(view, clause.least - len(recent)),
        sessions=recent,
        short="not_seen" if not view.counted else "expired" if len(view.counted) >= clause.least else "missing",
        have=min(len(recent), clause.least),
        need=clause.least,
    )


@describe.register
def _months(clause: MonthsOfPractice, view: View) -> Found:
    if not view.counted:
        return Found(holds=False, seen="No session signed yet.", action=next_session(view), short="not_seen")
    first, last = view.counted[0], view.counted[-1]
    enough = add_months(first.held_on, clause.months)
    seen = f"From {view.date(first.held_on)} to {view.date(last.held_on)}."
    if first is last:
        seen = f"One session, on {view.date(first.held_on)}."
    if last.held_on < enough:
        seen += f" A session on {view.date(enough)} or later completes it."
    ends = (first,) if first is last else (first, last)
    return Found(holds=last.held_on >= enough, seen=seen, action=next_session(view), sessions=ends)


@describe.register
def _groups(clause: Groups, view: View) -> Found:
    names = {session.group_id: session.group_name for session in view.counted}
    short = clause.least - len(names)
    seen = f"Led in {listed(sorted(names.values()))}." if names else "No session signed yet."
    if names and short > 0:
        seen += f" {opening(short)} more {'group' if short == 1 else 'groups'} to lead."
    return Found(
        holds=short <= 0,
        seen=seen,
        action=next_session(view),
        sessions=view.counted,
        short="missing" if names else "not_seen",
        have=min(len(names), clause.least),
        need=clause.least,
    )


@describe.register
def _levels(clause: Levels, view: View) -> Found:
    over, last = view.counted[-clause.over :], view.counted[-clause.last :]
    low = [session for session in over if (session.level or 0) < clause.never_below]
    below = [session for session in last if (session.level or 0) < clause.at_least]
    few = sum((session.level or 0) >= clause.at_least for session in over) < (clause.most or 0)
    shown = view.counted[-max(clause.over, clause.last) :]
    seen = ["Nothing to judge yet."]
    if shown:
        seen = [listed([f"{level(s.level or 1).name} on {view.date(s.held_on)}" for s in shown]) + "."]
        if low:
            seen.append(f"Needed: nothing below {level(clause.never_below).name} in the last {clause.over}.")
        elif below or len(last) < clause.last:
            seen.append(f"Needed: {level(clause.at_least).name} or higher in the last {clause.last}.")
        elif few:
            needed = f"{level(clause.at_least).name} or higher in {clause.most} of the last {clause.over}"
            seen.append(f"Needed: {needed}.")
    return Found(
        holds=len(last) == clause.last and not below and not low and not few,
        seen=" ".join(seen),
        action=next_session(view),
        sessions=shown,
        short="missing" if shown else "not_seen",
    )


@describe.register
def _open_questions(clause: OpenQuestions, view: View) -> Found:
    pool = [session for session in view.counted if session.asked][-clause.sessions :]
    asked, opened = sum(s.asked for s in pool), sum(s.open for s in pool)
    enough = len(pool) == clause.sessions and asked >= clause.questions
    holds = enough and wilson_lower(opened, asked) >= clause.lower_bound
    return Found(
        holds=holds,
        seen=_open_seen(clause, view, pool, enough=enough),
        action=practise(view, pool) if enough and not holds else next_session(view),
        sessions=pool,
        short="missing" if pool else "not_seen",
    )


def _open_seen(clause: OpenQuestions, view: View, pool: Sequence[SessionEvidence], *, enough: bool) -> str:
    if not pool:
        alone = any(session.asked for session in view.on_its_way)
        return "Nobody but the facilitator has counted yet." if alone else "No questions counted yet."
    asked, opened = sum(s.asked for s in pool), sum(s.open for s in pool)
    last = "the last session" if len(pool) == 1 else f"the last {len(pool)} sessions"
    seen = f"{opened} of {some(asked, 'question')} open in {last}, {rounded(opened / asked)}."
    if not enough:
        needed = f"{some(clause.questions, 'question')} in {some(clause.sessions, 'session')}"
        return f"{seen} It takes {needed}, so that chance does not decide."
    bound = wilson_lower(opened, asked)
    short = "" if bound >= clause.lower_bound else f"; {floored(clause.lower_bound)} is needed"
    return f"{seen} Allowing for chance, at least {floored(bound)}{short}."
