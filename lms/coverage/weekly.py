"""The weekly letter to managers: only what changed since the last one, and none where nothing did."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import asdict
from datetime import date

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.db import insert_once
from lms.core.errors import NotFound
from lms.core.phrases import full_day
from lms.core.site_days import today
from lms.coverage import circle_rules, circles, service, stuck, stuck_rules
from lms.coverage import weekly_rules as rules
from lms.coverage.acting_models import ManagerDigest
from lms.coverage.rules import SOON
from lms.coverage.weekly_rules import Standing
from lms.messages import service as messages
from lms.messages.rules import plain
from lms.people import provisions
from lms.people import service as people
from lms.people.managed import Managed, all_managed
from lms.people.models import Membership, Organisation, Person

CODE_BYTES = 18
MOST_SAID = 12  # of each in a letter; the rest stands on the page


def standing(db: Session, actor: Actor, organisation: Managed, on: date) -> Standing:
    """How an organisation that the actor manages stands today, in a fixed number of questions."""
    report = service.report(db, actor, on, organisation.id)
    units = {each.id: each.name for each in report.cover.units}
    every, _ = circles.gather(db, organisation.id, on)
    return Standing(
        units={str(key): name for key, name in units.items()},
        covered={str(each.id): each.name for each in report.cover.units if each.certified},
        endings={
            f"{each.person_id} {each.unit_id} {each.valid_until}": _ends(
                each.name, units[each.unit_id], each.valid_until
            )
            for each in report.held
            if each.valid_until <= on + SOON
        },
        stuck={
            each.key: f"{each.name}, {each.unit}: {stuck_rules.REASONS[each.reason].lower()}"
            for each in stuck.everybody(db, organisation.id, on)
        },
        handed={str(each.id): each.name for each in every if each.runs_itself},
        drift={
            f"{each.id} {title}": f"{each.name}: {title[0].lower()}{title[1:]}"
            for each in every
            for title in circle_rules.signs_told(each.signs)
        },
    )


def _ends(name: str, unit: str, day: date) -> str:
    return f"{name}, {unit}: {full_day(day)}"


def whose_week_it_is(db: Session) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Managers for whom nobody has looked this week, with the organisation, in its order: a manager of two is asked
    for twice, and somebody who wants no letter is left out.
    """
    row = select(ManagerDigest.person_id).where(
        ManagerDigest.person_id == Membership.person_id,
        ManagerDigest.organisation_id == Membership.organisation_id,
        or_(ManagerDigest.wanted.is_(False), ~_waits()),
    )
    chosen = (
        select(Membership.organisation_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.MANAGER, Membership.ended_on.is_(None), Person.active, ~row.exists())
        .distinct()
        .order_by(Membership.organisation_id, Membership.person_id)
    )
    return [(organisation, person) for organisation, person in db.execute(chosen)]


def look(db: Session, organisation_id: uuid.UUID, person_id: uuid.UUID) -> Standing:
    """How their organisation stands, for the job. Raises NotFound."""
    who = people.get_actor(db, person_id)
    return standing(db, who, _theirs(who, organisation_id), today())


def write(db: Session, organisation_id: uuid.UUID, person_id: uuid.UUID, now: Standing) -> bool:
    """Write to one of them if anything changed. Looked for once a week, however often this is called; the first look
    only keeps how everything stands.
    """
    mine = {"person_id": person_id, "organisation_id": organisation_id}
    fresh = {"wanted": True, "code": secrets.token_urlsafe(CODE_BYTES), "stood": {}, "changed_at": clock.now()}
    insert_once(db, ManagerDigest, **mine, **fresh)
    row = db.scalar(
        select(ManagerDigest)
        .where(ManagerDigest.person_id == person_id, ManagerDigest.organisation_id == organisation_id)
        .where(ManagerDigest.wanted.is_(True), _waits())
        .with_for_update()
    )
    if row is None:
        return False
    before, row.stood, row.looked_on = row.stood, now.kept(), today()
    db.flush()
    new = rules.changed(Standing.of(before), now) if before else None
    if not new:
        return False
    _send(db, organisation_id, person_id, new, row.code)
    return True


def _send(db: Session, organisation_id: uuid.UUID, person_id: uuid.UUID, new: rules.Changed, code: str) -> None:
    organisation = db.get_one(Organisation, organisation_id)
    sections = [
        (rules.HEADINGS[name], [plain(each) for each in lines[:MOST_SAID]])
        for name, lines in asdict(new).items()
        if lines
    ]
    messages.send(
        db,
        "weekly",
        person_id=person_id,
        organisation_id=provisions.only(db, organisation_id),
        organisation=organisation.name,
        lost=new.lost[0] if new.lost else "",
        sections=sections,
        more=sum(max(0, len(lines) - MOST_SAID) for lines in asdict(new).values()),
        link=messages.link("/coverage"),
        stop_link=messages.link(f"/coverage/weekly/{code}"),
    )


def find(db: Session, actor: Actor, organisation: Managed) -> ManagerDigest | None:
    """What the actor chose about an organisation, if anything."""
    return db.get(ManagerDigest, (actor.person_id, organisation.id))


def choose(db: Session, actor: Actor, organisation: Managed, *, wanted: bool) -> None:
    """Want the letter, or want it no more. Wanted again, it begins with how everything stands then."""
    mine = {"person_id": actor.person_id, "organisation_id": organisation.id}
    fresh = {"code": secrets.token_urlsafe(CODE_BYTES), "stood": {}, "changed_at": clock.now()}
    if not insert_once(db, ManagerDigest, **mine, **fresh, wanted=wanted):
        which = (ManagerDigest.person_id == actor.person_id, ManagerDigest.organisation_id == organisation.id)
        _turn(db, *which, wanted=wanted)


def find_by_code(db: Session, code: str) -> tuple[ManagerDigest, str] | None:
    """Whose letter carries this code, with the name of the organisation."""
    if not code.isascii() or not code.isprintable():
        return None
    chosen = select(ManagerDigest, Organisation.name).join(
        Organisation, Organisation.id == ManagerDigest.organisation_id
    )
    row = db.execute(chosen.where(ManagerDigest.code == code)).first()
    return (row[0], row[1]) if row else None


def turn(db: Session, code: str, *, wanted: bool) -> None:
    """Stop the letter that carries this code, or start it, whoever holds it. Raises NotFound."""
    if find_by_code(db, code) is None:
        raise NotFound
    _turn(db, ManagerDigest.code == code, wanted=wanted)


def _turn(db: Session, *which: ColumnElement[bool], wanted: bool) -> None:
    """Stopped twice is stopped once; only what was stopped begins anew."""
    other = ManagerDigest.wanted.is_(not wanted)
    values = {"wanted": wanted, "stood": {}, "changed_at": clock.now()}
    db.execute(update(ManagerDigest).where(*which, other).values(values))


def _theirs(actor: Actor, organisation_id: uuid.UUID) -> Managed:
    for each in all_managed(actor):
        if each.id == organisation_id:
            return each
    raise NotFound


def _waits() -> ColumnElement[bool]:
    """Whether nobody has looked since this week began."""
    return or_(ManagerDigest.looked_on.is_(None), ManagerDigest.looked_on < rules.monday_of(today()))
