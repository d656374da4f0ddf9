"""Values interviews for the sweeps: one that is arranged, and one in which two say different things."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.groups.models import PeerGroup
from lms.interviews import notes, service
from lms.interviews.assessors import candidates
from lms.interviews.models import InterviewAssessor
from lms.people import service as people_service
from lms.people.models import Person
from tests.make import actor
from tests.make_interviews import PROOF, form, said

AFTER = ("interviews.change", "interviews.leave")  # sent where both notes are in


def interviews(db: Session, people: dict[str, uuid.UUID], group: PeerGroup) -> dict[str, Any]:
    """One of the trainee's, and one of another's for whatever is done once both notes are in."""
    ruth = actor(db, people["trainer"])
    grace = db.scalars(select(Person.id).where(Person.name == "Grace Ngata")).one()
    made = []
    for person_id in (people["trainee"], grace):
        known = candidates(db, person_id, group.provider_id)
        pair = [ruth.person_id, next(each for each in known if each != ruth.person_id and not known[each].because)]
        made.append(service.arrange(db, ruth, person_id, pair, service.today(), uuid.uuid4()).id)
    notes.send(db, ruth, made[1], said(), PROOF)
    notes.send(db, actor(db, pair[1]), made[1], said("not_yet"), PROOF)
    place = select(InterviewAssessor.id).where(InterviewAssessor.interview_id == made[0], InterviewAssessor.place == 2)
    trainers = people_service.people_with(db, Role.TRAINER, [group.provider_id])
    return {
        "interview_id": made[0],
        "interview_talk": made[1],
        **dict.fromkeys(AFTER, made[1]),
        "interview_place": db.scalars(place).one(),
        "interviewers": pair,
        "trainers": list(trainers),
    }


def forms(ids: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """One good form for every address of interviews that takes one."""
    return {
        "interviews.arrange_now": ("trainer", {
            "members": ids["interviewers"], "held_on": str(service.today()), "key": uuid.uuid4(),
        }),
        "interviews.note": ("trainer", form() | {"password": ""}),
        "interviews.change": ("trainer", form("not_yet", because="We talked.") | {"password": ""}),
        "interviews.leave": ("trainer", {"password": ""}),
        "interviews.other": ("trainer", {
            "place": ids["interview_place"], "member": ids["trainers"][-1], "because": "Ill.",
        }),
        "interviews.call_off": ("trainer", {}),
    }  # fmt: skip
