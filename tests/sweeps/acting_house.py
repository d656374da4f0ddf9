"""What managers do, for the sweeps: a letter to somebody, and the code of their weekly letter."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from lms.coverage import weekly
from lms.people.managed import managed
from tests.make import actor

BY_WEEKLY_CODE = ("coverage.weekly_link", "coverage.weekly_switch")
FORMS = {
    "coverage.choose_weekly": ("manager", {"do": "start", "organisation": ""}),
    "coverage.weekly_switch": ("", {"do": "stop"}),
}


def weekly_letter(db: Session, manager: uuid.UUID) -> dict[str, Any]:
    """By the names the addresses use."""
    who = actor(db, manager)
    weekly.choose(db, who, managed(who), wanted=True)
    found = weekly.find(db, who, managed(who))
    assert found
    return {"weekly_code": found.code}


def of_acting(trainee: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form of acting, with what would do."""
    letter = {"kind": "write", "who": trainee, "text": "Come and talk.", "key": uuid.uuid4(), "organisation": ""}
    return {"coverage.write": ("manager", letter)}
