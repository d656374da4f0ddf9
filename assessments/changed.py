"""What changed between the page somebody read and the moment they decide. Pure, for people and for circles alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

STATES = {
    "there": "there",
    "missing": "missing",
    "not_seen": "not seen",
    "expired": "expired",
    "blocked": "waiting for another sign",
}


class Stood(Protocol):
    """A sign as it stands on a page."""

    @property
    def clause(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def state(self) -> str: ...


def as_read(findings: Iterable[Stood]) -> str:
    """How the signs stand, short enough to travel with a form."""
    return " ".join(f"{each.clause}={each.state}" for each in findings)


def what_changed(read: str, findings: Iterable[Stood]) -> tuple[str, ...]:
    """A sentence for every sign that stands otherwise than when it was `as_read`.

    A form that lost what was read says nothing about it, and nothing is held against it.
    """
    before = dict(pair.split("=", 1) for pair in read.split() if "=" in pair)
    said = []
    for each in findings:
        stood = before.get(each.clause, each.state)
        if stood != each.state:
            said.append(f"“{each.title}” was {STATES.get(stood, 'otherwise')}, and is {STATES[each.state]} now.")
    return tuple(said)
