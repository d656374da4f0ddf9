"""Reading what people typed: bounded, trimmed, and every mistake collected, so a page can come back with all of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from lms.core import naming
from lms.core.errors import Invalid

LONGEST_LINE = 200
LONGEST_TEXT = 5_000
UNSIGNED = "Type your own password to sign. Nothing you wrote is lost."
DAY_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")


def identity_of(form: Mapping[str, str], name: str = "key") -> uuid.UUID | None:
    """An id that travels with a form or an address; None when it was lost."""
    try:
        return uuid.UUID(form.get(name, ""))
    except ValueError:
        return None


def version_of(form: Mapping[str, str], name: str = "version") -> int:
    """A number that travels with a form or an address; 0 when it was lost."""
    typed = form.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else 0


def page_of(args: Mapping[str, str]) -> int:
    """Which page of a list an address asks for, the first being 1; whoever has the list knows which is the last."""
    return max(1, version_of(args, "page"))


def turned_to(form: Mapping[str, str], place: int, most: int) -> int | None:
    """Which of so many places comes after this one by the button that was pressed, the first being 1; None for none."""
    wanted = place + {"next": 1, "back": -1}.get(form.get("do", ""), 0)
    return wanted if wanted != place and 1 <= wanted <= most else None


class Reader:
    """Reads fields from a form. Ask for every field, then call `check()`: it raises Invalid with all mistakes.

    >>> reader = Reader({"name": " Amara ", "minutes": "soon"})
    >>> reader.line("name", "Write a name."), reader.number("minutes", 1, 300, "Write the minutes as a number.")
    ('Amara', None)
    """

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self.errors: dict[str, str] = {}

    def check(self) -> None:
        """Raises Invalid if anything read so far was wrong."""
        if self.errors:
            raise Invalid(self.errors)

    def wrong(self, name: str, sentence: str) -> None:
        """Note a mistake; the first one for a field stands."""
        self.errors.setdefault(name, sentence)

    def raw(self, name: str) -> str:
        """What was typed, trimmed, with line ends as on Unix and without NUL, which no database takes."""
        return self.form.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()

    def line(self, name: str, missing: str | None = None, longest: int = LONGEST_LINE) -> str:
        """One line of text. `missing` is the sentence for an empty one; None makes it optional."""
        return self._text(name, missing, longest).replace("\n", " ")

    def name(self, name: str, missing: str, longest: int) -> str:
        """A person's name, which may hold whatever can be printed."""
        typed = self.line(name, missing, longest)
        fault = naming.fault(typed)
        if fault:
            self.wrong(name, fault)
        return typed

    def text(self, name: str, missing: str | None = None, longest: int = LONGEST_TEXT) -> str:
        """Several lines of text."""
        return self._text(name, missing, longest)

    def number(self, name: str, least: int, most: int, sentence: str, *, optional: bool = False) -> int | None:
        """A whole number from `least` to `most`."""
        typed = self.raw(name)
        if not typed and optional:
            return None
        if not typed.isascii() or not typed.isdigit() or len(typed) > 9 or not least <= int(typed) <= most:
            self.wrong(name, sentence)
            return None
        return int(typed)

    def choice(self, name: str, allowed: Mapping[str, object] | tuple[str, ...], sentence: str) -> str:
        """One of the values on offer."""
        typed = self.raw(name)
        if typed not in allowed:
            self.wrong(name, sentence)
        return typed

    def identity(self, name: str, sentence: str) -> uuid.UUID | None:
        """A record's id, as a select offers it."""
        try:
            return uuid.UUID(self.raw(name))
        except ValueError:
            self.wrong(name, sentence)
            return None

    def day(self, name: str, missing: str) -> date | None:
        """A date: 2026-04-30, 30 April 2026, or in figures with the day first: 30/04/2026, 30.4.2026, 30-04-2026."""
        typed = " ".join(self.raw(name).split())
        for pattern in DAY_FORMATS:
            try:
                return datetime.strptime(typed, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        unread = f"“{typed[:40]}” is not a date we can read. Write the day first, like 30 April 2026 or 30/04/2026."
        self.wrong(name, unread if typed else missing)
        return None

    def ticked(self, name: str, sentence: str | None = None) -> bool:
        """A checkbox; with `sentence`, one that must be ticked."""
        if name in self.form:
            return True
        if sentence is not None:
            self.wrong(name, sentence)
        return False

    def proof(self, *, fresh: bool) -> None:
        """The password that signs, unless its owner proved just now who they are. It is checked where it is used."""
        if not fresh and not self.form.get("password"):
            self.wrong("password", UNSIGNED)

    def _text(self, name: str, missing: str | None, longest: int) -> str:
        typed = self.raw(name)
        if not typed and missing is not None:
            self.wrong(name, missing)
        if len(typed) > longest:
            self.wrong(name, f"This is {len(typed):,} characters long. Shorten it to {longest:,} or fewer.")
        return typed
