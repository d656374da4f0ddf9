"""A circle that could be handed over, and the steps of its hand-over: by whom, and with what."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.groups import agreements
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.takeover import moves, words
from lms.transfer import service, signing
from lms.transfer.drafting import Words
from lms.transfer.models import HandOver, HandOverSignature
from tests.evidence import make_meeting, make_member
from tests.make import World, actor, make_group

HELP = "Ruth Tamihana, 555 0142"
BECAUSE = "Nobody has coded their questions yet. I have sat there for a year, and I am sure."
MESSAGE = "You ask before you answer. Keep that."


def make_near(db: Session, world: World, **changes: object) -> uuid.UUID:
    """Amara's circle of five with Farid, who has an account. It meets alone, and every gate holds; returns its id."""
    today = clock.today("Europe/London")
    group_id = make_group(db, world, **changes)
    joined = {"joined_on": today - timedelta(days=200)}
    chairs = [make_member(db, group_id, name) for name in ("Joan", "Sefo", "Leila", "Dag")]
    chairs.append(make_member(db, group_id, "Farid", world.other_trainee))
    db.execute(update(GroupMember).where(GroupMember.group_id == group_id).values(**joined))
    morning = datetime.combine(today, time(9))
    for weeks in (6, 4, 2):
        make_meeting(db, group_id, morning - timedelta(weeks=weeks))
    for weeks in (2, 4, 6):
        meeting_id = make_meeting(db, group_id, morning + timedelta(weeks=weeks))
        db.execute(update(Meeting).where(Meeting.id == meeting_id).values(host_id=chairs[0], deputy_id=chairs[1]))
    amara, ruth = actor(db, world.trainee), actor(db, world.trainer)
    agreements.agree(db, amara, group_id, today - timedelta(days=80), 6)
    agreements.agree(db, amara, group_id, today, 6)
    words.note_known(db, amara, group_id, [(each, topic) for each in chairs for topic in ("limits", "help")])
    words.say_case(db, ruth, group_id, open_=False, authenticated_by="password")
    words.protect_time(db, actor(db, world.manager), group_id, today + timedelta(days=250), "password")
    group = db.get_one(PeerGroup, group_id)
    standing = moves.standing_of(db, group, [], today)
    moves.record(db, ruth, group, standing, "G3b", "They ask each other.", "password", uuid.uuid4())
    return group_id


def draft(db: Session, world: World, group_id: uuid.UUID, **changes: Any) -> HandOver:
    """Ruth drafts the agreement, having read what stands there."""
    given: dict[str, Any] = {
        "facilitator_id": world.trainee,
        "help": HELP,
        "message": MESSAGE,
        "because": BECAUSE,
    } | changes
    ruth = actor(db, world.trainer)
    state = service.look(db, ruth, group_id)
    return service.draft(db, ruth, group_id, state.terms.digest, state.terms.marks, Words(**given))


def sign(db: Session, group_id: uuid.UUID, person_id: uuid.UUID, part: str, **changes: str) -> HandOverSignature:
    """Somebody signs what stands there now."""
    who = actor(db, person_id)
    terms = service.look(db, who, group_id).terms
    given = {"digest": terms.digest, "marks": terms.marks, "authenticated_by": "password"} | changes
    return signing.sign(db, who, group_id, part, **given)


def say_yes(db: Session, world: World, group_id: uuid.UUID) -> None:
    """Farid says it for himself; Amara notes the others."""
    today, farid = clock.today("Europe/London"), actor(db, world.other_trainee)
    others = select(GroupMember.id).where(
        GroupMember.group_id == group_id, GroupMember.person_id.is_(None), GroupMember.left_on.is_(None)
    )
    signing.note_asked(db, actor(db, world.trainee), group_id, set(db.scalars(others)), today)
    signing.answer(db, farid, group_id, yes=True)


def parts(world: World) -> dict[str, uuid.UUID]:
    """Who signs for whom."""
    return {"trainer": world.trainer, "facilitator": world.trainee, "sponsor": world.manager}


def hand_over(db: Session, world: World, group_id: uuid.UUID) -> HandOver:
    """All of it, the sponsor last."""
    made = draft(db, world, group_id)
    say_yes(db, world, group_id)
    for part, person_id in parts(world).items():
        sign(db, group_id, person_id, part)
    return made
