"""Why a session in a trainer's list deserves a look first, and how long it has waited, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.wording import opening, some
from lms.practice.working_days import SERVICE_DAYS

VOIDED = {
    "corrected": ("Corrected", "info", "It was signed, then its writer corrected it"),
    "withdrawn": ("Withdrawn", "info", "It was signed, then the signature was withdrawn"),
    "overruled": ("Overruled", "info", "It was disputed, and a second assessor decided"),
}


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a session in the queue deserves a look first."""

    word: str
    colour: str
    why: str


def flag(
    *,
    days: int,
    oldest: bool,
    returned_for: str | None,
    own: Mapping[str, int],
    last: Mapping[str, int] | None,
    voided: str | None = None,
    titles: Mapping[str, str],
) -> Flag | None:
    """The one thing to say about a waiting session: it waits too long, came again, or its writer sees it otherwise."""
    if days > SERVICE_DAYS:
        longer = f"Waiting longer than {opening(SERVICE_DAYS).lower()} working days"
        return Flag("Oldest" if oldest else "Waiting long", "wait", longer)
    if voided:
        return Flag(*VOIDED[voided])
    if returned_for:
        asked = returned_for if len(returned_for) <= 90 else f"{returned_for[:89].rstrip()}…"
        return Flag("Sent again", "info", f"Returned with “{asked}”")
    above = [titles[row].lower() for row, value in own.items() if row in titles and value > (last or {}).get(row, 5)]
    if above:
        return Flag("Views differ", "wait", f"Own rating is above your last view, on {above[0]}")
    return None


def waited(days: int) -> str:
    """How long, in words."""
    return "New" if days < 1 else some(days, "working day")
