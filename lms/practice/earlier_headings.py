"""The headings of a log from before that we know, and the row of a table where they stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lms.practice.earlier_sheet import TITLE_ROWS, Table
from lms.practice.earlier_words import plain

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "held_on": (
        "Date", "Start date", "Day", "Held on", "Date held", "Session date", "Meeting date", "Date of session",
        "Date of meeting", "From date", "Date from", "Started on", "Date started", "Begin date",
    ),
    "until": ("End date", "Until", "To date", "Date to", "Ended on", "Date ended", "Finish date"),
    "minutes": ("Minutes", "Min", "Mins", "Length in minutes", "Duration in minutes", "Duration minutes"),
    "hours": (
        "Hours", "Hour", "Hrs", "H", "Total hours", "Length in hours", "Duration in hours", "Duration hours",
        "Session hours", "Coaching hours", "Number of hours",
    ),
    "length": ("Length", "Duration", "Time spent", "How long"),
    "paid": ("Paid hours", "Paid", "Hours paid", "Paid coaching hours"),
    "pro_bono": ("Pro bono hours", "Pro bono", "Probono hours", "Hours pro bono", "Unpaid hours"),
    "begins": ("Start time", "Start", "From", "Begins", "Time from"),
    "ends": ("End time", "End", "To", "Ends", "Finish", "Time to"),
    "kind": ("Kind", "Type", "Session type", "Format", "Group or individual", "Individual or group", "Type of session"),
    "role": ("Role", "Your part", "Part", "My role", "My part", "Your role", "Capacity"),
    "people": (
        "People", "Number in group", "Participants", "Number of participants", "Group size", "Number of people", "Size",
        "Attendees", "No in group", "In group", "How many took part",
    ),
}  # fmt: skip
_FIELDS = {plain(spelling): field for field, spellings in HEADINGS.items() for spelling in spellings}
_ENOUGH = ({"minutes"}, {"hours"}, {"length"}, {"paid"}, {"pro_bono"}, {"begins", "ends"})


def headed(table: Table) -> tuple[Table, int, dict[str, int]] | None:
    """The row of headings, and where each column that we know stands."""
    for at, row in enumerate(table.rows[:TITLE_ROWS]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            field = _FIELDS.get(plain(cell)) or _FIELDS.get(plain(str(cell).split("(")[0]))
            if field is not None:
                columns.setdefault(field, place)
        if "held_on" in columns and any(enough <= columns.keys() for enough in _ENOUGH):
            return table, at, columns
    return None
