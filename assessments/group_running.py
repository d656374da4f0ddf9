"""How a circle runs its meetings: whose turn it is, how often anybody steps in, who comes, what is reported back.

One function for each kind of clause, from the clause and the evidence of one day to what was found.
"""

from __future__ import annotations

from assessments.group_asks import (
    Attendance,
    BothRoles,
    FollowThrough,
    Observed,
    OwnRunning,
    ProblemFirst,
    SeatRotation,
)
from assessments.group_evidence import GroupView, MeetingEvidence
from assessments.group_found import GroupFound
from assessments.group_measures import (
    Meetings,
    agreed,
    attendance,
    both_roles,
    early_solutions,
    last,
    run_alone,
    seats_rotated,
    steps_due,
    steps_reported,
)
from assessments.wording import add_months, floored, opening, some, span


def seats(clause: SeatRotation, view: GroupView) -> GroupFound:
    """So many members of today ran a round in the window. They are named: it is a rota and no mark."""
    window = last(view.held, clause.of_last)
    ran, need = seats_rotated(window, view.members), clause.least.of(view.size)
    seen = f"{view.names(ran)} ran a round in {_the_last(window)}; {need} are asked for."
    if not ran:
        seen = f"No member ran a round in {_the_last(window)}." if window else "No meeting was held yet."
    return GroupFound(
        holds=len(ran) >= need,
        seen=seen,
        who="the circle",
        action=f"The circle gives the seat to {_one_of(set(view.members) - ran, view)}{_next(view)}.",
        have=min(len(ran), need),
        need=need,
        meetings=[meeting for meeting in window if meeting.run_by in ran],
        short="missing" if any(m.run_by is not None for m in window) else "not_seen",
    )


def own_running(clause: OwnRunning, view: GroupView) -> GroupFound:
    """Rounds that a member ran and nobody stepped into more than so often; lately not at all, where that is asked."""
    window = last(view.held, clause.of_last)
    own = run_alone(window, clause.stepped_in_most)
    lately = last(view.held, clause.alone_last) if clause.alone_last else ()
    alone = not clause.alone_last or len(run_alone(lately, 0)) == clause.alone_last
    was = "was" if len(own) < 2 else "were"
    alike = f"run by a member with nobody stepping in{_more_than(clause.stepped_in_most)}"
    seen = f"{_some_of(own, window)} {was} {alike}; {clause.least} of {clause.of_last} are asked for."
    if len(own) >= clause.least and not alone:
        seen = f"{seen.rstrip('.')}, and in the last {clause.alone_last} nobody should step in at all."
    unsaid = [m for m in window if m.run_by is None or m.stepped_in is None]
    return GroupFound(
        holds=len(own) >= clause.least and alone,
        seen=seen if window else "No meeting was held yet.",
        who="the trainer" if unsaid else "the circle",
        action=_write_up("who ran it and who stepped in", unsaid[0], view)
        if unsaid
        else f"A member runs the round{_next(view)}, and the trainer keeps out of it.",
        have=min(len(own), clause.least),
        need=clause.least,
        meetings=last([*own, *(m for m in lately if m not in own)], clause.of_last + len(lately)) if own else (),
        short="missing" if len(unsaid) < len(window) else "not_seen",
    )


def roles(clause: BothRoles, view: GroupView) -> GroupFound:
    """Members of today who have brought a problem and helped with another's, in the window."""
    window = last(view.held, clause.of_last)
    both, need = both_roles(window, view.members), clause.least.of(view.size)
    left = set(view.members) - both
    seen = f"{opening(len(both)) if both else 'None'} of {view.size} held and helped in {_the_last(window)}."
    return GroupFound(
        holds=len(both) >= need,
        seen=seen if window else "No meeting was held yet.",
        who="the circle",
        action=f"The circle makes room for {_one_of(left, view)} to bring a problem, or to help with one{_next(view)}.",
        have=min(len(both), need),
        need=need,
        meetings=[meeting for meeting in window if meeting.holder_id is not None],
        short="missing" if any(m.holder_id is not None for m in window) else "not_seen",
    )


def present(clause: Attendance, view: GroupView) -> GroupFound:
    """The mean share of the circle in the window, which has to be full and written down."""
    window = last(view.held, clause.of_last)
    share = attendance(window, view.ever)
    unsaid = [meeting for meeting in window if meeting.present is None]
    full = len(window) == clause.of_last and share is not None
    seen = f"{floored(share or 0)} of the circle came to {_the_last(window)}, each meeting weighing alike."
    if unsaid:
        seen = f"Nobody noted who came on {view.date(unsaid[0].held_on)}."
    asked = f"at least {floored(clause.share)} of the circle comes to {clause.of_last} meetings running"
    return GroupFound(
        holds=full and share is not None and share >= clause.share - 1e-9,
        seen=seen if window else "No meeting was held yet.",
        who="the trainer" if unsaid else "the circle",
        action=_write_up("who came", unsaid[0], view) if unsaid else f"The circle finds days on which {asked}.",
        have=len(window) - len(unsaid),
        need=clause.of_last,
        meetings=window,
        short="missing" if len(unsaid) < len(window) else "not_seen",
    )


def follow_through(clause: FollowThrough, view: GroupView) -> GroupFound:
    """Promised next steps that could have been reported back by now, the last so many."""
    window = last(steps_due(view.held), clause.of_last)
    reported = steps_reported(window)
    was = "was" if len(reported) < 2 else "were"
    seen = f"{_number(reported)} of the last {some(len(window), 'promised step')} {was} reported back; "
    return GroupFound(
        holds=len(reported) >= clause.least,
        seen=f"{seen}{clause.least} of {clause.of_last} are asked for." if window else "No promised step is due yet.",
        who="the circle",
        action="The circle opens each meeting with what became of the last steps, and writes it down.",
        have=min(len(reported), clause.least),
        need=clause.least,
        meetings=reported,
        short="missing" if window else "not_seen",
    )


def problem_first(clause: ProblemFirst, view: GroupView) -> GroupFound:
    """An agreed and confirmed problem in so many of the window, solutions before it in at most so many."""
    window = last(view.held, clause.of_last)
    good, early = agreed(window), early_solutions(window)
    seen = f"{_some_of(good, window)} agreed on a problem that its holder confirmed, and {clause.least} are asked for"
    first = f"in {len(early) or 'none'} solutions came first or nobody noted it, and {clause.early_most} may be so"
    return GroupFound(
        holds=len(good) >= clause.least and len(early) <= clause.early_most,
        seen=f"{seen}; {first}." if window else "No meeting was held yet.",
        who="the circle",
        action=f"The circle agrees on the problem before it speaks of solutions{_next(view)}, and notes that it did.",
        have=min(len(good), clause.least),
        need=clause.least,
        meetings=window,
        short="missing" if any(m.agreed is not None for m in window) else "not_seen",
    )


def observed(clause: Observed, view: GroupView) -> GroupFound:
    """Rounds with enough forms, however old; the newest has to be recent."""
    rounds = [m for m in view.held if len({each.observer_id for each in m.observed}) >= clause.forms_each]
    people = {each.observer_id: each.independent for m in rounds for each in m.observed}
    for each in (one for m in rounds for one in m.observed):
        people[each.observer_id] = people[each.observer_id] and each.independent
    free = sum(people.values())
    spread = bool(rounds) and add_months(rounds[0].held_on, clause.months) <= rounds[-1].held_on
    by = f"by {some(len(people), 'person', 'people')}, {free or 'none'} of them independent of the circle"
    seen = f"{opening(len(rounds))} {'round was' if len(rounds) == 1 else 'rounds were'} observed {by}"
    if len(rounds) >= clause.rounds and not spread:
        seen += f", and less than {span(clause.months)} lie between the first and the last"
    who = "an independent observer" if free < clause.independent else "two observers"
    return GroupFound(
        holds=len(rounds) >= clause.rounds
        and len(people) >= clause.observers
        and free >= clause.independent
        and spread,
        seen=f"{seen}." if rounds else f"No round was observed yet by {some(clause.forms_each, 'person', 'people')}.",
        who="the trainer",
        action=f"The trainer asks {who} to sit in{_next(view)}.",
        have=min(len(rounds), clause.rounds),
        need=clause.rounds,
        meetings=rounds,
        short="missing" if rounds else "not_seen",
    )


def _number(meetings: Meetings) -> str:
    return opening(len(meetings)) if meetings else "None"


def _some_of(meetings: Meetings, window: Meetings) -> str:
    return f"{_number(meetings)} of {_the_last(window)}"


def _the_last(window: Meetings) -> str:
    return "the last meeting" if len(window) == 1 else f"the last {len(window)} meetings"


def _more_than(times: int) -> str:
    return "" if times == 0 else " more than once" if times == 1 else f" more than {times} times"


def _one_of(ids: set[str], view: GroupView) -> str:
    """Whose turn it is: one name, a few with “or”, many as “somebody who has not had it”."""
    names = view.names(ids)
    return names.replace(" and ", " or ") if 0 < len(ids) <= 3 and names else "somebody whose turn it is"


def _next(view: GroupView) -> str:
    return f" on {view.date(view.planned[0].held_on)}" if view.planned else " at the next meeting"


def _write_up(what: str, meeting: MeetingEvidence, view: GroupView) -> str:
    return f"The trainer notes for {view.date(meeting.held_on)} {what}."
