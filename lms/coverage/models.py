"""Tables of coverage: what “covered” means to an organisation, and who covered what on which days."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy import String as Words
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id


class CoverMeaning(Base):
    """What “covered” means to an organisation from a day on, who said so and why. Rows are never changed.

    Of two that begin on the same day the later word counts. Before the first, and where nobody ever said, the standing
    rule does.
    """

    __tablename__ = "cover_meaning"
    __table_args__ = (
        CheckConstraint("facilitators > 0 AND people > 0 AND fewest > 0", name="chairs"),
        CheckConstraint("rounds >= 0 AND days > 0", name="active"),
        Index("ix_cover_meaning_organisation_id", "organisation_id", "from_on", "set_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # the form's own key: the same form twice is one meaning
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date]
    facilitators: Mapped[int]  # so many for every so many people
    people: Mapped[int]
    fewest: Mapped[int]
    rounds: Mapped[int]  # so many led in the last so many days
    days: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class CoverMeaningWaiting(Base):
    """A meaning that is still being worked into the summary: until that is done, nothing is told by it."""

    __tablename__ = "cover_meaning_waiting"

    meaning_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cover_meaning.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)


class CoverSpan(Base):
    """A summary: what somebody was to a unit from a day until a day. Made from other records, and made anew by them.

    Active and resting hold a certificate; who holds one and works in no unit has none here either. Without an end,
    `until_on` is the last day there is. Rows that are ahead are what will be seen once the meaning that waits is worked
    in; whoever tells something leaves them out.
    """

    __tablename__ = "cover_span"
    __table_args__ = (
        CheckConstraint("kind IN ('active', 'resting', 'training')", name="kind"),
        CheckConstraint("until_on > from_on", name="days"),
        CheckConstraint("(kind = 'training') = (valid_until IS NULL)", name="certificate"),
        Index("ix_cover_span_organisation_id", "organisation_id", "until_on", "from_on"),
        Index("ix_cover_span_person_id", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Words(8))
    from_on: Mapped[date]
    until_on: Mapped[date]
    valid_until: Mapped[date | None]  # the certificate's last day
    certificate_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificate.id"))
    ahead: Mapped[bool] = mapped_column(default=False)


class CoverCorrection(Base):
    """What an organisation wrote down later made these days other than their pages had shown them."""

    __tablename__ = "cover_correction"
    __table_args__ = (Index("ix_cover_correction_organisation_id", "organisation_id", "corrected_on"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    corrected_on: Mapped[date]
    first_on: Mapped[date]
    last_on: Mapped[date]


class CoverDue(Base):
    """An organisation whose summary is to be made anew: from before there was one. `lms migrate` and the worker do."""

    __tablename__ = "cover_due"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
