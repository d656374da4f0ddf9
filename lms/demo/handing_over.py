"""The Water circle on the point of running itself: everything is signed but for the sponsor."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.demo.calendar import CIRCLES_BY_NAME, Calendar
from lms.demo.cast import BASHIR, HANA
from lms.demo.events import Arrange, DraftHandOver, Event, MoveStool, Settle
from lms.demo.taking_over import CIRCLE
from lms.demo.words import words
from lms.groups import agreements, attendance, meetings
from lms.groups import service as groups
from lms.groups.attendance import Hosts
from lms.groups.models import PeerGroup
from lms.takeover import words as answering
from lms.transfer import service, signing
from lms.transfer.drafting import Words

PROOF = "password"
BOOKED = 4  # meetings ahead, so that three are still to come when somebody signs late
PROTECTED = timedelta(days=330)


def story(calendar: Calendar) -> Iterator[Event]:
    """Bashir settles what is left, moves the stool twice more and drafts the agreement; Hana has not signed yet."""
    circle = CIRCLES_BY_NAME[CIRCLE]
    last = calendar.met(circle, 0)
    for slot in range(3, BOOKED + 1):
        starts = calendar.on(calendar.met(circle, -slot), circle.starts).replace(tzinfo=None)
        at = calendar.on(last, "11:00")
        yield Arrange(at=at, circle=CIRCLE, starts_local=starts, minutes=circle.minutes)
    yield Settle(
        at=calendar.on(last + timedelta(days=1), "08:00"),
        circle=CIRCLE,
        sponsor=HANA,
        until=calendar.today + PROTECTED,
        first_agreed=calendar.met(circle, 5),
        hosts=("Solveig", "Tane"),
    )
    for days, to in ((1, "G3a"), (4, "G3b")):
        at = calendar.on(last + timedelta(days=days), "08:40")
        yield MoveStool(at=at, circle=CIRCLE, by=BASHIR, to=to, reason=words()["stool"][to])
    yield DraftHandOver(
        at=calendar.on(last + timedelta(days=5), "17:30"),
        circle=CIRCLE,
        asked_on=last,
        **words()["handing_over"],
    )


def settle(db: Session, circle: PeerGroup, trainer: Actor, sponsor: Actor, event: Settle) -> None:
    """Every gate of the standard holds from then on."""
    chairs = {each.pseudonym: each.id for each in groups.list_members(db, circle.id)}
    host, deputy = (chairs[name] for name in event.hosts)
    for each in meetings.list_coming(db, circle.id):
        attendance.choose_hosts(db, trainer, circle.id, each.id, Hosts(host, deputy))
    for day in (event.first_agreed, event.at.date()):
        agreements.agree(db, trainer, circle.id, day, 8)
    known = {(each, topic) for each in chairs.values() for topic in ("limits", "help")}
    answering.note_known(db, trainer, circle.id, known)
    answering.say_case(db, trainer, circle.id, open_=False, authenticated_by=PROOF)
    answering.protect_time(db, sponsor, circle.id, event.until, PROOF)


def draft(db: Session, circle: PeerGroup, everybody: Mapping[uuid.UUID, Actor], event: DraftHandOver) -> None:
    """The agreement, two of its three signatures, and the circle's yes."""
    trainer, leads = everybody[circle.trainer_id], everybody[circle.facilitator_id]
    given = Words(leads.person_id, f"{trainer.name}, 555 0142, any weekday", event.message, event.because)
    service.draft(db, trainer, circle.id, "", "", given)
    terms = service.look(db, trainer, circle.id).terms
    for part, who in (("trainer", trainer), ("facilitator", leads)):
        signing.sign(db, who, circle.id, part, terms.digest, terms.marks, PROOF)
    chairs = service.look(db, trainer, circle.id).chairs
    said = {each.id for each in chairs if each.person_id is None}
    signing.note_asked(db, leads, circle.id, said, event.asked_on)
    for each in chairs:
        if each.person_id is not None:
            signing.answer(db, everybody[each.person_id], circle.id, yes=True)
