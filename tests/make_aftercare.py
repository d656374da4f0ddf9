"""A circle that was handed over some days ago, with everything that was asked of it then."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.aftercare.rules import Answered
from lms.core import clock
from lms.groups import agreements
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.takeover import moves, words
from tests.evidence import make_meeting, make_member
from tests.make import World, actor, make_group

WELL = Answered("as-agreed", "turns", ("facilitator",), harmed=False, help=False)
STAGES = ("G1", "G2a", "G2b", "G3a", "G3b")  # by the trainer’s word; the last step is agreed


def make_handed_over(db: Session, world: World, days_ago: int, **changes: object) -> uuid.UUID:
    """Amara's circle of five, with Farid, who has an account; returns its id. It was handed over so many days ago."""
    with clock.at(clock.now() - timedelta(days=days_ago)):
        group_id = make_group(db, world, **changes)
        accounts = {"Joan": None, "Sefo": None, "Leila": None, "Farid": world.other_trainee}
        since = clock.today() - timedelta(days=200)
        chairs = [make_member(db, group_id, name, has, since) for name, has in accounts.items()]
        _answer_everything(db, world, group_id, chairs)
        ruth, group = actor(db, world.trainer), db.get_one(PeerGroup, group_id)
        for stands, to in pairwise(STAGES):
            moves.move(db, ruth, group_id, stands, to, "They do.", "password", uuid.uuid4())
        standing = moves.standing_of(db, group, moves.list_moves(db, group_id), clock.today(group.zone))
        moves.record(db, ruth, group, standing, "G4", "All of us said yes.", "password", uuid.uuid4())
        group.handed_over_at = clock.now()
        db.flush()
    return group_id


def _answer_everything(db: Session, world: World, group_id: uuid.UUID, chairs: list[uuid.UUID]) -> None:
    """Every gate of the standard holds."""
    today, amara = clock.today("Europe/London"), actor(db, world.trainee)
    coming = [make_meeting(db, group_id, datetime.combine(today + timedelta(days=14 * n), time(9))) for n in (1, 2, 3)]
    db.execute(update(Meeting).where(Meeting.id.in_(coming)).values(host_id=chairs[0], deputy_id=chairs[1]))
    agreements.agree(db, amara, group_id, today - timedelta(days=80), 6)
    agreements.agree(db, amara, group_id, today, 6)
    words.note_known(db, amara, group_id, [(each, topic) for each in chairs for topic in ("limits", "help")])
    words.say_case(db, actor(db, world.trainer), group_id, open_=False, authenticated_by="password")
    words.protect_time(db, actor(db, world.manager), group_id, today + timedelta(days=250), "password")


def hosted_next(db: Session, group_id: uuid.UUID) -> None:
    """The circle meets again next week, and Joan hosts."""
    day = clock.today("Europe/London") + timedelta(days=7)
    joan = db.scalars(select(GroupMember.id).where(GroupMember.group_id == group_id, GroupMember.pseudonym == "Joan"))
    meeting = make_meeting(db, group_id, datetime.combine(day, time(9)))
    db.execute(update(Meeting).where(Meeting.id == meeting).values(host_id=joan.one()))
