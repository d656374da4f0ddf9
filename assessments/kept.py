"""What is kept and shown beside the clauses: what was seen and does not count, and where the stool stood."""

from __future__ import annotations

from datetime import date

from assessments.evidence import View, held, why_not_counted
from assessments.levels import LEVELS
from assessments.wording import initials, rounded
from courses.source import Frozen


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


def not_counted(view: View) -> tuple[NotCounted, ...]:
    """Latest first: sessions that do not count, own tallies nobody confirmed, and own ratings, which never count."""
    sessions = sorted(view.evidence.sessions, key=held, reverse=True)
    on_its_way = {each.id for each in view.on_its_way}
    out: list[NotCounted] = []
    for session in sessions:
        reason = why_not_counted(session, view.at)
        if reason is None:
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
    return tuple(out)


def ladder(view: View) -> tuple[tuple[int, tuple[Rung, ...]], ...]:
    """Every signed level with its day and signer. Shown side by side, never turned into one number."""
    waiting, counted = ({each.id for each in kept} for kept in (view.waiting, view.counted))
    signed = [
        session
        for session in sorted(view.evidence.sessions, key=held)
        if session.state == "signed" and session.held_on <= view.at and session.id not in waiting
    ]
    return tuple(
        (
            each.number,
            tuple(
                Rung(
                    initials=initials(session.signer_name),
                    name=session.signer_name,
                    on=session.held_on,
                    counted=session.id in counted,
                    evidence=session.id,
                )
                for session in signed
                if session.level == each.number
            ),
        )
        for each in LEVELS
    )
