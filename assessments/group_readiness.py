"""Readiness of a circle to take over: what is there, what is not, and who can do what next, in words. People decide.

`judge_group` is a function of its four arguments. The value it returns says everything a page says, so that a decision
can store it as it was seen. No clause makes up for another, and nothing here is ever added up to one number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assessments.group_asking import shown, why_sample_not_counted
from assessments.group_asks import CodedShare, GroupClause, Members
from assessments.group_clauses import describe, earliest
from assessments.group_evidence import GroupEvidence, GroupView, Sample, look_at_circle
from assessments.group_found import GroupFound, GroupState, Who
from assessments.group_standards import Entry, GroupStandard, Stage, StageId
from assessments.kept import NotCounted
from assessments.wording import opening, quoted, rounded, sentence, some
from courses.source import Frozen

NAMED = 2  # clauses that are short are named in the headline up to so many
DECIDE = "the circle, its facilitator and an independent observer"


class NothingAsked(LookupError):
    """From this stage on the standard asks for nothing more."""


class GroupFinding(Frozen):
    """One clause as it stands. `earliest` is the day that the calendar tells, if all goes well."""

    clause: str
    kind: str
    title: str
    gate: bool
    state: GroupState
    seen: str
    evidence: tuple[str, ...]
    have: int
    need: int
    who: Who | None
    action: str
    earliest: date | None


class GroupReadiness(Frozen):
    """How the evidence about a circle stood against one version of a standard on one day."""

    standard_id: str
    version: int
    hash: str
    title: str
    at: date
    stands: Stage
    enters: Stage
    ready: bool
    headline: str
    lede: str
    earliest: date | None
    findings: tuple[GroupFinding, ...]
    not_counted: tuple[NotCounted, ...]

    @property
    def left(self) -> tuple[GroupFinding, ...]:
        return tuple(finding for finding in self.findings if finding.state != "there")

    @property
    def there(self) -> tuple[GroupFinding, ...]:
        return tuple(finding for finding in self.findings if finding.state == "there")

    @property
    def gates_hold(self) -> bool:
        """Whether people may decide early at all: what is left has no gate among it."""
        return not any(finding.gate for finding in self.left)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, the same for the same GroupReadiness."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> GroupReadiness:
        return cls.model_validate(stored)


def judge_group(standard: GroupStandard, evidence: GroupEvidence, stage: StageId, at: date) -> GroupReadiness:
    """How a circle that stands at `stage` stands, on `at`, against what is asked before the next stage that asks.

    Raises NothingAsked where no later stage asks for anything.
    """
    entry = standard.entry_after(stage)
    if entry is None:
        raise NothingAsked(f"{standard.id}, version {standard.version}, asks for nothing after {stage}")
    view = look_at_circle(evidence, at, recency_days=standard.recency_days, fewest_answers=standard.fewest_answers)
    clauses = _clauses(standard, entry)
    found = {clause.id: describe(clause, view) for clause in clauses}
    left = [clause for clause in clauses if not found[clause.id].holds]
    days = earliest(left, view)
    findings = tuple(_finding(clause, found[clause.id], days) for clause in clauses)
    soonest = max(days.values()) if left and len(days) == len(left) else None
    enters = standard.stage(entry.stage)
    return GroupReadiness(
        standard_id=standard.id,
        version=standard.version,
        hash=standard.content_hash,
        title=standard.title,
        at=at,
        stands=standard.stage(stage),
        enters=enters,
        ready=not left,
        headline=_headline(left, soonest, view, standard),
        lede=_lede(findings, enters),
        earliest=soonest,
        findings=findings,
        not_counted=_not_counted(entry, view),
    )


def _clauses(standard: GroupStandard, entry: Entry) -> tuple[GroupClause, ...]:
    enough = Members(id="members", title="Enough members", gate=True, least=standard.fewest_members)
    return (enough, *entry.clauses)


def _finding(clause: GroupClause, found: GroupFound, days: Mapping[str, date]) -> GroupFinding:
    there = found.holds
    return GroupFinding(
        clause=clause.id,
        kind=getattr(clause, "kind", ""),
        title=clause.title,
        gate=clause.gate,
        state="there" if there else found.short,
        seen=found.seen,
        evidence=found.evidence,
        have=found.have,
        need=found.need,
        who=None if there else found.who,
        action="" if there else found.action,
        earliest=None if there else days.get(clause.id),
    )


def _headline(left: Sequence[GroupClause], soonest: date | None, view: GroupView, standard: GroupStandard) -> str:
    """What is short, gates first; too few members before everything, because nothing else helps then."""
    if not left:
        return f"Everything is there. {sentence(DECIDE)} decide"
    if view.size < standard.fewest_members:
        people = some(view.size, "member") if view.size else "no members"
        return f"A circle with {people} cannot run itself. It takes {standard.fewest_members}"
    in_order = sorted(left, key=lambda clause: not clause.gate)
    titles = [clause.title for clause in in_order]
    if len(left) <= NAMED:
        things = f"{quoted(titles)} {'is' if len(left) == 1 else 'are'} short"
    else:
        things = f"{opening(len(left))} things are short, first “{titles[0]}”"
    return f"{things}. {view.date(soonest)} is the earliest day" if soonest else things


def _lede(findings: Sequence[GroupFinding], enters: Stage) -> str:
    there = sum(finding.state == "there" for finding in findings)
    count = "None is there yet."
    if there:
        count = f"{opening(there)} of {len(findings)} {'is' if there == 1 else 'are'} there."
    gates = sum(finding.gate and finding.state != "there" for finding in findings)
    short = " One of those left is a gate: nothing makes up for it." if gates == 1 else ""
    if gates > 1:
        short = f" {opening(gates)} of those left are gates: nothing makes up for them."
    then = f"When they are there, {DECIDE} decide whether the next stage is “{enters.name}”."
    if there == len(findings):
        then = f"{sentence(DECIDE)} read them, and all three must say yes before the next stage is “{enters.name}”."
    return f"{count}{short} These are signs, not a score. {then}"


def _not_counted(entry: Entry, view: GroupView) -> tuple[NotCounted, ...]:
    """Latest first: figures that no clause counts, surveys that too few answered, meetings that did not take place."""
    coded = [clause for clause in entry.clauses if isinstance(clause, CodedShare)]
    out: list[tuple[date, NotCounted]] = []
    for sample in view.samples:
        reasons = [why_sample_not_counted(sample, clause, view) for clause in coded]
        if reasons and reasons[0] is not None and None not in reasons:
            out.append((sample.coded_on, NotCounted(title=_of(sample, view), reason=reasons[0], evidence=sample.id)))
    for survey in view.surveys:
        if not shown(survey, view):
            reason = f"Fewer than {view.fewest_answers} answered, so nothing of it is shown or used."
            title = f"Survey of {view.date(survey.on_day)}"
            out.append((survey.on_day, NotCounted(title=title, reason=reason, evidence=survey.id)))
    for meeting in view.cancelled:
        title = f"Meeting of {view.date(meeting.held_on)}"
        out.append((meeting.held_on, NotCounted(title=title, reason="It did not take place.", evidence=meeting.id)))
    return tuple(each for _, each in sorted(out, key=lambda pair: (pair[0], pair[1].evidence), reverse=True))


def _of(sample: Sample, view: GroupView) -> str:
    shares = (
        f"{rounded(sample.open / sample.turns)} open, {rounded(sample.without_advice / sample.turns)} without advice"
    )
    return f"{shares} in {some(sample.turns, 'turn')}, {view.date(sample.coded_on)}"
