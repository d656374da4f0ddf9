"""The circle takes more support again: two of its seats decide it, or an administrator. What it has learnt it keeps.

Nothing steps back by itself. The move is one of the stool's, with its reason, the signs of that day, and a register
entry; the way on from there is the same as before.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.group_standards import Stage
from lms.aftercare import helping, letters, rules, service
from lms.aftercare.models import StepBack
from lms.aftercare.rules import Part
from lms.aftercare.service import Handed
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.forms import UNSIGNED
from lms.groups import handing
from lms.groups.models import PeerGroup
from lms.messages import service as messages
from lms.people import service as people
from lms.takeover import moves
from lms.takeover.models import StageMove
from lms.takeover.moves import MoreSupport
from lms.takeover.rules import NOT_EARLIER, UNREASONED


def stage_of(db: Session, handed: Handed) -> Stage:
    """Where the stool stands."""
    past = moves.list_moves(db, handed.group.id)
    return handed.standard.stage(past[0].to_stage) if past else handed.standard.stages[0]


def ways_back(db: Session, handed: Handed) -> list[Stage]:
    """The earlier stages, that of the standard first and then from near to far."""
    stages = handed.standard.stages[: handed.standard.place(stage_of(db, handed).id)]
    first = handed.after.step_back_to
    return [*(each for each in stages if each.id == first), *(each for each in stages[::-1] if each.id != first)]


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> Handed:
    """A circle whose step back the actor may propose or decide. Raises NotFound, Forbidden, Conflict."""
    handed = service.get_circle(db, actor, group_id, lock=lock)
    if handed.part is Part.TRAINER:
        raise Forbidden(rules.NOT_FOR_TRAINER)
    service.check_peopled(db, handed.group)
    return handed


def find_open(db: Session, group: PeerGroup) -> StepBack | None:
    """The proposal that waits for another seat."""
    return db.scalar(
        select(StepBack).where(
            StepBack.group_id == group.id,
            StepBack.handed_over_at == group.handed_over_at,
            StepBack.settled_at.is_(None),
        )
    )


def propose(
    db: Session,
    actor: Actor,
    group_id: uuid.UUID,
    stands: str,
    to: str,
    reason: str,
    authenticated_by: str,
    key: uuid.UUID,
) -> StepBack | StageMove:
    """Propose that the circle takes more support again, to another of its seats; or decide it where one person may.

    The same form twice is once. Raises NotFound, Forbidden, Conflict, Invalid.
    """
    done = db.scalar(select(StageMove).where(StageMove.decided_by == actor.person_id, StageMove.key == key))
    if done is not None and done.group_id == group_id:
        return done
    sent = db.scalar(select(StepBack).where(StepBack.proposed_by == actor.person_id, StepBack.key == key))
    if sent is not None and sent.group_id == group_id:
        return sent
    handed = get_circle(db, actor, group_id, lock=True)
    _check(db, handed, stands, to, reason, authenticated_by)
    if rules.may_step_back_alone(handed.part, service.accounts_in(db, handed.group)):
        return _take_back(db, actor, handed, (to, reason, authenticated_by, key), None)
    made = StepBack(
        group_id=group_id,
        handed_over_at=handed.group.handed_over_at,
        key=key,
        to_stage=to,
        reason=reason,
        proposed_by=actor.person_id,
        proposed_at=clock.now(),
        authenticated_by=authenticated_by,
    )
    if find_open(db, handed.group) is not None or not add_once(db, made):
        raise Conflict("Somebody of your circle has proposed this already. Open the page again and read it.")
    others = [each for each in service.accounts_in(db, handed.group) if each != actor.person_id]
    where = messages.link(f"/groups/{group_id}/after/more-support")
    letters.write(db, handed.group, "more_support_asked", others, proposer=actor.name, link=where)
    return made


def _check(db: Session, handed: Handed, stands: str, to: str, reason: str, authenticated_by: str) -> None:
    standing = stage_of(db, handed)
    if standing.id != stands:
        raise Conflict(f"The stool was moved meanwhile: the circle stands at “{standing.name}” now.")
    wrong: dict[str, str] = {}
    if to not in [each.id for each in ways_back(db, handed)]:
        wrong["to"] = NOT_EARLIER
    if not reason:
        wrong["reason"] = UNREASONED
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def agree(db: Session, actor: Actor, group_id: uuid.UUID, proposal_id: uuid.UUID, authenticated_by: str) -> StageMove:
    """Another seat agrees, and the circle takes more support again. Twice is once.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    proposal = db.scalar(select(StepBack).where(StepBack.id == proposal_id, StepBack.group_id == group_id))
    if proposal is not None and proposal.settled_by == actor.person_id and proposal.move_id is not None:
        return db.get_one(StageMove, proposal.move_id)
    handed = service.get_seated(db, actor, group_id, lock=True)
    proposal = find_open(db, handed.group)
    if proposal is None or proposal.id != proposal_id:
        raise Conflict("This proposal is settled, or another stands in its place. Open the page again.")
    if proposal.proposed_by == actor.person_id:
        raise Forbidden("You proposed it yourself. Somebody else of your circle agrees, or does not.")
    decided = (proposal.to_stage, proposal.reason, authenticated_by, proposal.id)
    return _take_back(db, actor, handed, decided, proposal.proposed_by)


def leave(db: Session, actor: Actor, group_id: uuid.UUID, proposal_id: uuid.UUID) -> None:
    """Whoever sits there takes a proposal off the table; the circle stays as it is. Twice is once.

    Raises NotFound, Forbidden.
    """
    handed = service.get_seated(db, actor, group_id, lock=True)
    proposal = db.scalar(select(StepBack).where(StepBack.id == proposal_id, StepBack.group_id == group_id))
    if proposal is None or proposal.handed_over_at != handed.group.handed_over_at:
        raise NotFound
    if proposal.settled_at is None:
        proposal.settled_at, proposal.settled_by = clock.now(), actor.person_id
    db.flush()


def _take_back(
    db: Session,
    actor: Actor,
    handed: Handed,
    decided: tuple[str, str, str, uuid.UUID],
    proposed_by: uuid.UUID | None,
) -> StageMove:
    """Letters to the circle and to those who come back, and the move. `decided`: stage, reason, proof and key."""
    group = handed.group
    to, reason, authenticated_by, key = decided
    stands = stage_of(db, handed).id
    _tell(db, actor, group)
    helping.end_calls(db, group, actor)
    seen = MoreSupport(letters.as_seen(db, handed), proposed_by)
    proposal = find_open(db, group)
    made = moves.move(db, actor, group.id, stands, to, reason, authenticated_by, key, back=seen)
    if proposal is not None:
        proposal.settled_at, proposal.settled_by, proposal.move_id = clock.now(), actor.person_id, made.id
    give_access_back(group)
    db.flush()
    return made


def give_access_back(group: PeerGroup) -> None:
    """The hand-over is over: the circle's trainer sees it again as before. The one place where that happens."""
    handing.take_back(group, clock.now())
    group.trainer_asked_until = None


def _tell(db: Session, actor: Actor, group: PeerGroup) -> None:
    trainer = people.names_of(db, [group.trainer_id])[group.trainer_id]
    where = messages.link(f"/groups/{group.id}/taking-over")
    seated = [each for each in service.accounts_in(db, group) if each != actor.person_id]
    letters.write(db, group, "more_support", seated, trainer=trainer, link=where)
    others = dict.fromkeys([*letters.trainer_of(db, group), *service.administrators_of(db, group)])
    outside = [each for each in others if each != actor.person_id]
    letters.write(db, group, "more_support_told", outside, link=where)
