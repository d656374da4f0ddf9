"""Whatever happens, and in whatever order: the summary is what the records say, and a past day what its page showed."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms.certificates import renewing, service
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE, WITHDRAWN
from lms.certificates.models import Certificate
from lms.core import following
from lms.core.actor import Role
from lms.core.errors import HouseError
from lms.core.unit import Database
from lms.coverage import meanings, rebuilding, working_in
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said
from lms.coverage.models import CoverCorrection
from lms.learning import enrolling, stopping
from lms.learning.models import Enrolment
from lms.people import invitations, places
from lms.people.invitations import Place
from lms.people.models import Membership, Person
from lms.people.place_models import Post, StaffMember
from lms.practice import rules, voiding
from lms.practice import service as practice
from lms.practice.models import PracticeSession, Signature
from lms.practice.rows import Beside
from tests.conftest import POSTGRES
from tests.make import OBSERVED, World, actor, make_group, make_log
from tests.make_certificates import decide
from tests.make_cover import Row, kept, live, work_in
from tests.make_life import take
from tests.postgres import execute

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEPS = {"sqlite": (12, 22), "postgresql": (3, 12)}
DAYS = st.sampled_from((30, 90, 180, 365))
ROLES = ("outside", "beside", "watched", "shared")


class History(RuleBasedStateMachine):
    """What people do to the records from which the summary is made, while the days go by."""

    store: Database
    fresh: Callable[[], World]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.moved = self.clock.start()
        self.now, self.shown, self.relisted = START, dict[date, Counter[Row]](), False
        self.world = type(self).fresh()
        with self.store.transaction() as db:
            self.circle = make_group(db, self.world)
            self.other = make_group(db, self.world, name="Libraries", facilitator_id=self.world.other_trainee)
            both = ((self.world.trainee, self.world.parks), (self.world.other_trainee, self.world.libraries))
            for person, unit in both:
                places.arrive(db, db.get_one(Person, person), self.world.council, unit)

    def teardown(self) -> None:
        self.clock.stop()

    def does(self, what: Callable[[Session], object]) -> None:
        """In one transaction, or not at all where somebody may not."""
        try:
            with self.store.transaction() as db:
                what(db)
        except HouseError:
            pass

    def somebody(self, second: bool) -> uuid.UUID:
        return self.world.other_trainee if second else self.world.trainee

    @rule(days=st.sampled_from((1, 3, 20, 80, 200)))
    def days_go_by(self, days: int) -> None:
        with self.store.readers() as db:
            for ahead in {0, days // 2, days - 1}:  # what the page of each of these days would have shown last
                then = self.now.date() + timedelta(days=ahead)
                self.shown[then] = kept(db, self.world.council, then)
        self.now += timedelta(days=days)
        self.moved.move_to(self.now)

    @rule(second=st.booleans())
    def certified(self, second: bool) -> None:
        def issue(db: Session) -> None:
            made = decide(db, self.world, self.somebody(second))
            service.issue(db, actor(db, self.world.administrator), made.id, "password")

        self.does(issue)

    @rule(second=st.booleans(), begins=st.integers(0, 60))
    def renewed(self, second: bool, begins: int) -> None:
        starts = self.now.date() + timedelta(days=begins)

        def renew(db: Session) -> None:
            mine = select(Certificate.id).where(Certificate.person_id == self.somebody(second))
            ilse = actor(db, self.world.administrator)
            for own in db.scalars(mine.order_by(Certificate.issued_at.desc()).limit(1)):
                renewing.renew(db, ilse, own, starts, starts + timedelta(days=400), "password")

        self.does(renew)

    @rule(second=st.booleans(), kind=st.sampled_from((WITHDRAWN, UNDONE, SUSPENDED, LIFTED)))
    def a_step(self, second: bool, kind: str) -> None:
        with self.store.readers() as db:
            mine = select(Certificate.id).where(Certificate.person_id == self.somebody(second))
            found = db.scalars(mine.order_by(Certificate.issued_at.desc()).limit(1)).first()
        if found is not None:
            with contextlib.suppress(HouseError):
                take(self.store, self.world, found, kind)

    @rule(second=st.booleans(), role=st.sampled_from(ROLES), ago=st.integers(0, 40), waits=st.booleans())
    def led(self, second: bool, role: str, ago: int, waits: bool) -> None:
        circle = self.other if second else self.circle

        def write_up(db: Session) -> None:
            who, ruth = actor(db, self.somebody(second)), actor(db, self.world.trainer)
            log = make_log(circle, role=role, held_on=self.now.date() - timedelta(days=ago))
            session = practice.log_practice(db, who, uuid.uuid4(), 0, log)
            if not waits:
                self._sign(db, session, ruth)

        self.does(write_up)

    @rule()
    def what_waits_is_signed(self) -> None:
        with self.store.transaction() as db:
            ruth = actor(db, self.world.trainer)
            for session in db.scalars(select(PracticeSession).where(PracticeSession.state == "waiting")).all():
                self._sign(db, session, ruth)

    def _sign(self, db: Session, session: PracticeSession, ruth: Any) -> None:
        rated = {row.id: 2 for row in rules.rows_for(session.role)[:1]}
        beside = Beside(OBSERVED, seconds=80)
        practice.sign_off(db, ruth, session.id, session.version, rated, 2, "You waited.", "password", beside=beside)

    @rule(corrects=st.booleans(), role=st.sampled_from(ROLES))
    def a_signature_counts_no_more(self, corrects: bool, role: str) -> None:
        def void(db: Session) -> None:
            chosen = select(Signature).where(Signature.voided_at.is_(None)).order_by(Signature.signed_at.desc())
            for signature in db.scalars(chosen.limit(1)).all():
                session = db.get_one(PracticeSession, signature.session_id)
                if not corrects:
                    ruth = actor(db, self.world.trainer)
                    voiding.withdraw_signature(db, ruth, session.id, signature.id, "I was not there.", "password")
                    return
                earlier = session.held_on - timedelta(days=9)
                log = make_log(session.group_id, role=role, held_on=earlier, because="It was the week before.")
                who = actor(db, session.person_id)
                voiding.correct_practice(db, who, session.id, session.version, 0, log)

        self.does(void)

    @rule(second=st.booleans(), back=st.booleans())
    def a_part_ends_or_goes_on(self, second: bool, back: bool) -> None:
        def turn(db: Session) -> None:
            mine = select(Membership.id).where(
                Membership.person_id == self.somebody(second), Membership.role == Role.TRAINEE
            )
            own, ilse = db.scalars(mine).one(), actor(db, self.world.administrator)
            (enrolling.restore if back else enrolling.suspend)(db, ilse, own)

        self.does(turn)

    @rule(second=st.booleans(), back=st.booleans())
    def a_training_rests_or_goes_on(self, second: bool, back: bool) -> None:
        def turn(db: Session) -> None:
            who = actor(db, self.somebody(second))
            for each in db.scalars(select(Enrolment.id).where(Enrolment.person_id == who.person_id)).all():
                if back:
                    stopping.go_on(db, who, each)
                else:
                    stopping.stop(db, who, each, "")

        self.does(turn)

    @rule(second=st.booleans(), to_parks=st.booleans())
    def invited_and_comes(self, second: bool, to_parks: bool) -> None:
        def come(db: Session) -> None:
            person = db.get_one(Person, self.somebody(second))
            unit = self.world.parks if to_parks else self.world.libraries
            place = Place(self.world.council, Role.TRAINEE, unit, self.world.trainer)
            ilse = actor(db, self.world.administrator)
            _, code = invitations.create_invitation(db, ilse, name=person.name, email=person.email, place=place)
            enrolling.accept(db, code, actor(db, person.id), name=person.name, password_hash="x")

        self.does(come)

    @rule(second=st.booleans(), to_parks=st.booleans(), ends=st.booleans(), ahead=st.integers(0, 30))
    def a_post_begins_or_ends(self, second: bool, to_parks: bool, ends: bool, ahead: int) -> None:
        day = self.now.date() + timedelta(days=ahead)
        with self.store.transaction() as db:
            listed = select(StaffMember.id).where(StaffMember.person_id == self.somebody(second))
            own = db.scalars(listed).one()
            running = select(Post).where(Post.staff_id == own, Post.ended_on.is_(None), Post.started_on < day)
            if not ends:
                unit = self.world.parks if to_parks else self.world.libraries
                db.add(Post(staff_id=own, unit_id=unit, started_on=day, listed=True))
                return
            for post in db.scalars(running.limit(1)):
                post.ended_on = day

    @rule(rounds=st.integers(0, 2), days=DAYS, ahead=st.sampled_from((0, 5, 100)), large=st.booleans())
    def covered_means_something_else(self, rounds: int, days: int, ahead: int, large: bool) -> None:
        said = Said(Meaning(rounds=rounds, days=days), self.now.date() + timedelta(days=ahead), reason="We agreed so.")

        def say(db: Session) -> None:
            hana = actor(db, self.world.manager)
            last = meanings.newest(db, self.world.council).id
            meanings.set_meaning(db, hana, self.world.council, uuid.uuid4(), said, last)

        with mock.patch.object(working_in, "MOST_AT_ONCE", 0 if large else working_in.MOST_AT_ONCE):
            self.does(say)

    @rule(dies=st.booleans())
    def a_worker_works_in_what_waits(self, dies: bool) -> None:
        if any(begins < self.now.date() for begins in work_in(self.store, dies=dies)):
            self.relisted = True  # days were told by the meaning before meanwhile, and say so now

    @invariant()
    def the_summary_says_what_the_records_say(self) -> None:
        today = self.now.date()
        with self.store.readers() as db:
            for ahead in (-200, -30, -1, 0, 29, 90, 181):
                then = today + timedelta(days=ahead)
                assert kept(db, self.world.council, then) == live(db, self.world.council, then), then

    @rule(second=st.booleans(), earlier=st.integers(1, 60))
    def a_list_corrects_the_past(self, second: bool, earlier: int) -> None:
        with self.store.transaction() as db:
            listed = select(StaffMember.id).where(StaffMember.person_id == self.somebody(second))
            posts = select(Post.id, Post.started_on).where(Post.staff_id == listed.scalar_subquery())
            for own, began in db.execute(posts).all():
                db.execute(update(Post).where(Post.id == own).values(started_on=began - timedelta(days=earlier)))
            following.changed(db, organisation=self.world.council)
        self.relisted = True

    @invariant()
    def a_past_day_is_what_its_page_showed_or_says_that_it_was_corrected(self) -> None:
        with self.store.readers() as db:
            corrected = db.execute(select(CoverCorrection.first_on, CoverCorrection.last_on)).all()
            for day, shown in self.shown.items():
                if day < self.now.date() and not any(first <= day <= last for first, last in corrected):
                    assert kept(db, self.world.council, day) == shown, day
            assert self.relisted or not [last for _, last in corrected if last >= START.date()]

    @precondition(lambda self: len(self.shown) > 3)
    @rule()
    def made_anew_it_is_the_same(self) -> None:
        assert [each.differed for each in rebuilding.rebuild(self.store)] == [()] * 3


@pytest.fixture
def worlds(store: Database, request: pytest.FixtureRequest) -> Callable[[], World]:
    """Puts the database back to what it is before anything happens, and the usual people into it."""

    def anew() -> World:
        store.engine.dispose()
        if store.engine.dialect.name == "sqlite":
            path = Path(request.getfixturevalue("tmp_path")) / "test.db"
            for each in path.parent.glob("test.db*"):
                each.unlink()
            shutil.copy(request.getfixturevalue("blank_sqlite"), path)
        else:
            name = make_url(request.getfixturevalue("database_url")).database
            server = os.environ[POSTGRES].format("postgres")
            execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')
            execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{request.getfixturevalue("blank_postgres")}"')
        with store.transaction() as db:
            return World.make(db)

    return anew


def test_the_summary_is_the_live_count_after_any_history(store: Database, worlds: Callable[[], World]) -> None:
    examples, steps = STEPS[store.engine.dialect.name]
    machine = type("AnyHistory", (History,), {"store": store, "fresh": staticmethod(worlds)})
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)
