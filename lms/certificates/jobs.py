"""Drawing certificates, away from requests: it takes a tenth of a second, and a second the first time."""

from __future__ import annotations

import uuid

from lms.certificates import pdf, service
from lms.core.jobs import task
from lms.core.unit import Database


@task
def render_certificate(database: Database, *, certificate: str) -> None:
    """Draw one certificate, unless it is drawn. No transaction is open meanwhile."""
    certificate_id = uuid.UUID(certificate)
    with database.readers() as db:
        facts = service.facts_to_draw(db, certificate_id)
    if facts is None:
        return
    content = pdf.render(facts)
    with database.transaction() as db:
        service.keep_pdf(db, certificate_id, content)
