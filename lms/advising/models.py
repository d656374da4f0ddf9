"""Tables of advice: cases, themes for sponsors, every version of either, and the readings that let a theme go up."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.advising.rules import LONGEST_OWNER, LONGEST_THEME
from lms.core.db import Base, new_id

THEMES = "theme IN ('time', 'power', 'host', 'members', 'measures', 'sponsor', 'safety')"


class AdvisoryCase(Base):
    """What stands in the way of an organisation’s circles, or of one, and what was agreed about it."""

    __tablename__ = "advisory_case"
    __table_args__ = (
        CheckConstraint(THEMES, name="theme"),
        CheckConstraint("state IN ('open', 'agreed', 'done', 'left')", name="state"),
        CheckConstraint("state <> 'agreed' OR (step <> '' AND due_on IS NOT NULL)", name="agreed"),
        UniqueConstraint("opened_by", "key"),
        Index("ix_advisory_case_provider_id_changed_at", "provider_id", "changed_at"),
        Index("ix_advisory_case_organisation_id_theme", "organisation_id", "theme"),
        Index("ix_advisory_case_group_id", "group_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("peer_group.id"))  # none: about all of it
    theme: Mapped[str] = mapped_column(String(10))
    issue: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Any]]  # of [what was named, who named it as a part people play]
    step: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    owner: Mapped[str] = mapped_column(String(LONGEST_OWNER))
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(6))
    outcome: Mapped[str] = mapped_column(Text)
    shared_with_sponsor: Mapped[bool]
    version: Mapped[int]
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class ThemeNote(Base):
    """What a sponsor may read of a theme, once two readers find nobody in it. `group_id` is never told there."""

    __tablename__ = "theme_note"
    __table_args__ = (
        CheckConstraint(THEMES, name="theme"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {LONGEST_THEME}", name="text"),
        UniqueConstraint("written_by", "key"),
        Index("ix_theme_note_provider_id_changed_at", "provider_id", "changed_at"),
        Index("ix_theme_note_organisation_id_theme", "organisation_id", "theme"),
        Index("ix_theme_note_case_id", "case_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("peer_group.id"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("advisory_case.id"))
    theme: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]  # since then the sponsor reads it
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class AdviceVersion(Base):
    """What a case or a theme said in one of its versions, and who wrote that. Never changed or removed."""

    __tablename__ = "advice_version"
    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (note_id IS NULL)", name="one"),
        UniqueConstraint("case_id", "version", name="uq_advice_version_case_id"),
        UniqueConstraint("note_id", "version", name="uq_advice_version_note_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("advisory_case.id"))
    note_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("theme_note.id"))
    version: Mapped[int]
    kept: Mapped[dict[str, Any]]
    changed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class ThemeReading(Base):
    """Somebody read one version of a theme and signed whether anybody can be recognised. Never edited."""

    __tablename__ = "theme_reading"
    __table_args__ = (
        CheckConstraint("clear OR change <> ''", name="change"),
        UniqueConstraint("note_id", "version", "reader_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[uuid.UUID] = mapped_column(default=new_id)
    note_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("theme_note.id"))
    version: Mapped[int]
    theme: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)  # as it was read
    clear: Mapped[bool]
    change: Mapped[str] = mapped_column(Text)
    reader_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime]
    authenticated_by: Mapped[str] = mapped_column(String(60))
    leaf_seq: Mapped[int]
