"""Letting the story happen: every event at its own moment, through the same services as everybody's real work."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatchmethod

from sqlalchemy.orm import Session

from assessments import bank
from courses import catalogue
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.core import clock, phrases
from lms.core.actor import Actor
from lms.demo import agreeing, coded, colliding, day_later, deciding, drilling, handing_over, hearing, learning_together
from lms.demo import events as story
from lms.demo.by_itself import TellsItself
from lms.demo.calendar import CIRCLES_BY_NAME
from lms.demo.cast import AMARA, RUTH
from lms.demo.founding import House
from lms.demo.giving_advice import GivingAdvice
from lms.demo.running_itself import RunningItself
from lms.demo.writing_up import log_of
from lms.exercises import service as exercises
from lms.groups import attendance, meetings
from lms.groups import service as groups
from lms.groups.models import Meeting, PeerGroup
from lms.groups.rhythm import Plan
from lms.groups.rules import FACILITATOR, NewGroup
from lms.handover import service as handover
from lms.learning import service as learning
from lms.practice import calibrating
from lms.practice import service as practice
from lms.practice.rows import Beside
from lms.takeover import counting, moves, planning
from lms.takeover import words as knowing
from lms.takeover.rules import Counted

PROOF = "password"


@dataclass
class Teller:
    """Tells events one after the other. What they make is found again by the story's own names."""

    db: Session
    house: House
    zone: str
    chance: random.Random
    circles: dict[str, PeerGroup] = field(default_factory=dict)
    sessions: dict[int, uuid.UUID] = field(default_factory=dict)
    decisions: dict[str, uuid.UUID] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    advice: GivingAdvice = field(default_factory=GivingAdvice)
    museums: RunningItself = field(default_factory=RunningItself)

    def tell(self, events: Iterable[story.Event]) -> None:
        """Let each happen when it happened, but never after now."""
        now = clock.now()
        for event in events:
            with clock.at(min(event.at, now)):
                self.happen(event)
        self._arrive_at_today()

    def _arrive_at_today(self) -> None:
        """Circles are led by whoever leads them now, and whoever is certified has left the training."""
        for name, circle in self.circles.items():
            circle.facilitator_id = self._who(CIRCLES_BY_NAME[name].facilitator).person_id
        for name, certificate in self.certificates.items():
            if certificate.valid_until >= clock.today(self.zone):
                self.house.graduate(self.db, name, certificate.issued_on)
        self.db.flush()

    @singledispatchmethod
    def happen(self, event: story.Event) -> None:
        """One event."""
        if not isinstance(event, TellsItself):
            raise TypeError(f"nobody can tell a {type(event).__name__}")
        event.tell(self.db, self.house, self._key())

    @happen.register
    def _join(self, event: story.Join) -> None:
        self.house.enrol(self.db, event.person, event.unit, event.trainer)

    @happen.register
    def _learn(self, event: story.Learn) -> None:
        lesson = catalogue.current().path[event.lesson]
        learning.finish_lesson(self.db, self._who(event.person), lesson.id, lesson.content_hash)

    @happen.register
    def _quiz(self, event: story.Quiz) -> None:
        quiz = bank.current().get_quiz(catalogue.current().activity(event.activity).bank)
        answers = drilling.answers(quiz, event.slips)
        exercises.submit_quiz(self.db, self._who(event.person), event.activity, quiz, answers, str(self._key()))

    @happen.register
    def _try(self, event: story.Try) -> None:
        drill = bank.current().get_drill(catalogue.current().activity(event.activity).bank)
        item = next(each for each in drill.items if each.id == event.problem)
        who, seen = self._who(event.person), exercises.look_at(item, event.question)
        exercises.submit_question(self.db, who, event.activity, drill, item, seen, str(self._key()))

    @happen.register
    def _drill(self, event: drilling.Sorted | drilling.Climb | drilling.Return | drilling.Wait) -> None:
        drilling.tell(self.db, self._who(event.person), event, str(self._key()))

    @happen.register
    def _gather(self, event: story.Gather) -> None:
        circle = CIRCLES_BY_NAME[event.circle]
        new = NewGroup(
            name=circle.name,
            unit_id=self.house.units[circle.unit],
            facilitator_id=self._who(event.facilitator).person_id,
            trainer_id=self._who(circle.trainer).person_id,
            zone=self.zone,
            place=circle.place,
        )
        self.circles[circle.name] = groups.create_group(self.db, self._who(circle.trainer), self._key(), new)

    @happen.register
    def _seat(self, event: story.Seat) -> None:
        circle = self.circles[event.circle]
        person_id = self._who(event.name).person_id if event.has_account else None
        first_name = event.name.split()[0]
        groups.add_member(self.db, self._trainer(event.circle), circle.id, first_name, person_id)

    @happen.register
    def _arrange(self, event: story.Arrange) -> None:
        circle, trainer = self.circles[event.circle], self._trainer(event.circle)
        meetings.plan(self.db, trainer, circle.id, Plan(event.starts_local, event.minutes))

    @happen.register
    def _send(self, event: story.Send) -> None:
        circle = self.circles[event.circle]
        supervisor, circle.trainer_id = circle.trainer_id, self._who(event.signer).person_id
        circle.facilitator_id = self._who(event.person).person_id
        self.db.flush()
        sent = practice.log_practice(self.db, self._who(event.person), self._key(), 0, log_of(event, circle))
        self.sessions[event.session], circle.trainer_id = sent.id, supervisor

    @happen.register
    def _give_back(self, event: story.GiveBack) -> None:
        session_id, trainer = self.sessions[event.session], self._who(event.trainer)
        version = practice.get_session(self.db, trainer, session_id).version
        practice.return_session(self.db, trainer, session_id, version, event.reason)

    @happen.register
    def _mend(self, event: story.Mend) -> None:
        session_id, writer = self.sessions[event.sent.session], self._who(event.sent.person)
        version = practice.get_session(self.db, writer, session_id).version
        practice.change_practice(
            self.db,
            writer,
            session_id,
            version,
            0,
            log_of(replace(event.sent, account=event.account), self.circles[event.sent.circle]),
        )

    @happen.register
    def _sign(self, event: story.Sign) -> None:
        session_id, trainer = self.sessions[event.session], self._who(event.trainer)
        version = practice.get_session(self.db, trainer, session_id).version
        practice.sign_off(
            self.db, trainer, session_id, version, event.ratings, event.level, event.comment, PROOF,
            beside=Beside(event.observation, seconds=event.seconds),
        )  # fmt: skip

    @happen.register
    def _count(self, event: story.CountMeeting) -> None:
        circle = self.circles[event.circle]
        leads, meeting = self._met(circle, event.day)
        chairs = {each.name: each.id for each in counting.seats_at(self.db, meeting)} | {FACILITATOR: FACILITATOR}
        counted = Counted(
            chairs[event.run_by], chairs[event.holder], event.stepped_in, *event.noticed,
            agreed=True, early=event.early, step=event.step,
            turns={chairs[name]: many for name, many in event.turns.items()},
        )  # fmt: skip
        counting.count(self.db, leads, circle.id, meeting.id, 0, counted)
        there = {uuid.UUID(chairs[name]) for name in {*event.turns, event.run_by, event.holder} - {FACILITATOR}}
        attendance.note_attendance(self.db, leads, circle.id, meeting.id, there)

    @happen.register
    def _code(self, event: story.CodeTurns) -> None:
        leads, meeting = self._met(self.circles[event.circle], event.day)
        coded.code(self.db, self.house.people, leads, meeting, self._key())

    @happen.register
    def _move(self, event: story.MoveStool) -> None:
        circle_id = self.circles[event.circle].id
        past = moves.list_moves(self.db, circle_id)
        stands = past[0].to_stage if past else "G1"
        moves.move(self.db, self._who(event.by), circle_id, stands, event.to, event.reason, PROOF, self._key())

    @happen.register
    def _plan(self, event: story.PlanStool) -> None:
        planning.plan(self.db, self._who(event.by), self.circles[event.circle].id, event.days)

    @happen.register
    def _know(self, event: story.Know) -> None:
        circle_id = self.circles[event.circle].id
        known = {(each.id, event.topic) for each in groups.list_members(self.db, circle_id)}
        knowing.note_known(self.db, self._trainer(event.circle), circle_id, known)

    @happen.register
    def _advise(self, event: story.OpenCase | story.AgreeStep | story.DraftTheme | story.ReadTheme) -> None:
        self.advice.happen(self.db, self.house, self.circles, event, self._key())

    @happen.register
    def _settle(self, event: story.Settle) -> None:
        trainer, sponsor = self._trainer(event.circle), self._who(event.sponsor)
        handing_over.settle(self.db, self.circles[event.circle], trainer, sponsor, event)

    @happen.register
    def _draft(self, event: story.DraftHandOver) -> None:
        handing_over.draft(self.db, self.circles[event.circle], self.house.everybody, event)

    @happen.register
    def _show(self, event: day_later.ShowLater) -> None:
        day_later.show(self.db, self._who(event.person), event, str(self._key()))

    @happen.register
    def _sit(self, event: agreeing.SitTogether) -> None:
        agreeing.sit(self.db, self.circles[agreeing.CIRCLE], self.house.everybody, event, self._key())

    @happen.register
    def _alone(self, event: colliding.Alone) -> None:
        colliding.happen(self.db, self._who(AMARA), self._who(RUTH), event, self._key())

    @happen.register
    def _runs_itself(self, event: story.RunsItself) -> None:
        self.museums.happen(self.db, self.house, event, self._key())

    @happen.register
    def _jot(self, event: story.Jot) -> None:
        body = {
            "held_on": phrases.full_day(event.held_on),
            "group": str(self.circles[event.circle].id),
            "minutes": str(event.minutes),
            "role": "shared",
            "keep": event.text,
        }
        practice.save_draft(self.db, self._who(event.person), "session", self._key(), 0, body)

    @happen.register
    def _measure(self, event: story.Measure) -> None:
        administrator = self._who(event.by)
        assessors = calibrating.list_assessors(self.db, administrator)
        assessor = next(each for each in assessors if each.name == event.trainer)
        calibrating.record(self.db, administrator, assessor.id, event.figure, event.evidence)

    @happen.register
    def _decide(self, event: story.Decide) -> None:
        about, who = self._who(event.person).person_id, self._who(event.by)
        made = handover.decide(self.db, who, about, event.kind, event.reason, PROOF, self._key())
        self.decisions[event.person] = made.id

    @happen.register
    def _panel(self, event: deciding.CallPanel | deciding.CastVote) -> None:
        deciding.happen(self.db, self.house, event, self._key())

    @happen.register
    def _interview(self, event: hearing.ArrangeInterview | hearing.SendNote) -> None:
        hearing.happen(self.db, self.house, event, self._key())

    @happen.register
    def _together(self, event: learning_together.Together) -> None:
        learning_together.happen(self.db, self.house.people, event, self._key())

    @happen.register
    def _certify(self, event: story.Certify) -> None:
        decision = self.decisions[event.person]
        self.certificates[event.person] = certificates.issue(self.db, self._who(event.by), decision, PROOF)

    @happen.register
    def _withdraw(self, event: story.Withdraw) -> None:
        withdrawn = self.certificates.pop(event.person)
        certificates.revoke(self.db, self._who(event.by), withdrawn.id, event.reason, PROOF)

    def _met(self, circle: PeerGroup, day: date) -> tuple[Actor, Meeting]:
        """Who leads a circle, and its meeting on a day."""
        leads = next(each for each in self.house.people.values() if each.person_id == circle.facilitator_id)
        [row] = [each for each in groups.list_meetings(self.db, [circle.id]) if each.starts_local.date() == day]
        return leads, counting.get_meeting(self.db, leads, circle.id, row.id)

    def _who(self, name: str) -> Actor:
        return self.house.people[name]

    def _trainer(self, circle: str) -> Actor:
        return self._who(CIRCLES_BY_NAME[circle].trainer)

    def _key(self) -> uuid.UUID:
        """What a form would have carried."""
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)
