"""Pages of cases and of themes: few questions to the database, however many there are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.advising import rules, service
from lms.advising.models import AdvisoryCase, ThemeNote, ThemeReading
from lms.core import settings
from lms.core.actor import Actor, Role
from lms.groups.models import PeerGroup
from lms.people.models import Organisation, Person

PAGE = 25
SHOW = {"open": "Open", "mine": "Opened by me", "all": "All of them"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as its line in the list shows it."""

    id: uuid.UUID
    theme: str
    issue: str
    state: str
    due_on: date | None
    shared: bool
    organisation: str
    circle: str | None
    opened_by: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A theme on its way, as its line in the list shows it."""

    id: uuid.UUID
    theme: str
    organisation: str
    changed_at: datetime
    state: str
    may_wait_for_me: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """All that a sponsor learns of a theme."""

    theme: str
    text: str
    month: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list, and how long the list is."""

    rows: tuple[T, ...]
    number: int
    total: int

    @property
    def more(self) -> bool:
        return self.number * PAGE < self.total


def _page(db: Session, chosen: Any, number: int, row: Callable[..., T]) -> Page[T]:
    """The page with this number, in one query; the last where there is no such page."""
    numbered = chosen.add_columns(func.count().over())
    found = db.execute(numbered.offset((number - 1) * PAGE).limit(PAGE)).all()
    if not found and number > 1:
        total = db.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
        return _page(db, chosen, max(1, -(-total // PAGE)), row)
    return Page(tuple(row(*each[:-1]) for each in found), number, found[0][-1] if found else 0)


def cases(db: Session, actor: Actor, show: str, organisation_id: uuid.UUID | None, number: int) -> Page[CaseRow]:
    """The cases the actor may see, those that changed last first."""
    opener = aliased(Person)
    advised = service.ADVISERS
    chosen = (
        service.case_scope(actor)
        .join(Organisation, Organisation.id == AdvisoryCase.organisation_id)
        .join(opener, opener.id == AdvisoryCase.opened_by)
        .outerjoin(PeerGroup, PeerGroup.id == AdvisoryCase.group_id)
        .order_by(AdvisoryCase.changed_at.desc(), AdvisoryCase.id.desc())
        .with_only_columns(
            AdvisoryCase.id,
            AdvisoryCase.theme,
            AdvisoryCase.issue,
            AdvisoryCase.state,
            AdvisoryCase.due_on,
            AdvisoryCase.shared_with_sponsor,
            Organisation.name,
            PeerGroup.name,
            opener.name,
            AdvisoryCase.provider_id,
        )
    )
    if show == "open":
        chosen = chosen.where(AdvisoryCase.state.in_(rules.STILL_OPEN))
    elif show == "mine":
        chosen = chosen.where(AdvisoryCase.opened_by == actor.person_id)
    if organisation_id is not None:
        chosen = chosen.where(AdvisoryCase.organisation_id == organisation_id)
    mine = actor.organisations(*advised)

    def row(*each: Any) -> CaseRow:
        *said, provider_id = each
        if provider_id not in mine:  # a sponsor learns neither which circle it was, nor who wrote it
            said[-2:] = [None, ""]
        return CaseRow(*said)

    return _page(db, chosen, number, row)


def notes(db: Session, actor: Actor, number: int) -> Page[NoteRow]:
    """The themes the actor may see on their way, those that changed last first."""
    mine = (ThemeReading.note_id == ThemeNote.id, ThemeReading.version == ThemeNote.version)
    counted = select(func.count()).select_from(ThemeReading).where(*mine).correlate(ThemeNote)
    chosen = (
        service.note_scope(actor)
        .join(Organisation, Organisation.id == ThemeNote.organisation_id)
        .order_by(ThemeNote.changed_at.desc(), ThemeNote.id.desc())
        .with_only_columns(
            ThemeNote.id,
            ThemeNote.theme,
            Organisation.name,
            ThemeNote.changed_at,
            ThemeNote.passed_at,
            ThemeNote.taken_back_at,
            counted.scalar_subquery(),
            counted.where(~ThemeReading.clear).scalar_subquery(),
            counted.where(ThemeReading.reader_id == actor.person_id).scalar_subquery(),
            ThemeNote.changed_by,
        )
    )

    def row(note_id: uuid.UUID, theme: str, organisation: str, changed_at: datetime, *how: Any) -> NoteRow:
        passed_at, taken_back_at, answers, doubts, own, writer = how
        said = [False] * doubts + [True] * (answers - doubts)
        state = rules.state_of(said, passed=passed_at is not None, taken_back=taken_back_at is not None)
        waits = state in rules.BEING_READ and not own and writer != actor.person_id
        return NoteRow(note_id, theme, organisation, changed_at, state, waits)

    return _page(db, chosen, number, row)


def passed(db: Session, actor: Actor, number: int) -> Page[Passed]:
    """The themes that went up to organisations the actor manages, newest first: never whose or of which circle."""
    zone = ZoneInfo(settings.current().time_zone)
    chosen = (
        select(ThemeNote.theme, ThemeNote.text, ThemeNote.passed_at)
        .where(
            ThemeNote.organisation_id.in_(actor.organisations(Role.MANAGER)),
            ThemeNote.passed_at.is_not(None),
            ThemeNote.taken_back_at.is_(None),
        )
        .order_by(ThemeNote.passed_at.desc(), ThemeNote.id.desc())
    )
    return _page(db, chosen, number, lambda theme, text, at: Passed(theme, text, rules.month(at.astimezone(zone))))
