"""What entries stand for: records, made again from where they are kept and compared with what the register sealed.

Every kind of entry has one source, in the area that writes it. An entry of a kind without a source proves only itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from lms.register.models import Leaf
from lms.register.rules import digest


@dataclass(frozen=True, slots=True)
class Binding:
    """A record as it stands now. `payload` is what its entry's digest was made of.

    `said` are columns of the entry that the record says again; `read`, if there is one, is another record whose digest
    stands under “read” in the payload; `checks` says what in the record agrees with itself.
    """

    seq: int
    said: Mapping[str, Any]
    payload: Mapping[str, Any]
    read: Mapping[str, Any] | None = None
    checks: Mapping[str, bool] = field(default_factory=dict)

    @property
    def unsound(self) -> list[str]:
        """What in the record contradicts itself."""
        return [name for name, holds in self.checks.items() if not holds]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of one kind of entry are, and the entries they claim.

    `subjects` are the ids of what entries about a person are about.
    """

    kind: str
    seqs: Select[Any]
    load: Callable[[Session, Collection[int]], Iterator[Binding]]
    subjects: Callable[[uuid.UUID], Select[uuid.UUID]]


_WORDS = {
    "subject_id": "what it is about",
    "actor_id": "who did it",
    "at": "when it was done",
    "meaning": "what it means",
    "reason": "the reason",
    "authenticated_by": "how that person proved who they are",
    "digest": "its digest",
}


def faults(leaf: Leaf, bindings: Sequence[Binding]) -> list[str]:
    """What in the record of an entry is not as the register sealed it, in sentences that name the entry."""
    if not bindings:
        return [f"Entry {leaf.seq} stands for a {leaf.kind} that is not there any more."]
    if len(bindings) > 1:
        return [f"Entry {leaf.seq} stands for one {leaf.kind}, and {len(bindings)} claim it."]
    (binding,) = bindings
    found = []
    if digest(binding.payload) != leaf.digest:
        found.append(f"The {leaf.kind} of entry {leaf.seq} was changed after it was made.")
    if binding.read is not None and digest(binding.read) != binding.payload["read"]:
        found.append(f"Entry {leaf.seq} shows that what was signed was changed afterwards.")
    unlike = [_WORDS[name] for name, value in binding.said.items() if getattr(leaf, name) != value]
    found += [f"Entry {leaf.seq} and its {leaf.kind} differ in {each}." for each in (*unlike, *binding.unsound)]
    return found
