"""The letters of a values interview. None carries a note; the result says what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assessments.wording import listed
from lms.core.actor import Actor
from lms.interviews.rules import VERDICTS
from lms.interviews.sitting import Sitting
from lms.messages import service as messages


def arranged(db: Session, actor: Actor, sitting: Sitting, told: Iterable[uuid.UUID]) -> None:
    """To the person, with what to bring, and to those who are asked to hear them."""
    on = sitting.interview.held_on
    _send(
        db,
        sitting,
        sitting.interview.person_id,
        "interview_arranged",
        members=listed(sitting.assessors),
        on=on,
        prepare=sitting.asked.prepare,
    )
    for person_id in told:
        _send(db, sitting, person_id, "interview_asked", asked_by=actor.name, trainee=sitting.name, on=on)


def called_off(db: Session, actor: Actor, sitting: Sitting) -> None:
    """To everybody who would have met, but for whoever called it off."""
    people = [sitting.interview.person_id, *(each.person_id for each in sitting.places)]
    for person_id in dict.fromkeys(people):
        if person_id != actor.person_id:
            on = sitting.interview.held_on
            _send(db, sitting, person_id, "interview_off", member=actor.name, trainee=sitting.name, on=on)


def replaced(db: Session, sitting: Sitting, before: uuid.UUID, member: str) -> None:
    """To whoever was asked before."""
    on = sitting.interview.held_on
    _send(db, sitting, before, "interview_replaced", member=member, trainee=sitting.name, on=on)


def differ(db: Session, actor: Actor, sitting: Sitting) -> None:
    """To the other assessor: both notes are in, and they differ."""
    for each in sitting.places:
        if each.person_id != actor.person_id:
            _send(db, sitting, each.person_id, "interview_talk", member=actor.name, trainee=sitting.name)


def decided(db: Session, actor: Actor, sitting: Sitting) -> None:
    """To the person with what is missing, and the bare result to whoever arranged it and the other assessor."""
    interview, result = sitting.interview, sitting.interview.result or ""
    members = listed(sitting.assessors)
    if result == "yes":
        _send(db, sitting, interview.person_id, "interview_yes", members=members)
    else:
        missing = " ".join(f"{each.by} writes: {each.text}" for each in sitting.missing())
        _send(db, sitting, interview.person_id, "interview_not_yet", members=members, missing=missing)
    word = next((words for key, words in VERDICTS.items() if key == result), "").lower()
    for person_id in dict.fromkeys([interview.arranged_by, *(each.person_id for each in sitting.places)]):
        if person_id != actor.person_id:
            _send(db, sitting, person_id, "interview_closed", trainee=sitting.name, result=word)


def _send(db: Session, sitting: Sitting, person_id: uuid.UUID, template: str, **about: str | date) -> None:
    interview = sitting.interview
    link = messages.link(f"/interviews/{interview.id}")
    context: dict[str, Any] = {**about, "link": link}
    messages.send(db, template, person_id=person_id, organisation_id=interview.provider_id, **context)
