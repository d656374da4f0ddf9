"""The promise that words do not stay: what is not closed by its last day ends."""

from __future__ import annotations

import uuid

from lms.coding import asking
from lms.core.jobs import task
from lms.core.unit import Database


@task
def end_coding(database: Database, sample: str) -> None:
    """End one sample, if it is still open. Running twice changes nothing."""
    with database.transaction() as db:
        asking.end_late(db, uuid.UUID(sample))
