"""What two people found of somebody's own turns: lines of text in the very query that finds who is in training."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

from sqlalchemy import ScalarSelect, case, select

from assessments.coding import SCALE
from assessments.group_evidence import Sample
from lms.coding.models import CodingConsent, CodingResult
from lms.core.lines import in_lines, read_lines
from lms.groups.models import PeerGroup
from lms.groups.rules import FACILITATOR
from lms.learning.models import Enrolment

STANDS, GONE = "stands", "gone"


def coded() -> ScalarSelect[str]:
    """Results of the person's own turns in circles of this provider, each with whether their yes to it stands. Those of
    circles name nobody, and are left out by that.
    """
    said = select(CodingConsent.seat).where(
        CodingConsent.sample_id == CodingResult.sample_id,
        CodingConsent.seat == FACILITATOR,
        CodingConsent.taken_back_at.is_(None),
    )
    here = select(PeerGroup.id).where(
        PeerGroup.id == CodingResult.group_id, PeerGroup.provider_id == Enrolment.provider_id
    )
    told = (
        CodingResult.sample_id, CodingResult.coded_on, CodingResult.turns, CodingResult.open,
        CodingResult.without_advice, CodingResult.kappa_open, CodingResult.kappa_advice,
        case((said.correlate(CodingResult).exists(), STANDS), else_=GONE),
    )  # fmt: skip
    mine = (CodingResult.person_id == Enrolment.person_id, here.correlate(CodingResult, Enrolment).exists())
    return select(in_lines(told)).where(*mine).correlate(Enrolment).scalar_subquery()


def samples(lines: str | None) -> Iterator[Sample]:
    """One session each: every pair of coders answers for its own agreement."""
    for name, on, turns, opened, without_advice, kappa, kappa_advice, yes in read_lines(lines, 8):
        yield Sample(
            id=str(uuid.UUID(name)),
            coded_on=date.fromisoformat(on),
            coded_by="people",
            sessions=1,
            turns=int(turns),
            open=int(opened),
            without_advice=int(without_advice),
            coders=2,
            kappa=int(kappa) / SCALE,
            kappa_advice=int(kappa_advice) / SCALE,
            withdrawn=yes == GONE,
        )
