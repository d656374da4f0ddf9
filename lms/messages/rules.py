"""How a letter is put together and what its fate is called. Pure."""

from __future__ import annotations

import re
import textwrap
from datetime import datetime
from enum import StrEnum

LINE = 72
LONGEST_SUBJECT = 180
# Line ends, other controls, and marks that turn the reading direction: in a name they could forge a header or a line.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_WHOLE = re.compile(r"://|^— |^Origin: ")
_METHOD = re.compile(r"^METHOD:(\w+)\r?$", re.MULTILINE)
_ATTENDEE = re.compile(r"^ATTENDEE[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE)
# Letters whose link opens an account, signs or speaks for somebody. Their text is emptied once they are sent.
KEYS = frozenset({"reset", "invitation", "observer", "follow_up"})


class State(StrEnum):
    """What became of a letter, in the words of the outbox."""

    SENT = "Sent"
    WAITING = "Waiting"
    TROUBLE = "Not sent"
    KEPT = "Kept here"


class BadTemplate(Exception):
    """A letter's template does not begin with its subject."""


def plain(value: object) -> object:
    """A value as a letter may carry it: text becomes one visible line, anything else stays."""
    return " ".join(_UNSEEN.sub(" ", value).split()) if isinstance(value, str) else value


def compose(rendered: str) -> tuple[str, str]:
    """Subject and body of a rendered letter, whose first line says `Subject: …`."""
    first, _, rest = rendered.strip().partition("\n")
    if not first.startswith("Subject: "):
        raise BadTemplate("The first line of a letter says “Subject: …”.")
    subject = str(plain(first.removeprefix("Subject: ")))
    return textwrap.shorten(subject, LONGEST_SUBJECT, placeholder=" …"), rest.strip() + "\n"


def wrap(body: str) -> str:
    """A body in lines that every mail program shows whole; a line with a link, or of a signed note, is never broken."""
    lines = [
        line if _WHOLE.search(line) else textwrap.fill(line, LINE, break_long_words=False, break_on_hyphens=False)
        for line in body.splitlines()
    ]
    return "\n".join(lines) + "\n"


def method(calendar: str) -> str:
    """What a calendar beside a letter asks for, such as REQUEST: mail programs want to know before they open it."""
    found = _METHOD.search(calendar)
    if found is None:
        raise BadTemplate("A calendar beside a letter says what it asks for.")
    return found[1]


def beside(calendar: str) -> str:
    """What the outbox says goes with a letter."""
    return "a calendar invitation" if method(calendar) == "REQUEST" else "a calendar cancellation"


def to_import(calendar: str) -> str | None:
    """The same calendar as a file to open, where it asks for several meetings: some programs take the first alone."""
    if calendar.count("BEGIN:VEVENT") < 2 or method(calendar) != "REQUEST":
        return None
    return _ATTENDEE.sub("", _METHOD.sub("METHOD:PUBLISH\r", calendar, count=1))


def state(sent_at: datetime | None, failed_at: datetime | None, *, delivering: bool) -> State:
    """What became of a letter. Without a mail server (`delivering` is False) it is kept for an administrator."""
    if sent_at is not None:
        return State.SENT
    if not delivering:
        return State.KEPT
    return State.TROUBLE if failed_at is not None else State.WAITING
