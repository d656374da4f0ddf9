"""Asking a circle without knowing who answers what: slips that open one sheet once, answers that are read once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assessments.surveys import FEWEST, SURVEYS, Result, Survey, result_of
from lms.core import clock, settings
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.people.models import Organisation
from lms.people.rules import digest, new_code
from lms.takeover import service
from lms.takeover.survey_models import CircleSurvey, SurveyAnswer, SurveySlip

LIFE = timedelta(days=7)
OF_CIRCLES = {key: each for key, each in SURVEYS.items() if not each.of_organisation}


@dataclass(frozen=True, slots=True)
class Opened:
    """What a slip opens: the sheet, and the circle or organisation whose it is."""

    survey_id: uuid.UUID
    sheet: Survey
    whose: str


def list_surveys(db: Session, group_id: uuid.UUID) -> Sequence[CircleSurvey]:
    """The surveys of a circle the caller holds through a scope, newest first."""
    chosen = select(CircleSurvey).where(CircleSurvey.group_id == group_id)
    return db.scalars(chosen.order_by(CircleSurvey.opened_at.desc(), CircleSurvey.id.desc())).all()


def results_of(db: Session, surveys: Collection[CircleSurvey]) -> dict[uuid.UUID, Result]:
    """What may be said of those that are over, in one query. Of an open one nothing is read."""
    over = {each.id: each for each in surveys if each.closed_at is not None}
    sheets = sheets_of(db, surveys)
    return {key: result_of(sheets[key]) if key in sheets else Result(each.answers or 0) for key, each in over.items()}


def ask(db: Session, actor: Actor, group_id: uuid.UUID, kind: str, key: uuid.UUID) -> tuple[CircleSurvey, list[str]]:
    """Open a survey; returns a code for each who sits there, which nobody can read again.

    Raises NotFound, Forbidden, Conflict (one is open, or this form has opened one), Invalid.
    """
    group = service.get_to_ask(db, actor, group_id, lock=True)
    if kind not in OF_CIRCLES:
        raise Invalid({"kind": "Choose what you want to ask."})
    check_new(db, actor, key)
    if any(each.closed_at is None for each in list_surveys(db, group.id)):
        raise Conflict("A survey of this circle is open. Close it before you ask again.")
    asked = len(groups.list_members(db, group.id))
    if asked < FEWEST:
        raise Invalid({"kind": f"With fewer than {FEWEST} members nobody’s answer would stay their own."})
    until = clock.today(group.zone) + LIFE
    made = CircleSurvey(
        group_id=group.id,
        key=key,
        kind=kind,
        asked=asked,
        opened_by=actor.person_id,
        opened_at=clock.now(),
        until=until,
    )
    return made, hand_out(db, made)


def check_new(db: Session, actor: Actor, key: uuid.UUID) -> None:
    """Raises Conflict where the form with this key has opened a survey."""
    if db.scalar(select(CircleSurvey.id).where(CircleSurvey.opened_by == actor.person_id, CircleSurvey.key == key)):
        raise Conflict("This page has handed out its slips already. They are shown once. Close the survey to ask anew.")


def hand_out(db: Session, made: CircleSurvey) -> list[str]:
    """Keep a new survey; a code for each who is asked, which nobody can read again."""
    db.add(made)
    db.flush()
    codes = [new_code() for _ in range(made.asked)]
    db.add_all([SurveySlip(code_digest=digest(each), survey_id=made.id) for each in codes])
    db.flush()
    return codes


def close(db: Session, actor: Actor, group_id: uuid.UUID, survey_id: uuid.UUID) -> None:
    """End a survey of a circle. Raises NotFound, Forbidden."""
    group = service.get_to_ask(db, actor, group_id, lock=True)
    found = db.scalar(select(CircleSurvey).where(CircleSurvey.id == survey_id, CircleSurvey.group_id == group.id))
    if found is None:
        raise NotFound
    end(db, found)


def end(db: Session, found: CircleSurvey) -> None:
    """Slips that are left open nothing more. What fewer than four said goes. Ended twice is once."""
    if found.closed_at is not None:
        return
    db.execute(delete(SurveySlip).where(SurveySlip.survey_id == found.id))
    sheets = db.scalars(select(SurveyAnswer.id).where(SurveyAnswer.survey_id == found.id)).all()
    if len(sheets) < FEWEST:
        db.execute(delete(SurveyAnswer).where(SurveyAnswer.survey_id == found.id))
    found.answers, found.closed_at = len(sheets), clock.now()
    db.flush()


def sheets_of(db: Session, surveys: Collection[CircleSurvey]) -> dict[uuid.UUID, list[list[int]]]:
    """The filled sheets of those that are over and that enough answered, for figures of several together."""
    over = {each.id for each in surveys if each.closed_at is not None}
    found: dict[uuid.UUID, list[list[int]]] = defaultdict(list)
    for survey_id, given in db.execute(
        select(SurveyAnswer.survey_id, SurveyAnswer.given).where(SurveyAnswer.survey_id.in_(over))
    ):
        found[survey_id].append(given)
    return {key: sheets for key, sheets in found.items() if len(sheets) >= FEWEST}


def open_slip(db: Session, code: str) -> Opened | None:
    """What a code opens; None once it is used, or the survey is over."""
    chosen = (
        select(CircleSurvey, func.coalesce(PeerGroup.name, Organisation.name), PeerGroup.zone)
        .join(SurveySlip, SurveySlip.survey_id == CircleSurvey.id)
        .outerjoin(PeerGroup, PeerGroup.id == CircleSurvey.group_id)
        .outerjoin(Organisation, Organisation.id == CircleSurvey.organisation_id)
        .where(SurveySlip.code_digest == digest(code), CircleSurvey.closed_at.is_(None))
    )
    found = db.execute(chosen).first()
    if found is None or found[0].until < clock.today(found[2] or settings.current().time_zone):
        return None
    return Opened(found[0].id, SURVEYS[found[0].kind], found[1])


def answer(db: Session, code: str, given: Sequence[int]) -> None:
    """Hand in a sheet. The slip goes in the same transaction, so it opens one sheet once. Raises NotFound."""
    opened = open_slip(db, code)
    if opened is None or len(given) != len(opened.sheet.questions):
        raise NotFound
    used = db.scalar(delete(SurveySlip).where(SurveySlip.code_digest == digest(code)).returning(SurveySlip.survey_id))
    if used is None:
        raise NotFound
    db.add(SurveyAnswer(survey_id=used, given=list(given)))
    db.flush()
