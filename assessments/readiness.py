"""Readiness: for every clause what is there, what is not, and what to do next, in words. A person decides.

`judge` is a function of its three arguments. The value it returns says everything the page says, so that a decision
can store it as it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from assessments.actions import Action, ActionKind, lead_next, next_session
from assessments.asks import Clause, Levels, OpenQuestions, Rounds
from assessments.clauses import describe
from assessments.evidence import Evidence, SessionEvidence, View, look, why_not_signed
from assessments.found import Found
from assessments.kept import NotCounted, Rung, ladder, not_counted
from assessments.ladder_clauses import in_parts
from assessments.outlook import Ahead, ahead
from assessments.standards import Standard
from assessments.wording import listed, opening, rounded, sentence, some
from courses.source import Frozen

ClauseState = Literal["there", "missing", "not_seen", "expired", "blocked"]

# What waits for nobody else comes first; a signature somebody else owes comes last.
FIRST_TO_LAST: tuple[ActionKind, ...] = (
    "rewrite", "lesson", "check", "test", "practise", "ask-signer", "code", "log", "prior", "wait", "talk",
)  # fmt: skip
ALONE = ("lessons-done", "held-later")  # clauses for which no session is needed


class Finding(Frozen):
    """One clause as it stands. `when` is the earliest day in words; `have` of `need` where counting makes sense."""

    clause: str
    kind: str
    title: str
    gate: bool
    state: ClauseState
    seen: str
    evidence: tuple[str, ...]
    have: int
    need: int
    action: str
    action_kind: ActionKind
    target: str | None
    when: str
    earliest: date | None


class NextStep(Frozen):
    """The one best next step."""

    title: str
    reason: str
    action_kind: ActionKind
    target: str | None


class Readiness(Frozen):
    """How the evidence stood against one version of a standard on one day."""

    standard_id: str
    version: int
    hash: str
    title: str
    valid_months: int
    at: date
    ready: bool
    headline: str
    lede: str
    earliest: date | None
    sessions_left: int | None
    next_step: NextStep
    findings: tuple[Finding, ...]
    not_counted: tuple[NotCounted, ...]
    ladder: tuple[tuple[int, tuple[Rung, ...]], ...]
    basis: tuple[str, ...]

    @property
    def left(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.state != "there")

    @property
    def there(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.state == "there")

    @property
    def gates_hold(self) -> bool:
        """Whether a person may decide early at all: what is left has no gate among it."""
        return not any(finding.gate for finding in self.left)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, the same for the same Readiness."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Readiness:
        return cls.model_validate(stored)


def judge(standard: Standard, evidence: Evidence, at: date) -> Readiness:
    """How `evidence` stands against `standard` on `at`."""
    view = look(evidence, at, standard.tiers)
    steps = ahead(standard, view)
    found = {clause.id: describe(clause, view) for clause in standard.clauses}
    findings = tuple(_finding(clause, standard, found, view, steps) for clause in standard.clauses)
    if evidence.concern:
        findings = (*findings, _concern(view))
    left = [finding for finding in findings if finding.state != "there"]
    last = steps[-1] if len(steps[-1].holds) == len(standard.clauses) and not evidence.concern else None
    earliest = last.day if last and left and last.in_calendar else None
    decider = standard.decision.words if standard.decision else view.evidence.trainer
    return Readiness(
        standard_id=standard.id,
        version=standard.version,
        hash=standard.content_hash,
        title=standard.title,
        valid_months=standard.valid_months,
        at=at,
        ready=not left,
        headline=_headline(left, last, earliest, view, decider),
        lede=_lede(findings, earliest, view, decider),
        earliest=earliest,
        sessions_left=last.sessions if last else None,
        next_step=_next_step(left, view, decider),
        findings=findings,
        not_counted=not_counted(view, found.values(), rounds=asks_for_rounds(standard)),
        ladder=ladder(view),
        basis=_basis(standard, found, view),
    )


CONCERN = "open-concern"  # a finding of every standard and of no file: see `_concern`


def _concern(view: View) -> Finding:
    """An open concern about safety keeps everybody from being found ready, by whatever standard (readiness.md §3: no
    unresolved safety flag, and nothing makes up for it). Nothing is said about it here: a person says it in person.
    """
    return Finding(
        clause=CONCERN,
        kind=CONCERN,
        title="A talk before the next decision",
        gate=True,
        state="blocked",
        seen="Your trainer will talk with you before the next decision.",
        evidence=(),
        have=0,
        need=0,
        action=f"Talk with {view.evidence.trainer}",
        action_kind="talk",
        target=None,
        when="",
        earliest=None,
    )


def asks_for_rounds(standard: Standard) -> bool:
    """Whether rounds in other parts than leading are among what it asks for."""
    return any(isinstance(clause, Rounds) for clause in standard.clauses)


def _finding(
    clause: Clause, standard: Standard, found: Mapping[str, Found], view: View, steps: Sequence[Ahead]
) -> Finding:
    mine = found[clause.id]
    state: ClauseState = "there" if mine.holds else mine.short
    first = next((step for step in steps if clause.id in step.holds), None)
    action, when = _action(mine, first, view), _when(clause, mine, first, view)
    if clause.after and not found[clause.after].holds and state in ("missing", "not_seen"):
        state, action = "blocked", found[clause.after].action
        when = f"After “{next(c.title for c in standard.clauses if c.id == clause.after)}”"
    there = state == "there"
    return Finding(
        clause=clause.id,
        kind=clause.kind,
        title=clause.title,
        gate=clause.gate,
        state=state,
        seen=mine.seen,
        evidence=mine.evidence,
        have=mine.have,
        need=mine.need,
        action="" if there else action.words,
        action_kind="decide" if there else action.kind,
        target=None if there else action.target,
        when="" if there else when,
        earliest=None if there or first is None or not first.in_calendar else first.day,
    )


def _action(mine: Found, first: Ahead | None, view: View) -> Action:
    """The clause knows what is short; whether a signature would settle it or a session has to be led, the outlook."""
    if first is None or mine.holds or mine.action.kind in ("lesson", "check", "practise"):
        return mine.action
    if first.sessions == 0:
        return next_session(view)
    return lead_next(view) if mine.action.kind == "wait" else mine.action


def _when(clause: Clause, mine: Found, first: Ahead | None, view: View) -> str:
    if mine.when or mine.action.kind == "lesson":
        return mine.when or "From today"
    if first is None:
        return "Later"
    if first.sessions == 0:
        return _when_signed(view.on_its_way, view)
    hope = ""
    if isinstance(clause, Levels | OpenQuestions):
        hope = {1: ", if it goes well", 2: ", if both go well"}.get(first.sessions, ", if all go well")
    if first.in_calendar:
        return view.date(first.day) + hope
    if first.sessions == 1:
        return "With the next session" + hope
    return f"After {first.sessions} more sessions{hope}"


def _when_signed(sessions: Sequence[SessionEvidence], view: View) -> str:
    days = listed([view.date(session.held_on) for session in sessions])
    signers = {session.signer for session in sessions}
    if len(signers) == 1 and not any(session.signer_left for session in sessions):
        return f"When {signers.pop()} signs {days}"
    return f"When {days} {'is' if len(sessions) == 1 else 'are'} signed"


def _headline(left: Sequence[Finding], last: Ahead | None, earliest: date | None, view: View, decider: str) -> str:
    decides = f"{decider} decides"
    if not left:
        return f"Everything is there. {sentence(decides)}"
    if last and not any(finding.kind in ALONE for finding in left):
        if last.sessions:
            return f"{opening(last.sessions)} more {'session' if last.sessions == 1 else 'sessions'}, then {decides}"
        return f"{_when_signed(view.on_its_way, view)}, everything may be there"
    things = f"{opening(len(left))} {'thing is' if len(left) == 1 else 'things are'} left"
    return f"{things}. {view.date(earliest)} is the earliest day" if earliest and earliest > view.at else things


def _lede(findings: Sequence[Finding], earliest: date | None, view: View, decider: str) -> str:
    there = sum(finding.state == "there" for finding in findings)
    count = (
        f"{opening(there)} of {len(findings)} {'is' if there == 1 else 'are'} there." if there else "None is there yet."
    )
    soonest = (
        f" The earliest day is {view.date(earliest)}, if all goes well." if earliest and earliest > view.at else ""
    )
    if there == len(findings):
        return f"These are signs, not a score. {sentence(decider)} reads them, decides and writes down why."
    return f"{count} These are signs, not a score.{soonest} When they are there, {decider} decides and writes down why."


def _next_step(left: Sequence[Finding], view: View, decider: str) -> NextStep:
    if not left:
        return NextStep(
            title=f"{sentence(decider)} reads the signs and decides",
            reason="Everything this standard asks for is there.",
            action_kind="decide",
            target=None,
        )
    best = min(left, key=lambda finding: FIRST_TO_LAST.index(finding.action_kind))
    return NextStep(title=best.action, reason=_reason(best, view), action_kind=best.action_kind, target=best.target)


def _reason(finding: Finding, view: View) -> str:
    if finding.action_kind == "lesson":
        gate = " Nothing else makes up for it." if finding.gate else ""
        return f"{finding.seen} It waits for nobody else.{gate}"
    if finding.action_kind == "rewrite":
        back = next(session for session in view.evidence.sessions if session.id == finding.target)
        return why_not_signed(back, view.at, view.tiers) or finding.seen
    return finding.seen


def _basis(standard: Standard, found: Mapping[str, Found], view: View) -> tuple[str, ...]:
    """What a certificate may say it rests on: “6 sessions”, “77% open questions in the last 4”."""
    lines = [some(len(view.counted), "session")] if view.counted or not asks_for_rounds(standard) else []
    for clause in standard.clauses:
        pool = found[clause.id].sessions
        if isinstance(clause, Rounds) and pool and "led" not in clause.parts:
            lines.append(f"{some(len(pool), 'round')} {in_parts(clause)}")
        if isinstance(clause, OpenQuestions) and pool:
            share = rounded(sum(s.open for s in pool) / sum(s.asked for s in pool))
            lines.append(f"{share} open questions in the last {len(pool)}")
    return tuple(lines)
