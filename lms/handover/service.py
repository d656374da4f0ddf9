"""What people do about hand-over: read the signs, decide, and look up what was decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.changed import what_changed
from assessments.deciding import PanelRule
from assessments.evidence import Evidence
from assessments.ladder import place_of
from assessments.readiness import Readiness, judge
from assessments.standards import get_standard
from lms.core import clock, settings
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Forbidden, Invalid, NotFound, Stale
from lms.core.forms import UNSIGNED
from lms.core.site_days import day_of
from lms.handover import evidence, rules
from lms.handover.models import Decision
from lms.handover.rows import Facts, Learner, Standing
from lms.handover.rules import Decided
from lms.learning.models import Enrolment
from lms.messages import service as messages
from lms.people.models import Person
from lms.register import service as register


def today() -> date:
    """The day readiness is judged on: the site’s own."""
    return clock.today(settings.current().time_zone)


def find_learner(db: Session, actor: Actor, person_id: uuid.UUID) -> Learner | None:
    """Somebody in training whose practice the actor may see; of several trainings the one whose turn it is."""
    return whose_turn(evidence.learners(db, evidence.scope(actor).where(Enrolment.person_id == person_id)))


def whose_turn(found: Sequence[Learner]) -> Learner | None:
    """With the provider with whom somebody began last, the lowest rung that they have not reached; else the highest.
    The newest comes first in `found`.
    """
    here = [each for each in found if each.provider_id == found[0].provider_id]
    ladder = sorted(here, key=lambda each: place_of(each.standard_id))
    return next((each for each in ladder if each.decided != rules.READY), ladder[-1] if ladder else None)


def get_learner(db: Session, actor: Actor, person_id: uuid.UUID) -> Learner:
    """The same. Raises NotFound."""
    found = find_learner(db, actor, person_id)
    if found is None:
        raise NotFound
    return found


def evidence_for(db: Session, learner: Learner) -> Evidence:
    """What is known about somebody in training, in three queries."""
    return evidence.gather(db, [learner])[learner.enrolment_id].evidence


def standing_of(db: Session, learner: Learner, at: date, *, comments: bool = False) -> Standing:
    """Where somebody stands, in three queries."""
    return judged(learner, evidence.gather(db, [learner], comments=comments)[learner.enrolment_id], at)


def readiness_of(db: Session, actor: Actor, person_id: uuid.UUID, at: date) -> Standing:
    """Where a person the actor may see stands, in four queries. Raises NotFound."""
    return standing_of(db, get_learner(db, actor, person_id), at)


def judged(learner: Learner, facts: Facts, at: date) -> Standing:
    """What is known about somebody, held against the standard they are trained towards."""
    standard = get_standard(learner.standard_id, learner.standard_version)
    return Standing(learner, facts, judge(standard, facts.evidence, at))


def decide(
    db: Session,
    actor: Actor,
    person_id: uuid.UUID,
    kind: str,
    reason: str,
    authenticated_by: str,
    key: uuid.UUID,
    read: str = "",
) -> Decision:
    """Decide on what stands there now: record, letter and register entry together. Twice with one key is once.

    `read` is how the signs stood on the page (`changed.as_read`). Raises NotFound, Forbidden, Invalid, Stale.
    """
    learner = get_learner(db, actor, person_id)
    if not rules.may_decide(actor, person_id=learner.person_id, provider_id=learner.provider_id):
        raise Forbidden(rules.NOT_YOURS)
    before = _find_by_key(db, actor, key, person_id, kind, reason)
    if before is not None:
        return before
    readiness = standing_of(db, learner, today()).readiness
    if kind == rules.READY and (alone := rules.needs_a_panel(panel_rule(learner))):
        raise Invalid({"kind": alone})
    _check(kind, reason, authenticated_by, readiness)
    if changes := what_changed(read, readiness.findings):
        raise Stale(changes)
    try:
        with db.begin_nested():
            return _record(db, actor, learner, kind, reason, authenticated_by, key, readiness)
    except IntegrityError:
        sent = _find_by_key(db, actor, key, person_id, kind, reason)
        if sent is None:
            raise
        return sent


def panel_rule(learner: Learner) -> PanelRule | None:
    """How a panel decides about somebody, where their standard asks for one."""
    return get_standard(learner.standard_id, learner.standard_version).decision


def decide_as_panel(
    db: Session,
    actor: Actor,
    learner: Learner,
    kind: str,
    reason: str,
    authenticated_by: str,
    key: uuid.UUID,
    readiness: Readiness,
    panel_id: uuid.UUID,
) -> Decision:
    """Record what a panel decided on the page it read; whoever writes it down is its chair. Letters are the panel’s.

    Raises Invalid, and “ready” needs every gate as it does of one person.
    """
    _check(kind, reason, authenticated_by, readiness)
    return _record(db, actor, learner, kind, reason, authenticated_by, key, readiness, panel_id)


def _find_by_key(
    db: Session, actor: Actor, key: uuid.UUID, person_id: uuid.UUID, kind: str, reason: str
) -> Decision | None:
    """What this very form already decided. Raises Invalid when it said something else."""
    sent = db.scalar(select(Decision).where(Decision.decided_by == actor.person_id, Decision.key == key))
    if sent is not None and (sent.person_id, sent.kind, sent.reason) != (person_id, kind, reason):
        raise Invalid(
            {"reason": "You have already recorded a decision with this page. Open it again to record another."}
        )
    return sent


def _check(kind: str, reason: str, authenticated_by: str, readiness: Readiness) -> None:
    wrong: dict[str, str] = {}
    if kind not in rules.KINDS:
        wrong["kind"] = "Choose what you decide."
    elif kind == rules.READY and (lacking := rules.what_ready_lacks(readiness)):
        wrong["kind"] = lacking
    if not reason:
        wrong["reason"] = rules.UNREASONED
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def _new(
    actor: Actor,
    learner: Learner,
    kind: str,
    reason: str,
    key: uuid.UUID,
    readiness: Readiness,
    panel_id: uuid.UUID | None,
) -> Decision:
    return Decision(
        id=new_id(),
        person_id=learner.person_id,
        provider_id=learner.provider_id,
        key=key,
        kind=kind,
        reason=reason,
        decided_by=actor.person_id,
        standard_id=readiness.standard_id,
        standard_version=readiness.version,
        standard_hash=readiness.hash,
        readiness=readiness.to_dict(),
        panel_id=panel_id,
    )


def _record(
    db: Session,
    actor: Actor,
    learner: Learner,
    kind: str,
    reason: str,
    authenticated_by: str,
    key: uuid.UUID,
    readiness: Readiness,
    panel_id: uuid.UUID | None = None,
) -> Decision:
    """Letter, register entry and record; the register last, because it holds up everybody else."""
    decision = _new(actor, learner, kind, reason, key, readiness, panel_id)
    if panel_id is None:
        _tell(db, actor, learner, readiness.at)
    leaf = register.append(
        db,
        actor,
        kind="decision",
        subject_kind="decision",
        subject_id=decision.id,
        payload=rules.payload(decision),
        meaning=rules.meaning(kind, panel_id, readiness.standard_id, readiness.version),
        authenticated_by=authenticated_by,
    )
    decision.decided_at, decision.leaf_seq = leaf.at, leaf.seq
    db.add(decision)
    db.flush()
    return decision


def _tell(db: Session, actor: Actor, learner: Learner, on: date) -> None:
    """That somebody decided, never which way or why: that is read on the page."""
    messages.send(
        db,
        "decision",
        person_id=learner.person_id,
        organisation_id=learner.provider_id,
        decided_by=actor.name,
        decided_on=on,
        link=messages.link("/readiness"),
    )


def scope(actor: Actor) -> Select[Decision]:
    """The decisions `actor` may read: about themselves, and those of their provider."""
    return select(Decision).where(evidence.scope(actor).where(*evidence.DECIDED_IN).exists())


def get_decision(db: Session, actor: Actor, decision_id: uuid.UUID) -> Decision:
    """A decision in scope. Raises NotFound."""
    found = db.scalar(scope(actor).where(Decision.id == decision_id))
    if found is None:
        raise NotFound
    return found


def decisions_of(db: Session, actor: Actor, person_id: uuid.UUID) -> Sequence[Decision]:
    """The decisions about a person, newest first."""
    chosen = scope(actor).where(Decision.person_id == person_id)
    return db.scalars(chosen.order_by(Decision.decided_at.desc(), Decision.id.desc())).all()


def decided_about(db: Session, actor: Actor, person_ids: Iterable[uuid.UUID]) -> list[Decided]:
    """What was decided about these people and by whom, newest first, in one query."""
    rows = db.execute(
        scope(actor)
        .join(Person, Person.id == Decision.decided_by)
        .where(Decision.person_id.in_(set(person_ids)))
        .with_only_columns(
            Decision.id,
            Decision.person_id,
            Decision.provider_id,
            Decision.standard_id,
            Decision.standard_version,
            Decision.kind,
            Decision.reason,
            Person.name,
            Decision.panel_id,
            Decision.decided_at,
        )
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    )
    return [
        Decided(each, about, provider_id, name, get_standard(name, version).title, kind, why, by, panel_id, day_of(at))
        for each, about, provider_id, name, version, kind, why, by, panel_id, at in rows
    ]
