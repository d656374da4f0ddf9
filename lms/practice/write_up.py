"""The write-up’s page: of a new session, of a change to one that was sent, of a correction of one that was signed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict
from lms.core.forms import identity_of
from lms.core.unit import reading
from lms.core.web import actor
from lms.groups import service as groups
from lms.groups.rows import Circle
from lms.people import service as people
from lms.practice import display, rules, service, unlocking
from lms.practice.drafts import StaleDraft
from lms.practice.models import Draft, PracticeSession


def correcting() -> bool:
    """Whether the page is about a session that was signed."""
    return request.endpoint in ("practice.correct", "practice.correct_now")


def page(
    body: Mapping[str, str],
    key: uuid.UUID,
    *,
    draft: Draft | None = None,
    version: int = 0,
    errors: Mapping[str, str] | None = None,
    conflict: Conflict | None = None,
    session: PracticeSession | None = None,
) -> ResponseReturnValue:
    """The write-up's page, with whatever is typed so far."""
    db, who = reading(), actor()
    circles = {circle.id: circle for circle in groups.circles_of(db, who)}
    if session is not None and session.group_id not in circles:
        circles |= groups.circles_by_id(db, [session.group_id])
    chosen = circles.get(identity_of(body, "group") or uuid.UUID(int=0)) or next(iter(circles.values()), None)
    signers = people.people_with(db, Role.TRAINER, {circle.provider_id for circle in circles.values()})
    trainer = display.signer(body, circles, signers)
    rows = service.sessions_of(db, who.person_id)
    number = rules.ordinals((row.id, row.held_on) for row in rows)[session.id] if session else len(rows) + 1
    sheet = render_template(
        "practice/write_up.html",
        current="practice",
        key=key,
        version=draft.version if draft else version,
        saved_at=draft.updated_at if draft else None,
        body=body,
        errors=errors or {},
        conflict=conflict,
        other=display.differences(body, conflict.body) if isinstance(conflict, StaleDraft) else [],
        circle=chosen,
        trainer=trainer,
        signers=signers.items(),
        number=number,
        session=session,
        correcting=correcting(),
        locked=_locked(db, who, chosen) if chosen else ("", ""),
        sheet=display.sheet(body, circles, rows[: number - 1], trainer),
    )
    return sheet, 409 if conflict else 422 if errors else 200


def _locked(db: Session, who: Actor, circle: Circle) -> tuple[str, str]:
    """What comes before leading, and before leading alone."""
    return unlocking.standing(db, who.person_id, circle.provider_id, clock.today(circle.zone))
