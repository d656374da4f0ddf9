"""How a circle's meetings ran, line by line: what changed from one to the next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from assessments.group_evidence import FACILITATOR, GroupEvidence
from assessments.group_measures import balance
from assessments.wording import floored

SHOWN = 12  # meetings; no rule looks further back by number
DRAWN = 6  # as many dates as stand beside one another on a phone
FEWEST = 2  # one meeting is no trend


@dataclass(frozen=True, slots=True)
class Ran:
    """A meeting in figures. `noticed` says how much of the advice its members noticed first; empty where unknown."""

    meeting_id: str
    held_on: date
    is_counted: bool
    run_by: str = ""
    stepped_in: str = ""
    noticed: str = ""
    evenness: str = ""  # of question turns, as a share of even


class Column(NamedTuple):
    """One session as `charts.trend` takes it. `stepped_in` is None where nobody counted the meeting."""

    label: str
    open: int
    closed: int
    leading: int
    advice: int
    stepped_in: int | None


def lines(evidence: GroupEvidence, facilitator: str) -> Sequence[Ran]:
    """The latest meetings, newest first."""
    names = {each.id: each.name for each in evidence.members} | {FACILITATOR: facilitator}
    found = sorted(evidence.meetings, key=lambda each: (each.held_on, each.id), reverse=True)[:SHOWN]
    out = []
    for each in found:
        if each.run_by is None:
            out.append(Ran(each.id, each.held_on, is_counted=False))
            continue
        inside, outside = each.caught_by_members or 0, each.caught_by_facilitator or 0
        even = balance(each)
        out.append(
            Ran(
                each.id,
                each.held_on,
                is_counted=True,
                run_by=names.get(each.run_by, ""),
                stepped_in=str(each.stepped_in or 0),
                noticed=f"{inside} of {inside + outside}" if inside + outside else "None noticed",
                evenness=floored(even) if even is not None else "",
            )
        )
    return out


def columns(mixes: Sequence[tuple[date, int, int, int, int]], evidence: GroupEvidence) -> list[Column]:
    """What the chart draws, oldest first: the questions of signed sessions, and how often somebody stepped in that day.

    Empty while there are fewer than two sessions in which questions were counted.
    """
    stepped = {each.held_on: each.stepped_in for each in evidence.meetings}
    asked = [mix for mix in mixes if sum(mix[1:])][-DRAWN:]
    drawn = [
        Column(f"{on.day} {on:%b}", open_, closed, leading, advice, stepped.get(on))
        for on, open_, closed, leading, advice in asked
    ]
    return drawn if len(drawn) >= FEWEST else []
