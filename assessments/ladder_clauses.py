"""Clauses of the ladder: rounds in every part, hours, what was reached before, circles handed over, coded turns.

Each reads the evidence of one day, as those in `clauses.py` do, which is the only door to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments import calibration, labelled
from assessments.actions import Action, next_session
from assessments.asks import CodedShare, HandOvers, HoursOfPractice, OwnAgreement, PriorAward, Rounds
from assessments.evidence import AwardEvidence, Part, View
from assessments.found import Found
from assessments.wording import add_months, days, listed, opening, sentence, some, span

AS: dict[Part, str] = {
    "member": "as a member",
    "held": "with your own problem",
    "watched": "watching",
    "shared": "leading together",
    "led": "leading alone",
}
AS_SEEN: dict[Part, str] = {**AS, "held": "with a problem of their own"}


def rounds(clause: Rounds, view: View) -> Found:
    """Signed rounds in one of the parts. What waits for a signature is not counted, and is asked for first."""
    pool = [each for each in view.signed if each.role in clause.parts]
    short = clause.least - len(pool)
    parts = in_parts(clause)
    seen = f"None signed yet {parts}."
    if pool:
        seen = f"{opening(len(pool))} signed {parts}: {days([each.held_on for each in pool], view.at)}."
    if short > 0 and pool:
        seen += f" {opening(short)} more to go."
    return Found(
        holds=short <= 0,
        seen=seen,
        action=_next_round(clause, view, short),
        sessions=pool,
        short="missing" if pool else "not_seen",
        have=min(len(pool), clause.least),
        need=clause.least,
    )


def in_parts(clause: Rounds) -> str:
    """“as a member or with a problem of their own”, to follow rounds."""
    return listed([AS_SEEN[each] for each in clause.parts]).replace(" and ", " or ")


def _next_round(clause: Rounds, view: View, short: int) -> Action:
    if "led" in clause.parts:
        return next_session(view, short)
    mine = [s for s in view.evidence.sessions if s.role in clause.parts and s.held_on <= view.at]
    back = next((each for each in mine if each.state == "returned"), None)
    if back is not None:
        return Action("rewrite", f"Read what {back.signer} wrote about {view.date(back.held_on)}", back.id)
    waiting = [each for each in mine if each.state == "waiting" and not each.signer_left]
    if max(short, 1) <= len(waiting):
        first = waiting[0]
        return Action("wait", f"Remind {first.signer} about {view.date(first.held_on)}", first.id)
    parts = listed([AS[each] for each in clause.parts]).replace(" and ", " or ")
    return Action("log", f"Take part in the next round {parts} and write it up")


def hours(clause: HoursOfPractice, view: View) -> Found:
    """Whole hours of signed rounds, rounded down, so that none is said to be there that is not."""
    start = date.min if clause.days is None else view.at - timedelta(days=clause.days)
    pool = [each for each in view.signed if each.minutes and each.held_on > start]
    older = any(each.minutes and each.held_on <= start for each in view.signed)
    minutes, led = sum(s.minutes for s in pool), sum(s.minutes for s in pool if s.role == "led")
    leading = clause.leading_hours or 0
    enough, led_enough = minutes >= clause.hours * 60, led >= leading * 60
    seen = f"{some(minutes // 60, 'hour')} of signed rounds"
    seen += f", {some(led // 60, 'hour')} of them led" if leading else ""
    seen += f", in the last {clause.days} days." if clause.days else "."
    if not (enough and led_enough):
        asked = f", {some(leading, 'hour')} of them led" if leading else ""
        seen += f" It takes {some(clause.hours, 'hour')}{asked}."
    return Found(
        holds=enough and led_enough,
        seen=seen if pool else "No hours signed yet." if not older else "All hours are older than that.",
        action=next_session(view),
        sessions=pool,
        short="not_seen" if not pool and not older else "expired" if older and _all_time(clause, view) else "missing",
        have=min(minutes // 60, clause.hours),
        need=clause.hours,
    )


def _all_time(clause: HoursOfPractice, view: View) -> bool:
    return sum(each.minutes for each in view.signed) >= clause.hours * 60


def prior(clause: PriorAward, view: View) -> Found:
    """Reached before and valid on the day; an award that has ended is called expired, never missing."""
    known = [each for each in view.awards if each.standard_id == clause.standard]
    valid = [each for each in known if each.until is None or each.until >= view.at]
    first = known[0].since if known else view.at
    since = add_months(first, clause.held_months or 0)
    return Found(
        holds=bool(valid) and since <= view.at,
        seen=_prior_seen(clause, view, known, valid),
        action=Action("prior", _prior_action(view, known, valid, since)),
        others=tuple(dict.fromkeys(each.id for each in (*known[:1], *valid[-1:]))),
        short="missing" if valid or not known else "expired",
    )


def _prior_seen(clause: PriorAward, view: View, known: Sequence[AwardEvidence], valid: Sequence[AwardEvidence]) -> str:
    if not known:
        return "Not reached yet."
    if not valid:
        return f"It ended on {view.date(max(each.until for each in known if each.until))}."
    until = valid[-1].until
    seen = f"Reached on {view.date(known[0].since)}"
    seen += f", valid until {view.date(until)}." if until else "."
    if clause.held_months and add_months(known[0].since, clause.held_months) > view.at:
        seen += f" It takes {span(clause.held_months)}."
    return seen


def _prior_action(view: View, known: Sequence[AwardEvidence], valid: Sequence[AwardEvidence], since: date) -> str:
    if not known:
        return f"Reach it first: {view.evidence.trainer} decides about it"
    if not valid:
        return f"Ask {view.evidence.trainer} to have it renewed"
    return f"Wait until {view.date(since)}"


def hand_overs(clause: HandOvers, view: View) -> Found:
    """Circles that run themselves since a day."""
    have = len(view.handed_over)
    seen = "No circle has been handed over to its members yet."
    if have:
        seen = f"{opening(have)} handed over: {listed([f'{h.name}, {view.date(h.on)}' for h in view.handed_over])}."
    return Found(
        holds=have >= clause.least,
        seen=seen,
        action=Action("prior", "Hand a circle over to its members, with its trainer and its sponsor"),
        others=tuple(each.id for each in view.handed_over),
        short="missing" if have else "not_seen",
        have=min(have, clause.least),
        need=clause.least,
    )


def own_agreement(clause: OwnAgreement, view: View) -> Found:
    """The last figure of each kind, by the rule that also says who may sign."""
    standing = calibration.judge(clause.figures, view.agreement, view.at)
    known = [each.in_words() for each in view.agreement.figures]
    lapsed = len(known) >= len(clause.figures.figures) and all("held until" in each for each in standing.faults)
    seen = f"Agreement {listed(known)}." if known else "No figure of agreement is on record."
    if standing.faults and known:
        seen = f"{sentence(listed(standing.faults))}."
    return Found(
        holds=standing.holds,
        seen=seen,
        action=Action("prior", f"Have your agreement measured: {clause.figures.in_words()}"),
        short="not_seen" if not known else "expired" if lapsed else "missing",
    )


@dataclass(frozen=True, slots=True)
class _Person:
    """A person as those who code for them speak of them."""

    clause: CodedShare
    view: View
    own: str = "It is their own figure. It starts a talk and never counts."
    met: str = "session"

    def too_old(self, coded_on: date) -> str:
        if self.clause.days is None or coded_on > self.view.at - timedelta(days=self.clause.days):
            return ""
        return f"on {self.view.date(coded_on)}, more than {self.clause.days} days ago"


def coded(clause: CodedShare, view: View) -> Found:
    """What two people or more coded, together; what a machine or the person coded is shown with the reason."""
    person = _Person(clause, view)
    found = labelled.pool(view.samples, clause, person)
    old = labelled.outgrown(view.samples, found, person)
    needed = labelled.needed(clause, person, "from")
    ask = f"Ask {view.evidence.trainer} to have {needed} read by {clause.coders} people, and say yes to it"
    way = "asking open questions" if clause.of == "open" else "turning advice into questions"
    action = Action("practise", f"Practise {way}, and have a later session coded") if found.enough else None
    seen = "Two people have not coded any turns yet."
    if found.samples:
        seen = f"{labelled.seen(clause, found, person)} {labelled.read_by(clause, found, person)}"
    elif old:
        seen = f"The last turns were coded {person.too_old(old[-1].coded_on)}."
    reasons = [(each, labelled.why_not(each, clause, person)) for each in view.samples]
    return Found(
        holds=found.holds,
        seen=seen,
        action=action or Action("code", ask),
        others=tuple(each.id for each in found.samples),
        refused=[(f"Turns coded on {view.date(s.coded_on)}", why, s.id) for s, why in reasons if why],
        short="missing" if found.samples else "expired" if old else "not_seen",
        have=min(found.turns, clause.turns),
        need=clause.turns,
        when="When two people have read them",
    )
