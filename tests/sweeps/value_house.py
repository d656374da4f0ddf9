"""Engagements for the sweeps: one whose value question is open, one with its bill, one to confirm; and every form."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.site_days import today
from lms.demo.worth import FIRST, SIX
from lms.value import answering, service
from lms.value import forms as value_forms
from lms.value.models import Terms
from tests.make import actor
from tests.make_value import agreed, answer_all

TO_CONFIRM = ("value.confirm", "value.decline", "value.change", "value.change_now")
ABOUT_OUTCOMES = ("value.outcomes", "value.finish", "value.draft_outcomes")
WITH_BILL = ("value.bill", "value.pdf", "value.correct", "value.correct_now")
PASSWORD = {"password": "seven quiet chairs"}


def engagements(db: Session, people: dict[str, uuid.UUID], organisation_id: uuid.UUID) -> dict[str, Any]:
    """By the names the addresses use, and by endpoint where an address needs one of its own."""
    ilse, hana = actor(db, people["administrator"]), actor(db, people["manager"])
    waits = service.write_down(db, ilse, uuid.uuid4(), organisation_id, agreed(title="To confirm")).id
    asked = service.write_down(db, ilse, uuid.uuid4(), organisation_id, agreed(title="To be asked about")).id
    answering.answer(db, hana, asked, 1, proof="password")
    told = {each.title: each.engagement_id for each in db.scalars(select(Terms))}
    return {
        "engagement_id": told[SIX],
        **dict.fromkeys(TO_CONFIRM, waits),
        **dict.fromkeys(ABOUT_OUTCOMES, asked),
        **dict.fromkeys(WITH_BILL, told[FIRST]),
    }


def of_value(client: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form of an engagement, with what would do."""
    terms = value_forms.filled(agreed(ends_on=today()))
    mended = {name: terms[name] for name in value_forms.MENDED}
    worth = {"amount": "15,600", "outcome": "1", "why": "They carried us.", "version": 1, "key": uuid.uuid4()}
    came = {**answer_all("2", "We saw it."), "version": 0}
    return {
        "value.write_down": ("administrator", {**terms, "client": client, "key": uuid.uuid4()}),
        "value.change_now": ("administrator", {**terms, "version": 1, "key": uuid.uuid4()}),
        "value.confirm": ("manager", {"version": 1, **PASSWORD}),
        "value.decline": ("manager", {"version": 1, "because": "Forty hours were agreed."}),
        "value.finish": ("manager", came),
        "value.draft_outcomes": ("manager", came),
        "value.send": ("manager", {**worth, **PASSWORD}),
        "value.draft_worth": ("manager", worth),
        "value.correct_now": ("administrator", {**mended, "because": "The street was wrong.", **PASSWORD}),
    }
