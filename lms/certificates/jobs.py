"""Drawing certificates, away from requests: it takes a tenth of a second, and a second the first time."""

from __future__ import annotations

import uuid

from lms.certificates import pdf, service, signing
from lms.certificates.looks import PLAIN, Look, look_of
from lms.certificates.rules import Facts
from lms.certificates.signing import PdfSigner
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
    content = draw(facts, look=look_of(facts.provider))
    with database.transaction() as db:
        service.keep_pdf(db, certificate_id, content)


def draw(facts: Facts, credential: bytes | None = None, signer: PdfSigner | None = None, look: Look = PLAIN) -> bytes:
    """The certificate's file, with its credential attached and sealed where there are a credential and a key."""
    content = pdf.render(facts, credential, look)
    if signer is None:
        return content
    return signing.seal(content, signer, reason=f"Certificate {facts.number} was issued by {facts.provider}.")
