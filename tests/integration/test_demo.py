"""The demo, made once on each engine: what people who try Askwell find there."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import demo
from lms.aftercare import service as aftercare
from lms.app import create_app
from lms.certificates import looking
from lms.certificates import service as certificates
from lms.certificates.rules import Status
from lms.cli import main
from lms.cohorts import following
from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.db import make_engine
from lms.core.jobs import Job
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.coverage import service as coverage
from lms.demo import listed, listing, still_leading
from lms.demo.calendar import Calendar
from lms.demo.cast import BASHIR, ILSE, RUTH
from lms.demo.events import Send
from lms.demo.story import tell
from lms.exercises.models import Attempt
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup
from lms.handover import everybody
from lms.handover import rules as deciding
from lms.home import waiting
from lms.messages.models import Message
from lms.organisations import duplicates, merging
from lms.organisations import service as lists
from lms.panels import listing as panels
from lms.people import places
from lms.people.models import Organisation, Person, Unit
from lms.people.place_models import Post, StaffMember
from lms.practice import service as practice
from lms.practice.models import PracticeSession
from lms.record import checking
from tests.accounts import post
from tests.conftest import ENGINES, POSTGRES, SECRET, settings_for
from tests.make import actor
from tests.postgres import execute

NOW = datetime(2026, 5, 12, 18, 14, tzinfo=UTC)
ZONE = "Europe/London"
AWAITED = (RUTH, ILSE)
Made = tuple[Database, Settings]


@pytest.fixture(scope="module", params=ENGINES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The demo as of one evening in May."""
    folder = tmp_path_factory.mktemp("demo")
    url, server = f"sqlite:///{folder}/demo.db", os.environ[POSTGRES]
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("blank_sqlite"), folder / "demo.db")
    else:
        url, blank = server.format(f"demo_{os.getpid()}"), request.getfixturevalue("blank_postgres")
        execute(server.format("postgres"), f'CREATE DATABASE "demo_{os.getpid()}" TEMPLATE "{blank}"')
    settings = settings_for(url, folder, LMS_MODE="demo")
    database = Database.of(make_engine(settings.database_url))
    with clock.at(NOW):
        demo.make(database, settings)
    yield database, settings
    database.engine.dispose()


@pytest.fixture
def db(made: Made) -> Iterator[Session]:
    with clock.at(NOW), made[0].readers() as session:
        yield session


def count(db: Session, table: type) -> int | None:
    return db.scalar(select(func.count()).select_from(table))


def test_it_has_a_provider_a_council_and_everybody_in_them(db: Session) -> None:
    assert set(db.scalars(select(Organisation.kind))) == {"provider", "client"}
    assert [count(db, each) for each in (Person, Unit, PeerGroup)] == [41, 16, 8]
    chairs = db.execute(select(func.count(GroupMember.person_id), func.count())).one()
    assert 0 < chairs[0] < chairs[1]


def test_its_cohort_has_somebody_in_every_view_and_an_answer_that_is_shown(made: Made, db: Session) -> None:
    ruth, cohort = actor(db, demo.known(made[0]).trainer), db.scalars(select(Cohort)).one()
    seen = following.follow(db, ruth, cohort, "everyone", "", 1)
    assert seen.counts["finished"] == 2
    assert all(seen.counts[view] for view in ("stuck", "behind", "moving"))
    assert sum(many for view, many in seen.counts.items() if view != "everyone") == seen.total == 10
    assert [(row.name, row.shown) for row in seen.rows if row.shown] == [("Farid Rahimi", 1)]


def test_the_waiting_sessions_are_those_of_the_queue(made: Made, db: Session) -> None:
    ruth = actor(db, demo.known(made[0]).trainer)
    queue = practice.queue(db, ruth, "waiting", NOW - timedelta(days=30))
    assert [(row.name.split()[0], row.days) for row in queue.rows] == [
        ("Ioane", 4), ("Amara", 2), ("Tomasz", 2), ("Hui-Min", 1), ("Farid", 0),
    ]  # fmt: skip
    assert [row.flag.word if row.flag else "" for row in queue.rows] == ["", "Views differ", "", "", "Sent again"]
    assert (queue.waiting, queue.late, queue.returned) == (5, 0, 2)
    assert queue.signed > 4


def test_every_stage_of_readiness_occurs(made: Made, db: Session) -> None:
    ruth = actor(db, demo.known(made[0]).trainer)
    found = {each.learner.name: each for each in everybody.find(db, ruth, clock.today()).rows}
    states = {name: deciding.state_of(each.readiness, each.learner.decided) for name, each in found.items()}
    left = {name: [finding.clause for finding in each.readiness.left] for name, each in found.items()}
    assert states["Grace Ngata"] == "All there"
    assert states["Salma Haddad"] == "Decided"
    assert left["Tomasz Zielinski"] == ["led", "seen-by-four", "two-circles", "entrusted"]
    assert "lessons" in left["Nadia Karimi"]
    assert "lessons" not in left["Amara Osei"]
    assert "led" in left["Amara Osei"]
    assert not left["Grace Ngata"] + left["Salma Haddad"]


def test_a_panel_of_three_has_one_vote_and_waits_for_two(made: Made, db: Session) -> None:
    names = {row[0]: row[1] for row in db.execute(select(Person.name, Person.id))}
    waits = {name: panels.list_panels(db, actor(db, names[name]))[panels.WAITS] for name in (BASHIR, *AWAITED)}
    assert {name: [each.name for each in found] for name, found in waits.items()} == {
        BASHIR: [], RUTH: ["Tomasz Zielinski"], ILSE: ["Tomasz Zielinski"],
    }  # fmt: skip
    for name in AWAITED:
        sentences = [each.sentence for each in waiting.list_waiting(db, actor(db, names[name]))]
        assert "Cast your vote on the panel about Tomasz Zielinski" in sentences


def test_certificates_are_valid_ending_expired_and_withdrawn(made: Made, db: Session) -> None:
    ilse = actor(db, demo.known(made[0]).administrator)
    records = certificates.list_records(db, ilse)
    assert Counter(each.status for each in records) == {Status.VALID: 23, Status.EXPIRED: 1, Status.WITHDRAWN: 1}
    soon = clock.today() + timedelta(days=90)
    ending = [each for each in records if each.status is Status.VALID and each.facts.valid_until <= soon]
    assert len(ending) == 5
    assert [each.holder for each in certificates.ready_without_certificate(db, ilse)] == ["Salma Haddad"]


def test_the_manager_reads_thirteen_of_sixteen(made: Made, db: Session) -> None:
    report = coverage.report(db, actor(db, demo.known(made[0]).manager), clock.today())
    assert (report.cover.covered, len(report.cover.units)) == (13, 16)
    assert [unit.name for unit in report.cover.in_state("No cover")] == ["Legal", "Pools & leisure", "Waste"]
    assert [unit.name for unit in report.cover.in_state("At risk")] == ["IT", "Roads", "Youth services"]
    assert {each.name for each in report.held if not each.active} == {"Folasade Bello", "Meera Pillai"}


def test_the_list_has_a_move_a_leaver_two_posts_and_somebody_who_was_on_it_twice(made: Made, db: Session) -> None:
    hana = actor(db, demo.known(made[0]).manager)
    [council] = lists.organisations(db, hana)
    today = clock.today()
    now, then = (
        {each.name: each.parent_id for each in places.units_on(db, council.id, day)}
        for day in (today, today - timedelta(days=listing.MUSEUMS_MOVED + 1))
    )
    ids = {each.name: each.id for each in places.units_on(db, council.id, today)}
    assert (then["Museums"], now["Museums"]) == (ids["Pools & leisure"], ids["Libraries"])
    posts = db.execute(
        select(StaffMember.name, Post.ended_on).join(Post, Post.staff_id == StaffMember.id).order_by(Post.started_on)
    ).all()
    assert [each.ended_on for each in posts if each.name == listed.LEAVER] == [today - timedelta(days=listing.LEFT + 2)]
    assert sum(each.name == listed.SPLIT and each.ended_on is None for each in posts) == 2
    assert [(each.name, each.was.email) for each in merging.list_merged(db, council.id)] == [
        ("Mele Tupou", "m.tupou@harbourside.example")
    ]
    assert [each.names for each in duplicates.find(db, council.id)] == [("Mathilde Roy", "Matilde Roy")]
    newest = lists.list_imports(db, hana)[0].run
    assert (newest.state, lists.totals(newest)["refused"]) == ("checked", 4)


def test_the_register_is_whole_and_the_past_sends_no_letters(db: Session) -> None:
    found = checking.verify(db)
    assert found.ok, found.problems
    assert found.count > 200
    done = {"sign_certificate", "end_coding", "forget_import", "draw_bill"}
    assert set(db.scalars(select(Job.name))) == done
    first, last = db.execute(select(func.min(Message.created_at), func.max(Message.created_at))).one()
    assert last - first > timedelta(days=600)


def test_it_is_the_story_word_for_word_on_either_engine(db: Session) -> None:
    told = {
        (each.person, each.held_on, each.account.keep)
        for each in (*tell(clock.today(), ZONE), *still_leading.evenings(Calendar(clock.today(), ZONE)))
        if isinstance(each, Send)
    }
    names = {row.id: row.name for row in db.execute(select(Person.id, Person.name))}
    rows = db.execute(select(PracticeSession.person_id, PracticeSession.held_on, PracticeSession.keep))
    assert {(names[row[0]], row[1], row[2]) for row in rows} == told


def test_the_trainee_has_something_to_come_back_to(made: Made, db: Session) -> None:
    known = demo.known(made[0])
    amara = actor(db, known.trainee)
    assert len(practice.list_drafts(db, amara)) == 1
    tried = set(db.scalars(select(Attempt.kind).where(Attempt.person_id == known.trainee)))
    assert tried == {"quiz", "drill", "sort", "ladder", "return", "silence"}
    circle = groups.circles_of(db, amara)[0]
    assert groups.list_meetings(db, [circle.id])[0].starts_at > NOW


def test_a_circle_runs_itself_and_its_second_check_waits(db: Session) -> None:
    handed = aftercare.look_at(db.scalars(select(PeerGroup).where(PeerGroup.handed_over_at.is_not(None))).one())
    assert (handed.group.name, handed.current, list(aftercare.list_answers(db, handed.group))) == ("Museums", 90, [30])
    assert [each.kind for each in aftercare.signs_of(db, handed)] == ["meetings-missed"]
    written = db.scalars(select(Message.template).where(Message.template.in_(["after_check", "drift", "drift_told"])))
    assert Counter(written) == {"after_check": 2, "drift": 2, "drift_told": 2}


def test_its_known_places_are_what_they_say(made: Made, db: Session) -> None:
    known = demo.known(made[0])
    assert practice.open_for_review(db, actor(db, known.trainer), known.waiting_session).name == "Amara Osei"
    for code, status in (
        (known.certificate_code, Status.VALID),
        (known.expired_code, Status.EXPIRED),
        (known.withdrawn_code, Status.WITHDRAWN),
    ):
        standing = looking.look(db, code)
        assert standing is not None
        assert standing.status is status


def test_people_sign_in_with_the_demo_password(made: Made) -> None:
    app = create_app(made[1])
    for _role, _name, address in demo.sign_ins():
        answer = post(app.test_client(), "/sign-in", email=address, password=demo.PASSWORD)
        assert (answer.status_code, answer.location) == (302, "/")
    app.extensions["askwell_database"].engine.dispose()


def test_it_is_never_made_over_people(made: Made) -> None:
    with pytest.raises(demo.NotADemo, match="people here already"):
        demo.make(*made)


def test_it_is_refused_outside_the_demo(tmp_path: Path, blank_sqlite: Path) -> None:
    shutil.copy(blank_sqlite, tmp_path / "real.db")
    url = f"sqlite:///{tmp_path}/real.db"
    database = Database.of(make_engine(settings_for(url, tmp_path).database_url))
    with pytest.raises(demo.NotADemo):
        demo.make(database, settings_for(url, tmp_path))
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": url, "LMS_MODE": "production"}
    said = CliRunner().invoke(main, ["demo", "--if-empty"], env=environment)
    assert said.exit_code == 1
    assert "LMS_MODE=demo" in said.output
    assert demo.is_empty(database)
    database.engine.dispose()


def test_the_command_leaves_people_alone_and_says_who_may_sign_in(made: Made) -> None:
    url = made[0].engine.url.render_as_string(hide_password=False).replace("+pysqlite", "").replace("+psycopg", "")
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": url, "LMS_MODE": "demo"}
    said = CliRunner().invoke(main, ["demo", "--if-empty"], env=environment)
    assert said.exit_code == 0, said.output
    assert "amara.osei@harbourside.example" in said.output
    assert "seven quiet chairs" in said.output
