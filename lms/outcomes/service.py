"""What a manager reads of the nine outcomes: the year that was read last and their own year before. Reads only."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.outcome_figures import WAIT, YEAR, Batch, Row, before, last_read, quarter_end, row
from assessments.outcomes import Outcome, current_scheme
from lms.core.actor import Actor
from lms.core.site_days import today
from lms.organisations.cells import safe
from lms.outcomes import telling
from lms.outcomes.models import OutcomeReading
from lms.people.managed import managed


@dataclass(frozen=True, slots=True)
class Report:
    """An organisation's outcomes, and what they cost, as they were read."""

    organisation_id: uuid.UUID
    organisation: str
    until: date
    outcomes: tuple[Row, ...]
    counters: tuple[Row, ...]
    schemes: tuple[int, ...]
    read_at: datetime | None  # none before the first quarter was read

    @property
    def since(self) -> date:
        """The first day of the year."""
        return before(self.until, YEAR) + timedelta(days=1)

    @property
    def next_on(self) -> date:
        """When the next quarter is read."""
        return quarter_end(self.until + timedelta(days=1)) + WAIT


def report(db: Session, actor: Actor, wanted: uuid.UUID | None = None) -> Report:
    """The outcomes of an organisation the actor manages, or of the first by name, in one query. Raises NotFound."""
    here, scheme, until = managed(actor, wanted), current_scheme(), last_read(today())
    chosen = select(OutcomeReading).where(
        OutcomeReading.organisation_id == here.id,
        OutcomeReading.closed_on > before(until, 2 * YEAR),
        OutcomeReading.closed_on <= until,
    )
    read = db.scalars(chosen.order_by(OutcomeReading.closed_on)).all()

    def told(figure: str) -> list[Batch]:
        return [
            Batch(each.closed_on, each.shown, each.asked, each.n, each.hits, tuple(each.levels))
            for each in read
            if each.figure == figure
        ]

    def beside(of: Outcome) -> Row | None:
        return row(of.beside, told(of.beside.figure), until) if of.beside else None

    return Report(
        here.id,
        here.name,
        until,
        tuple(replace(row(each, told(each.figure), until), beside=beside(each)) for each in scheme.outcomes),
        tuple(row(each, told(each.figure), until) for each in scheme.counters),
        tuple(sorted({each.scheme for each in read})) or (scheme.version,),
        max((each.read_at for each in read), default=None),
    )


def as_csv(found: Report) -> str:
    """The same as a spreadsheet reads it: what the page does not show is not in it, and no cell is a formula."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(telling.HEADINGS)
    span = (found.since.isoformat(), found.until.isoformat())
    made = (", ".join(map(str, found.schemes)), found.read_at.isoformat() if found.read_at else "")
    for each in (*found.outcomes, *found.counters):
        told = [telling.cells(each)]
        if each.beside is not None and isinstance(each.about, Outcome):
            told.append(telling.cells(each.beside, each.about))
        sheet.writerows([safe(cell) for cell in (*cells, *span, *made)] for cells in told)
    return out.getvalue()
