"""What somebody does who has two accounts: they give one up, and everything that was signed under it stays."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.core import clock, following
from lms.core.actor import ROLE_LABELS, Actor, Role
from lms.core.errors import Conflict, NotFound
from lms.journal.models import JournalEntry
from lms.messages import service as messages
from lms.people import same, stays
from lms.people import service as people
from lms.people.models import Membership, Organisation, Passkey, Person
from lms.people.place_models import StaffMember
from lms.people.same_models import SamePerson
from lms.register import service as register
from lms.same import meeting, rules, unfinished

# Whoever is the only one of these in an organisation would leave it to nobody.
NEEDED = (Role.ADMINISTRATOR, Role.MANAGER)


class Hindered(Conflict):
    """They cannot be made one yet; `first` are the sentences that say what to finish, if that is why."""

    def __init__(self, sentence: str, first: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.first = first


@dataclass(frozen=True, slots=True)
class Proved:
    """Both proofs: of whoever stays, and of the account that is given up."""

    kept: str
    former: str


def find_said(db: Session, actor: Actor, key: uuid.UUID) -> SamePerson | None:
    """What the same form has said already, if the actor sent it."""
    return db.scalar(select(SamePerson).where(SamePerson.id == key, SamePerson.kept_id == actor.person_id))


def give_up(db: Session, actor: Actor, key: uuid.UUID, former_id: uuid.UUID, proved: Proved) -> SamePerson:
    """The account `former_id`, which the actor has proved to be theirs as well, is one with theirs from now on.

    The same form twice is once. Raises Hindered, a Conflict, and NotFound for the key of somebody else's form.
    """
    done = find_said(db, actor, key)
    if done is not None:
        return done
    if db.get(SamePerson, key) is not None:
        raise NotFound
    kept, former = _both(db, actor.person_id, former_id)
    _check(db, kept, former)
    rights = _move_parts(db, kept, former)
    _close(db, kept, former)
    said = SamePerson(
        id=key,
        former_id=former.id,
        kept_id=kept.id,
        authenticated_by=proved.kept,
        former_proof=rules.proof(proved.former),
    )
    _tell(db, kept, former, rules.ended(rights))
    leaf = register.append(
        db,
        actor,
        kind=rules.KIND,
        subject_kind="account",
        subject_id=former.id,
        payload=rules.payload(said),
        meaning=rules.MEANING,
        authenticated_by=proved.kept,
    )
    said.leaf_seq, said.said_at = leaf.seq, leaf.at
    db.add(said)
    db.flush()
    for each in (kept, former):
        following.changed(db, person=each.id)
    return said


def _both(db: Session, kept_id: uuid.UUID, former_id: uuid.UUID) -> tuple[Person, Person]:
    """Both accounts, held until the transaction ends; in one order, so that two such forms take turns."""
    chosen = select(Person).where(Person.id.in_((kept_id, former_id))).order_by(Person.id)
    found = {each.id: each for each in db.scalars(chosen.with_for_update())}
    if len(found) < 2:
        raise Hindered(rules.ONESELF)
    return found[kept_id], found[former_id]


def _check(db: Session, kept: Person, former: Person) -> None:
    if same.find_kept(db, kept.id) is not None:
        raise Hindered(rules.FORMER_HERE)
    if same.find_kept(db, former.id) is not None:
        raise Hindered(rules.ALREADY)
    if any(people.find_account(db, "id", each.id) is None for each in (kept, former)):
        raise Hindered(rules.CLOSED)
    if same.earlier_of(db, former.id):
        raise Hindered(rules.HAS_EARLIER.format(email=former.email))
    for account in (kept.id, *db.scalars(same.former_ids(kept.id))):
        what = meeting.of(db, account, former.id)
        if what:
            raise Hindered(rules.SHARED.format(what=what))
    first = unfinished.of(db, former.id)
    if first:
        raise Hindered(rules.UNFINISHED.format(email=former.email), tuple(first))
    _check_needed(db, former)


def _check_needed(db: Session, former: Person) -> None:
    for part, organisation in _parts(db, former.id):
        if part.role in NEEDED and not people.people_with(db, Role(part.role), [organisation.id]).keys() - {former.id}:
            label = ROLE_LABELS[Role(part.role)].lower()
            raise Hindered(rules.ONLY_ONE.format(email=former.email, role=label, organisation=organisation.name))


def _parts(db: Session, person_id: uuid.UUID) -> list[tuple[Membership, Organisation]]:
    chosen = (
        select(Membership, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, Membership.ended_on.is_(None))
        .order_by(Organisation.name, Membership.role)
    )
    return [(row[0], row[1]) for row in db.execute(chosen)]


def _move_parts(db: Session, kept: Person, former: Person) -> list[str]:
    """A trainee's part, which gives no right over anybody, goes on with the account that stays; every other ends.

    Returns those that ended, in words.
    """
    ended = []
    for part, organisation in _parts(db, former.id):
        part.ended_on = clock.today()
        if part.role == Role.TRAINEE:
            _go_on(db, kept, part)
        else:
            ended.append(f"{ROLE_LABELS[Role(part.role)].lower()} at {organisation.name}")
    _move_entries(db, kept, former)
    db.flush()
    return ended


def _go_on(db: Session, kept: Person, part: Membership) -> None:
    own = db.scalar(
        select(Membership).where(
            Membership.person_id == kept.id,
            Membership.organisation_id == part.organisation_id,
            Membership.role == part.role,
            Membership.provider_id.is_not_distinct_from(part.provider_id),
        )
    )
    if own is None:
        own = Membership(
            person_id=kept.id,
            organisation_id=part.organisation_id,
            unit_id=part.unit_id,
            role=part.role,
            provider_id=part.provider_id,
            started_on=clock.today(),
        )
        db.add(own)
    elif own.ended_on is not None:
        own.unit_id = part.unit_id
        stays.come_back(db, own)


def _move_entries(db: Session, kept: Person, former: Person) -> None:
    """An organisation's entry of the former account is of the one that stays, unless it has one there already: then
    whoever keeps the list may make the two one.
    """
    own = set(db.scalars(select(StaffMember.organisation_id).where(StaffMember.person_id == kept.id)))
    for entry in db.scalars(select(StaffMember).where(StaffMember.person_id == former.id)):
        if entry.organisation_id not in own:
            entry.person_id = kept.id


def _close(db: Session, kept: Person, former: Person) -> None:
    """It opens no more: no sign-in, no passkey, no code. Its password stays, which alone says where it went."""
    former.active = False
    former.tf_primary_method = former.tf_totp_secret = former.tf_counters = None
    former.mf_recovery_codes = None
    db.execute(delete(Passkey).where(Passkey.user_id == former.id))
    people.end_sign_ins(db, former.id)
    db.execute(update(JournalEntry).where(JournalEntry.person_id == former.id).values(person_id=kept.id))


def _tell(db: Session, kept: Person, former: Person, rights: str) -> None:
    """A letter to each address: if it was not them, they learn of it wherever they read."""
    for address in (kept.email, former.email):
        messages.send(
            db,
            "same_person",
            person_id=kept.id,
            email=address,
            kept=kept.email,
            former=former.email,
            rights=rights,
            link=messages.link("/record"),
        )
