"""What happened to a certificate since it was issued, and how it stands after that. Pure.

What happened is a row for each step, in the order of their entries in the register, whatever clocks say. A withdrawal
outranks a suspension: whoever takes it back finds a certificate that was suspended before suspended again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from lms.certificates.rules import Status

WITHDRAWN, UNDONE, SUSPENDED, LIFTED = "withdrawn", "undone", "suspended", "lifted"
MAY_BE_UNDONE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step: what its entry is called, what whoever signs it says, and how it is told afterwards."""

    entry: str
    meaning: str
    told: str


KINDS = {
    WITHDRAWN: Kind(
        "certificate withdrawn", "I withdraw this certificate, so that nobody relies on it.", "withdrew the certificate"
    ),
    UNDONE: Kind("withdrawal undone", "I take back the withdrawal of this certificate.", "took the withdrawal back"),
    SUSPENDED: Kind(
        "certificate suspended",
        "I suspend this certificate, so that nobody relies on it while that lasts.",
        "suspended the certificate",
    ),
    LIFTED: Kind("suspension lifted", "I lift the suspension of this certificate.", "lifted the suspension"),
}


class Happened(Protocol):
    """A step as it is kept."""

    @property
    def kind(self) -> str: ...
    @property
    def done_at(self) -> datetime: ...
    @property
    def leaf_seq(self) -> int: ...


@dataclass(frozen=True, slots=True)
class State:
    """What keeps a certificate from being relied on: the withdrawal and the suspension that nobody has ended.

    Both are steps as whoever asks keeps them.
    """

    withdrawn: Any = None
    suspended: Any = None

    @property
    def withheld(self) -> Status | None:
        """Withdrawn, suspended, or neither."""
        if self.withdrawn is not None:
            return Status.WITHDRAWN
        return Status.SUSPENDED if self.suspended is not None else None

    @property
    def step(self) -> Any:
        """The step that made it so."""
        return self.withdrawn or self.suspended

    def after(self, step: Happened) -> State:
        """How it stands after one more step. One that ends nothing, or repeats, changes nothing."""
        match step.kind:
            case "withdrawn":
                return State(self.withdrawn or step, self.suspended)
            case "undone":
                return State(None, self.suspended)
            case "suspended":
                return State(self.withdrawn, self.suspended or step)
            case _:
                return State(self.withdrawn, None)

    def until(self) -> datetime | None:
        """Until when the withdrawal can be taken back."""
        return self.withdrawn.done_at + MAY_BE_UNDONE if self.withdrawn else None


def state_of(steps: Iterable[Happened]) -> State:
    """How a certificate stands after everything that happened."""
    state = State()
    for step in sorted(steps, key=lambda one: one.leaf_seq):
        state = state.after(step)
    return state


def hinders(state: State, kind: str, now: datetime) -> str:
    """Why a step cannot be taken now, in a sentence that says what to do instead; empty when it can."""
    if kind == WITHDRAWN:
        return "It was withdrawn already." if state.withdrawn else ""
    if kind == UNDONE:
        return _hinders_undoing(state, now)
    if state.withdrawn is not None:
        return "This certificate was withdrawn. Neither suspending it nor lifting a suspension would change that."
    if kind == SUSPENDED:
        return "This certificate is suspended already." if state.suspended else ""
    return "" if state.suspended else "This certificate is not suspended, so there is nothing to lift."


def _hinders_undoing(state: State, now: datetime) -> str:
    until = state.until()
    if until is None:
        return "This certificate is not withdrawn, so there is nothing to take back."
    if now > until:
        return (
            "A withdrawal can be taken back within 24 hours, and this one is older. "
            "Whoever should be certified again gets a new certificate, on a new decision."
        )
    return ""


def payload(certificate: str, kind: str, reason: str, done_at: datetime, follows: int) -> dict[str, Any]:
    """What a step binds: the digest of what was certified, what was done and why, and the entry it follows."""
    return {"certificate": certificate, "step": kind, "reason": reason, "at": done_at.isoformat(), "follows": follows}
