"""Rows of certificates: making one, and finding those that somebody may see, with how each stands today."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from assessments.ladder import ALONE
from lms.certificates import history, print_shop, rules, steps
from lms.certificates.history import State
from lms.certificates.models import Certificate, CertificatePdf, Step
from lms.certificates.rules import Facts, Status
from lms.core import clock, settings
from lms.core.actor import Actor, Role
from lms.core.db import new_id
from lms.core.errors import NotFound
from lms.handover.models import Decision
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people import places, same

MOST_LISTED = 500
_newer = aliased(Certificate)
DRAWN = (CertificatePdf.certificate_id == Certificate.id) & (CertificatePdf.edition == Certificate.edition)


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate with what happened to it since."""

    certificate: Certificate
    state: State
    is_drawn: bool
    is_here: bool = True  # whether the holder still works where it was earned; it stays valid either way

    @property
    def facts(self) -> Facts:
        """What it says."""
        return facts_of(self.certificate)

    @property
    def status(self) -> Status:
        """How it stands today."""
        return rules.status(self.certificate, self.state.withheld, today())


@dataclass(frozen=True, slots=True)
class Valid:
    """What coverage counts: who is certified, where, from when to when."""

    person_id: uuid.UUID
    holder_name: str
    unit_id: uuid.UUID
    issued_on: date
    valid_until: date


def today() -> date:
    """The day certificates are dated and judged by: the register's, wherever people are."""
    return clock.today(settings.current().time_zone)


def scope(actor: Actor) -> Select[Certificate]:
    """The certificates `actor` may see: own, their provider's as trainer or administrator, their organisation's."""
    return select(Certificate).where(
        or_(
            same.is_of(Certificate.person_id, actor.person_id),
            Certificate.provider_id.in_(actor.organisations(Role.TRAINER, Role.ADMINISTRATOR)),
            Certificate.organisation_id.in_(actor.organisations(Role.MANAGER)),
        )
    )


def hold(db: Session, certificate: Certificate) -> None:
    """Take turns with whoever else changes what a certificate says or how it stands, and read what it says now."""
    db.refresh(certificate, with_for_update=True)
    db.refresh(certificate, ["name", "edition"])  # only a statement after the lock sees what the one before us did


def facts_of(certificate: Certificate) -> Facts:
    """Everything the certificate says now."""
    return replace(facts_as_issued(certificate), holder=certificate.name)


def facts_as_issued(certificate: Certificate) -> Facts:
    """Everything the certificate said when it was issued, from the row alone."""
    more = {name: certificate.facts[name] for name in rules.KEPT}
    more |= {"evidence": tuple(more["evidence"]), "signed_on": date.fromisoformat(more["signed_on"])}
    more["signatories"] = tuple((name, role) for name, role in certificate.facts.get(rules.KEPT_IF_ANY, ()))
    return Facts(
        code=certificate.code,
        holder=certificate.holder_name,
        award=certificate.award,
        level=certificate.level,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        **more,
    )


def get_record(db: Session, actor: Actor, certificate_id: uuid.UUID) -> Record:
    """A certificate in scope. Raises NotFound."""
    found = _records(db, scope(actor).where(Certificate.id == certificate_id))
    if not found:
        raise NotFound
    return found[0]


def own_records(db: Session, actor: Actor) -> list[Record]:
    """The actor's certificates, newest first, in one query: home reads them."""
    mine = (
        select(Certificate, CertificatePdf.certificate_id, Step)
        .select_from(Certificate)
        .outerjoin(CertificatePdf, DRAWN)
        .outerjoin(Step, Step.certificate_id == Certificate.id)
        .where(same.is_of(Certificate.person_id, actor.person_id))
        .order_by(Certificate.issued_at.desc(), Certificate.id)
    )
    found: dict[Certificate, tuple[bool, list[Step]]] = {}
    for certificate, pdf, step in db.execute(mine):
        found.setdefault(certificate, (pdf is not None, []))[1].extend([step] if step else [])
    return [Record(each, history.state_of(done), is_drawn) for each, (is_drawn, done) in found.items()]


def records_of(db: Session, actor: Actor, person_id: uuid.UUID) -> list[Record]:
    """The certificates of one person in scope, under every account they have had, newest first."""
    return _records(db, scope(actor).where(same.is_of(Certificate.person_id, person_id)))


def list_records(db: Session, actor: Actor) -> list[Record]:
    """Other people's certificates in scope, newest first, and which of their holders have left."""
    found = _records(db, scope(actor).where(~same.is_of(Certificate.person_id, actor.person_id)).limit(MOST_LISTED))
    here = places.workplaces(db, {each.certificate.organisation_id for each in found}, today())
    return [
        replace(each, is_here=(each.certificate.organisation_id, each.certificate.person_id) in here) for each in found
    ]


def find_pdf(db: Session, actor: Actor, certificate_id: uuid.UUID) -> bytes | None:
    """The drawn certificate, or None while it is being drawn; none that is withheld is given out. Raises NotFound."""
    record = get_record(db, actor, certificate_id)
    if record.status in rules.WITHHELD:
        raise NotFound
    found = db.get(CertificatePdf, (certificate_id, record.certificate.edition))
    return found.content if found else None


def find_print(db: Session, actor: Actor, certificate_id: uuid.UUID) -> bytes | None:
    """The drawn certificate for a print shop, for the provider's administrators. Raises NotFound."""
    content = find_pdf(db, actor, certificate_id)
    if get_record(db, actor, certificate_id).certificate.provider_id not in actor.organisations(Role.ADMINISTRATOR):
        raise NotFound
    return print_shop.widen(content) if content is not None else None


def renewed_until(certificate_id: uuid.UUID) -> Select[date]:
    """Asks for the last day of the certificate that renewed this one, once it has begun and while it stands."""
    begun = (_newer.renews_id == certificate_id, _newer.issued_on <= today(), ~steps.is_withheld(_newer.id))
    return select(_newer.valid_until).where(*begun)


def find_renewed(db: Session, certificate_id: uuid.UUID) -> Certificate | None:
    """The certificate that renews this one, for callers who hold the id by scope."""
    return db.scalar(select(Certificate).where(Certificate.renews_id == certificate_id))


def decision_of(db: Session, certificate: Certificate) -> Decision:
    """The decision that the first certificate of a chain of renewals stands on."""
    while certificate.renews_id is not None:
        certificate = db.get_one(Certificate, certificate.renews_id)
    return db.get_one(Decision, certificate.decision_id)


def valid_certificates(db: Session, organisation_id: uuid.UUID, on: date) -> list[Valid]:
    """Who of an organisation is certified to lead alone on a day: the longest-lasting certificate of each, none that is
    withheld, and none of a lower rung.
    """
    rows = db.execute(
        select(
            Certificate.person_id,
            Certificate.name,
            Certificate.unit_id,
            Certificate.issued_on,
            Certificate.valid_until,
        )
        .where(
            Certificate.organisation_id == organisation_id,
            Certificate.issued_on <= on,
            Certificate.valid_until >= on,
            Certificate.level >= ALONE,
            ~steps.is_withheld(Certificate.id),
        )
        .order_by(Certificate.valid_until)
    )
    return list({row.person_id: Valid(*row) for row in rows}.values())


def _records(db: Session, chosen: Select[Certificate]) -> list[Record]:
    """Certificates with what happened to them, newest first, in two queries."""
    drawn = (
        chosen.add_columns(CertificatePdf.certificate_id)
        .outerjoin(CertificatePdf, DRAWN)
        .order_by(Certificate.issued_at.desc(), Certificate.id)
    )
    found = db.execute(drawn).all()
    states = steps.states_of(db, [each.id for each, _ in found])
    return [Record(each, states.get(each.id, steps.NOTHING), pdf is not None) for each, pdf in found]


def numbered(facts: Facts) -> Facts:
    """The same facts with a number of their own, and the address at which anybody finds it."""
    code = rules.new_code()
    return replace(facts, code=code, address=messages.link(f"/v/{rules.printed(code)}"))


def new_row(actor: Actor, about: Enrolment | Certificate, facts: Facts, **ground: uuid.UUID) -> Certificate:
    """A certificate of whoever `about` is about; `ground` is the decision it stands on, or the one it renews."""
    return Certificate(
        id=new_id(),
        code=facts.code,
        person_id=about.person_id,
        organisation_id=about.organisation_id,
        unit_id=about.unit_id,
        provider_id=about.provider_id,
        issuer_id=actor.person_id,
        holder_name=facts.holder,
        award=facts.award,
        level=facts.level,
        facts=rules.kept(facts),
        issued_on=facts.issued_on,
        valid_until=facts.valid_until,
        issued_at=clock.now(),
        **ground,
    )
