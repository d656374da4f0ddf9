"""Tables of an import: who brought which file, its bytes until they are read, and what would become of each row."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Import(Base):
    """One file for one organisation: read, checked, and perhaps applied. Its rows are forgotten after a week."""

    __tablename__ = "import"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'refused', 'checked', 'applying', 'applied')", name="state"),
        Index("ix_import_organisation_id", "organisation_id", "brought_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one import
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    brought_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    brought_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file
    state: Mapped[str] = mapped_column(String(10))
    fault: Mapped[str] = mapped_column(Text, default="")  # why the file could not be read, in a sentence
    notes: Mapped[list[Any]]  # what is said of the file as a whole: columns left out, letters guessed
    columns: Mapped[dict[str, Any]]  # per sheet: its name and the heading of each field
    day: Mapped[date]  # from when on what the file says holds, unless a row says otherwise
    counts: Mapped[dict[str, Any]]  # per sheet and outcome
    version: Mapped[int] = mapped_column(default=1)  # of the check: another one when things changed meanwhile
    stands_on: Mapped[str] = mapped_column(String(64), default="")  # what the check was made against, as a digest
    left_on: Mapped[date | None]  # the last day of those who were missing, where they were said to have left
    ended: Mapped[int] = mapped_column(default=0)  # so many posts ended thereby
    applied_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]


class ImportPiece(Base):
    """A piece of a large file, until a job has read it."""

    __tablename__ = "import_piece"

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """A row of the file and what would become of it."""

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("outcome IN ('created', 'changed', 'unchanged', 'refused')", name="outcome"),
        Index("ix_import_row_key", "import_id", "sheet", "key", "number"),
        Index("ix_import_row_outcome", "import_id", "sheet", "outcome", "number"),
        Index("ix_import_row_target_id", "import_id", "target_id"),
    )

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(String(6), primary_key=True)  # people, units
    number: Mapped[int] = mapped_column(primary_key=True)  # as the spreadsheet counts
    key: Mapped[str] = mapped_column(String(254))  # by which rows belong together: address, or code
    manager: Mapped[str] = mapped_column(String(254), default="")  # the line manager's address
    who: Mapped[str] = mapped_column(String(120))  # what the row is about, as it writes it
    cells: Mapped[dict[str, Any]]
    broken: Mapped[bool] = mapped_column(default=False)  # it cannot be read, whatever it is compared with
    gone: Mapped[bool] = mapped_column(default=False)  # its post has ended, so it puts nobody under anybody any more
    outcome: Mapped[str] = mapped_column(String(9), default="created")
    field: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[list[Any]]  # what, from what, to what
    target_id: Mapped[uuid.UUID | None] = mapped_column(default=None)  # the unit or post that is meant
    was: Mapped[str] = mapped_column(Text, default="")  # what an earlier check said of it, where that was otherwise
