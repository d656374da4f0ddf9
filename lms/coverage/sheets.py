"""An organisation's cover as rows and columns: what every file and printed page of it says, in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assessments.ladder import leads_alone
from assessments.standards import get_standard
from lms.core import phrases
from lms.coverage.rules import UnitCover
from lms.coverage.service import Report

Cell = str | int | date | None
COLUMNS = (
    "Unit", "People", "Needed", "Certified and active", "Certified, resting", "In training", "Empty", "Next ending",
    "State",
)  # fmt: skip
PARTLY = "Partly covered"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The units of an organisation on a day, what they come to, and how the figures came about."""

    organisation: str
    on: date
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]
    about: tuple[tuple[str, str], ...]


def sheet(found: Report, made: str) -> Sheet:
    """The report as rows. `made` says when, in words."""
    cover = found.cover
    rows = tuple(_row(unit, found.on) for unit in cover.units)
    total = (
        "All units",
        sum(unit.headcount for unit in cover.units),
        sum(unit.needed for unit in cover.units),
        cover.certified,
        cover.resting,
        cover.training,
        sum(unit.empty for unit in cover.units),
        min((unit.next_ending for unit in cover.units if unit.next_ending), default=None),
        f"{cover.covered} of {len(cover.units)} covered",
    )
    return Sheet(found.organisation, found.on, rows, total, tuple(_about(found, made)))


def _row(unit: UnitCover, on: date) -> tuple[Cell, ...]:
    counts = (unit.headcount, unit.needed, unit.certified, unit.resting, unit.training, unit.empty)
    return (unit.name, *counts, unit.next_ending, unit.state(on) or PARTLY)


def _about(found: Report, made: str) -> list[tuple[str, str]]:
    standards = [get_standard(each) for each in leads_alone()]
    told = [
        ("Organisation", found.organisation),
        ("As of", phrases.full_day(found.on)),
        ("Made", made),
        ("Covered means", found.meaning.sentence),
        ("Said by", _who(found)),
        (
            "Certificates that count",
            ", ".join(f"{each.title} (version {each.version} is the newest)" for each in standards),
        ),
        ("Totals", "Somebody who works in several units counts in each of them, and once in all."),
        ("Next ending", "The first last day among the certificates of those who are active."),
    ]
    if found.said.notice:
        told.append(("Still being worked in", found.said.notice))
    if found.corrected:
        days = ", ".join(phrases.full_day(day) for day in found.corrected)
        told.append(("Put right later", f"What the organisation wrote down about this day was put right on {days}."))
    return told


def _who(found: Report) -> str:
    said = found.said
    if said.from_on is None:
        return "The standing rule of Askwell, until the organisation says otherwise"
    return f"{said.by}, from {phrases.full_day(said.from_on)}: {said.reason}"
