"""Signs that a circle drifts after its hand-over: named triggers, each with its evidence, its day and a sentence.

A sign says what was seen and decides nothing. Its day is the day on which it arose and stays the same while it lasts,
so that nobody is written to twice about one sign. What nobody wrote down is no sign: only an unanswered check is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from assessments.group_after import (
    After,
    BalanceFell,
    CheckUnanswered,
    Harm,
    MeetingsMissed,
    NobodyHosts,
    SafetyFell,
    Trigger,
)
from assessments.group_evidence import GroupEvidence, GroupView, MeetingEvidence, SafetySurvey, look_at_circle
from assessments.group_measures import balance
from assessments.group_standards import GroupStandard, after_of
from assessments.wording import days as several_days
from assessments.wording import floored, listed, opening, rounded, some

Met = Literal["as-agreed", "less", "fell-through"]
NOT_MORE = 1e-9


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What a circle said at a check. `answered_on` is the day of its first answer, however often it was corrected."""

    days: int
    answered_on: date
    met: Met
    hosted: bool
    harmed: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that has drifted. `evidence` are ids of meetings and surveys, or “check-90”."""

    kind: str
    on: date
    title: str
    seen: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Circle:
    """A circle on one day after its hand-over. `answers` come in the order of the checks."""

    after: After
    view: GroupView
    answers: tuple[CheckAnswer, ...]
    handed_over_on: date

    @property
    def meetings(self) -> tuple[MeetingEvidence, ...]:
        """Since the hand-over, in the order of their days."""
        both = (*self.view.held, *self.view.cancelled)
        return tuple(sorted((m for m in both if m.held_on > self.handed_over_on), key=lambda m: (m.held_on, m.id)))

    @property
    def last_answer(self) -> CheckAnswer | None:
        return self.answers[-1] if self.answers else None


def due_on(handed_over_on: date, days: int) -> date:
    """The day from which a check can be answered."""
    return handed_over_on + timedelta(days=days)


def checks_due(after: After, handed_over_on: date, at: date) -> tuple[int, ...]:
    """The checks whose day has come, by their days."""
    return tuple(days for days in after.checks_days if due_on(handed_over_on, days) <= at)


def find_drift(
    standard: GroupStandard,
    evidence: GroupEvidence,
    answers: Sequence[CheckAnswer],
    handed_over_on: date,
    at: date,
) -> tuple[Sign, ...]:
    """Every sign that stands on a day, in the order of the standard; none of a circle that everybody has left."""
    after = after_of(standard)
    view = look_at_circle(
        evidence, at, recency_days=standard.recency_days, fewest_answers=max(4, standard.fewest_answers)
    )
    if not view.members:
        return ()
    said = sorted((each for each in answers if each.answered_on <= at), key=lambda each: each.days)
    circle = _Circle(after, view, tuple(said), handed_over_on)
    return tuple(sign for each in after.signs for sign in _LOOKS[type(each)](circle, each))


def _harm(circle: _Circle, trigger: Harm) -> Iterator[Sign]:
    """Until a later check says otherwise, or whoever is responsible says on a later day that nothing is open."""
    last = circle.last_answer
    if last is None or not last.harmed:
        return
    closed = any(not word.open and word.said_on > last.answered_on for word in circle.view.safeguarding)
    if not closed:
        yield Sign(
            trigger.kind,
            last.answered_on,
            "Somebody was harmed, or felt unsafe",
            f"The circle said so on {circle.view.date(last.answered_on)}. Nothing here is more urgent.",
            (f"check-{last.days}",),
        )


def _missed(circle: _Circle, trigger: MeetingsMissed) -> Iterator[Sign]:
    run, reached = _missed_run(circle.meetings, trigger.in_a_row)
    if reached is not None:
        fell = several_days([each.held_on for each in run], circle.view.at)
        title = f"{opening(len(run))} meetings in a row fell through"
        yield Sign(trigger.kind, reached, title, f"{fell}.", tuple(each.id for each in run))
        return
    last = circle.last_answer
    if last is None or last.met != "fell-through":
        return
    if not any(_was_held(each) and each.held_on > last.answered_on for each in circle.meetings):
        yield Sign(
            trigger.kind,
            last.answered_on,
            f"{opening(trigger.in_a_row)} meetings or more in a row fell through",
            f"The circle said so on {circle.view.date(last.answered_on)}.",
            (f"check-{last.days}",),
        )


def _missed_run(meetings: Sequence[MeetingEvidence], needed: int) -> tuple[list[MeetingEvidence], date | None]:
    """The last run of meetings that fell through, and the day on which it was long enough.

    A meeting of which nobody wrote anything is neither: it interrupts a run that is too short, and ends none.
    """
    run: list[MeetingEvidence] = []
    reached: date | None = None
    for each in meetings:
        if _fell_through(each):
            run.append(each)
            reached = each.held_on if len(run) == needed else reached
        elif _was_held(each) or reached is None:
            run, reached = [], None
    return run, reached


def _fell_through(meeting: MeetingEvidence) -> bool:
    return meeting.cancelled or (meeting.present == () and meeting.run_by is None)


def _was_held(meeting: MeetingEvidence) -> bool:
    return not meeting.cancelled and (bool(meeting.present) or meeting.run_by is not None)


def _nobody_hosts(circle: _Circle, trigger: NobodyHosts) -> Iterator[Sign]:
    """What the circle said last counts; unless a member has hosted since, and then the calendar does."""
    view, last = circle.view, circle.last_answer
    hosted = [each.held_on for each in circle.meetings if each.host_id in view.members]
    latest = max([*hosted, circle.handed_over_on])
    title = "No member hosts"
    if last is not None and last.answered_on >= latest:
        if not last.hosted:
            said = f"The circle said so on {view.date(last.answered_on)}."
            said += " A host sees to the day, the place and the reminder."
            yield Sign(trigger.kind, last.answered_on, title, said, (f"check-{last.days}",))
        return
    on = latest + timedelta(days=trigger.days)
    if on <= view.at and not any(each.host_id in view.members for each in view.planned):
        since = f"was on {view.date(latest)}" if hosted else "was before the hand-over"
        said = f"The last meeting with a member as host {since}, and none to come has one."
        yield Sign(trigger.kind, on, title, said, tuple(each.id for each in circle.meetings[-1:]))


def _balance(circle: _Circle, trigger: BalanceFell) -> Iterator[Sign]:
    """Of meetings that nobody counted nothing is known: they neither break a run nor make it longer."""
    known = [(each, even) for each in circle.meetings if (even := balance(each)) is not None]
    run: list[tuple[MeetingEvidence, float]] = []
    for each, even in known:
        run = [*run, (each, even)] if even < trigger.below - NOT_MORE else []
    if len(run) < trigger.times:
        return
    figures = listed([f"{floored(even)} on {circle.view.date(each.held_on)}" for each, even in run[-trigger.times :]])
    yield Sign(
        trigger.kind,
        run[trigger.times - 1][0].held_on,
        "A few people ask most of the questions",
        f"Evenness was {figures}; below {rounded(trigger.below)} {_times(trigger.times)} is a sign.",
        tuple(each.id for each, _ in run),
    )


def _times(n: int) -> str:
    return {1: "once", 2: "twice running"}.get(n, f"{n} times running")


def _safety(circle: _Circle, trigger: SafetyFell) -> Iterator[Sign]:
    """Against the last survey up to the hand-over, or the first after it. Below four answers a survey says nothing."""
    view = circle.view
    said = [
        (each, each.median) for each in view.surveys if each.answers >= view.fewest_answers and each.median is not None
    ]
    before = [each for each in said if each[0].on_day <= circle.handed_over_on]
    later = [each for each in said if each[0].on_day > circle.handed_over_on]
    if not later:
        return
    base, base_median = before[-1] if before else later[0]
    run: list[tuple[SafetySurvey, float]] = []
    for each, median in later:
        run = [*run, (each, median)] if base_median - median >= trigger.by - NOT_MORE else []
    if run:
        yield Sign(
            trigger.kind,
            run[0][0].on_day,
            "It feels less safe to speak up",
            f"The middle answer was {run[-1][1]:g} of 7 on {view.date(run[-1][0].on_day)}, "
            f"and {base_median:g} on {view.date(base.on_day)}.",
            (base.id, run[-1][0].id),
        )


def _unanswered(circle: _Circle, trigger: CheckUnanswered) -> Iterator[Sign]:
    last = circle.last_answer.days if circle.last_answer else 0
    grace = timedelta(days=trigger.days)
    open_ = [days for days in checks_due(circle.after, circle.handed_over_on, circle.view.at) if days > last]
    late = [days for days in open_ if due_on(circle.handed_over_on, days) + grace <= circle.view.at]
    if not late:
        return
    due = due_on(circle.handed_over_on, late[0])
    yield Sign(
        trigger.kind,
        due + grace,
        f"{opening(len(late))} {'check was' if len(late) == 1 else 'checks were'} not answered",
        f"The check after {some(late[0], 'day')} was due on {circle.view.date(due)}.",
        tuple(f"check-{days}" for days in late),
    )


_LOOKS: dict[type[Trigger], Callable[[_Circle, Any], Iterator[Sign]]] = {
    Harm: _harm,
    MeetingsMissed: _missed,
    NobodyHosts: _nobody_hosts,
    BalanceFell: _balance,
    SafetyFell: _safety,
    CheckUnanswered: _unanswered,
}
