"""What somebody’s page of readiness says of panels: whether one is at work, may be called, or has decided."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.wording import first_name
from lms.core.actor import Actor
from lms.core.phrases import day
from lms.handover import service as handover
from lms.handover.rows import Learner, PanelNotice
from lms.panels import appeals
from lms.panels.models import Panel
from lms.panels.tables import rule_of


def about(db: Session, actor: Actor, learner: Learner) -> list[PanelNotice]:
    """For a reader of the page, who may be the person themself. Nothing, and no query, where one person decides."""
    rule = handover.panel_rule(learner)
    if rule is None:
        return []
    chosen = select(Panel).where(Panel.enrolment_id == learner.enrolment_id)
    found = db.scalars(chosen.order_by(Panel.called_at.desc(), Panel.id.desc())).all()
    running = next((each for each in found if each.closed_at is None), None)
    decided = next((each for each in found if each.closed_at is not None), None)
    own = actor.person_id == learner.person_id
    said = [_running(running, own=own)] if running else []
    if decided is not None:
        said += _decided(db, decided, learner, own=own, running=running is not None)
    elif running is None and not own:
        said.append(_to_call(learner, f"{rule.words[0].upper()}{rule.words[1:]} says whether somebody is ready"))
    return said


def _running(panel: Panel, *, own: bool) -> PanelNotice:
    what = "the appeal" if panel.appeal_of else "readiness"
    title = f"{rule_of(panel).words[0].upper()}{rule_of(panel).words[1:]} is deciding about {what}"
    if own:
        return PanelNotice(title, f"It was called on {day(panel.called_at)}. A letter says when it has decided.")
    address = url_for("panels.panel", panel_id=panel.id)
    return PanelNotice(title, f"It was called on {day(panel.called_at)}.", address, "Open the panel")


def _decided(db: Session, panel: Panel, learner: Learner, *, own: bool, running: bool) -> list[PanelNotice]:
    """What came of the last panel, and of an appeal against it."""
    way, read = appeals.way_of(db, panel), url_for("panels.panel", panel_id=panel.id)
    title = "The appeal is decided" if panel.appeal_of else "A panel has decided"
    who = "You" if own else first_name(learner.name)
    if way.made is None:
        last = f" {who} can appeal until {day(way.until)}." if way.until and not way.refused else ""
        said = [PanelNotice(title, f"Each of its members wrote down why.{last}", read, "Read what they said")]
        return said if own or running else [*said, _to_call(learner, "Another panel can be called")]
    made = day(way.made.made_at)
    if running:
        return [PanelNotice(f"{who} appealed on {made}", "Other people are deciding.", read, "Read the first decision")]
    if own:
        return [
            PanelNotice(f"You appealed on {made}", "Other people are being called.", read, "Read the first decision")
        ]
    return [_to_call(learner, f"{who} appealed on {made}. Other people decide")]


def _to_call(learner: Learner, title: str) -> PanelNotice:
    text = "You see who may sit, and what keeps others off. Nobody’s vote is shown before all have voted."
    return PanelNotice(title, text, url_for("panels.call", person_id=learner.person_id), "Call a panel")
