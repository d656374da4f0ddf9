"""What has to be settled round a circle before it meets alone: safety, contract, hosts, the sponsor's time.

One function for each kind of clause, from the clause and the evidence of one day to what was found.
"""

from __future__ import annotations

from datetime import date

from assessments.group_asks import Booked, ContractRenewed, KnownByAll, Members, NoOpenCase, ProtectedTime
from assessments.group_evidence import GroupView, SponsorWord
from assessments.group_found import GroupFound, ago
from assessments.group_measures import hosting
from assessments.wording import add_months, days, opening, some, span

TOPICS = {
    "limits": "the limits of confidentiality",
    "help": "whom to call and when",
}


def members(clause: Members, view: GroupView) -> GroupFound:
    """A standard for circles asks it first: with fewer there is no circle to judge."""
    belong = "belongs" if view.size < 2 else "belong"
    few = f"; with fewer than {clause.least} a circle cannot run itself" if view.size < clause.least else ""
    return GroupFound(
        holds=view.size >= clause.least,
        seen=f"{opening(view.size) if view.size else 'Nobody'} {belong} to the circle{few}.",
        who="the circle",
        action=f"The circle finds {some(max(1, clause.least - view.size), 'more member')}.",
        have=min(view.size, clause.least),
        need=clause.least,
        others=tuple(view.members),
        short="missing" if view.size else "not_seen",
    )


def no_open_case(_clause: NoOpenCase, view: GroupView) -> GroupFound:
    """An open case blocks, and nothing about it is said here: the circle reads this page."""
    if not view.safeguarding:
        return GroupFound(
            holds=False,
            seen="Nobody has said yet that nothing is open.",
            who="the trainer",
            action="The trainer asks whoever is responsible for safeguarding and writes down the answer.",
            need=1,
            short="not_seen",
        )
    word = view.safeguarding[-1]
    old = not view.recent(word.said_on)
    if word.open:
        return GroupFound(
            holds=False,
            seen="Something is still to be settled with the trainer.",
            who="the trainer",
            action="The trainer settles it before the circle goes on alone.",
            need=1,
            short="blocked",
        )
    return GroupFound(
        holds=not old,
        seen=f"Asked {ago(word.said_on, view)}." if old else f"Nothing open, asked on {view.date(word.said_on)}.",
        who="the trainer",
        action="The trainer asks again and writes down the answer.",
        have=int(not old),
        need=1,
        others=(word.id,),
        short="expired",
    )


def known_by_all(clause: KnownByAll, view: GroupView) -> GroupFound:
    """Each member of today has shown it at some time. Who has not is said: it is a short check, and no test."""
    checks = [c for c in view.checks if c.topic == clause.topic and c.member_id in view.members]
    known = {check.member_id for check in checks}
    left = set(view.members) - known
    seen = f"All {view.size} know {TOPICS[clause.topic]}."
    if left:
        some_of = f"{opening(len(known))} of {view.size}" if known else "Nobody yet"
        verb = "have shown that they know" if len(known) > 1 else "has shown that they know"
        seen = f"{some_of} {verb} {TOPICS[clause.topic]}."
    return GroupFound(
        holds=bool(view.size) and not left,
        seen=seen if view.size else "Nobody belongs to the circle.",
        who="the trainer",
        action=f"The trainer goes through {TOPICS[clause.topic]} with {view.names(left) or 'everybody'}.",
        have=len(known),
        need=view.size,
        others=tuple(check.id for check in checks),
        short="missing" if known else "not_seen",
    )


def contract_renewed(clause: ContractRenewed, view: GroupView) -> GroupFound:
    """The last renewal decides. It is used up by the meetings held after its day."""
    action = f"The circle renews its contract in writing, for {some(clause.meetings, 'meeting')} or more."
    if not view.renewals:
        seen = "The circle has not renewed its contract yet."
        return GroupFound(False, seen, "the circle", action, need=clause.meetings, short="not_seen")
    latest = view.renewals[-1]
    left = max(0, latest.meetings - sum(m.held_on > latest.renewed_on for m in view.held))
    covered = f"{some(latest.meetings, 'meeting')}, {left} of which {'is' if left == 1 else 'are'} to come"
    seen = f"Renewed on {view.date(latest.renewed_on)} for {covered}."
    if not left:
        seen = f"The contract of {view.date(latest.renewed_on)}, for {some(latest.meetings, 'meeting')}, is used up."
    enough = latest.meetings >= clause.meetings
    return GroupFound(
        holds=enough and left > 0,
        seen=seen,
        who="the circle",
        action=action,
        have=min(latest.meetings, clause.meetings) if left else 0,
        need=clause.meetings,
        others=(latest.id,),
        short="expired" if enough else "missing",
    )


def booked(clause: Booked, view: GroupView) -> GroupFound:
    """The next meetings, each with a host and a deputy. The host looks after place and reminder."""
    coming = view.planned[: clause.meetings]
    hosted = hosting(coming, view.members)
    missing = clause.meetings - len(coming)
    without = [meeting.held_on for meeting in coming if meeting not in hosted]
    some_of = opening(len(hosted)) if hosted else "None"
    verb = "has" if len(hosted) < 2 else "have"
    seen = f"{some_of} of the next {some(clause.meetings, 'meeting')} {verb} a date, a host and a deputy."
    action = f"The circle finds a host and a deputy for {days(without, view.at)}."
    if missing > 0:
        action = f"The circle puts {some(missing, 'more meeting')} in the calendar, each with a host and a deputy."
    return GroupFound(
        holds=len(hosted) >= clause.meetings,
        seen=seen if coming else "No meeting is in the calendar.",
        who="the circle",
        action=action,
        have=len(hosted),
        need=clause.meetings,
        others=tuple(meeting.id for meeting in hosted),
        short="missing" if coming else "not_seen",
    )


def protected_time(clause: ProtectedTime, view: GroupView) -> GroupFound:
    """The word that reaches furthest counts. It has to be renewed as time goes by."""
    until = add_months(view.at, clause.months)
    action = f"The sponsor confirms in writing that the time is protected until {view.date(until)} or later."
    if not view.sponsor:
        seen = "The sponsor has not confirmed any time in writing."
        return GroupFound(False, seen, "the sponsor", action, need=clause.months, short="not_seen")
    word = max(view.sponsor, key=lambda each: (each.until, each.id))
    over = word.until < view.at
    return GroupFound(
        holds=word.until >= until,
        seen=_protected(word, until, clause, view, over=over),
        who="the sponsor",
        action=action,
        have=sum(word.until >= add_months(view.at, month) for month in range(1, clause.months + 1)),
        need=clause.months,
        others=(word.id,),
        short="expired" if over else "missing",
    )


def _protected(word: SponsorWord, until: date, clause: ProtectedTime, view: GroupView, *, over: bool) -> str:
    if over:
        return f"The time was protected until {view.date(word.until)}."
    short = "" if word.until >= until else f", which is less than {span(clause.months)} from now"
    return f"The time is protected until {view.date(word.until)}{short}."
