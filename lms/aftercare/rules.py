"""Pure rules of the time after a hand-over: what a check asks, who reads what, and how things are said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from lms.core.phrases import full_day, number

MET = {
    "as-agreed": "Yes, as often as agreed",
    "less": "Less often",
    "fell-through": "Two or more in a row fell through",
}
NOBODY, TURNS, MEMBER = "nobody", "turns", "member"
HOSTS = {NOBODY: "Nobody yet", TURNS: "We take turns"}
YES_OR_NO = {"no": "No", "yes": "Yes"}
LONGEST_LINE = 300
LONGEST_CALL = 1_000
ONE_CALL = timedelta(hours=1)

EMPTY = "Everybody has left this circle, so there is nobody to ask. Add who sits there, or tell your provider."
NOT_SEATED = "That is for those who sit in this circle."
NOT_FOR_TRAINER = "The circle decides this, with two of its seats, or an administrator does."
TWICE = "This page has been sent already. Open it again to send something else."
MORE_SUPPORT = "The circle takes more support again"


class Part(StrEnum):
    """As what somebody reads the page of a circle after its hand-over."""

    SEAT = "seat"  # they sit there
    TRAINER = "trainer"  # the circle asked them back
    PROGRAMME = "programme"  # they administer the provider, and see nothing from inside


@dataclass(frozen=True, slots=True)
class Answered:
    """What a circle says at a check. `host` and `ran` are seats as forms call them; `host` may be one of HOSTS."""

    met: str
    host: str
    ran: tuple[str, ...]
    harmed: bool
    help: bool
    line: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody writes who asks for help."""

    about: str
    suits: str
    safety: bool


def not_yet(days: int, due: date) -> str:
    """Why a check cannot be answered before its day."""
    return f"The check after {days} days can be answered from {full_day(due)} on."


def gone_by(days: int, now: int) -> str:
    """Why a check can no longer be answered."""
    return f"The check after {now} days has come since, and is asked in place of the one after {days}."


def already_asked(hour: str, until: str) -> str:
    """Why a second call within the hour is not sent."""
    return (
        f"This circle asked for help at {hour}, and the letters have gone out. "
        f"What you wrote is still here: from {until} on you can send it as well. "
        "If somebody’s safety is in question, say so, and it goes out now."
    )


def drifted(signs: int) -> str:
    """The headline where there are signs."""
    return f"{number(signs, capital=True)} {'thing has' if signs == 1 else 'things have'} drifted"


def headline(name: str, part: Part, *, members: int, signs: int, days_open: int | None) -> str:
    """The sentence that answers what the reader came for; for the programme not even how many signs there are."""
    if not members:
        return "Everybody has left this circle"
    if part is Part.PROGRAMME:
        return f"There is a sign in {name}" if signs else f"{name} runs itself"
    if signs:
        return drifted(signs)
    if days_open is not None:
        return f"Two minutes for the check after {days_open} days"
    return f"{name} runs itself"


def may_step_back_alone(part: Part, accounts: Sequence[uuid.UUID]) -> bool:
    """Whether one person decides: an administrator, or the only one in the circle who has an account."""
    return part is Part.PROGRAMME or len(accounts) < 2


def said_of(answered: Answered, names: dict[str, str]) -> list[tuple[str, str]]:
    """What a circle said, as label and value, in the words of the form."""
    ran = ", ".join(names.get(each, "Somebody who left") for each in answered.ran)
    return [
        ("Met as often as agreed", MET[answered.met]),
        ("Hosts", HOSTS.get(answered.host) or names.get(answered.host, "Somebody who left")),
        ("Ran the last rounds", ran or "Nobody of the circle"),
        ("Harmed or felt unsafe", YES_OR_NO["yes" if answered.harmed else "no"]),
        ("Wants help", YES_OR_NO["yes" if answered.help else "no"]),
        ("To the next check", answered.line or "Nothing"),
    ]


def differences(mine: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody else said otherwise: label and their value."""
    return [there for here, there in zip(mine, theirs, strict=True) if here != there]


def host_parts(host: str, facilitator: str) -> tuple[str, Any]:
    """How a host is kept: a word, and the chair's id where it is a member's."""
    if host in HOSTS or host == facilitator:
        return host, None
    return MEMBER, uuid.UUID(host)
