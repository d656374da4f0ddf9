"""What is measured in the meetings of a circle: plain functions of meetings, none of which knows a threshold.

Meetings come in the order of their days, then ids. A window is the last so many meetings *held*: one that skipped what
nobody wrote down could be filled by leaving out what went badly. Only question turns are looked at where they were
counted, because that takes somebody's whole attention. The measures are those of our start values for a circle
(docs/standards.md); where a formula is somebody else's, it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import fmean

from assessments.group_evidence import FACILITATOR, MeetingEvidence, Member, PlannedMeeting
from assessments.reliability import gini, normalised_entropy

Meetings = Sequence[MeetingEvidence]
FEWEST_ASKERS = 2  # one asker alone is neither even nor uneven


def last(meetings: Meetings, k: int) -> tuple[MeetingEvidence, ...]:
    """The last `k` by date, then id."""
    return tuple(sorted(meetings, key=lambda m: (m.held_on, m.id))[-k:])


def seats_rotated(meetings: Meetings, members: Collection[str]) -> frozenset[str]:
    """Members of today who ran a round: the “distinct members who facilitated a full round” of our start values."""
    return frozenset(m.run_by for m in meetings if m.run_by is not None and m.run_by in members)


def run_alone(meetings: Meetings, most: int) -> tuple[MeetingEvidence, ...]:
    """Own running: a member ran it, and the trainer or facilitator stepped in at most so often, and that is known."""
    return tuple(
        m for m in meetings if m.run_by not in (None, FACILITATOR) and m.stepped_in is not None and m.stepped_in <= most
    )


def breaches(meetings: Meetings) -> tuple[int, int]:
    """Advice or leading questions that somebody noticed: (by a member, by anybody). The share is their quotient."""
    by_members = sum(m.caught_by_members or 0 for m in meetings)
    return by_members, by_members + sum(m.caught_by_facilitator or 0 for m in meetings)


def agreed(meetings: Meetings) -> tuple[MeetingEvidence, ...]:
    """Meetings with a problem that was agreed and that its holder confirmed."""
    return tuple(m for m in meetings if m.agreed)


def early_solutions(meetings: Meetings) -> tuple[MeetingEvidence, ...]:
    """Meetings in which solutions came before the problem was agreed, or nobody wrote down that they did not."""
    return tuple(m for m in meetings if m.early_solutions is not False)


def question_turns(meeting: MeetingEvidence) -> tuple[int, ...] | None:
    """One count for every asker's seat, the silent ones 0; None where turns or presence were not written down.

    The holder answers and has no asker's seat. Neither has the member who runs the round and keeps out of the content:
    with that seat counted, two members asking alike in a circle of four would look as if one were silent.
    """
    if meeting.turns is None or meeting.present is None:
        return None
    seats = ({*meeting.present} | {each for each, n in meeting.turns.items() if n}) - {
        meeting.holder_id,
        meeting.run_by,
    }
    return tuple(meeting.turns.get(each, 0) for each in sorted(seats))


def balance(meeting: MeetingEvidence) -> float | None:
    """Normalised entropy of question turns, −Σ p ln p / ln n (C. E. Shannon, Bell Syst. Tech. J. 27, 1948, 379–423).

    1 when all ask alike, 0 when one asks alone; None where nobody asked or there are fewer than two askers' seats.
    """
    turns = _judgeable(meeting)
    return None if turns is None else min(1.0, max(0.0, normalised_entropy(turns)))


def unevenness(meeting: MeetingEvidence) -> float | None:
    """Gini's coefficient of question turns times n/(n−1), for small circles (G. Deltas, Rev. Econ. Stat. 85, 2003)."""
    turns = _judgeable(meeting)
    return None if turns is None else min(1.0, gini(turns))


def largest_share(meeting: MeetingEvidence) -> float | None:
    """The share of question turns of whoever asked most."""
    turns = _judgeable(meeting)
    return None if turns is None else max(turns) / sum(turns)


def _judgeable(meeting: MeetingEvidence) -> tuple[int, ...] | None:
    turns = question_turns(meeting)
    return turns if turns is not None and len(turns) >= FEWEST_ASKERS and any(turns) else None


def share_present(meeting: MeetingEvidence, members: Collection[Member]) -> float | None:
    """The share of those who belonged to the circle on that day and were there; None where nobody noted who came."""
    roster = [
        m for m in members if m.joined_on <= meeting.held_on and (m.left_on is None or m.left_on > meeting.held_on)
    ]
    if meeting.present is None or not roster:
        return None
    return sum(member.id in meeting.present for member in roster) / len(roster)


def attendance(meetings: Meetings, members: Collection[Member]) -> float | None:
    """The mean of each meeting's share present; None unless it is known of every one.

    A mean of shares, so that a full meeting never lowers it when the circle has become smaller.
    """
    shares = [share_present(meeting, members) for meeting in meetings]
    known = [share for share in shares if share is not None]
    return fmean(known) if known and len(known) == len(shares) else None


def held(meetings: Meetings, members: Collection[str]) -> frozenset[str]:
    """Members of today who brought a problem."""
    return frozenset(m.holder_id for m in meetings if m.holder_id is not None and m.holder_id in members)


def helped(meetings: Meetings, members: Collection[str]) -> frozenset[str]:
    """Members of today who ran the round of another's problem or asked in it; where nobody counted, who were there."""
    found: set[str] = set()
    for meeting in meetings:
        if meeting.holder_id is None:
            continue
        asked = meeting.present or () if meeting.turns is None else [each for each, n in meeting.turns.items() if n]
        found |= ({*asked} | {meeting.run_by or ""}) - {meeting.holder_id or ""}
    return frozenset(found & {*members})


def both_roles(meetings: Meetings, members: Collection[str]) -> frozenset[str]:
    """Members of today who have held and helped."""
    return held(meetings, members) & helped(meetings, members)


def steps_due(meetings: Meetings) -> tuple[MeetingEvidence, ...]:
    """Meetings whose promised next step could have been reported back: it was, or the circle has met again since."""
    in_order = last(meetings, len(meetings)) if meetings else ()
    return tuple(m for m in in_order if m.step_promised and (m.step_reported or m is not in_order[-1]))


def steps_reported(meetings: Meetings) -> tuple[MeetingEvidence, ...]:
    """Follow-through: meetings whose promised next step was reported back."""
    return tuple(m for m in meetings if m.step_promised and m.step_reported)


def hosting(planned: Sequence[PlannedMeeting], members: Collection[str]) -> tuple[PlannedMeeting, ...]:
    """Meetings to come with a host and another member as deputy."""
    return tuple(p for p in planned if p.host_id in members and p.deputy_id in members and p.host_id != p.deputy_id)
