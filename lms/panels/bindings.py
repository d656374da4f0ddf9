"""Votes of panels as the register sealed them, which is when they were opened."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.panels import rules
from lms.panels.models import Panel, PanelSeat, PanelVote
from lms.register.bindings import Binding, Source
from lms.register.rules import digest


def _votes(db: Session, seqs: Collection[int]) -> Iterator[Binding]:
    chosen = (
        select(PanelVote, PanelSeat, Panel)
        .join(PanelSeat, PanelSeat.id == PanelVote.seat_id)
        .join(Panel, Panel.id == PanelVote.panel_id)
    )
    for vote, seat, panel in db.execute(chosen.where(PanelVote.leaf_seq.in_(seqs))):
        yield Binding(
            seq=vote.leaf_seq or 0,  # it has one: that is how it was found
            said={
                "subject_id": panel.id,
                "actor_id": seat.person_id,
                "meaning": rules.meaning(vote.kind),
                "authenticated_by": vote.authenticated_by,
            },
            payload=rules.payload(vote, seat.person_id),
            checks={
                "the panel it belongs to": seat.panel_id == panel.id,
                "the page that was read": vote.page < panel.page or vote.readiness_digest == digest(panel.readiness),
            },
        )


def _subjects(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Whom a panel is about finds its votes in their record once it has decided."""
    return select(Panel.id).where(Panel.person_id == person_id, Panel.closed_at.is_not(None))


_SEQS = select(PanelVote.leaf_seq).where(PanelVote.leaf_seq.is_not(None))
SOURCES = (Source("panel vote", _SEQS, _votes, _subjects),)
