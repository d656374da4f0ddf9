"""Calibrated signing: whose agreement with others is known, and who may not sign without it.

What is asked stands in the standard of whoever is signed for (docs/decisions/0021). Nothing is asked of an outside
observer, who is no assessor.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from assessments import calibration as rules
from assessments.calibration import Agreement, Figure
from assessments.standards import get_standard
from lms.core import clock, settings
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid
from lms.groups.models import PeerGroup
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.people import service as people
from lms.practice import unlocking
from lms.practice.calibration_models import Calibration
from lms.practice.models import PracticeSession
from lms.practice.rows import Opened, Signers

SIGN, DECIDE = "sign this session", "decide this dispute"
Whose = tuple[uuid.UUID, uuid.UUID]  # a person with a provider
Asked = Mapping[uuid.UUID, Sequence[rules.Calibration]]  # of a provider's assessors, by each standard in use
COLUMNS = (Enrolment.standard_id, Enrolment.standard_version, Calibration)  # what `with_signers` adds


class Uncalibrated(Invalid):
    """No figure lets this person sign. Whatever they typed comes back with the page."""


def check(db: Session, actor: Actor, person_id: uuid.UUID, provider_id: uuid.UUID, deed: str) -> Agreement:
    """The actor's last figures, when they are what the standard of `person_id` asks, and the actor has done what comes
    before assessing by a standard of their own. Raises Uncalibrated.
    """
    agreement = agreements(db, [provider_id], actor.person_id)[actor.person_id, provider_id]
    asked = _asked(learning.standard_of(db, person_id, provider_id))
    said = _refusal(db, Signers(asked, {actor.person_id: agreement}), actor.person_id, "You", deed, provider_id)
    said = said or unlocking.before_assessing(db, actor, provider_id, today())
    if said:
        raise Uncalibrated({"calibration": said})
    return agreement


def why_not(db: Session, opened: Opened, signer_id: uuid.UUID, who: str = "You", deed: str = SIGN) -> str:
    """Why a signer, named as `who`, may not do this with a session, and who can change that; empty when they may."""
    return _refusal(db, opened.signers, signer_id, who, deed, opened.circle.provider_id)


def bars(db: Session, opened: Opened, actor: Actor, deed: str = SIGN) -> str:
    """Why the actor may not do this: their figures, or what comes before assessing; empty when they may."""
    said = why_not(db, opened, actor.person_id, deed=deed)
    return said or unlocking.before_assessing(db, actor, opened.circle.provider_id, today())


def with_signers(chosen: Select[Any], signers: Iterable[Any]) -> Select[Any]:
    """Sessions and their circles, with the standard that each counts towards and the last figures of `signers`."""
    trained = and_(Enrolment.person_id == PracticeSession.person_id, Enrolment.provider_id == PeerGroup.provider_id)
    known = and_(
        Calibration.provider_id == PeerGroup.provider_id,
        Calibration.person_id.in_(signers),
        Calibration.withdrawn_at.is_(None),
    )
    added = chosen.outerjoin(Enrolment, trained).outerjoin(Calibration, known).add_columns(*COLUMNS)
    return added.order_by(*learning.BEGUN_LAST, Calibration.recorded_at, Calibration.id)


def signers_of(found: Iterable[Sequence[Any]]) -> Signers:
    """What `with_signers` found of one session."""
    rows = list(found)
    standard_id, version, _ = rows[0]
    known = _gathered(row for *_, row in rows if row is not None)
    return Signers(
        _asked((standard_id, version) if standard_id else None),
        {person_id: agreement for (person_id, _), agreement in known.items()},
    )


def notices(db: Session, actor: Actor) -> list[str]:
    """What a trainer should know of their own figures: they are not what is asked, or will soon not be."""
    providers = actor.organisations(Role.TRAINER)
    first = (unlocking.before_assessing(db, actor, each, today()) for each in sorted(providers))
    said = [each for each in first if each]
    asked = {each: demands for each, demands in asked_by(db, providers).items() if demands}
    if not asked:
        return said
    known = agreements(db, asked, actor.person_id)
    for provider_id, demands in asked.items():
        judged = rules.soonest(rules.judge(each, known[actor.person_id, provider_id], today()) for each in demands)
        if judged and (judged.faults or judged.lapses_soon(today())):
            said.append(rules.warning(judged, recorders(db, provider_id, actor.person_id), today()))
    return said


def agreements(
    db: Session, provider_ids: Iterable[uuid.UUID], person_id: uuid.UUID | None = None
) -> Mapping[Whose, Agreement]:
    """The last figures of a person, or of everybody, with these providers, in one query."""
    chosen = standing(person_id, provider_ids).order_by(Calibration.recorded_at, Calibration.id)
    return defaultdict(Agreement, _gathered(db.scalars(chosen)))


def standing(person_id: uuid.UUID | None, provider_ids: Iterable[uuid.UUID]) -> Select[Calibration]:
    """What was recorded and not withdrawn."""
    chosen = select(Calibration).where(Calibration.provider_id.in_(set(provider_ids)))
    chosen = chosen.where(Calibration.withdrawn_at.is_(None))
    return chosen if person_id is None else chosen.where(Calibration.person_id == person_id)


def asked_by(db: Session, provider_ids: Iterable[uuid.UUID]) -> Asked:
    """What the standards ask that people are trained towards now, by provider, in one query."""
    found: dict[uuid.UUID, list[rules.Calibration]] = {each: [] for each in provider_ids}
    for provider_id, standard_id, version in learning.standards_in_use(db, found):
        asked = _asked((standard_id, version))
        found[provider_id] += [asked] if asked else []
    return found


def figure_of(row: Calibration) -> Figure:
    """A recorded figure as a plain value."""
    return Figure(row.kind, row.hundredths, row.items, row.done_on)


def recorders(db: Session, provider_id: uuid.UUID, but: uuid.UUID) -> str:
    """Who can record somebody's figure, by name, for callers who hold the provider through a scope."""
    found = people.people_with(db, Role.ADMINISTRATOR, [provider_id])
    return " or ".join(name for each, name in found.items() if each != but) or "an administrator of the training"


def today() -> date:
    """The day by which figures hold or lapse."""
    return clock.today(settings.current().time_zone)


def _asked(standard: tuple[str, int] | None) -> rules.Calibration | None:
    return get_standard(*standard).calibration if standard else None


def _gathered(rows: Iterable[Calibration]) -> dict[Whose, Agreement]:
    """The last of each kind, of rows in the order in which they were recorded."""
    figures: dict[Whose, list[Figure]] = defaultdict(list)
    for row in rows:
        figures[row.person_id, row.provider_id].append(figure_of(row))
    return {whose: Agreement.last(each) for whose, each in figures.items()}


def _refusal(db: Session, signers: Signers, signer_id: uuid.UUID, who: str, deed: str, provider_id: uuid.UUID) -> str:
    if signers.asked is None:
        return ""
    judged = rules.judge(signers.asked, signers.agreements.get(signer_id, Agreement()), today())
    if judged.holds:
        return ""
    return rules.refusal(who, deed, signers.asked, judged, recorders(db, provider_id, signer_id))
