"""Where a circle's trainer sits, and every move of the stool: in either direction, with its reason, for good."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.changed import what_changed
from assessments.group_evidence import GroupEvidence
from assessments.group_readiness import GroupFinding, GroupReadiness, NothingAsked, judge_group
from assessments.group_standards import GroupStandard, Stage
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, Stale
from lms.core.forms import UNSIGNED
from lms.groups import handing
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.groups.standards import standard_of
from lms.messages import service as messages
from lms.people import service as people
from lms.practice import unlocking
from lms.register import service as register
from lms.takeover import evidence, rules, service
from lms.takeover.models import StageMove
from lms.takeover.rules import AGREED, ALONE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a circle stands; `readiness` is None where its standard asks for nothing more."""

    standard: GroupStandard
    stage: Stage
    evidence: GroupEvidence
    readiness: GroupReadiness | None

    @property
    def findings(self) -> tuple[GroupFinding, ...]:
        """The signs that are asked for next; none where nothing more is."""
        return self.readiness.findings if self.readiness else ()

    @property
    def ways(self) -> tuple[Stage, ...]:
        """Where the stool may go from here: one step on, or back to any stage before."""
        at = self.standard.place(self.stage.id)
        return (*self.standard.stages[at + 1 : at + 2], *reversed(self.standard.stages[:at]))

    @property
    def by_word(self) -> tuple[Stage, ...]:
        """Where the trainer's word alone takes it: anywhere but on to where a circle runs itself."""
        at = self.standard.place(self.stage.id)
        return tuple(each for each in self.ways if each.id != AGREED or self.standard.place(AGREED) < at)

    @property
    def is_near(self) -> bool:
        """Whether what is asked next is what a circle needs to run itself."""
        return self.readiness is not None and self.readiness.enters.id == AGREED

    @property
    def passed(self) -> set[str]:
        """The stages up to this one."""
        return {each.id for each in self.standard.stages[: self.standard.place(self.stage.id) + 1]}

    def is_alone(self, to: str) -> bool:
        """Whether this is a step on to a stage in which whoever facilitates leads alone."""
        places: dict[str, int] = {each.id: place for place, each in enumerate(self.standard.stages)}
        return ALONE in places and places[to] > places[self.stage.id] and places[to] >= places[ALONE]

    def lacks(self, to: str) -> str:
        """Why a step on cannot be taken yet, or nothing. What is no gate may be missing: people decide, and say why."""
        readiness = self.readiness
        if readiness is None or readiness.enters.id != to or readiness.gates_hold:
            return ""
        return rules.gates_first([each.title for each in readiness.left if each.gate], self.standard.stage(to).name)


@dataclass(frozen=True, slots=True)
class MoreSupport:
    """That a circle which was handed over takes more support again: the signs it saw, and who proposed it."""

    signs: tuple[dict[str, Any], ...] = ()
    proposed_by: uuid.UUID | None = None


def list_moves(db: Session, group_id: uuid.UUID) -> Sequence[StageMove]:
    """Every move of the stool of a circle the caller holds through a scope, newest first."""
    chosen = select(StageMove).where(StageMove.group_id == group_id)
    return db.scalars(chosen.order_by(StageMove.decided_at.desc(), StageMove.id.desc())).all()


def standing_of(db: Session, group: PeerGroup, moves: Sequence[StageMove], at: date) -> Standing:
    """Where a circle stands on a day, judged by the standard it began with; `moves` come newest first."""
    standard = standard_of(group)
    stage = standard.stage(moves[0].to_stage) if moves else standard.stages[0]
    known = evidence.gather(db, group)
    try:
        readiness = judge_group(standard, known, stage.id, at)
    except NothingAsked:
        readiness = None
    return Standing(standard, stage, known, readiness)


def move(
    db: Session,
    actor: Actor,
    group_id: uuid.UUID,
    stands: str,
    to: str,
    reason: str,
    authenticated_by: str,
    key: uuid.UUID,
    read: str = "",
    back: MoreSupport | None = None,
) -> StageMove:
    """Move the stool from where it `stands` on the page: record, letters and register entry together; twice with one
    key is once. `read` is how the signs stood there (`changed.as_read`). With `back`, a circle that was handed over
    takes more support again, and whoever calls this writes the letters.

    Raises NotFound, Forbidden, Conflict, Stale, Invalid.
    """
    group = service.get_to_move(db, actor, group_id, lock=True, back=back is not None)
    sent = db.scalar(select(StageMove).where(StageMove.decided_by == actor.person_id, StageMove.key == key))
    if sent is not None:
        if (sent.group_id, sent.to_stage, sent.reason) != (group_id, to, reason):
            raise Invalid({"reason": "This page has moved the stool already. Open it again to move it once more."})
        return sent
    standing = standing_of(db, group, list_moves(db, group_id), clock.today(group.zone))
    if standing.stage.id != stands:
        raise Conflict(f"Somebody else moved the stool meanwhile: the circle stands at “{standing.stage.name}” now.")
    _check(standing, to, reason, authenticated_by, unready(db, actor, group, standing, to))
    _check_direction(group, standing, to, back)
    if changes := what_changed(read, standing.findings):
        raise Stale(changes)
    try:
        with db.begin_nested():
            if back is None:
                _tell(db, actor, group)
            return record(db, actor, group, standing, to, reason, authenticated_by, key, back)
    except IntegrityError as error:
        raise Conflict("The stool was moved at the same moment. Open the page again.") from error


def unready(db: Session, actor: Actor, group: PeerGroup, standing: Standing, to: str = "") -> str:
    """What whoever facilitates still has to do before the stool goes on to where they lead alone; without `to`, before
    its next step goes there. Empty for nothing.
    """
    ahead = standing.ways[:1] if not to else [each for each in standing.ways if each.id == to]
    if not any(standing.is_alone(each.id) for each in ahead):
        return ""
    name = people.names_of(db, [group.facilitator_id])[group.facilitator_id]
    today = clock.today(group.zone)
    return unlocking.notice(db, actor, (group.facilitator_id, name), group.provider_id, today, unlocking.ALONE)


def _check(standing: Standing, to: str, reason: str, authenticated_by: str, unready: str) -> None:
    wrong: dict[str, str] = {}
    if to not in [each.id for each in standing.by_word]:
        wrong["to"] = "Choose where the stool goes."
    elif lacking := standing.lacks(to):
        wrong["to"] = lacking
    elif unready:
        wrong["to"] = unready
    if not reason:
        wrong["reason"] = rules.UNREASONED
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def record(
    db: Session,
    actor: Actor,
    group: PeerGroup,
    standing: Standing,
    to: str,
    reason: str,
    authenticated_by: str,
    key: uuid.UUID,
    back: MoreSupport | None = None,
) -> StageMove:
    """Write down a move that its caller has checked, with its register entry, which holds up everybody else from here.

    Moved back before a circle runs itself, the stool brings its trainer back.
    """
    made = _new(actor, group, standing, to, reason, key)
    if back is not None:
        made.handed_over_at, made.proposed_by = group.handed_over_at, back.proposed_by
        made.readiness = {**made.readiness, "drift": list(back.signs)}
    leaf = register.append(
        db,
        actor,
        kind="stage",
        subject_kind="group",
        subject_id=group.id,
        payload=rules.payload(made),
        meaning=rules.meaning(made.from_stage, made.to_stage),
        authenticated_by=authenticated_by,
    )
    made.decided_at, made.leaf_seq = leaf.at, leaf.seq
    if standing.standard.place(to) < standing.standard.place(AGREED):
        handing.take_back(group, leaf.at)
    db.add(made)
    db.flush()
    return made


def _check_direction(group: PeerGroup, standing: Standing, to: str, back: MoreSupport | None) -> None:
    """A circle that was handed over goes back by its own decision only, and by that it goes nowhere else."""
    is_back = standing.standard.place(to) < standing.standard.place(standing.stage.id)
    if back is not None and not is_back:
        raise Invalid({"to": rules.NOT_EARLIER})
    if back is None and is_back and group.handed_over_at is not None:
        raise Invalid({"to": rules.HANDED_OVER})


def _new(actor: Actor, group: PeerGroup, standing: Standing, to: str, reason: str, key: uuid.UUID) -> StageMove:
    return StageMove(
        id=new_id(),
        group_id=group.id,
        key=key,
        from_stage=standing.stage.id,
        to_stage=to,
        reason=reason,
        decided_by=actor.person_id,
        standard_id=standing.standard.id,
        standard_version=standing.standard.version,
        standard_hash=standing.standard.content_hash,
        readiness=standing.readiness.to_dict() if standing.readiness else {},
    )


def _tell(db: Session, actor: Actor, group: PeerGroup) -> None:
    """To whoever sits there and has an account: that the stool moved. Where to and why is read on the page."""
    seated = {each.person_id for each in groups.list_members(db, group.id)} | {group.facilitator_id}
    for person_id in sorted(each for each in seated if each is not None and each != actor.person_id):
        messages.send(
            db,
            "stage",
            person_id=person_id,
            organisation_id=group.provider_id,
            moved_by=actor.name,
            group=group.name,
            link=messages.link(f"/groups/{group.id}/taking-over"),
        )
