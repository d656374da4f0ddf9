"""Sessions as evidence of readiness: who led, what was counted, who signed and whether they could see from outside."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from assessments.assurance import Tier
from assessments.calibration import Agreement
from assessments.wording import listed
from lms.groups.models import GroupMember, PeerGroup
from lms.people.models import Person
from lms.practice import contested
from lms.practice.models import STANDING, PracticeSession, Signature
from lms.practice.observation import Observation
from lms.practice.rules import FACILITATED

RAISED = "raised"  # that there is a concern, where its words are not for the reader


@dataclass(frozen=True, slots=True)
class SeenSession:
    """One session. While it is not signed, `signer` is who is asked to sign it as well."""

    signer_seated: bool  # they sat in that circle on that day, as a member or as its facilitator
    observer_seated: bool
    comment: str
    observed: Observation  # by the signer, without its words, unless these were asked for
    outside: Observation  # by the observer
    agreement: Agreement  # of the signer, when they signed
    disputed: bool  # it stands and counts until a second assessor has decided
    id: uuid.UUID
    person_id: uuid.UUID
    provider_id: uuid.UUID
    group_id: uuid.UUID
    group_name: str
    held_on: date
    minutes: int
    role: str
    open: int
    closed: int
    leading: int
    advice: int
    state: str
    submitted_at: datetime
    own_ratings: dict[str, int]
    asked_id: uuid.UUID  # who is asked to sign it
    supervisor_id: uuid.UUID  # who supervises the circle now
    signer_id: uuid.UUID
    signer_name: str
    signed_at: datetime | None
    level: int | None
    meaning: str | None  # of the signature
    tier: Tier | None
    observer_id: uuid.UUID | None  # from outside: who signed by a link, beside the trainer or before
    observer_name: str | None
    observed_at: datetime | None
    observed_level: int | None

    @property
    def asked(self) -> int:
        return self.open + self.closed + self.leading + self.advice

    @property
    def concerned(self) -> str:
        """Who raised a concern about safety; empty where nobody did."""
        raised = [self.signer_name] if self.observed.safety else []
        return listed([*raised, *([self.observer_name or ""] if self.outside.safety else [])])

    @property
    def noticed(self) -> str:
        """The words of the signer that say most to the person; empty where there are none."""
        return self.comment or self.observed.try_next or self.observed.keep


_signer, _observer, _observed = aliased(Person), aliased(Person), aliased(Signature)
_OBSERVED = and_(_observed.session_id == PracticeSession.id, _observed.voided_at.is_(None), _observed.tier == "link")


def _seated(person: type[Person]) -> ColumnElement[bool]:
    sat = exists().where(
        GroupMember.group_id == PracticeSession.group_id,
        GroupMember.person_id == person.id,
        GroupMember.joined_on <= PracticeSession.held_on,
        or_(GroupMember.left_on.is_(None), GroupMember.left_on >= PracticeSession.held_on),
    )
    return or_(sat, PeerGroup.facilitator_id == person.id)


_COLUMNS = (
    PracticeSession.id, PracticeSession.person_id, PeerGroup.provider_id, PracticeSession.group_id, PeerGroup.name,
    PracticeSession.held_on, PracticeSession.minutes, PracticeSession.role, PracticeSession.open,
    PracticeSession.closed, PracticeSession.leading, PracticeSession.advice, PracticeSession.state,
    PracticeSession.submitted_at, PracticeSession.own_ratings, PracticeSession.trainer_id, PeerGroup.trainer_id,
    _signer.id, _signer.name, Signature.signed_at, Signature.level, Signature.meaning, Signature.tier,
    _observer.id, _observer.name, _observed.signed_at, _observed.level,
)  # fmt: skip


def seen_sessions(db: Session, person_ids: Iterable[uuid.UUID], *, comments: bool = False) -> list[SeenSession]:
    """Every session of these people, by the day it was held, in one query, for callers who hold the ids by scope.

    What signers wrote is left out unless asked for: it is for the person and their trainer.
    """
    chosen = _asked(comments).where(PracticeSession.person_id.in_(set(person_ids)))
    rows: Iterable[Sequence[Any]] = db.execute(chosen)
    read = partial(_readable, comments=comments)
    return [
        SeenSession(
            bool(seated), bool(by), comment or "", read(said), read(outside), Agreement.of(agreed), bool(disputed), *row
        )
        for seated, by, comment, said, outside, agreed, disputed, *row in rows
    ]


@cache
def _asked(comments: bool) -> Select[Any]:
    """The question about sessions, put together once and not for every page."""
    return (
        select(_seated(_signer), _seated(_observer), Signature.comment if comments else literal(""))
        .add_columns(Signature.observation, _observed.observation, Signature.agreement, contested.is_open(), *_COLUMNS)
        .select_from(PracticeSession)
        .join(PeerGroup, PeerGroup.id == PracticeSession.group_id)
        .outerjoin(Signature, STANDING)
        .join(_signer, _signer.id == func.coalesce(Signature.signer_id, PracticeSession.trainer_id))
        .outerjoin(_observed, _OBSERVED)
        .outerjoin(_observer, _observer.id == _observed.signer_id)
        .order_by(PracticeSession.held_on, PracticeSession.id)
    )


def _readable(kept: dict[str, Any] | None, *, comments: bool) -> Observation:
    said = Observation.of(kept)
    return said if comments else Observation(ties=said.ties, safety=RAISED if said.safety else "")


def mixes_of_circle(db: Session, group_id: uuid.UUID, most: int) -> list[tuple[date, int, int, int, int]]:
    """The questions of a circle's latest sessions that somebody signed: day, open, closed, leading, advice, oldest
    first, for callers who hold the circle by scope. Where two led together, one of their counts is shown.
    """
    session = PracticeSession
    columns = session.held_on, session.open, session.closed, session.leading, session.advice
    chosen = (
        select(*columns)
        .join(Signature, STANDING)
        .where(session.group_id == group_id, session.role.in_(FACILITATED))
        .order_by(session.held_on.desc(), session.id)
        .limit(2 * most)
    )
    by_day: dict[date, tuple[date, int, int, int, int]] = {}
    for held_on, open_, closed, leading, advice in db.execute(chosen):
        by_day.setdefault(held_on, (held_on, open_, closed, leading, advice))
    return sorted(by_day.values())[-most:]
