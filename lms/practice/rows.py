"""What services of practice hand over: plain frozen rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assessments.assurance import Tier
from assessments.calibration import Agreement, Calibration
from lms.groups.rows import Circle
from lms.practice.dispute_rules import Overruled
from lms.practice.flags import Flag
from lms.practice.models import Dispute, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.observation import NOTHING, Observation


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
    tier: Tier
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
    disputed: bool
    signature: SignatureRow | None

    @property
    def asked(self) -> int:
        return self.open + self.closed + self.leading + self.advice


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a session, with the signature or the return it is about."""

    event: PracticeEvent
    signature: Signature | None
    returned: PracticeReturn | None
    dispute: Dispute | None = None  # that began with it

    @property
    def reason(self) -> str:
        return self.returned.reason if self.returned else self.event.reason

    @property
    def moved(self) -> bool:
        """Whether somebody gave a reason here for sending the session on its way again."""
        return bool(self.reason) and self.event.kind in ("returned", "corrected", "withdrawn", "overruled")


@dataclass(frozen=True, slots=True)
class Signers:
    """What the standard of a session's writer asks of whoever signs, and how far the reader and the trainer agree."""

    asked: Calibration | None
    agreements: Mapping[uuid.UUID, Agreement]


@dataclass(frozen=True, slots=True)
class Opened:
    """One session with everything its page shows."""

    session: PracticeSession
    signature: Signature | None
    history: tuple[Happening, ...]  # oldest first
    notes: str  # the reader's own, for nobody else
    signers: Signers
    circle: Circle
    circles: Mapping[uuid.UUID, Circle]  # this one, and those it was about in what was signed before
    number: int
    earlier: tuple[SessionRow, ...]  # the same person's, oldest first
    names: Mapping[uuid.UUID, str]

    @property
    def name(self) -> str:
        return self.names[self.session.person_id]

    @property
    def observed(self) -> Signature | None:
        """What an outside observer signed of this version."""
        signed = (each.signature for each in self.history if each.event.kind == "signed")
        return next((each for each in signed if each and each.tier == "link" and not each.voided_at), None)

    @property
    def returns(self) -> tuple[PracticeReturn, ...]:
        return tuple(each.returned for each in self.history if each.returned)

    @property
    def voided(self) -> Happening | None:
        """What last voided a signature, with that signature. None as long as one stands."""
        if self.signature:
            return None
        return next((each for each in reversed(self.history) if each.event.kept), None)

    @property
    def comments(self) -> tuple[PracticeEvent, ...]:
        """What trainers said of it without signing, oldest first."""
        return tuple(each.event for each in self.history if each.event.kind == "commented")

    @property
    def last_word(self) -> Happening | None:
        """Why it is with its writer or waits again, as long as no signature stands."""
        return None if self.signature else next((each for each in reversed(self.history) if each.moved), None)

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """Every dispute there was, oldest first."""
        return tuple(each.dispute for each in self.history if each.dispute)

    @property
    def dispute(self) -> Dispute | None:
        """The newest dispute; it is open as long as nothing ended it."""
        return next(reversed(self.disputes), None)

    @property
    def overruled(self) -> tuple[Overruled, ...]:
        """Whose word on it did not stand."""
        found = (each for each in self.disputes if each.outcome == "overruled")
        return tuple(Overruled(each.first_id, each.signature_id is not None) for each in found)

    @property
    def trainer(self) -> str:
        return self.names[self.session.trainer_id]

    @property
    def last_signature(self) -> SignatureRow | None:
        """What was agreed the time before."""
        return next((each.signature for each in reversed(self.earlier) if each.signature), None)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a signer leaves beside the rating: what they observed, sealed with it, and what is for themself alone."""

    observation: Observation = NOTHING
    notes: str | None = None  # None leaves those of before as they are
    seconds: int | None = None  # from opening to signing


ALONE = Beside()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long reviews took: in half of `many` it was at most so many seconds."""

    many: int
    seconds: int


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
    meeting: tuple[uuid.UUID, date, uuid.UUID] | None = None  # that several facilitated who wait for one trainer
    together: int = 0  # how many they are


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
    disputes: int
    own_pace: Pace | None = None
    every_pace: Pace | None = None
