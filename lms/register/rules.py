"""How entries chain, as pure functions: what is hashed, how, and how anybody checks it again.

An entry's hash covers everything the entry says and the hash before it, as RFC 8785 bytes under SHA-256. Whoever
changes, drops, adds or moves an entry must rewrite all that follow, and a checkpoint kept elsewhere shows even that.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

BEFORE_THE_FIRST = "0" * 64
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says. `digest` stands for the record it is about, which is kept elsewhere and may be erased."""

    seq: int
    at: datetime
    kind: str
    actor_id: uuid.UUID | None
    subject_kind: str
    subject_id: uuid.UUID
    digest: str
    meaning: str
    reason: str
    authenticated_by: str
    previous_hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the register's end looked like at a moment. Kept on another machine, it betrays a rewritten register."""

    seq: int
    hash: str
    at: datetime

    @property
    def day(self) -> str:
        """When that was, to the minute."""
        return f"{self.at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"

    def to_json(self) -> str:
        """The text of a checkpoint file."""
        return json.dumps({"register": "askwell", "seq": self.seq, "hash": self.hash, "at": self.at.isoformat()})

    @classmethod
    def from_json(cls, text: str | bytes) -> Checkpoint:
        """Read a checkpoint file. Raises ValueError with a sentence."""
        try:
            given = json.loads(text)
            made = cls(int(given["seq"]), str(given["hash"]), datetime.fromisoformat(given["at"]))
        except (ValueError, KeyError, TypeError):
            raise ValueError("This file is not a checkpoint. Make one with `lms register checkpoint`.") from None
        if made.at.tzinfo is None:
            raise ValueError("This checkpoint does not say its time zone. Make one with `lms register checkpoint`.")
        return made


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole register found. `problems` are sentences; `head` is the hash of the last entry."""

    count: int
    head: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    @property
    def sentence(self) -> str:
        """What to say when nothing was found."""
        if not self.count:
            return "The register is empty."
        entries = "1 entry" if self.count == 1 else f"{self.count} entries"
        return f"{entries}, whole and in order. The last one’s hash is {self.head}."


class Unreadable(ValueError):
    """One entry holds something that is no time, no id or no number."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"Entry {seq} cannot be read, so neither it nor those after it were checked.")


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The one way to write a record down, RFC 8785, so that its bytes can be hashed again anywhere."""
    return rfc8785.dumps(dict(payload))


def digest(payload: Mapping[str, Any]) -> str:
    """What an entry keeps of a record: SHA-256 over its RFC 8785 bytes."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def sealed_values(entry: Entry) -> dict[str, Any]:
    """Everything an entry says, as plain JSON values: what its hash is made of."""
    return {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "subject_kind": entry.subject_kind,
        "subject_id": str(entry.subject_id),
        "digest": entry.digest,
        "meaning": entry.meaning,
        "reason": entry.reason,
        "authenticated_by": entry.authenticated_by,
        "previous_hash": entry.previous_hash,
    }


def leaf_hash(entry: Entry) -> str:
    """The hash that seals an entry and everything before it."""
    return digest(sealed_values(entry))


def verify_chain(leaves: Iterable[tuple[Entry, str]], checkpoint: Checkpoint | None = None) -> Verification:
    """Check entries with their hashes, in the order they are stored, and compare them with a checkpoint.

    `leaves` may be a stream that fails to read an entry (ValueError, TypeError): that is a problem like any other.
    """
    count, head, last_seq, problems = 0, BEFORE_THE_FIRST, 0, list[str]()
    known = checkpoint is None or checkpoint.seq == 0
    try:
        for entry, sealed in leaves:
            problems += _faults(entry, sealed, last_seq, head)
            if checkpoint is not None and entry.seq == checkpoint.seq:
                known = True
                if sealed != checkpoint.hash:
                    problems.append(f"Entry {entry.seq} is not the one the checkpoint of {checkpoint.day} saw.")
            count, head, last_seq = count + 1, sealed, entry.seq
    except Unreadable as error:
        problems.append(str(error))
    except (ValueError, TypeError):
        problems.append(f"From entry {last_seq + 1} on, one cannot be read, so none of them was checked.")
    if checkpoint is not None and not known:
        problems.append(
            f"Entry {checkpoint.seq} is missing. It was there at the checkpoint of {checkpoint.day}; "
            f"the register now ends with entry {last_seq}."
        )
    return Verification(count, head, shortened(problems))


def _faults(entry: Entry, sealed: str, last_seq: int, head: str) -> list[str]:
    """What is wrong with one entry, given the one before it."""
    found = []
    if entry.seq != last_seq + 1:
        found.append(f"After entry {last_seq} comes entry {entry.seq}: something was taken out or put in.")
    if entry.previous_hash != head:
        found.append(f"Entry {entry.seq} does not continue the entry before it.")
    if leaf_hash(entry) != sealed:
        found.append(f"Entry {entry.seq} was changed after it was made.")
    return found


def shortened(problems: Sequence[str]) -> tuple[str, ...]:
    """As many problems as somebody reads, and how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    return (*problems[:MOST_PROBLEMS], f"There are {len(problems) - MOST_PROBLEMS} more problems like these.")
