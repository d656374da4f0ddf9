"""How a circle asks and whether it is safe to: shares coded by people, breaches caught, evenness, the survey.

Only people's coding counts. A machine's figures, and a circle's own, are kept, shown with the reason and never counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from assessments import labelled
from assessments.group_asks import Balance, BreachesCaught, CodedShare, Safety
from assessments.group_evidence import GroupView, SafetySurvey, Sample
from assessments.group_found import GroupFound, ago
from assessments.group_measures import balance, breaches, largest_share, last, question_turns
from assessments.wording import floored, opening, some

FEWEST_FOR_SHARE = 4  # with fewer askers an even share comes near 40 % by itself; we warn of one voice from four on


@dataclass(frozen=True, slots=True)
class _Circle:
    """A circle as those who code for it speak of it."""

    view: GroupView
    own: str = "It is the circle’s own figure. It starts a talk and never counts."
    met: str = "meeting"

    def too_old(self, coded_on: date) -> str:
        return "" if self.view.recent(coded_on) else ago(coded_on, self.view)


def why_sample_not_counted(sample: Sample, clause: CodedShare, view: GroupView) -> str | None:
    """The sentence that says why this sample moves nothing, or None when it counts."""
    return labelled.why_not(sample, clause, _Circle(view))


def coded_share(clause: CodedShare, view: GroupView) -> GroupFound:
    """All counting samples that are recent, together: a further one with as good a share can only help."""
    circle = _Circle(view)
    found = labelled.pool(view.samples, clause, circle)
    old = labelled.outgrown(view.samples, found, circle)
    needed = labelled.needed(clause, circle, "from")
    action = f"The trainer has {needed} or more coded by {clause.coders} people, each alone."
    if found.enough:
        way = "open questions" if clause.of == "open" else "turning advice into questions"
        action = f"The circle practises {way}, and the trainer has a later meeting coded."
    return GroupFound(
        holds=found.holds,
        seen=labelled.seen(clause, found, circle) if found.samples else _nothing_coded(old, view),
        who="the circle" if found.enough else "the trainer",
        action=action,
        have=min(found.turns, clause.turns),
        need=clause.turns,
        others=tuple(sample.id for sample in found.samples),
        short="missing" if found.samples else "expired" if old else "not_seen",
    )


def _nothing_coded(old: list[Sample], view: GroupView) -> str:
    if old:
        return f"The last turns were coded {ago(old[-1].coded_on, view)}."
    return "Two people have not coded any turns yet."


def caught(clause: BreachesCaught, view: GroupView) -> GroupFound:
    """By days and not by meetings: a meeting without any breach takes none of the caught ones away."""
    start = view.at - timedelta(days=clause.days)
    pool = [m for m in view.held if m.held_on > start and (m.caught_by_members or m.caught_by_facilitator)]
    by_members, by_anybody = breaches(pool)
    enough = by_anybody >= clause.breaches
    seen = f"Members noticed {by_members} of {by_anybody} in the last {clause.days} days"
    more = (
        f"{floored(clause.share)} is asked for"
        if enough
        else f"it takes {clause.breaches}, so that chance does not decide"
    )
    return GroupFound(
        holds=enough and by_members >= clause.share * by_anybody - 1e-9,
        seen=f"{seen}; {more}."
        if pool
        else f"No advice or leading question was noticed in the last {clause.days} days.",
        who="the circle",
        action="Whoever notices advice or a leading question says so before the facilitator does, and it is counted.",
        have=min(by_anybody, clause.breaches),
        need=clause.breaches,
        meetings=pool,
        short="missing" if pool else "not_seen",
    )


def even_turns(clause: Balance, view: GroupView) -> GroupFound:
    """The last meetings in which turns were counted. No name is said: who asked little is the circle's own to see.

    A largest share says little with fewer than four askers, so it is only looked at from four on.
    """
    window = last([m for m in view.held if balance(m) is not None], clause.of_last) if view.held else ()
    evenness = [each for each in map(balance, window) if each is not None]
    shares = [largest_share(m) or 0 for m in window if len(question_turns(m) or ()) >= FEWEST_FOR_SHARE]
    full = len(window) == clause.of_last
    even = bool(evenness) and median(evenness) >= clause.median_least - 1e-9
    one_voice = max(shares, default=0.0) > clause.largest_share_most + 1e-9
    seen = "Nobody has counted question turns yet."
    if any(meeting.turns and meeting.present is None for meeting in view.held):
        seen = "Question turns were counted, and it was not noted who came: silence of somebody there is a turn too."
    if window:
        seen = f"Question turns were counted in {some(len(window), 'meeting')} of the {clause.of_last} that it takes."
    if full:
        middle = floored(median(evenness))
        seen = f"The middle of the last {some(len(window), 'counted meeting')} stands at {middle} of even"
        seen += f", and in one of them one member asked {floored(max(shares))}." if one_voice else "."
    counts = "The circle has somebody count question turns"
    return GroupFound(
        holds=full and even and not one_voice,
        seen=seen,
        who="the circle",
        action="The circle looks at its question turns and lets those ask first who asked least."
        if full
        else f"{counts}.",
        have=len(window),
        need=clause.of_last,
        meetings=window,
        short="missing" if window else "not_seen",
    )


def shown(survey: SafetySurvey, view: GroupView) -> bool:
    """Whether enough answered for anything of it to be shown or used."""
    return survey.answers >= view.fewest_answers


def safety(clause: Safety, view: GroupView) -> GroupFound:
    """The last survey that may be shown. The lowest answer is only ever said to be below or not: somebody gave it."""
    surveys = [s for s in view.surveys if shown(s, view) and s.median is not None and s.lowest is not None]
    again = " again" if view.surveys else ""
    ask = f"The trainer asks the circle{again}, so that {floored(clause.response)} or more of it answer."
    if not surveys:
        few = any(not shown(survey, view) for survey in view.surveys)
        seen = (
            f"Fewer than {view.fewest_answers} answered, so nothing is shown." if few else "Nobody has been asked yet."
        )
        return GroupFound(False, seen, "the trainer", ask, need=1, short="not_seen")
    latest = surveys[-1]
    asked = max(latest.answers, view.size if latest.asked is None else latest.asked)
    answered = latest.answers >= clause.response * asked - 1e-9
    low, recent = (latest.lowest or 0) < clause.none_below, view.recent(latest.on_day)
    good = (latest.median or 0) >= clause.median_least and not low
    seen = f"{opening(latest.answers)} of {asked} answered, median {latest.median:.1f} of 7"
    seen += f", and {'somebody is' if low else 'nobody is'} below {clause.none_below:.0f}"
    seen += "" if recent else f", {ago(latest.on_day, view)}"
    talk = "The trainer talks with the circle about what would make it safer to speak, and asks again later."
    return GroupFound(
        holds=answered and good and recent,
        seen=f"{seen}.",
        who="the trainer",
        action=ask if good else talk,
        have=int(answered and good and recent),
        need=1,
        others=(latest.id,),
        short="expired" if answered and good else "missing",
    )
