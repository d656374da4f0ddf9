"""A panel as it stands: its seats and who is free to fill them, the page they read, and how far that is still so."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from assessments.deciding import PanelRule
from assessments.readiness import Readiness
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, NotFound
from lms.handover import evidence
from lms.handover import service as handover
from lms.handover.rows import Learner, Standing
from lms.handover.rules import DECIDERS
from lms.learning.models import Enrolment
from lms.panels import eligibility, rules
from lms.panels.models import Appeal, Panel, PanelSeat
from lms.panels.rules import Change, Sitter
from lms.people import service as people

ENDED = "This training has ended, and its panel with it."


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat and who was named for it. `because`: why it is free again, to follow the name; empty while it is taken."""

    seat: PanelSeat
    sitter: Sitter
    because: str

    @property
    def name(self) -> str:
        return self.sitter.name


@dataclass(frozen=True, slots=True)
class Table:
    """A panel with its seats in the order of naming, what its page says, and how far that is still so."""

    panel: Panel
    name: str  # of whom it is about
    standing: Standing | None  # today; none once it is decided
    seats: tuple[Seated, ...]
    sitters: Mapping[uuid.UUID, Sitter]

    @property
    def taken(self) -> tuple[Seated, ...]:
        return tuple(each for each in self.seats if not each.because)

    @property
    def readiness(self) -> Readiness:
        """The page that all of them read."""
        return Readiness.from_dict(self.panel.readiness)

    @property
    def changes(self) -> list[Change]:
        """What has changed since; nothing once it is decided."""
        return rules.changes(self.readiness, self.standing.readiness) if self.standing else []

    @property
    def chair(self) -> Seated | None:
        """Whoever called it, if they sit here, or else who was named first."""
        able = [each for each in self.taken if not each.sitter.conflict]
        called = (each for each in able if each.seat.person_id == self.panel.called_by)
        return next(called, able[0] if able else None)

    def seat_of(self, actor: Actor) -> Seated:
        """The actor’s own seat, taken or free again. Raises NotFound."""
        mine = next((each for each in self.seats if each.seat.person_id == actor.person_id), None)
        if mine is None:
            raise NotFound
        return mine


def rule_of(panel: Panel) -> PanelRule:
    """The rule a panel was called under."""
    return PanelRule(
        panel=panel.size, assessors_most=panel.assessors_most, outside=panel.outside, appeal_days=panel.appeal_days
    )


def scope(actor: Actor) -> Select[Panel]:
    """The panels `actor` may see: their provider’s, and, once it is decided, the one about themselves."""
    provided = Panel.provider_id.in_(actor.organisations(*DECIDERS))
    mine = Panel.person_id == actor.person_id
    return select(Panel).where(or_(and_(provided, ~mine), and_(mine, Panel.closed_at.is_not(None))))


def get_panel(db: Session, actor: Actor, panel_id: uuid.UUID, *, lock: bool = False) -> Panel:
    """A panel in scope. Raises NotFound."""
    chosen = scope(actor).where(Panel.id == panel_id)
    found = db.scalar(chosen.with_for_update(of=Panel) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def find_running(db: Session, learner: Learner) -> Panel | None:
    """The panel at work about somebody whom the caller holds through a scope."""
    chosen = select(Panel).where(Panel.enrolment_id == learner.enrolment_id, Panel.closed_at.is_(None))
    return db.scalar(chosen)


def find_appealed(db: Session, learner: Learner) -> Panel | None:
    """The panel whose decision is appealed against, as long as no other people were called."""
    again = select(Panel.appeal_of).where(Panel.appeal_of.is_not(None))
    chosen = select(Panel).join(Appeal, Appeal.panel_id == Panel.id)
    return db.scalar(chosen.where(Panel.enrolment_id == learner.enrolment_id, Panel.id.not_in(again)))


def table_of(db: Session, panel: Panel) -> Table:
    """Everything about a panel that the caller holds through a scope, but for what was voted. Raises Conflict."""
    rows = db.scalars(select(PanelSeat).where(PanelSeat.panel_id == panel.id).order_by(PanelSeat.place)).all()
    if panel.closed_at is not None:
        names = people.names_of(db, [panel.person_id, *(each.person_id for each in rows)])
        sat = {each.person_id: Sitter(each.person_id, names[each.person_id]) for each in rows}
        return Table(panel, names[panel.person_id], None, tuple(_seats(panel, rows, sat)), {})
    learner = next(iter(evidence.learners(db, select(Enrolment).where(Enrolment.id == panel.enrolment_id))), None)
    if learner is None:
        raise Conflict(ENDED)
    standing = handover.standing_of(db, learner, handover.today())
    first = db.get_one(Panel, panel.appeal_of) if panel.appeal_of else None
    known = eligibility.sitters(db, learner, standing.facts.sessions, first, [each.person_id for each in rows])
    return Table(panel, learner.name, standing, tuple(_seats(panel, rows, known)), known)


def _seats(panel: Panel, rows: Sequence[PanelSeat], known: Mapping[uuid.UUID, Sitter]) -> list[Seated]:
    """Who still sits where. What would have kept somebody from being named frees the seat, until votes are open."""
    found, signers = list[Seated](), 0
    for row in rows:
        sitter = known[row.person_id]
        because = row.left_because or ""
        if not because and panel.opened_at is None:
            because = _since_naming(row, sitter, may_sign=signers < panel.assessors_most)
        signers += not because and sitter.signed > 0
        found.append(Seated(row, sitter, because))
    return found


def _since_naming(row: PanelSeat, sitter: Sitter, *, may_sign: bool) -> str:
    if sitter.conflict:
        return sitter.conflict
    if row.outside and sitter.not_outside:
        return f"{sitter.not_outside}, and sat there from outside"
    return f"{sitter.not_outside}, and too many who did would sit" if sitter.signed and not may_sign else ""


def may_arrange(actor: Actor, panel: Panel) -> bool:
    """Whoever called a panel names others and brings its page up to date, and the provider’s administrators do."""
    administers = panel.provider_id in actor.organisations(Role.ADMINISTRATOR)
    return actor.person_id == panel.called_by or administers
