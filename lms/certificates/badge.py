"""A certificate as its credential says it: plain facts for `lms.credentials`, from the row and the decision."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assessments.standards import get_standard
from lms.certificates.editions import Edition, newest_of
from lms.certificates.models import Certificate
from lms.certificates.records import decision_of, facts_of
from lms.core import settings
from lms.credentials import service as credentials
from lms.credentials.awards import award_of
from lms.credentials.build import Facts
from lms.credentials.models import Credential
from lms.credentials.rules import base64url, stamp
from lms.people import service as people


def facts(db: Session, certificate: Certificate) -> Facts:
    """What is signed. It holds from the first minute of the day of issue to the end of the last day, as days are
    counted here: so it is valid at once, wherever somebody's clock is."""
    decision, edition = decision_of(db, certificate), newest_of(db, certificate)
    said = facts_of(certificate)
    return Facts(
        site=credentials.site(),
        controller=credentials.controller(),
        code=certificate.code,
        award=award_of(get_standard(decision.standard_id, decision.standard_version)),
        issuer=said.provider,
        holder=edition.name,
        email=people.get_person(db, certificate.person_id).email,
        evidence=f"{said.seen}.",
        digest=edition.digest,
        valid_from=midnight(certificate.issued_on),
        valid_until=end_of(certificate.valid_until),
    )


def midnight(day: date) -> datetime:
    """The first instant of a day, as the register counts days."""
    return datetime.combine(day, time(), ZoneInfo(settings.current().time_zone)).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return midnight(day + timedelta(days=1)) - timedelta(seconds=1)


def unlike(certificate: Certificate, edition: Edition, credential: Credential, signed: dict[str, Any]) -> list[str]:
    """What a signed document says otherwise than the rows it was made from, each in a few words.

    Facts are compared, not sentences: how they are worded may change with the program.
    """
    said, status, subject = facts_of(certificate), signed["credentialStatus"], signed["credentialSubject"]
    last_day = date.fromisoformat(signed["validUntil"][:10])  # another time zone may put it a day off
    same = {
        "its number": signed["id"].endswith(f"/c/{certificate.code}") and credential.code == certificate.code,
        "its holder": subject["identifier"][0]["identityHash"] == edition.name,
        "who issued it": signed["issuer"]["name"] == said.provider,
        "its award": signed["name"] == said.award,
        "its last day": abs(last_day - certificate.valid_until) <= timedelta(days=1)
        and stamp(credential.valid_until) == signed["validUntil"],
        "what the register sealed": signed["evidence"][0]["id"].endswith(
            ";" + base64url(bytes.fromhex(edition.digest))
        ),
        "its place on a list": status["id"].endswith(f"/status/{credential.list_number}#{credential.list_index}")
        and status["statusListIndex"] == str(credential.list_index),
    }
    return [about for about, agrees in same.items() if not agrees]
