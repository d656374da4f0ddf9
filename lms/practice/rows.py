"""What services of practice hand over: plain frozen rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lms.groups.rows import Circle
from lms.practice.models import PracticeReturn, PracticeSession, Signature
from lms.practice.rules import Flag


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature, without what its signer wrote to the trainee."""

    id: uuid.UUID
    signer_id: uuid.UUID
    signed_at: datetime
    level: int
    ratings: Mapping[str, int]
    digest: str
    authenticated_by: str
    leaf_seq: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as evidence: counts, times, ratings, never its texts."""

    id: uuid.UUID
    person_id: uuid.UUID
    group_id: uuid.UUID
    meeting_id: uuid.UUID | None
    trainer_id: uuid.UUID
    held_on: date
    minutes: int
    role: str
    open: int
    closed: int
    leading: int
    advice: int
    own_ratings: Mapping[str, int]
    state: str
    version: int
    submitted_at: datetime
    signature: SignatureRow | None

    @property
    def asked(self) -> int:
        return self.open + self.closed + self.leading + self.advice


@dataclass(frozen=True, slots=True)
class Opened:
    """One session with everything its page shows."""

    session: PracticeSession
    signature: Signature | None
    returns: tuple[PracticeReturn, ...]
    circle: Circle
    number: int
    earlier: tuple[SessionRow, ...]  # the same person's, oldest first
    names: Mapping[uuid.UUID, str]

    @property
    def name(self) -> str:
        return self.names[self.session.person_id]

    @property
    def trainer(self) -> str:
        return self.names[self.session.trainer_id]

    @property
    def last_signature(self) -> SignatureRow | None:
        """What was agreed the time before."""
        return next((each.signature for each in reversed(self.earlier) if each.signature), None)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A session in a trainer's list."""

    id: uuid.UUID
    name: str
    group: str
    number: int
    role: str
    level: int
    agreed: int | None  # the level signed the time before
    at: datetime  # sent, returned or signed, whichever the list is about
    days: int  # working days
    flag: Flag | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of a trainer's list, and how long each list is."""

    rows: tuple[QueueRow, ...]
    page: int
    waiting: int
    late: int  # of those, how many have waited longer than was promised
    backup: int
    returned: int
    signed: int
