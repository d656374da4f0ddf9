"""What people do about people: sign in and out, invite, accept, look each other up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Member, Role
from lms.core.db import new_id
from lms.core.errors import NotFound
from lms.core.prepared import Prepared
from lms.people.models import FailedSignIn, Membership, Organisation, Passkey, Person, SignIn, Unit
from lms.people.rules import digest, has_ended, new_code

SEEN_EVERY = timedelta(minutes=5)
KEPT_FOR = timedelta(days=90)
TRIES_WITHIN = timedelta(minutes=5)
MOST_TRIES = 10


def begin_sign_in(db: Session, person_id: uuid.UUID, device: str, by: str = "password") -> str:
    """A new sign-in, proved `by` a password, a passkey or two steps; returns the token for the cookie."""
    token, now = new_code(), clock.now()
    db.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.last_seen_at < now - KEPT_FOR))
    db.add(
        SignIn(
            person_id=person_id,
            token_digest=digest(token),
            created_at=now,
            last_seen_at=now,
            verified_at=now,
            verified_by=by,
            device=device[:120],
        )
    )
    db.flush()
    return token


def prove(db: Session, token: str, by: str) -> str:
    """The person of this sign-in has just proved again who they are. Returns the token that replaces this one."""
    new, now = new_code(), clock.now()
    db.execute(
        update(SignIn)
        .where(SignIn.token_digest == digest(token), SignIn.ended_at.is_(None))
        .values(token_digest=digest(new), verified_at=now, verified_by=by, last_seen_at=now)
    )
    return new


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


def find_sign_in_id(db: Session, token: str) -> uuid.UUID | None:
    """The sign-in a token stands for."""
    return db.scalar(select(SignIn.id).where(SignIn.token_digest == digest(token)))


def list_sign_ins(db: Session, person_id: uuid.UUID) -> Sequence[SignIn]:
    """The person's sign-ins that still stand, last used first."""
    rows = db.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.last_seen_at.desc())
    )
    now = clock.now()
    return [row for row in rows if not has_ended(row.created_at, row.last_seen_at, now)]


def list_passkeys(db: Session, person_id: uuid.UUID) -> Sequence[Passkey]:
    """The person's passkeys, by name."""
    return db.scalars(select(Passkey).where(Passkey.user_id == person_id).order_by(Passkey.name)).all()


# Asked with every request: of the tables, for the mapper would cost more than the database does.
_person, _sign_in, _member, _organisation = (each.__table__.c for each in (Person, SignIn, Membership, Organisation))
_SIGNED_IN = Prepared(
    select(
        _person.id,
        _person.name,
        _sign_in.id.label("sign_in_id"),
        _sign_in.created_at,
        _sign_in.last_seen_at,
        _sign_in.verified_at,
        _sign_in.verified_by,
        _member.role,
        _member.organisation_id,
        _organisation.name.label("organisation_name"),
        _member.unit_id,
    )
    .join_from(Person.__table__, SignIn.__table__, _sign_in.person_id == _person.id)
    .join(Membership.__table__, (_member.person_id == _person.id) & _member.ended_on.is_(None))
    .join(Organisation.__table__, _organisation.id == _member.organisation_id)
    .where(_sign_in.token_digest == bindparam("digest"), _sign_in.ended_at.is_(None), _person.active)
    .order_by(_organisation.name, _member.role)
)


def find_signed_in(db: Session, token: str) -> tuple[Actor, bool] | None:
    """The actor and whether they were long unseen; None when the sign-in is over.

    It is over as well when the account is closed or no membership stands any more.
    """
    rows = _SIGNED_IN.rows(db.connection(), {"digest": digest(token)})
    now = clock.now()
    if not rows or has_ended(rows[0].created_at, rows[0].last_seen_at, now):
        return None
    members = tuple(Member(Role(row.role), row.organisation_id, row.organisation_name, row.unit_id) for row in rows)
    first = rows[0]
    actor = Actor(first.id, first.name, members, first.sign_in_id, first.verified_at, first.verified_by)
    return actor, now - first.last_seen_at > SEEN_EVERY


def get_actor(db: Session, person_id: uuid.UUID) -> Actor:
    """A person as they act, without a sign-in that would make them fresh. Raises NotFound."""
    person = get_person(db, person_id)
    rows = db.execute(
        select(Membership.role, Membership.organisation_id, Organisation.name, Membership.unit_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, Membership.ended_on.is_(None))
        .order_by(Organisation.name, Membership.role)
    )
    return Actor(person.id, person.name, tuple(Member(Role(row[0]), *row[1:]) for row in rows))


def find_account(db: Session, attribute: str, value: object, *, lock: bool = False) -> Person | None:
    """The person with this address, id or key, if they may come in: account open and some membership standing.

    With `lock` the row waits for nobody else's change, so that one code is not taken twice by two requests.
    """
    stands = select(Membership.id).where(Membership.person_id == Person.id, Membership.ended_on.is_(None))
    found = select(Person).where(getattr(Person, attribute) == value, Person.active, stands.exists())
    return db.scalar(found.with_for_update(of=Person) if lock else found)


def record_try(db: Session, subjects: Sequence[str]) -> list[uuid.UUID]:
    """Count a try against every subject (an account, a network); none counted means that one had too many already."""
    now, digests = clock.now(), [digest(subject) for subject in subjects]
    db.execute(delete(FailedSignIn).where(FailedSignIn.at < now - TRIES_WITHIN))
    most = db.scalar(
        select(func.count())
        .where(FailedSignIn.subject.in_(digests))
        .group_by(FailedSignIn.subject)
        .order_by(func.count().desc())
        .limit(1)
    )
    if (most or 0) >= MOST_TRIES:
        return []
    tries = [FailedSignIn(id=new_id(), subject=each, at=now) for each in digests]
    db.add_all(tries)
    db.flush()
    return [each.id for each in tries]


def tries_of(db: Session, subject: str) -> int:
    """How many tries are counted against a subject."""
    counted = select(func.count()).where(FailedSignIn.subject == digest(subject))
    return db.scalar(counted.where(FailedSignIn.at >= clock.now() - TRIES_WITHIN)) or 0


def count_try(db: Session, subject: str) -> None:
    """Count one try against a subject, whose name is kept as a digest only, for as long as tries count."""
    now = clock.now()
    db.execute(delete(FailedSignIn).where(FailedSignIn.at < now - TRIES_WITHIN))
    db.add(FailedSignIn(id=new_id(), subject=digest(subject), at=now))


def forgive_try(db: Session, ids: Sequence[uuid.UUID]) -> None:
    """It was not a failure after all."""
    db.execute(delete(FailedSignIn).where(FailedSignIn.id.in_(ids)))


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
