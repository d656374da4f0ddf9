"""What people do about panels: call one, name somebody for a free seat, step down, bring its page up to date."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.deciding import PanelRule
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.handover import service as handover
from lms.handover.rows import Learner
from lms.handover.rules import may_decide
from lms.panels import eligibility, letters, rules
from lms.panels.models import Panel, PanelSeat
from lms.panels.rules import Sitter
from lms.panels.tables import Seated, Table, find_appealed, get_panel, may_arrange, rule_of, table_of

CLOSED = "This panel has decided. What it decided stands."
CALLED = "A panel is at work about this person already."


def choices(db: Session, actor: Actor, person_id: uuid.UUID) -> tuple[Learner, PanelRule, dict[uuid.UUID, Sitter]]:
    """Whom somebody may call a panel about, by which rule, and everybody who could sit on it.

    Raises NotFound, Forbidden, Conflict.
    """
    learner = handover.get_learner(db, actor, person_id)
    if not may_decide(actor, person_id=person_id, provider_id=learner.provider_id):
        raise Forbidden(rules.OWN)
    rule = handover.panel_rule(learner)
    if rule is None:
        raise Conflict("This person’s standard is decided by one person. No panel is called.")
    first = find_appealed(db, learner)
    standing = handover.standing_of(db, learner, handover.today())
    known = eligibility.sitters(db, learner, standing.facts.sessions, first)
    if first is not None and actor.person_id in known and known[actor.person_id].before:
        raise Forbidden(f"Somebody else calls this one: {actor.name} {known[actor.person_id].before}.")
    return learner, rule, known


def call(db: Session, actor: Actor, person_id: uuid.UUID, members: Sequence[uuid.UUID], key: uuid.UUID) -> Panel:
    """Call people to decide about somebody, and freeze the page they read. Twice with one key is once.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    sent = db.scalar(select(Panel).where(Panel.called_by == actor.person_id, Panel.key == key))
    if sent is not None:
        return sent
    learner, rule, known = choices(db, actor, person_id)
    if set(members) - set(known):
        raise Invalid({"members": "Choose among those who may sit."})
    chosen = [known[each] for each in dict.fromkeys(members)]
    if fault := rules.misfit(chosen, rule):
        raise Invalid({"members": fault})
    first = find_appealed(db, learner)
    try:
        with db.begin_nested():
            panel = _call(db, actor, learner, rule, key, first)
            _name(db, actor, panel, chosen)
    except IntegrityError:
        raise Conflict(CALLED) from None
    letters.called(db, actor, panel, learner.name, [each.person_id for each in chosen])
    return panel


def _call(db: Session, actor: Actor, learner: Learner, rule: PanelRule, key: uuid.UUID, first: Panel | None) -> Panel:
    now = clock.now()
    panel = Panel(
        id=new_id(),
        enrolment_id=learner.enrolment_id,
        person_id=learner.person_id,
        provider_id=learner.provider_id,
        key=key,
        size=rule.panel,
        assessors_most=rule.assessors_most,
        outside=rule.outside,
        appeal_days=rule.appeal_days,
        called_by=actor.person_id,
        called_at=now,
        page=1,
        frozen_at=now,
        readiness=handover.standing_of(db, learner, handover.today()).readiness.to_dict(),
        appeal_of=first.id if first else None,
    )
    db.add(panel)
    db.flush()
    return panel


def _name(db: Session, actor: Actor, panel: Panel, chosen: Sequence[Sitter], after: Sequence[Seated] = ()) -> None:
    """Give these people seats, the first of them who come from outside those for people from outside."""
    place = max((each.seat.place for each in after), default=0)
    missing = panel.outside - sum(each.seat.outside for each in after if not each.because)
    for place_of, sitter in enumerate(chosen, start=place + 1):
        outside = missing > 0 and not sitter.not_outside
        missing -= outside
        seat = PanelSeat(
            panel_id=panel.id, person_id=sitter.person_id, place=place_of, outside=outside, named_by=actor.person_id
        )
        seat.named_at = clock.now()
        db.add(seat)
    db.flush()


def free_choices(table: Table) -> dict[uuid.UUID, tuple[Sitter, str]]:
    """For a free seat: everybody who could sit, each with why they may not, if so. Nobody is named twice."""
    seated = [each.sitter for each in table.taken]
    named = {each.seat.person_id for each in table.seats}
    found: dict[uuid.UUID, tuple[Sitter, str]] = {}
    for each in table.sitters.values():
        again = "sits on this panel" if each in seated else "was named for this panel before"
        sitter = replace(each, before=again) if each.person_id in named and not each.before else each
        found[each.person_id] = sitter, rules.kept_off(sitter, rule_of(table.panel), seated)
    return found


def name_another(db: Session, actor: Actor, panel_id: uuid.UUID, person_id: uuid.UUID) -> Panel:
    """Name somebody for a free seat. The same twice is once. Raises NotFound, Forbidden, Conflict, Invalid."""
    table = _to_arrange(db, actor, panel_id)
    if any(each.seat.person_id == person_id for each in table.taken):
        return table.panel
    if len(table.taken) >= table.panel.size:
        raise Conflict("Every seat is taken. Nobody else is named.")
    sitter, because = free_choices(table).get(person_id, (None, ""))
    if sitter is None:
        raise Invalid({"member": "Choose among those who may sit."})
    if because:
        raise Invalid({"member": f"{sitter.name} {because}."})
    free_seats(table)
    _name(db, actor, table.panel, [sitter], table.seats)
    letters.called(db, actor, table.panel, table.name, [person_id])
    return table.panel


def _to_arrange(db: Session, actor: Actor, panel_id: uuid.UUID) -> Table:
    """A panel that is not decided, for whoever called it or an administrator. Raises NotFound, Forbidden, Conflict."""
    panel = get_panel(db, actor, panel_id, lock=True)
    if not may_arrange(actor, panel):
        raise Forbidden("Whoever called this panel, or an administrator, does this.")
    if panel.closed_at is not None:
        raise Conflict(CLOSED)
    return table_of(db, panel)


def free_seats(table: Table) -> None:
    """Write down which seats fell free since their people were named, and why."""
    for each in table.seats:
        if each.because and each.seat.left_at is None:
            each.seat.left_at, each.seat.left_because = clock.now(), each.because


def renew(db: Session, actor: Actor, panel_id: uuid.UUID) -> Panel:
    """Bring the page up to date. Votes on the old one count no more, and members keep their words to vote again with.

    Where nothing has changed, nothing happens. Raises NotFound, Forbidden, Conflict.
    """
    table = _to_arrange(db, actor, panel_id)
    panel = table.panel
    if table.standing is None or not table.changes:
        return panel
    panel.readiness = table.standing.readiness.to_dict()
    panel.page, panel.frozen_at, panel.opened_at = panel.page + 1, clock.now(), None
    members = [each.seat.person_id for each in table.taken if each.seat.person_id != actor.person_id]
    letters.renewed(db, actor, panel, table.name, members)
    return panel


def step_down(db: Session, actor: Actor, panel_id: uuid.UUID, reason: str) -> Panel:
    """Leave one’s seat, with a reason, before votes are open. Twice is once. Raises NotFound, Conflict, Invalid."""
    panel = get_panel(db, actor, panel_id, lock=True)
    if panel.closed_at is not None:
        raise Conflict(CLOSED)
    mine = table_of(db, panel).seat_of(actor)
    if mine.seat.left_at is not None:
        return panel
    if panel.opened_at is not None:
        raise Conflict("The votes are open, so nobody leaves any more. Say in the panel what keeps you.")
    if not reason:
        raise Invalid({"stepping": "Write down why. Whoever called the panel reads it and names somebody else."})
    mine.seat.left_at, mine.seat.left_because = clock.now(), f"stepped down: “{reason}”"
    letters.seat_free(db, actor, panel)
    return panel
