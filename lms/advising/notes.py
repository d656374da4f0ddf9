"""Themes on their way up: drafting one, changing it, taking it back, and what holds it back when it was passed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, select, union
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.advising import rules, service
from lms.advising.models import AdvisoryCase, ThemeNote, ThemeReading
from lms.advising.rules import Backing
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid
from lms.groups.models import GroupMember, PeerGroup
from lms.people.models import Membership, Person, Unit

Readings = Sequence[ThemeReading]


class StaleText(Conflict):
    """The text was changed, or stands no more, while the page was open."""


def draft(
    db: Session, actor: Actor, key: uuid.UUID, about: str, theme: str, text: str, case_id: uuid.UUID | None
) -> ThemeNote:
    """Write a theme down for readers. From a case, it is about what the case is about. Twice with one key is once.

    Raises NotFound, Invalid.
    """
    case = service.get_own_case(db, actor, case_id) if case_id else None
    if case is not None:
        about, theme = service.about_case(db, actor, case), case.theme
    place = service.places(db, actor).get(about)
    if place is None:
        raise Invalid({"about": "Choose what it is about."})
    now = clock.now()
    note = ThemeNote(
        key=key,
        provider_id=place.provider_id,
        organisation_id=place.organisation_id,
        group_id=place.group_id,
        case_id=case.id if case else None,
        theme=theme,
        text=text,
        version=1,
        written_by=actor.person_id,
        written_at=now,
        changed_by=actor.person_id,
        changed_at=now,
    )
    try:
        with db.begin_nested():
            db.add(note)
    except IntegrityError:
        return _sent(db, actor, key, text)
    service.keep(db, actor, 1, {"text": text, "theme": theme}, note_id=note.id)
    settle(db, note.provider_id, note.organisation_id, note.theme)
    return note


def _sent(db: Session, actor: Actor, key: uuid.UUID, text: str) -> ThemeNote:
    """What this very form already wrote. Raises Invalid when it said something else."""
    sent = db.scalars(select(ThemeNote).where(ThemeNote.written_by == actor.person_id, ThemeNote.key == key)).one()
    if sent.text != text:
        raise Invalid({"text": "This page has written a theme already. Open it again to write another."})
    return sent


def rewrite(db: Session, actor: Actor, note_id: uuid.UUID, version: int, text: str) -> ThemeNote:
    """Change the text: whatever was read of the old one counts no more. Raises NotFound, Conflict."""
    note = get_on_its_way(db, actor, note_id)
    if note.text == text:
        return note
    if note.version != version:
        raise StaleText("Somebody else changed the text while your page was open.")
    note.text, note.version = text, version + 1
    note.changed_by, note.changed_at = actor.person_id, clock.now()
    service.keep(db, actor, note.version, {"text": text, "theme": note.theme}, note_id=note.id)
    return note


def take_back(db: Session, actor: Actor, note_id: uuid.UUID) -> None:
    """The sponsor reads it no more, or never will; it stays here. Raises NotFound."""
    note = service.get_note(db, actor, note_id, lock=True)
    if note.taken_back_at is None:
        note.taken_back_at, note.taken_back_by = clock.now(), actor.person_id
        db.flush()


def get_on_its_way(db: Session, actor: Actor, note_id: uuid.UUID) -> ThemeNote:
    """A theme, locked, that has neither gone up nor been taken back. Raises NotFound, Conflict."""
    note = service.get_note(db, actor, note_id, lock=True)
    if note.taken_back_at is not None:
        raise Conflict(rules.TAKEN_BACK)
    if note.passed_at is not None:
        raise Conflict(rules.GONE_UP)
    return note


def readings_of(db: Session, note: ThemeNote) -> Readings:
    """Every reading of a theme, of every version, oldest first."""
    chosen = select(ThemeReading).where(ThemeReading.note_id == note.id)
    return db.scalars(chosen.order_by(ThemeReading.read_at, ThemeReading.id)).all()


def of_case(db: Session, case: AdvisoryCase) -> Sequence[ThemeNote]:
    """The themes drafted from a case the caller holds through a scope, oldest first."""
    return db.scalars(select(ThemeNote).where(ThemeNote.case_id == case.id).order_by(ThemeNote.id)).all()


def circles_behind(note: ThemeNote) -> Select[uuid.UUID]:
    """The circles that stand behind a theme: those about which it was raised in this organisation; all of them where it
    is about the whole.
    """
    mine = (PeerGroup.organisation_id == note.organisation_id, PeerGroup.provider_id == note.provider_id)
    if note.group_id is None:
        return select(PeerGroup.id).where(*mine)
    raised = [
        select(table.group_id).where(
            table.provider_id == note.provider_id,
            table.organisation_id == note.organisation_id,
            table.theme == note.theme,
            table.group_id.is_not(None),
            *more,
        )
        for table, more in ((AdvisoryCase, ()), (ThemeNote, (ThemeNote.taken_back_at.is_(None),)))
    ]
    return select(PeerGroup.id).where(*mine, PeerGroup.id.in_(union(*raised)))


def backing(db: Session, note: ThemeNote) -> Backing:
    """What stands behind a theme, in one query."""
    behind = circles_behind(note)
    there = select(func.count()).where(
        PeerGroup.organisation_id == note.organisation_id, PeerGroup.provider_id == note.provider_id
    )
    people = select(func.count(func.coalesce(GroupMember.person_id, GroupMember.id).distinct())).where(
        GroupMember.group_id.in_(behind), GroupMember.left_on.is_(None)
    )
    circles = select(func.count()).select_from(behind.subquery())
    return Backing(*db.execute(select(*(each.scalar_subquery() for each in (circles, people, there)))).one())


def settle(db: Session, provider_id: uuid.UUID, organisation_id: uuid.UUID, theme: str) -> None:
    """Let go up what two readers passed and nothing holds back any more: another circle may have raised the theme."""
    db.flush()
    waiting = select(ThemeNote).where(
        ThemeNote.provider_id == provider_id,
        ThemeNote.organisation_id == organisation_id,
        ThemeNote.theme == theme,
        ThemeNote.passed_at.is_(None),
        ThemeNote.taken_back_at.is_(None),
    )
    for note in db.scalars(waiting.with_for_update(of=ThemeNote)).all():
        let_go(db, note, [each.clear for each in readings_of(db, note) if each.version == note.version])
    db.flush()


def let_go(db: Session, note: ThemeNote, answers: Sequence[bool]) -> None:
    """Let a theme go up if its readers passed it and nothing holds it back."""
    if rules.passes(answers) and not rules.held_back(backing(db, note)):
        note.passed_at = clock.now()


def names_there(db: Session, organisation_id: uuid.UUID) -> Iterable[str]:
    """The names of everybody and everything of an organisation that could give somebody away, in one query."""
    of_people = select(Person.name).join(Membership, Membership.person_id == Person.id)
    in_circles = select(GroupMember.pseudonym).join(PeerGroup, PeerGroup.id == GroupMember.group_id)
    facilitators = select(Person.name).join(PeerGroup, PeerGroup.facilitator_id == Person.id)
    named = union(
        of_people.where(Membership.organisation_id == organisation_id),
        in_circles.where(PeerGroup.organisation_id == organisation_id),
        facilitators.where(PeerGroup.organisation_id == organisation_id),
        select(PeerGroup.name).where(PeerGroup.organisation_id == organisation_id),
        select(Unit.name).where(Unit.organisation_id == organisation_id),
    )
    return db.scalars(named).all()
