"""Reading the forms of an import."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PureWindowsPath

from lms.core.forms import Reader, version_of
from lms.organisations.service import NO_DAY

NO_FILE = "Choose a file first."
NO_ORGANISATION = "Choose whose people and units these are."


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a checked file."""

    version: int
    without: bool
    left_on: date | None


def read_decision(form: Mapping[str, str]) -> Decision:
    """Raises Invalid."""
    reader = Reader(form)
    left_on = reader.day("left_on", NO_DAY) if reader.ticked("left") else None
    without = reader.ticked("without")
    reader.check()
    return Decision(version_of(form), without, left_on)


def read_place(form: Mapping[str, str], offered: Mapping[str, str], file_name: str | None) -> uuid.UUID:
    """For which organisation a file is brought. Raises Invalid."""
    reader = Reader(form)
    chosen = next(iter(offered)) if len(offered) == 1 else reader.choice("organisation", offered, NO_ORGANISATION)
    if not file_name:
        reader.wrong("file", NO_FILE)
    reader.check()
    return uuid.UUID(chosen)


def plain_name(sent: str) -> str:
    """The name of a file without its folders and without what cannot be printed."""
    return "".join(each for each in PureWindowsPath(sent).name if each.isprintable())[:120] or "a file"
