"""Appeals: whom a panel decided about does not accept it, and other people decide. The first decision stays beside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.handover import service as handover
from lms.handover.evidence import on_site
from lms.handover.rules import READY
from lms.panels import closing, letters, rules
from lms.panels.models import Appeal, Panel
from lms.panels.tables import get_panel

TWICE = "An appeal has been decided about already, and that decision stands."
NOTHING = "This panel said ready. There is nothing to appeal against."
APPEALED = "You have appealed already, in other words. What you wrote first is what the new panel reads."


@dataclass(frozen=True, slots=True)
class Way:
    """Where an appeal against a panel’s decision stands. `refused`: why none can be made; `until`: the last day."""

    refused: str
    until: date | None
    made: Appeal | None
    panel: Panel | None  # of other people, once they were called


def way_of(db: Session, panel: Panel) -> Way:
    """For a panel that the caller holds through a scope."""
    decision = closing.find_decision(db, panel)
    decided_on = on_site(decision.decided_at) if decision else None
    if decision is None or decided_on is None:
        return Way("This panel has not decided yet.", None, None, None)
    made = db.get(Appeal, panel.id)
    again = db.scalar(select(Panel).where(Panel.appeal_of == panel.id))
    until = rules.appeal_until(decided_on, panel.appeal_days)
    refused = ""
    if panel.appeal_of is not None:
        refused = TWICE
    elif decision.kind == READY:
        refused = NOTHING
    elif handover.today() > until:
        refused = f"The days for an appeal are over. The last one was {until.day} {until:%B %Y}."
    return Way(refused, until, made, again)


def appeal(db: Session, actor: Actor, panel_id: uuid.UUID, words: str) -> Appeal:
    """Appeal, in one’s own words, against what a panel decided about oneself. Twice is once.

    Raises NotFound, Conflict, Invalid.
    """
    panel = get_panel(db, actor, panel_id, lock=True)
    if panel.person_id != actor.person_id:
        raise NotFound
    way = way_of(db, panel)
    if way.made is not None:
        if way.made.words != words:
            raise Conflict(APPEALED)
        return way.made
    if way.refused:
        raise Conflict(way.refused)
    if not words:
        raise Invalid({"words": "Write what you do not accept. The new panel reads it."})
    made = Appeal(panel_id=panel.id, words=words, made_at=clock.now())
    db.add(made)
    db.flush()
    decision = closing.find_decision(db, panel)
    decided_on = on_site(decision.decided_at) if decision else None
    letters.appealed(db, actor, panel, decided_on or handover.today())
    return made
