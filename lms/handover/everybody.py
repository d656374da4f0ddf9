"""Everybody in a provider’s training, a page at a time: only those on the page are gathered and judged."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from assessments.ladder import RUNGS, place_of
from lms.core.actor import Actor
from lms.handover import evidence, rules, service
from lms.handover.models import Decision
from lms.handover.rows import Standing
from lms.learning.models import Enrolment
from lms.people.models import Person

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sought:
    """Which of them: whose name has this in it, whom this trainer trains, and which page."""

    name: str = ""
    trainer_id: uuid.UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Everybody:
    """A page of the people in training, by name, and how many were found in all."""

    rows: tuple[Standing, ...]
    page: int
    total: int

    @property
    def more(self) -> bool:
        return self.page * PAGE < self.total

    @property
    def is_whole(self) -> bool:
        """Whether all who were found stand on this page."""
        return len(self.rows) == self.total


def find(db: Session, actor: Actor, at: date, sought: Sought = Sought()) -> Everybody:
    """The page that was asked for, in five queries however many there are; the last where there is no such page."""
    chosen = _chosen(actor, sought)
    first = (sought.page - 1) * PAGE
    found = db.execute(chosen.add_columns(func.count().over()).offset(first).limit(PAGE)).all()
    if not found and sought.page > 1:
        total = db.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
        return find(db, actor, at, Sought(sought.name, sought.trainer_id, max(1, -(-total // PAGE))))
    ids = [row[0] for row in found]
    learners = evidence.learners(db, evidence.scope(actor).where(Enrolment.id.in_(ids))) if ids else []
    facts = evidence.gather(db, learners) if learners else {}
    rows = tuple(service.judged(each, facts[each.enrolment_id], at) for each in learners)
    return Everybody(rows, sought.page, found[0][1] if found else 0)


def trainers(db: Session, actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Who trains somebody there now, by name, in one query."""
    trainer = aliased(Person)
    chosen = (
        _running(actor)
        .join(trainer, trainer.id == Enrolment.trainer_id)
        .with_only_columns(trainer.id, trainer.name)
        .distinct()
        .order_by(trainer.name, trainer.id)
    )
    return [(row[0], row[1]) for row in db.execute(chosen)]


def _running(actor: Actor) -> Select[Any]:
    """The training about which the actor may decide: of several rungs the one whose turn it is (`whose_turn`)."""
    return select(Enrolment).where(
        Enrolment.provider_id.in_(actor.organisations(*rules.DECIDERS)), Enrolment.ended_on.is_(None), ~_comes_first()
    )


def _comes_first() -> ColumnElement[bool]:
    """Whether another training of the same person comes first."""
    other = aliased(Enrolment)
    open_, before = ~_reached(other), _rung(other) < _rung(Enrolment)
    same = (other.person_id == Enrolment.person_id, other.provider_id == Enrolment.provider_id)
    first = or_(and_(open_, or_(before, _reached(Enrolment))), and_(~open_, ~before, _reached(Enrolment)))
    return (
        select(other.id)
        .where(*same, other.ended_on.is_(None), other.id != Enrolment.id, first)
        .correlate(Enrolment)
        .exists()
    )


def _rung(training: type[Enrolment]) -> ColumnElement[int]:
    return case({rung.id: place_of(rung.id) for rung in RUNGS}, value=training.standard_id, else_=len(RUNGS))


def _reached(training: type[Enrolment]) -> ColumnElement[bool]:
    """Whether the newest decision in a training says ready."""
    about = (
        Decision.person_id == training.person_id,
        Decision.standard_id == training.standard_id,
        Decision.provider_id == training.provider_id,
    )
    newest = select(Decision.kind).where(*about).order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(1)
    return func.coalesce(newest.correlate(training).scalar_subquery() == rules.READY, false())


def _chosen(actor: Actor, sought: Sought) -> Select[Any]:
    """Their ids, in the order in which `evidence.learners` tells them."""
    chosen = _running(actor).join(Person, Person.id == Enrolment.person_id).with_only_columns(Enrolment.id)
    if sought.name:
        chosen = chosen.where(Person.name.icontains(sought.name, autoescape=True))
    if sought.trainer_id is not None:
        chosen = chosen.where(Enrolment.trainer_id == sought.trainer_id)
    return chosen.order_by(Person.name, Enrolment.started_on.desc(), Enrolment.id)
