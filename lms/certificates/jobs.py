"""Signing and drawing certificates, away from requests: keys are opened here, and drawing takes a while."""

from __future__ import annotations

import uuid
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import badge, drawing, editions, pdf, service, steps
from lms.certificates.looks import PLAIN, Look, look_of
from lms.certificates.models import Certificate
from lms.certificates.records import hold
from lms.certificates.rules import Facts
from lms.certificates.signing import PdfSigner, open_sealer, seal
from lms.core import clock, jobs, log
from lms.core.jobs import enqueue, promise_morning, task
from lms.core.unit import Database
from lms.credentials import signing
from lms.credentials.build import Refused
from lms.credentials.models import Credential
from lms.keys.vault import Unusable

MOST_AT_ONCE = 1_000
_UNSIGNED = (
    select(Certificate.id)
    .where(
        ~select(Credential.certificate_id)
        .where(Credential.certificate_id == Certificate.id, Credential.edition == Certificate.edition)
        .exists(),
        ~steps.is_withheld(Certificate.id),
    )
    .order_by(Certificate.leaf_seq)
    .limit(MOST_AT_ONCE)
)


@task
def sign_certificate(database: Database, *, certificate: str) -> None:
    """Sign one certificate, unless it is signed or does not stand now. Then promise its drawing."""
    certificate_id = uuid.UUID(certificate)
    with database.readers() as db:
        row = db.get_one(Certificate, certificate_id)
        edition, facts = row.edition, badge.facts(db, row)
        if steps.state_of(db, certificate_id).withheld:  # whoever gives it back promises this again
            return
    stands = partial(_stands, certificate_id=certificate_id, edition=edition)
    work = partial(signing.sign, database, certificate_id, edition, facts, stands)
    try:
        if not signing.patiently(database, "certificates", work, "sign_certificates"):
            return
    except Refused as error:  # a word from before such words were refused: it is drawn, and not signed
        log.error("a certificate is not signed", certificate=certificate, why=str(error))
    with database.transaction() as db:
        key = editions.promise_key("render_certificate", certificate_id, edition)
        enqueue(db, "render_certificate", key=key, certificate=certificate, edition=str(edition))


@task
def sign_certificates(database: Database) -> None:
    """See to whatever is not signed yet: what waited for a key, and certificates from before there were any."""
    with database.transaction() as db:
        promise_morning(db, "sign_certificates", days=1)
    with database.readers() as db:
        waiting = db.scalars(_UNSIGNED).all()
    if not waiting or not signing.patiently(
        database, "certificates", partial(signing.try_key, database), "sign_certificates"
    ):
        return
    now = clock.now().isoformat()  # a promise is never made twice, and this one has to be
    with database.transaction() as db:
        for each in waiting:
            enqueue(db, "sign_certificate", key=f"sign_certificate:{each}:{now}", certificate=str(each))
        if len(waiting) == MOST_AT_ONCE:
            enqueue(db, "sign_certificates", key=f"sign_certificates:{now}", delay=signing.LOOK_AGAIN)


@task
def render_certificate(database: Database, *, certificate: str, edition: str = "1") -> None:
    """Draw one edition of a certificate, unless it is drawn or superseded. No transaction is open meanwhile.

    Where the key that seals files cannot be opened, it looks again in a minute: a drawing is kept for good.
    """
    certificate_id, number = uuid.UUID(certificate), int(edition)
    with database.readers() as db:
        facts = service.facts_to_draw(db, certificate_id, number)
        signed = db.get(Credential, (certificate_id, number))
        try:
            sealer = open_sealer(db)
        except Unusable as error:
            log.error("a certificate is not sealed", certificate=certificate, why=error.sentence)
            _draw_later(database, certificate, edition)
            return
    if facts is None:
        return
    try:
        content = draw(facts, signed.document if signed else None, sealer, look_of(facts.provider))
    except pdf.NoLetters:
        log.error("no font here has every letter of a certificate", certificate=certificate)
        raise
    with database.transaction() as db:
        service.keep_pdf(db, certificate_id, content, number)


@task
def draw_certificates(database: Database) -> None:
    """Take up again what was given up: a font that was missing may be there by now."""
    with database.transaction() as db:
        promise_morning(db, "draw_certificates", days=1)
        jobs.revive(db, drawing.any_of_them())


def _draw_later(database: Database, certificate: str, edition: str) -> None:
    minute = f"{clock.now() + signing.LOOK_AGAIN:%Y-%m-%dT%H:%M}"
    with database.transaction() as db:
        key, later = f"render_certificate:{certificate}:{edition}:{minute}", signing.LOOK_AGAIN
        enqueue(db, "render_certificate", key=key, delay=later, certificate=certificate, edition=edition)


def _stands(db: Session, certificate_id: uuid.UUID, edition: int) -> bool:
    """Whether it stands and still says this. Its row is held, as every step holds it, so that none comes in between."""
    row = db.get_one(Certificate, certificate_id)
    hold(db, row)
    return row.edition == edition and steps.state_of(db, certificate_id).withheld is None


def draw(facts: Facts, credential: bytes | None = None, signer: PdfSigner | None = None, look: Look = PLAIN) -> bytes:
    """The certificate's file, with its credential attached and sealed where there are a credential and a key."""
    content = pdf.render(facts, credential, look)
    if signer is None:
        return content
    return seal(content, signer, reason=f"Certificate {facts.number} was issued by {facts.provider}.")
