"""What is kept and shown beside the clauses: what was seen and does not count, and where the stool stood."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from assessments.assurance import Tier, in_words
from assessments.evidence import Observed, SessionEvidence, View, held, why_not_counted
from assessments.found import Found
from assessments.levels import LEVELS
from assessments.wording import initials, rounded
from courses.source import Frozen

SignedBy = SessionEvidence | Observed


class NotCounted(Frozen):
    """Something that was seen and moves nothing, with the reason."""

    title: str
    reason: str
    evidence: str


class Rung(Frozen):
    """One signed level: whose view, of which day, and whether it counts here."""

    initials: str
    name: str
    on: date
    counted: bool
    evidence: str
    tier: Tier | None = None  # None in what was frozen before there were tiers


def not_counted(view: View, found: Collection[Found] = (), *, rounds: bool = False) -> tuple[NotCounted, ...]:
    """Latest first: sessions that do not count, own tallies nobody confirmed, and own ratings, which never count.

    What any of the clauses counts, as a round in another part, is not among them; what they refused is. `rounds`: the
    standard asks for rounds in other parts.
    """
    counts = {name for each in found for name in each.evidence}
    sessions = sorted(view.evidence.sessions, key=held, reverse=True)
    on_its_way = {each.id for each in view.on_its_way}
    out: list[NotCounted] = []
    for session in sessions:
        out += _observed(session, view)
        reason = why_not_counted(session, view.at, view.tiers, rounds=rounds)
        if reason is None or session.id in counts:
            continue
        title = f"Session of {view.date(session.held_on)}, {session.group_name}"
        out.append(NotCounted(title=title, reason=reason, evidence=session.id))
        if session.asked and session.id in on_its_way:
            share = f"{rounded(session.open / session.asked)} open on {view.date(session.held_on)}, own count"
            reason = "Nobody else has confirmed the count. It counts once the session is signed."
            out.append(NotCounted(title=share, reason=reason, evidence=session.id))
    rated = next((s for s in sessions if s.self_rated and s.held_on <= view.at), None)
    if rated is not None:
        title = f"Own ratings, last on {view.date(rated.held_on)}"
        reason = "Own ratings start a talk. They never count."
        out.append(NotCounted(title=title, reason=reason, evidence=rated.id))
    refused = dict.fromkeys(each for one in found for each in one.refused if each[2] not in counts)
    titles = {name: NotCounted(title=title, reason=why, evidence=name) for title, why, name in reversed(refused)}
    return (*out, *titles.values())


def _observed(session: SessionEvidence, view: View) -> list[NotCounted]:
    """What somebody from outside signed, as long as it stands beside and not for the session."""
    if session.observed is None or session.observed.signed_on > view.at:
        return []
    title = f"Session of {view.date(session.held_on)}, as {session.observed.signer_name} saw it"
    reason = f"Signed {in_words('link')}. That is kept, and does not count here."
    return [NotCounted(title=title, reason=reason, evidence=session.id)]


def ladder(view: View) -> tuple[tuple[int, tuple[Rung, ...]], ...]:
    """Every signed level with its day and signer. Shown side by side, never turned into one number."""
    rungs = [rung for session in sorted(view.evidence.sessions, key=held) for rung in _rungs(session, view)]
    return tuple((each.number, tuple(rung for number, rung in rungs if number == each.number)) for each in LEVELS)


def _rungs(session: SessionEvidence, view: View) -> list[tuple[int, Rung]]:
    """The trainer's signature of a session and its observer's, whichever there are, each with its level."""
    waiting, counted = ({each.id for each in kept} for kept in (view.waiting, view.counted))
    if session.held_on > view.at:
        return []
    signed: list[tuple[SignedBy, bool, Tier]] = []
    if session.state == "signed" and session.id not in waiting:
        signed.append((session, session.id in counted, session.tier))
    if session.observed is not None and session.observed.signed_on <= view.at:
        signed.append((session.observed, False, "link"))
    return [
        (
            by.level or 0,
            Rung(
                initials=initials(by.signer_name),
                name=by.signer_name,
                on=session.held_on,
                counted=counts,
                evidence=session.id,
                tier=tier,
            ),
        )
        for by, counts, tier in signed
    ]
