"""Pure rules of deciding: who may, when “ready” may be said, and what a decision binds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from assessments.deciding import PanelRule
from assessments.ladder import ALONE
from assessments.readiness import Readiness
from assessments.standards import get_standard
from assessments.wording import day, first_name, quoted
from lms.core.actor import Actor, Role

KINDS = {"not_yet": "Not yet", "stay": "Stay", "ready": "Ready"}
READY = "ready"
NOT_YOURS = "Nobody decides about their own readiness. Ask your trainer."
UNREASONED = "Write down why. The person reads it, and it stays."
LONGEST_REASON = 2_000
DECIDERS = (Role.TRAINER, Role.ADMINISTRATOR)
MEANINGS = {
    "not_yet": "I have read the signs, and it is not time yet",
    "stay": "I have read the signs, and the support stays as it is",
    "ready": "I have read the signs, and I entrust this person to lead without a trainer",
}


def meaning(kind: str, panel_id: uuid.UUID | None, standard_id: str, version: int) -> str:
    """What whoever records a decision puts their name to. Not every rung entrusts somebody to lead alone."""
    said, standard = MEANINGS[kind], get_standard(standard_id, version)
    if kind == READY and standard.award.level < ALONE:
        said = f"I have read the signs, and this person has reached “{standard.title}”"
    return f"For a panel: {said}" if panel_id else said


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is read again."""

    id: uuid.UUID
    person_id: uuid.UUID
    provider_id: uuid.UUID | None
    standard_id: str
    title: str  # of the standard
    kind: str
    reason: str
    name: str  # of who decided
    panel_id: uuid.UUID | None  # or for which panel they wrote
    decided_on: date

    @property
    def by(self) -> str:
        """Whose words they are, on a page."""
        return f"{self.name}, for the panel" if self.panel_id else self.name


def may_decide(actor: Actor, *, person_id: uuid.UUID, provider_id: uuid.UUID) -> bool:
    """Trainers and administrators of the provider decide, and nobody about themselves, whatever else they are."""
    return actor.person_id != person_id and provider_id in actor.organisations(*DECIDERS)


def _entrusts(readiness: Readiness) -> bool:
    """Whether the award of this page’s standard entrusts somebody to lead alone."""
    return get_standard(readiness.standard_id, readiness.version).award.level >= ALONE


def what_ready_lacks(readiness: Readiness) -> str:
    """Why “ready” cannot be said, or nothing. What is no gate may be missing: people decide, and write down why."""
    if readiness.gates_hold:
        return ""
    gates = [finding.title for finding in readiness.left if finding.gate]
    one = len(gates) == 1
    return (
        f"“Ready” needs {quoted(gates)} first, and nothing else makes up for {'it' if one else 'them'}. "
        "“Not yet” and “Stay” are always possible."
    )


def needs_a_panel(rule: PanelRule | None) -> str:
    """Why one person cannot say “ready”, or nothing."""
    return f"This standard is decided by {rule.words}. Call one. “Not yet” and “Stay” are yours." if rule else ""


CONCERN_KINDS = {"opened": "safety concern opened", "settled": "safety concern settled"}
CONCERN_MEANINGS = {
    "opened": "A concern about safety is open, and nothing is decided as ready until it is settled",
    "settled": "The concern about safety is settled",
}
UNEXPLAINED = "Write down what it is about. Only the provider’s administrators read it."
OWN_CONCERN = "This is about you. Somebody else records it, and somebody else settles it."
OPEN_ALREADY = "A concern is open already. Settle that one before another is recorded."
NOTHING_OPEN = "No concern is open."
NOT_YOURS_TO_SETTLE = "An administrator of the provider settles it: they read what it is about."
UNSETTLED_BECAUSE = "Write down what was found and agreed. Only the provider’s administrators read it."
CERTIFIED_LATER = "A concern about safety is open about this person. Nothing is certified until it is settled."


class Concern(Protocol):
    """A concern as it is kept."""

    id: uuid.UUID
    person_id: uuid.UUID
    provider_id: uuid.UUID


def concern_payload(concern: Concern, what: str) -> dict[str, Any]:
    """What the register binds of a concern: about whom, for which provider, and that it was opened or settled. No word
    of it, and no digest of a word.
    """
    about = {"person_id": str(concern.person_id), "provider_id": str(concern.provider_id)}
    return {"concern_id": str(concern.id), **about, "what": what}


def state_of(readiness: Readiness, latest: str | None) -> str:
    """Where somebody stands, in the words of the list. `latest` is the kind of the latest decision."""
    if latest == READY:
        return "Decided" if _entrusts(readiness) else "Reached"
    if readiness.ready:
        return "All there"
    if all(finding.action_kind == "wait" for finding in readiness.left):
        return "Waiting"
    return "Not yet"


def of_training(decided: Sequence[Decided], provider_id: uuid.UUID, standard_id: str) -> list[Decided]:
    """Those of one training: no other provider says that somebody is ready with it, and no other rung."""
    return [each for each in decided if (each.provider_id, each.standard_id) == (provider_id, standard_id)]


def entrusted(readiness: Readiness) -> str:
    """What “ready” means by the standard of this page, to the person themself."""
    said = "You are entrusted to lead." if _entrusts(readiness) else f"You have reached “{readiness.title}”."
    return f"{said} The signs below are those of today; the decision keeps those it was taken on."


def is_entrusted(decided: Sequence[Decided]) -> bool:
    """Whether the newest decision says ready. `decided` comes newest first."""
    return bool(decided) and decided[0].kind == READY


def headline_of(readiness: Readiness, decided: Sequence[Decided]) -> str:
    """The answer to “am I ready?”: what somebody said, once they said so, else what is short."""
    if not is_entrusted(decided):
        return readiness.headline
    said = decided[0]
    who = "The panel" if said.panel_id else first_name(said.name)
    return f"{who} said ready on {day(said.decided_on, readiness.at)}"


STATES = {  # how the list calls where somebody stands, and the colour of that
    "All there": ("Everything is there", "info"),
    "Waiting": ("A signature away", "wait"),
    "Not yet": ("On the way", "none"),
    "Decided": ("Entrusted to lead", "done"),
    "Reached": ("Reached", "done"),
}


def headline(states: Sequence[str], total: int, *, sought: bool = False) -> str:
    """What the list says first: whether anybody waits for a decision, where all of it stands on the page; else how many
    there are.
    """
    waiting = states.count("All there")
    if not total:
        return "Nobody was found" if sought else "Nobody is in training yet"
    if sought or total > len(states):
        people = "One person" if total == 1 else f"{total:,} people"
        return f"{people} found" if sought else f"{people} in training"
    if waiting == 0:
        return "Nobody waits for a decision"
    return "One person waits for a decision" if waiting == 1 else f"{waiting} people wait for a decision"


class Bound(Protocol):
    """A decision as it is kept."""

    id: uuid.UUID
    person_id: uuid.UUID
    kind: str
    reason: str
    decided_by: uuid.UUID
    standard_id: str
    standard_version: int
    standard_hash: str
    readiness: dict[str, Any]
    panel_id: uuid.UUID | None


def payload(decision: Bound) -> dict[str, Any]:
    """What a decision binds: everything it says and all that was seen, ready to be digested. Of a panel, which."""
    panel = {"panel": str(decision.panel_id)} if decision.panel_id else {}
    return {
        "decision_id": str(decision.id),
        "person_id": str(decision.person_id),
        "kind": decision.kind,
        "reason": decision.reason,
        "decided_by": str(decision.decided_by),
        "standard": {
            "id": decision.standard_id,
            "version": decision.standard_version,
            "hash": decision.standard_hash,
        },
        "readiness": decision.readiness,
        **panel,
    }
