"""What managers write through the house. Every letter is kept, and says nothing of what anybody wrote or was told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.site_days import today
from lms.coverage import acting_rules as rules
from lms.coverage import holding, stuck, stuck_rules
from lms.coverage.acting_models import ManagerLetter
from lms.coverage.acting_rules import Kind, Target
from lms.coverage.holding import Holder
from lms.coverage.stuck_rules import Stuck
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people import places, provisions
from lms.people import service as people
from lms.people.managed import Managed
from lms.people.models import Membership, Person, Unit

A_DAY = timedelta(days=1)
SPACE = uuid.UUID("0f4f1f1e-3d0b-4a55-9c2a-6a1f4f3f9a61")


def targets(db: Session, organisation: Managed, kind: Kind, wanted: Sequence[str]) -> list[Target]:
    """The letters that what somebody ticked comes to, in its order. Raises Invalid, and NotFound for anybody who has
    no part here.
    """
    if not wanted:
        raise Invalid({"who": rules.NOBODY})
    if len(wanted) > rules.MOST_AT_ONCE:
        raise Invalid({"who": rules.TOO_MANY})
    if kind == "unblock":
        found = _to_unblock(db, organisation)
        there = [found[each] for each in dict.fromkeys(wanted) if each in found]
        if not there:
            raise Conflict(rules.NOT_STUCK)
        return there
    ids = holding.read_ids(wanted)
    if kind == "renewal":
        return _to_renew(db, organisation, ids)
    return _about_pace(db, organisation, ids) if kind == "pace" else _to_write(db, organisation, kind, ids)


def _to_unblock(db: Session, organisation: Managed) -> dict[str, Target]:
    """Whoever trains there no more gets no letter: the administrators of the same provider do."""
    found = stuck.everybody(db, organisation.id, today())
    trains = people.people_with(db, Role.TRAINER, {each.provider_id for each in found})
    return {each.key: _about(each, gone=each.whom == "trainer" and each.to_id not in trains) for each in found}


def _about(each: Stuck, *, gone: bool) -> Target:
    return Target(
        kind="unblock",
        about_id=each.person_id,
        name=each.name,
        unit=each.unit,
        to_id=None if gone else each.to_id,
        to=stuck_rules.ADMINISTRATORS if gone else each.at,
        provider_id=each.provider_id,
        reason=each.reason,
        said=each.sentence,
        wanted=stuck_rules.asked(each),
        path=_path(each),
    )


def _path(found: Stuck) -> str:
    """Where whoever reads the letter can see to it."""
    if found.whom == "holder":
        return f"/certificates/{found.certificate_id}/renew"
    if found.reason in ("certificate", "renewal"):
        return "/certificates"
    return "/sign-off" if found.reason == "sign_off" else f"/readiness/{found.person_id}"


def _to_renew(db: Session, organisation: Managed, ids: Sequence[uuid.UUID]) -> list[Target]:
    found = {each.person_id: each for each in holding.holders(db, organisation.id, today(), ids)}
    if set(ids) - set(found):
        raise NotFound
    early = [each.name for each in found.values() if not each.may_renew(today())]
    if early:
        raise Invalid({"who": f"{early[0]} can renew from ten months before the last day. Leave {early[0]} out."})
    return [
        Target(
            kind="renewal",
            about_id=each.person_id,
            name=each.name,
            unit=each.unit,
            to_id=each.person_id,
            to=each.name,
            provider_id=each.provider_id,
            said=_ends(each),
            path=f"/certificates/{each.certificate_id}/renew",
        )
        for each in (found[one] for one in ids)
    ]


def _ends(holder: Holder) -> str:
    ended = holder.valid_until < today()
    return f"{'was' if ended else 'is'} {holder.valid_until.day} {holder.valid_until:%B %Y}"


def _to_write(db: Session, organisation: Managed, kind: Kind, ids: Sequence[uuid.UUID]) -> list[Target]:
    here = select(Membership.id).where(
        Membership.person_id == Person.id,
        Membership.organisation_id == organisation.id,
        Membership.ended_on.is_(None),
    )
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(ids), Person.active, here.exists()))
    names = {row.id: row.name for row in rows}
    if set(ids) - set(names):
        raise NotFound
    provider = provisions.only(db, organisation.id)
    return [Target(kind, each, names[each], "", each, names[each], provider) for each in ids]


def _about_pace(db: Session, organisation: Managed, ids: Sequence[uuid.UUID]) -> list[Target]:
    """Letters to the trainers of people in training here, about how soon they could step in. Raises NotFound."""
    trainer = aliased(Person)
    rows = db.execute(
        select(Enrolment.person_id, Person.name, Unit.name, trainer.id, trainer.name, Enrolment.provider_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(trainer, trainer.id == Enrolment.trainer_id)
        .where(
            Enrolment.organisation_id == organisation.id,
            Enrolment.ended_on.is_(None),
            Enrolment.person_id.in_(ids),
        )
        .order_by(Enrolment.started_on)
    )
    found = {row[0]: Target("pace", *row) for row in rows}
    if set(ids) - set(found):
        raise NotFound
    return [found[each] for each in ids]


def write(
    db: Session, actor: Actor, organisation: Managed, key: uuid.UUID, letters: Sequence[Target], text: str
) -> tuple[int, list[str]]:
    """Send letters: how many went out, and the names of those about whom one went out lately. The same form twice is
    once. Raises Invalid, and Conflict where none goes out.
    """
    if not text:
        raise Invalid({"text": rules.NOTHING})
    # Whoever writes from here at the same moment waits, so that nobody is written to twice.
    places.hold(db, organisation.id)
    went, again = 0, list[str]()
    for each in letters:
        own = uuid.uuid5(SPACE, f"{key} {each.kind} {each.key}")
        if db.get(ManagerLetter, own) is not None:
            went += 1
        elif _written_lately(db, organisation.id, each):
            again.append(each.name)
        else:
            _check_day(db, organisation.id)
            _send(db, actor, organisation, own, each, text)
            went += 1
    if not went and again:
        raise Conflict(rules.lately(again[0], letters[0].kind))
    return went, again


def _check_day(db: Session, organisation_id: uuid.UUID) -> None:
    of_day = (ManagerLetter.organisation_id == organisation_id, ManagerLetter.written_at > clock.now() - A_DAY)
    if (db.scalar(select(func.count()).select_from(ManagerLetter).where(*of_day)) or 0) >= rules.MOST_A_DAY:
        raise Conflict(rules.ENOUGH_TODAY)


def _written_lately(db: Session, organisation_id: uuid.UUID, letter: Target) -> bool:
    same = (
        ManagerLetter.organisation_id == organisation_id,
        ManagerLetter.kind == letter.kind,
        ManagerLetter.reason == letter.reason,
        ManagerLetter.about_id == letter.about_id,
        ManagerLetter.written_at > clock.now() - rules.AGAIN_AFTER[letter.kind],
    )
    return db.scalar(select(ManagerLetter.id).where(*same).limit(1)) is not None


def _send(db: Session, actor: Actor, organisation: Managed, own: uuid.UUID, letter: Target, text: str) -> None:
    kept = {
        "organisation_id": organisation.id,
        "kind": letter.kind,
        "reason": letter.reason,
        "about_id": letter.about_id,
        "to_id": letter.to_id,
        "text": text,
        "written_by": actor.person_id,
        "written_at": clock.now(),
    }
    insert_once(db, ManagerLetter, id=own, **kept)
    template = {"unblock": "manager_unblock", "renewal": "renewal_asked"}.get(letter.kind, "manager_wrote")
    if letter.reason == "lapsed":
        template = "renewal_asked"
    to = [letter.to_id] if letter.to_id else sorted(people.people_with(db, Role.ADMINISTRATOR, _some(letter)))
    for person_id in to:
        if person_id != actor.person_id:
            messages.send(
                db,
                template,
                person_id=person_id,
                organisation_id=letter.provider_id,
                manager=actor.name,
                organisation=organisation.name,
                trainee=letter.name if letter.about_id != person_id else "",
                said=letter.said,
                wanted=letter.wanted,
                words=text,
                link=messages.link(letter.path),
            )


def _some(letter: Target) -> list[uuid.UUID]:
    return [letter.provider_id] if letter.provider_id else []


def last_asked(
    db: Session, organisation_id: uuid.UUID, kind: Kind, ids: Iterable[uuid.UUID]
) -> dict[tuple[uuid.UUID, str], ManagerLetter]:
    """The newest letter of a kind about each of these, by person and reason, in one question."""
    rows = db.scalars(
        select(ManagerLetter)
        .where(
            ManagerLetter.organisation_id == organisation_id,
            ManagerLetter.kind == kind,
            ManagerLetter.about_id.in_(set(ids)),
        )
        .order_by(ManagerLetter.written_at)
    )
    return {(each.about_id, each.reason): each for each in rows}
