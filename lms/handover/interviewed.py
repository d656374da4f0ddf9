"""What a page of readiness says of the values interview: that one may be arranged, is arranged, or has a result."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from assessments.asks import ValuesInterview
from assessments.standards import get_standard
from assessments.wording import first_name
from lms.core.actor import Actor
from lms.core.phrases import day
from lms.handover.rows import Learner, PanelNotice
from lms.interviews import sitting


def about(db: Session, actor: Actor, learner: Learner) -> list[PanelNotice]:
    """For a reader of the page, who may be the person themself. Nothing, and no query, where nobody asks for one."""
    standard = get_standard(learner.standard_id, learner.standard_version)
    if not any(isinstance(clause, ValuesInterview) for clause in standard.clauses):
        return []
    found = sitting.find_newest(db, learner.person_id, learner.provider_id)
    own = actor.person_id == learner.person_id
    if found is None:
        return [] if own else [_to_arrange(learner, f"{first_name(learner.name)} has not been heard about values yet")]
    read = url_for("interviews.interview", interview_id=found.id)
    if found.result is None:
        title = f"The values interview is on {day(found.held_on)}"
        return [
            PanelNotice(title, "Two assessors hear what happened, each for themselves.", read, "Open the interview")
        ]
    closed = day(found.closed_at) if found.closed_at else ""
    if found.result == "yes":
        return [
            PanelNotice(f"Values interview: yes, on {closed}", "Both assessors say so.", read, "Open the interview")
        ]
    title = f"Values interview: not yet, on {closed}"
    said = [PanelNotice(title, "What is missing stands on its page.", read, "Read what is missing")]
    return said if own else [*said, _to_arrange(learner, "Another values interview can be arranged")]


def _to_arrange(learner: Learner, title: str) -> PanelNotice:
    text = "You choose two assessors and a day. Neither sees the other’s note before their own is sent."
    return PanelNotice(title, text, url_for("interviews.arrange", person_id=learner.person_id), "Arrange an interview")
