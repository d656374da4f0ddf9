"""Pure rules of an organisation's circles: which of them needs somebody, whom, and what a manager is told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.wording import listed
from lms.core.phrases import day, number

QUIET = timedelta(days=42)  # three meetings that did not happen, at a meeting every two weeks
ENDS_SOON = timedelta(days=30)
FEWEST_CIRCLES = 3  # with fewer, a case about one circle tells which: as for themes, see advising/rules.py
# What of a sign a manager is told: what the organisation can do something about. How a circle talks and whether
# people feel safe in it stays there; that there is such a sign is all its provider's administrators learn, too.
SIGNS = {
    "meetings-missed": "Meetings in a row fell through",
    "nobody-hosts": "No member hosts",
    "check-unanswered": "A check after the hand-over was not answered",
}
KEPT = "Something that stays with the circle"
PARTS = {"trainer": "its trainer", "facilitator": "whoever facilitates it", "sponsor": "a manager here"}
YES, COMPLETE = "circle", "complete"


@dataclass(frozen=True, slots=True)
class Case:
    """An advisory case that is open. `organisation_wide`: it is about no circle in particular."""

    id: uuid.UUID
    theme: str
    agreed: bool
    due_on: date | None
    shared: bool
    group_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Circle:
    """What is known of a circle from outside it, on a day of its own."""

    id: uuid.UUID
    name: str
    unit: str
    stage: str
    stage_name: str
    facilitator: str
    facilitator_here: bool
    trainer: str
    runs_itself: bool
    began_on: date
    met_on: date | None = None
    next_on: date | None = None
    protected_until: date | None = None
    under_way: bool = False  # a hand-over
    waits_for: tuple[str, ...] = ()  # whose part of it is missing
    signs: tuple[str, ...] = ()  # kinds
    steps: int = 0  # agreed and open
    late: int = 0  # of them, past their day
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """Why a circle needs somebody; the lowest rank is the gravest. `act` is what a manager can do about it."""

    rank: int
    sentence: str
    act: str = ""


def days_since(circle: Circle, today: date) -> int | None:
    """Days since the circle last met."""
    return (today - circle.met_on).days if circle.met_on else None


def signs_told(kinds: Sequence[str]) -> list[str]:
    """The titles of signs that a manager reads; several that stay with the circle are one line."""
    told = [title for kind, title in SIGNS.items() if kind in kinds]
    return told + ([KEPT] if any(kind not in SIGNS for kind in kinds) else [])


def whom(circle: Circle) -> str:
    """Whom a hand-over waits for, in words."""
    if not circle.waits_for:
        return "its trainer, to complete it"
    names = {**PARTS, "trainer": circle.trainer, YES: "the circle’s own yes"}
    return listed([names[each] for each in circle.waits_for])


def needs(circle: Circle, today: date) -> list[Need]:
    """Everything for which a circle needs somebody, the gravest first."""
    found = [_unled(circle), _unsigned(circle), _drifted(circle), _quiet(circle, today), _time(circle, today)]
    found.append(_late(circle))
    return sorted((each for each in found if each), key=lambda need: need.rank)


def _unled(circle: Circle) -> Need | None:
    if circle.facilitator_here:
        return None
    return Need(0, f"{circle.facilitator} facilitates it, and has no part here any more.", "write")


def _unsigned(circle: Circle) -> Need | None:
    if not circle.under_way:
        return None
    mine = "sponsor" in circle.waits_for
    return Need(1 if mine else 5, f"Its hand-over waits for {whom(circle)}.", "sign" if mine else "")


def _drifted(circle: Circle) -> Need | None:
    told = signs_told(circle.signs)
    return Need(2, f"{'. '.join(told)}.") if told else None


def _quiet(circle: Circle, today: date) -> Need | None:
    since = circle.met_on or circle.began_on
    if circle.next_on is not None or today - since < QUIET:
        return Need(4, "No date is set for its next meeting.", "write") if circle.next_on is None else None
    met = f"last met {(today - since).days} days ago" if circle.met_on else "has not met yet"
    return Need(3, f"It {met}, and no date is set.", "write")


def _time(circle: Circle, today: date) -> Need | None:
    until = circle.protected_until
    if until is None or until > today + ENDS_SOON:
        return None
    said = f"ended on {day(until)}" if until < today else f"ends on {day(until)}"
    return Need(3 if until < today else 4, f"Its protected time {said}.", "time")


def _late(circle: Circle) -> Need | None:
    if not circle.late:
        return None
    one = circle.late == 1
    agreed = "An agreed step is" if one else f"{number(circle.late, capital=True)} agreed steps are"
    return Need(4, f"{agreed} past {'its' if one else 'their'} day.")


def in_order(circles: Sequence[Circle], today: date) -> list[Circle]:
    """What needs somebody first, the gravest of it first of all; then by name."""

    def place(circle: Circle) -> tuple[int, int, str, uuid.UUID]:
        mine = needs(circle, today)
        return (mine[0].rank if mine else 9, -len(mine), circle.name.casefold(), circle.id)

    return sorted(circles, key=place)


def headline(circles: Sequence[Circle], today: date) -> str:
    """The sentence that answers what a manager came for."""
    many, in_need = len(circles), sum(1 for each in circles if needs(each, today))
    if not many:
        return "No circle meets here yet"
    if not in_need:
        return "Your one circle needs nobody today" if many == 1 else f"None of your {many} circles needs anybody today"
    if many == 1:
        return f"{circles[0].name} needs somebody"
    return f"{number(in_need, capital=True)} of {many} circles need{'s' if in_need == 1 else ''} somebody"


def lede(circles: Sequence[Circle], today: date) -> str:
    """Where to begin, and how many run themselves."""
    said = [needs(each, today)[0].sentence for each in circles[:1] if needs(each, today)]
    said = [f"{circles[0].name} first. {said[0]}"] if said else []
    alone = sum(1 for each in circles if each.runs_itself)
    if alone:
        said.append(f"{number(alone, capital=True)} {'runs itself' if alone == 1 else 'run themselves'}.")
    return " ".join(said) or "Each has met lately and has its next date."


def told_cases(cases: Sequence[Case], circles: int) -> tuple[list[Case], int]:
    """The cases whose titles a manager reads, what was shared with them first; and how many only are counted.

    What concerns one circle is told by its title where enough circles are here that it points at none.
    """
    told = [each for each in cases if each.shared or each.group_id is None or circles >= FEWEST_CIRCLES]
    last = date.max
    told.sort(key=lambda each: (not each.shared, not each.agreed, each.due_on or last, each.theme, each.id))
    return told, len(cases) - len(told)
