"""A circle that met for years: every meeting counted and attended, every session signed and its questions counted."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.core import clock
from lms.groups.models import Attendance, GroupMember, Meeting
from lms.groups.rules import FACILITATOR
from lms.takeover import counting
from lms.takeover.rules import Counted
from tests.evidence import make_led, make_meeting
from tests.make import World, actor

ASKED = (9, 2, 1, 0)  # open, closed, leading, advice


def add_meetings(db: Session, world: World, group_id: uuid.UUID, many: int) -> None:
    """So many meetings more, one every five days until five days ago, at seven in the morning."""
    today = clock.today("Europe/London")
    chairs = list(db.scalars(select(GroupMember.id).where(GroupMember.group_id == group_id)))
    amara = actor(db, world.trainee)
    seated = {"joined_on": today - timedelta(days=5 * (many + 1))}
    db.execute(update(GroupMember).where(GroupMember.group_id == group_id).values(**seated))
    for number in range(1, many + 1):
        held_on = today - timedelta(days=5 * number)
        meeting_id = make_meeting(db, group_id, datetime.combine(held_on, time(7)))
        host, holder = (str(chairs[(number + each) % len(chairs)]) for each in (0, 1))
        turns = {str(each): 2 + place % 3 for place, each in enumerate(chairs)} | {FACILITATOR: 2}
        counted = Counted(host, holder, number % 2, 2, 1, agreed=True, early=False, step="told", turns=turns)
        counting.count(db, amara, group_id, meeting_id, 0, counted)
        db.execute(insert(Attendance), [{"meeting_id": meeting_id, "member_id": each} for each in chairs])
        db.get_one(Meeting, meeting_id).attendance_at = clock.now()
        make_led(db, group_id, held_on, signer=world.trainer, asked=ASKED)
