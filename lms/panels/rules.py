"""Pure rules of panels: who may sit, what changed on the page, who chairs, what votes and a decision bind."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from assessments.deciding import Outcome, PanelRule
from assessments.ladder import ALONE
from assessments.readiness import Finding, Readiness
from assessments.standards import get_standard
from assessments.wording import first_name, listed, opening
from lms.handover.rules import KINDS, MEANINGS, READY

LONGEST_REASON = 2_000
NOTHING = "Nothing."
LONGEST_PART = 900  # of a decision’s text, which has three at most
UNREASONED = "Write down why. It is read with your name once all have voted."
OWN = "Nobody calls a panel about themselves. Ask your trainer."
NOT_ENOUGH = "Somebody who may sit is missing. Invite a trainer or an administrator first."
_YEAR = re.compile(r" \d{4}\b")  # a day is said with its year once that is over, which changes no fact


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who could sit on a panel, and everything known that may keep them off. `tie` follows their name."""

    person_id: uuid.UUID
    name: str
    is_trainee: bool = False
    is_open: bool = True
    has_account: bool = True
    is_staff: bool = True
    tie: str = ""  # “is the line manager”, “sits in the same circle”
    before: str = ""  # “sat on the first panel”
    signed: int = 0
    works_there: bool = False  # for the organisation of whom it is about
    is_trainer: bool = False  # of whom it is about

    @property
    def conflict(self) -> str:
        """Why they may not sit at all, to follow their name; empty where nothing speaks against it."""
        if self.is_trainee:
            return "is the person this is about"
        if not self.is_open:
            return "has an account that is switched off"
        if not self.has_account:
            return "has no account yet"
        if not self.is_staff:
            return "neither trains nor administers for the provider"
        return self.tie or self.before

    @property
    def not_outside(self) -> str:
        """Why theirs is no view from outside, to follow their name; empty where it is one."""
        if self.signed:
            return f"signed {opening(self.signed).lower()} of the sessions"
        if self.works_there:
            return "belongs to the same organisation"
        return "is the trainer" if self.is_trainer else ""

    @property
    def note(self) -> str:
        """What whoever calls a panel should know about somebody who may sit."""
        apart = self.not_outside
        return f"{apart[0].upper()}{apart[1:]}" if apart else "From outside: signed nothing"


def kept_off(sitter: Sitter, rule: PanelRule, seated: Sequence[Sitter] = ()) -> str:
    """Why somebody may not take a free seat beside those who sit already, to follow their name; or nothing."""
    if sitter.conflict:
        return sitter.conflict
    free = rule.panel - len(seated)
    missing = rule.outside - sum(not each.not_outside for each in seated)
    if sitter.not_outside and free <= missing:
        return f"{sitter.not_outside}, and the free seat is for somebody from outside"
    if sitter.signed and sum(each.signed > 0 for each in seated) >= rule.assessors_most:
        most = "nobody" if not rule.assessors_most else f"only {opening(rule.assessors_most).lower()}"
        return f"{sitter.not_outside}, and {most} who did may sit"
    return ""


def question(name: str, readiness: Readiness) -> str:
    """What a panel is asked, by what its standard entrusts."""
    level = get_standard(readiness.standard_id, readiness.version).award.level
    return f"Should {name} {'lead with no trainer there' if level <= ALONE else 'train and assess others'}?"


def misfit(chosen: Sequence[Sitter], rule: PanelRule) -> str:
    """Why these do not make a panel, in a sentence; empty when they do."""
    barred = next((each for each in chosen if each.conflict), None)
    if barred is not None:
        return f"{barred.name} {barred.conflict}."
    if len(chosen) != rule.panel:
        many = "nobody" if not chosen else opening(len(chosen)).lower()
        return f"Choose {opening(rule.panel).lower()} people. You chose {many}."
    signers = [first_name(each.name) for each in chosen if each.signed]
    if len(signers) > rule.assessors_most:
        most = opening(rule.assessors_most).lower()
        return f"{listed(signers)} signed sessions. At most {most} of those who did may sit."
    outside = sum(not each.not_outside for each in chosen)
    if outside < rule.outside:
        return f"{opening(rule.outside)} of them should come from outside and have signed nothing. You chose {outside}."
    return ""


def lacking(sitters: Sequence[Sitter], rule: PanelRule) -> str:
    """Why no panel can be made of these at all, in a sentence; empty when one can."""
    free = [each for each in sitters if not each.conflict]
    outside = sum(not each.not_outside for each in free)
    useful = sum(not each.signed for each in free) + min(rule.assessors_most, sum(each.signed > 0 for each in free))
    if useful < rule.panel:
        return f"{opening(rule.panel)} people are needed, and {opening(useful).lower()} may sit together. {NOT_ENOUGH}"
    if outside < rule.outside:
        return f"Nobody who may sit comes from outside and signed nothing. {NOT_ENOUGH}"
    return ""


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that is not what the panel read."""

    title: str
    before: str
    now: str


def changes(frozen: Readiness, now: Readiness) -> list[Change]:
    """What is otherwise on today’s page than on the one the panel reads, finding by finding."""
    if (frozen.standard_id, frozen.hash) != (now.standard_id, now.hash):
        return [Change("The standard", frozen.title, now.title)]
    before = {each.clause: each for each in frozen.findings}
    found = [
        Change(each.title, before[each.clause].seen if each.clause in before else NOTHING, each.seen)
        for each in now.findings
        if each.clause not in before or _said(each) != _said(before[each.clause])
    ]
    there = {each.clause for each in now.findings}
    return found + [Change(each.title, each.seen, NOTHING) for each in frozen.findings if each.clause not in there]


def _said(finding: Finding) -> tuple[object, ...]:
    """What a finding states; what to do next, and when, is no part of what is voted on."""
    return finding.state, _YEAR.sub("", finding.seen), finding.have, finding.need, finding.evidence


def told(changed: Sequence[Change]) -> str:
    """What changed, in one sentence."""
    return f"The evidence has changed since the page was frozen: {listed([f'“{each.title}”' for each in changed])}."


def count_in_words(voted: int, size: int) -> str:
    """“Two of three have voted”: all that is said of votes before they open."""
    many = opening(voted) if voted else "None"
    return f"{many} of {opening(size).lower()} {'have' if voted > 1 else 'has'} voted"


def headline(kinds: Sequence[str], found: Outcome) -> str:
    """What opened votes say."""
    if found.unanimous:
        return f"All {opening(len(kinds)).lower()} say {KINDS[found.kind].lower()}"
    if found.kind:
        most = opening(len(kinds) - found.against)
        against = opening(found.against).lower()
        other = "says otherwise. Answer that one" if found.against == 1 else "say otherwise. Answer them"
        return f"{most} say {KINDS[found.kind].lower()}, {against} {other} in writing"
    return "There is no majority. Talk, and vote once more"


def exceptional(kind: str, readiness: Readiness) -> str:
    """What a decision that the signs do not suggest has to answer, in words; empty for any other."""
    if kind == READY and readiness.left:
        one = len(readiness.left) == 1
        return f"Why decide with {opening(len(readiness.left)).lower()} {'sign' if one else 'signs'} missing?"
    if kind != READY and readiness.ready:
        return "Everything is there. Why is more time needed?"
    return ""


def appeal_until(decided_on: date, days: int) -> date:
    """The last day on which somebody may appeal."""
    return decided_on + timedelta(days=days)


class Cast(Protocol):
    """A vote as it is kept."""

    id: uuid.UUID
    panel_id: uuid.UUID
    page: int
    round: int
    kind: str
    reason: str
    voted_at: datetime
    readiness_digest: str


def payload(vote: Cast, member_id: uuid.UUID) -> dict[str, Any]:
    """What a vote binds: what was said, by whom, and the page it was said about."""
    return {
        "vote_id": str(vote.id),
        "panel_id": str(vote.panel_id),
        "member_id": str(member_id),
        "page": vote.page,
        "round": vote.round,
        "kind": vote.kind,
        "reason": vote.reason,
        "voted_at": vote.voted_at.astimezone(UTC).isoformat(),
        "readiness": vote.readiness_digest,
    }


def meaning(kind: str) -> str:
    """What a member of a panel puts their name to."""
    return f"As one of a panel: {MEANINGS[kind]}"
