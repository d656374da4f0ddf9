"""Drafting the agreement from a circle's data, and naming what the data do not have yet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.core import clock
from lms.groups import meetings
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup
from lms.people import service as people
from lms.people.invitations import get_organisation
from lms.takeover import moves
from lms.takeover.moves import Standing
from lms.transfer import rules
from lms.transfer.models import HandOver
from lms.transfer.terms import MEETINGS, Date, Terms, settled


@dataclass(frozen=True, slots=True)
class Words:
    """What of an agreement is text, and who facilitates from then on. All else comes from the data."""

    facilitator_id: uuid.UUID
    help: str
    message: str
    because: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that has to be there first. `kind` says where it is put right."""

    kind: str
    title: str
    seen: str
    action: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a circle's data say today: who sits there, where it stands, the agreement they make, what is not there."""

    members: Sequence[GroupMember]
    standing: Standing
    terms: Terms
    lacks: tuple[Lack, ...]


def who_may_facilitate(db: Session, group: PeerGroup, members: Sequence[GroupMember]) -> dict[uuid.UUID, str]:
    """Who of the circle has an account and could facilitate it, its facilitator first. Never the trainer."""
    ids = [group.facilitator_id, *(each.person_id for each in members if each.person_id is not None)]
    names = people.names_of(db, ids)
    return {each: names[each] for each in ids if each != group.trainer_id}


def words_of(agreement: HandOver) -> Words:
    """What was written for an agreement when it was drafted last."""
    kept = agreement.terms
    return Words(agreement.facilitator_id, kept["help"], kept["message"], kept["because"])


def draft(db: Session, group: PeerGroup, words: Words, drafted: HandOver | None) -> Found:
    """The agreement as the data of a circle the caller holds through a scope make it today."""
    members, today = groups.list_members(db, group.id), clock.today(group.zone)
    standing = moves.standing_of(db, group, moves.list_moves(db, group.id), today)
    may, readiness = who_may_facilitate(db, group, members), standing.readiness
    unit = people.list_units(db, ids=[group.unit_id])[0]
    time = max((each.until for each in standing.evidence.sponsor), default=None)
    names = people.names_of(db, [group.trainer_id, words.facilitator_id])
    found = Terms(
        circle=group.name,
        unit=unit.name,
        organisation=unit.organisation_name,
        provider=get_organisation(db, group.provider_id).name,
        trainer=names[group.trainer_id],
        facilitator=names.get(words.facilitator_id, ""),
        facilitator_id=str(words.facilitator_id),
        meetings=_dates(db, group, members),
        protected_until=time if time is not None and time >= today else None,
        help=words.help,
        message=words.message,
        missing=tuple(each.title for each in readiness.left if not each.gate) if readiness else (),
        because=words.because,
        standard=f"{standing.standard.id}-{standing.standard.version}",
    )
    terms = settled(Terms.of(drafted.terms), found, today) if drafted else found
    return Found(members, standing, terms, tuple(_lacks(standing, terms, may, words.facilitator_id)))


def _dates(db: Session, group: PeerGroup, members: Sequence[GroupMember]) -> tuple[Date, ...]:
    """The next meetings, with their hosts as the circle calls them."""
    called, now = {each.id: each.pseudonym for each in members}, clock.now()
    coming = [each for each in meetings.list_coming(db, group.id) if each.starts_at > now][:MEETINGS]
    return tuple(
        Date(
            on=each.starts_local.date(),
            at=f"{each.starts_local:%H:%M}",
            minutes=each.minutes,
            place=each.place,
            host=called.get(each.host_id, "") if each.host_id else "",
            deputy=called.get(each.deputy_id, "") if each.deputy_id else "",
        )
        for each in coming
    )


def _lacks(standing: Standing, terms: Terms, may: dict[uuid.UUID, str], facilitator_id: uuid.UUID) -> list[Lack]:
    """What has to be there before anybody signs, and still when the last one does."""
    if not standing.is_near or standing.readiness is None:
        return [Lack("stage", "Meeting without the trainer", rules.NOT_NEAR, "The trainer moves the stool on first.")]
    found = [Lack(each.kind, each.title, each.seen, each.action) for each in standing.readiness.left if each.gate]
    if facilitator_id not in may:
        gone = f"{terms.facilitator or 'Whoever was chosen'} no longer sits in the circle."
        found.append(Lack("words", "Somebody who facilitates", gone, "The trainer chooses who does from then on."))
    if terms.missing and not terms.because:
        found.append(Lack("words", "Why it is handed over", rules.NO_BECAUSE, "The trainer writes it down."))
    return found
