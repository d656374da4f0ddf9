"""What anybody reads who has a certificate's number: how it stands, what it says, and what was computed again for that.

One that is withdrawn or suspended shows neither name nor reason. Groups, addresses and ids are never told. Evidence
is, if its holder chose so.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.certificates import records, rules, steps
from lms.certificates.checks import Check, Doubt, checks_of
from lms.certificates.history import state_of
from lms.certificates.models import Certificate, EvidenceChoice, Step
from lms.certificates.rules import Facts, Status
from lms.core import clock, log, phrases, settings
from lms.core.actor import Actor
from lms.core.errors import HouseError

NOT_SAID = "It is not a licence for therapy, coaching or mediation."


@dataclass(frozen=True, slots=True)
class Found:
    """One certificate as the public page has it. `doubt` is a sentence when something contradicts it."""

    facts: Facts
    status: Status
    withheld_at: datetime | None
    as_of: datetime
    shows_evidence: bool
    checks: tuple[Check, ...]
    doubt: str
    renewed_until: date | None = None  # by a newer certificate that has begun

    @property
    def is_withheld(self) -> bool:
        """Whether nobody may rely on it now, so that nothing of what it says is shown."""
        return self.status in rules.WITHHELD

    @property
    def word(self) -> str:
        """Its state in a word."""
        return "In doubt" if self.doubt and not self.is_withheld else self.status.value

    @property
    def limits(self) -> str:
        """What it does not say."""
        return f"{NOT_SAID} {self.facts.entrusted.limits}"

    @property
    def sentence(self) -> str:
        """Its state in a sentence."""
        facts = self.facts
        if self.withheld_at is not None:
            on = phrases.full_day(self.withheld_at.astimezone(_zone()))
            if self.status is Status.SUSPENDED:
                return f"Do not rely on this certificate while it is suspended: {facts.provider} did that on {on}."
            return f"Do not rely on this certificate: {facts.provider} withdrew it on {on}."
        if self.doubt:
            return self.doubt
        if self.status is Status.COMING:
            return f"{facts.holder}’s new certificate begins on {phrases.full_day(facts.issued_on)}."
        if self.status is Status.EXPIRED:
            return f"{facts.holder}’s certificate ended on {phrases.full_day(facts.valid_until)}."
        return f"{facts.holder} {facts.stands} until {phrases.full_day(facts.valid_until)}."


def look(db: Session, typed: str) -> Found | None:
    """What is known of a number, however it is typed."""
    meant = rules.parse(typed)
    certificate = db.scalar(select(Certificate).where(Certificate.code == meant)) if meant else None
    return found_of(db, certificate) if certificate else None


def found_of(db: Session, certificate: Certificate) -> Found:
    """A certificate as the public page has it, with everything computed again."""
    happened = steps.steps_of(db, certificate.id)
    state, now, (checks, doubt) = state_of(happened), clock.now(), _checked(db, certificate, happened)
    shown, renewed = _choice_of(certificate.person_id), records.renewed_until(certificate.id)
    shows, until = db.execute(select(shown.scalar_subquery(), renewed.scalar_subquery())).one()
    return Found(
        facts=records.facts_of(certificate),
        status=rules.status(certificate, state.withheld, records.today()),
        withheld_at=state.step.done_at if state.step else None,
        as_of=now.astimezone(_zone()),
        shows_evidence=bool(shows),
        checks=checks,
        doubt=doubt,
        renewed_until=until,
    )


def told(found: Found | None) -> dict[str, Any]:
    """The same facts for programs."""
    if found is None:
        as_of = clock.now().astimezone(_zone()).isoformat(timespec="seconds")
        return {"status": "unknown", "sentence": "No certificate has this number.", "as_of": as_of}
    facts = found.facts
    said: dict[str, Any] = {
        "status": found.word.lower(),
        "sentence": found.sentence,
        "as_of": found.as_of.isoformat(timespec="seconds"),
        "number": facts.number,
        "issued_by": facts.provider,
    }
    if found.withheld_at is not None:
        return said | {f"{found.word.lower()}_on": found.withheld_at.astimezone(_zone()).date().isoformat()}
    said |= {
        "name": facts.holder,
        "award": facts.award,
        "issued_on": facts.issued_on.isoformat(),
        "valid_until": facts.valid_until.isoformat(),
        "level": {"number": facts.level, "of": 5, "name": facts.level_name, "means": facts.entrusted.means},
        "does_not_mean": found.limits,
        "checks": [{"what": each.title, "state": each.state, "sentence": each.sentence} for each in found.checks],
    }
    return said | ({"evidence": facts.seen} if found.shows_evidence else {})


def shows_evidence(db: Session, person_id: uuid.UUID) -> bool:
    """Whether this holder chose that their evidence is shown. Until they choose, it is not."""
    return bool(db.scalar(_choice_of(person_id)))


def choose_evidence(db: Session, actor: Actor, shown: bool) -> None:
    """Show one's own evidence, in one line, or hide it. Every change stays as a row: who, what and when."""
    if shows_evidence(db, actor.person_id) != shown:
        db.add(EvidenceChoice(person_id=actor.person_id, is_shown=shown, chosen_at=clock.now()))
        db.flush()


def _choice_of(person_id: uuid.UUID) -> Select[bool]:
    newest = EvidenceChoice.chosen_at.desc(), EvidenceChoice.id.desc()
    return select(EvidenceChoice.is_shown).where(EvidenceChoice.person_id == person_id).order_by(*newest).limit(1)


def _checked(db: Session, certificate: Certificate, happened: list[Step]) -> tuple[tuple[Check, ...], str]:
    from lms.certificates import checking  # brings what signatures need, for which no other page has a use

    try:
        return checks_of(checking.verify(db, certificate.id, happened))
    except (ValueError, TypeError, LookupError, HouseError):
        log.error("a certificate cannot be checked", certificate=certificate.id)
        return (), Doubt.UNREADABLE


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.current().time_zone)
