"""What people do about people: sign in and out, invite, accept, look each other up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Member, Role
from lms.core.errors import NotFound
from lms.people.models import FailedSignIn, Membership, Organisation, Person, SignIn, Unit
from lms.people.rules import digest, has_ended, new_code

SEEN_EVERY = timedelta(minutes=5)
FAILURES_WITHIN = timedelta(minutes=5)
MOST_FAILURES = 10


def begin_sign_in(db: Session, person_id: uuid.UUID, device: str) -> str:
    """A new sign-in; returns the token for the cookie."""
    token, now = new_code(), clock.now()
    db.add(
        SignIn(
            person_id=person_id,
            token_digest=digest(token),
            created_at=now,
            last_seen_at=now,
            verified_at=now,
            verified_by="password",
            device=device[:120],
        )
    )
    db.flush()
    return token


def prove(db: Session, token: str, by: str) -> None:
    """The person of this sign-in has just proved who they are, `by` password, passkey or both factors."""
    db.execute(
        update(SignIn).where(SignIn.token_digest == digest(token)).values(verified_at=clock.now(), verified_by=by)
    )


def see(db: Session, token: str) -> None:
    """The sign-in was used just now."""
    db.execute(update(SignIn).where(SignIn.token_digest == digest(token)).values(last_seen_at=clock.now()))


def end_sign_in(db: Session, token: str) -> None:
    """Sign out: from now on the cookie opens nothing, wherever it was copied to."""
    db.execute(update(SignIn).where(SignIn.token_digest == digest(token)).values(ended_at=clock.now()))


def end_sign_ins(
    db: Session, person_id: uuid.UUID, *, only: uuid.UUID | None = None, but: uuid.UUID | None = None
) -> int:
    """End a person's sign-ins: all, `only` one, or all `but` one. Returns how many ended."""
    chosen = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if only is not None:
        chosen = chosen.where(SignIn.id == only)
    if but is not None:
        chosen = chosen.where(SignIn.id != but)
    return len(db.scalars(chosen.values(ended_at=clock.now()).returning(SignIn.id)).all())


def list_sign_ins(db: Session, person_id: uuid.UUID) -> Sequence[SignIn]:
    """The person's sign-ins that still stand, last used first."""
    rows = db.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.last_seen_at.desc())
    )
    now = clock.now()
    return [row for row in rows if not has_ended(row.created_at, row.last_seen_at, now)]


_SIGNED_IN = (
    select(Person, SignIn, Membership.role, Organisation.id, Organisation.name, Membership.unit_id)
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_on.is_(None))
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .order_by(Organisation.name, Membership.role)
)


def find_signed_in(db: Session, token: str) -> tuple[Person, Actor, bool] | None:
    """The person, the actor and whether they were long unseen; None when the sign-in is over or the account closed."""
    rows = db.execute(_SIGNED_IN.where(SignIn.token_digest == digest(token), SignIn.ended_at.is_(None))).all()
    now = clock.now()
    if not rows:
        return None
    person, sign_in = rows[0][0], rows[0][1]
    if not person.active or has_ended(sign_in.created_at, sign_in.last_seen_at, now):
        return None
    members = tuple(Member(Role(row[2]), row[3], row[4], row[5]) for row in rows if row[2] is not None)
    actor = Actor(person.id, person.name, members, sign_in.id, sign_in.verified_at, sign_in.verified_by)
    return person, actor, now - sign_in.last_seen_at > SEEN_EVERY


def count_failures(db: Session, subjects: Sequence[str]) -> int:
    """The most failed tries within five minutes against any of `subjects` (an account, a network address)."""
    since = clock.now() - FAILURES_WITHIN
    rows = db.execute(
        select(func.count())
        .where(FailedSignIn.subject.in_([digest(s) for s in subjects]), FailedSignIn.at > since)
        .group_by(FailedSignIn.subject)
    )
    return max((row[0] for row in rows), default=0)


def record_failure(db: Session, subjects: Sequence[str]) -> None:
    """Remember a failed try, and forget those that no longer count."""
    now = clock.now()
    db.execute(delete(FailedSignIn).where(FailedSignIn.at < now - FAILURES_WITHIN))
    db.add_all(FailedSignIn(subject=digest(subject), at=now) for subject in subjects)


def get_person(db: Session, person_id: uuid.UUID) -> Person:
    """A person by id, for callers who already hold the id through a scope. Raises NotFound."""
    found = db.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def names_of(db: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The names behind ids the caller already holds through a scope, in one query."""
    wanted = {each for each in ids if each is not None}
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit and the organisation it is part of."""

    id: uuid.UUID
    name: str
    organisation_id: uuid.UUID
    organisation_name: str


def list_units(
    db: Session, *, ids: Iterable[uuid.UUID] | None = None, organisation_ids: Iterable[uuid.UUID] | None = None
) -> list[UnitRow]:
    """Units by their own ids or by their organisations', in one query, for callers who hold the ids through a scope."""
    chosen = (
        select(Unit.id, Unit.name, Unit.organisation_id, Organisation.name)
        .join(Organisation, Organisation.id == Unit.organisation_id)
        .order_by(Organisation.name, Unit.name)
    )
    if ids is not None:
        chosen = chosen.where(Unit.id.in_(set(ids)))
    if organisation_ids is not None:
        chosen = chosen.where(Unit.organisation_id.in_(set(organisation_ids)))
    return [UnitRow(*row) for row in db.execute(chosen)]


def people_with(db: Session, role: Role, organisation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Who holds `role` in these organisations today, by name."""
    rows = db.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.role == role,
            Membership.organisation_id.in_(set(organisation_ids)),
            Membership.ended_on.is_(None),
            Person.active,
        )
        .order_by(Person.name)
    )
    return {row.id: row.name for row in rows}
