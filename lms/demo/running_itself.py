"""The circle at the museums, told through the same services as everybody's real work."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.aftercare import checking, letters, service
from lms.aftercare.rules import TURNS, Answered
from lms.core import clock, settings
from lms.demo import handing_over
from lms.demo.cast import HANA, MARIT
from lms.demo.events import DraftHandOver, RunsItself
from lms.demo.founding import House
from lms.demo.words import words
from lms.groups import agreements, attendance, meetings
from lms.groups import service as groups
from lms.groups.attendance import Hosts
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rhythm import Plan
from lms.groups.rules import FACILITATOR, NewGroup
from lms.takeover import moves
from lms.takeover import words as answering
from lms.transfer import service as transfer
from lms.transfer import signing

PROOF = "password"
NAME, UNIT, PLACE = "Museums", "Museums", "Store room, old town hall"
LEADS, SEATED, OTHERS = "Paul Ngo", "Lani Foster", ("Ida", "Wim", "Teddy", "Maud")
FORTNIGHTS = 23  # meetings from its beginning to a few weeks from today


class RunningItself:
    """The circle while its story is told."""

    group: PeerGroup

    def happen(self, db: Session, house: House, event: RunsItself, key: uuid.UUID) -> None:
        """What happens now."""
        self.db, self.key = db, key
        self.paul, self.marit, self.hana = (house.people[name] for name in (LEADS, MARIT, HANA))
        if event.what == "begin":
            self._begin(house)
        elif event.what == "move":
            self._move(event.to)
        elif event.what == "hand_over":
            self._hand_over(house)
        else:
            {
                "promise": self._promise,
                "answer": self._answer,
                "missed": self._missed,
                "look": self._look,
            }[event.what]()

    def _begin(self, house: House) -> None:
        """Five chairs, and a meeting every other week."""
        people = (self.paul.person_id, self.marit.person_id)
        new = NewGroup(NAME, house.units[UNIT], *people, zone=settings.current().time_zone, place=PLACE)
        self.group = groups.create_group(self.db, self.marit, self.key, new)
        groups.add_member(
            self.db, self.marit, self.group.id, SEATED.split(maxsplit=1)[0], house.people[SEATED].person_id
        )
        for name in OTHERS:
            groups.add_member(self.db, self.marit, self.group.id, name)
        first = datetime.combine(clock.today(self.group.zone) + timedelta(days=10), time(12, 30))
        until = first.date() + timedelta(weeks=2 * FORTNIGHTS)
        meetings.plan(self.db, self.marit, self.group.id, Plan(first, 75, weeks=2, until=until))
        agreements.agree(self.db, self.paul, self.group.id, clock.today(self.group.zone), 8)

    def _move(self, to: str) -> None:
        past = moves.list_moves(self.db, self.group.id)
        stands, reason = past[0].to_stage if past else "G1", words()["museums"][to]
        moves.move(self.db, self.marit, self.group.id, stands, to, reason, PROOF, self.key)

    def _promise(self) -> None:
        """What nothing else makes up for: a contract of its own, hosts, time, and that everybody knows whom to call."""
        today, chairs = clock.today(self.group.zone), groups.list_members(self.db, self.group.id)
        agreements.agree(self.db, self.paul, self.group.id, today, 16)
        known = [(each.id, topic) for each in chairs for topic in ("limits", "help")]
        answering.note_known(self.db, self.paul, self.group.id, known)
        answering.say_case(self.db, self.marit, self.group.id, open_=False, authenticated_by=PROOF)
        until = today + timedelta(days=400)
        answering.protect_time(self.db, self.hana, self.group.id, until, PROOF)
        for place, meeting in enumerate(self._meetings(coming=True)):
            turn = [chairs[(place + each) % len(chairs)].id for each in (0, 1)]
            attendance.choose_hosts(self.db, self.paul, self.group.id, meeting.id, Hosts(*turn))

    def _hand_over(self, house: House) -> None:
        """The agreement, its three signatures and the circle's yes: from here the circle runs itself."""
        said = words()["museums"]
        event = DraftHandOver(
            at=clock.now(),
            circle=NAME,
            asked_on=clock.today(self.group.zone),
            message=said["message"],
            because=said["G4"],
        )
        handing_over.draft(self.db, self.group, {each.person_id: each for each in house.people.values()}, event)
        terms = transfer.look(self.db, self.hana, self.group.id).terms
        signing.sign(self.db, self.hana, self.group.id, "sponsor", terms.digest, terms.marks, PROOF)

    def _answer(self) -> None:
        said = Answered("as-agreed", TURNS, (FACILITATOR,), harmed=False, help=False, line=words()["museums"]["line"])
        checking.answer(self.db, self.paul, self.group.id, 30, 0, said, self.key)

    def _missed(self) -> None:
        """Somebody notes who came: everybody once, and to the last two meetings nobody."""
        *held, one, other = self._meetings(coming=False)
        everybody = {each.id for each in groups.list_members(self.db, self.group.id)}
        for meeting, came in ((held[-1], everybody), (one, set[uuid.UUID]()), (other, set[uuid.UUID]())):
            attendance.note_attendance(self.db, self.paul, self.group.id, meeting.id, came)

    def _look(self) -> None:
        handed = service.look_at(self.group)
        letters.ask(self.db, handed)
        letters.tell_signs(self.db, handed)

    def _meetings(self, *, coming: bool) -> list[Meeting]:
        chosen = select(Meeting).where(Meeting.group_id == self.group.id).order_by(Meeting.starts_local)
        return [each for each in self.db.scalars(chosen) if meetings.has_begun(each) is not coming]
