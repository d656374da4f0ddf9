"""What somebody reached before is gathered with who they are: awards, circles handed over, own figures, who left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessments.asks import HandOvers
from assessments.calibration import Figure
from assessments.evidence import Evidence
from assessments.standards import get_standard
from assessments.wording import add_months
from lms.core import clock
from lms.core.unit import Database
from lms.exercises.knowledge_models import KnowledgeTest
from lms.handover import service
from lms.handover.models import Decision
from lms.handover.what_if import what_if
from lms.interviews import service as interviews
from lms.people.models import Membership
from lms.practice.calibration_models import Calibration
from lms.practice.models import PracticeSession, Signature
from lms.practice.observation import Observation
from tests.evidence import make_led, make_passed, make_ready
from tests.make import STARTED, World, actor, calibrate, make_group
from tests.make_certificates import decide
from tests.make_interviews import make_arranged, make_heard


def gathered(store: Database, world: World) -> Evidence:
    """What is known about Amara, asked as her trainer."""
    with store.readers() as db:
        return service.evidence_for(db, service.get_learner(db, actor(db, world.trainer), world.trainee))


def record(db: Session, world: World, hundredths: int, at: datetime, *, withdrawn: bool) -> None:
    """Ilse records a figure of Amara's, who assesses others as well."""
    ended = {"withdrawn_at": at, "withdrawn_by": world.administrator, "withdrawn_because": "Another person’s."}
    db.add(
        Calibration(
            person_id=world.trainee,
            provider_id=world.provider,
            kind="kappa_open_closed",
            hundredths=hundredths,
            items=40,
            done_on=service.today(),
            evidence="calibration-2026.csv",
            recorded_by=world.administrator,
            recorded_at=at,
            **(ended if withdrawn else {}),
        )
    )
    db.flush()


def test_an_award_begins_with_the_word_ready_and_ends_with_its_time_or_another_word(
    app: object, store: Database, world: World
) -> None:
    assert gathered(store, world).awards == ()
    with store.transaction() as db:
        first = decide(db, world).id
        decide(db, world, kind="stay")
        again = decide(db, world).id
        db.execute(update(Decision).where(Decision.id == again).values(standard_id="member", standard_version=1))
    one, other = gathered(store, world).awards
    today = service.today()
    assert (one.id, one.standard_id, one.since, one.until) == (str(first), "certified", today, today)
    months = get_standard("member", 1).valid_months
    assert (other.id, other.standard_id, other.until) == (str(again), "member", add_months(today, months))


def test_circles_that_run_themselves_are_known_to_whoever_led_or_trained_them(
    app: object, store: Database, world: World
) -> None:
    with store.transaction() as db:
        make_group(db, world)
        led = make_group(db, world, name="Roads\ncrew", handed_over_at=clock.now())
        make_group(db, world, facilitator_id=world.other_trainee, handed_over_at=clock.now())
    [circle] = gathered(store, world).handed_over
    assert (circle.id, circle.name, circle.on) == (str(led), "Roads crew", service.today())


def test_the_last_figure_that_was_recorded_and_not_withdrawn_is_one_s_own(
    app: object, store: Database, world: World
) -> None:
    with store.transaction() as db:
        calibrate(db, world, world.other_trainer)
        for hours, (hundredths, withdrawn) in enumerate(((80, False), (64, False), (90, True))):
            record(db, world, hundredths, clock.now() - timedelta(hours=9 - hours), withdrawn=withdrawn)
    assert gathered(store, world).figures == (Figure("kappa_open_closed", 64, 40, service.today()),)


def test_from_outside_is_who_neither_trains_them_nor_is_tied(app: object, store: Database, world: World) -> None:
    today = service.today()
    with store.transaction() as db:
        group_id = make_group(db, world)
        for week, signer in enumerate((world.trainer, world.other_trainer, world.other_trainer), start=1):
            make_led(db, group_id, today - timedelta(days=7 * week), signer=signer)
        last = make_led(db, group_id, today - timedelta(days=40), signer=world.other_trainer)
        tied = Observation(ties=("employer",)).kept()
        db.execute(update(Signature).where(Signature.session_id == last).values(observation=tied))
    found = gathered(store, world)
    assert [each.signer_outside for each in found.sessions] == [False, True, True, False]
    assert {each.name: each.outside for each in found.assessors} == {"Ruth Tamihana": False, "Bashir Noor": True}


def test_who_left_is_not_proposed_and_what_waits_for_them_is_said_to_be_nobody_s(
    app: object, store: Database, world: World
) -> None:
    today = service.today()
    with store.transaction() as db:
        group_id = make_group(db, world)
        make_led(db, group_id, today - timedelta(days=9), signer=world.other_trainer)
        waits = make_led(db, group_id, today - timedelta(days=2))
        asked = update(PracticeSession).where(PracticeSession.id == waits)
        db.execute(asked.values(trainer_id=world.other_trainer))
        db.execute(update(Membership).where(Membership.person_id == world.other_trainer).values(ended_on=today))
    found = gathered(store, world)
    assert [each.name for each in found.assessors] == ["Ruth Tamihana"]
    assert [(each.state, each.signer_left) for each in found.sessions] == [("signed", False), ("waiting", True)]


def test_a_ladder_can_be_tried_on_those_who_train_towards_another_standard(
    app: object, store: Database, world: World
) -> None:
    with store.transaction() as db:
        make_ready(db, world, service.today())
        decide(db, world)
        make_group(db, world, name="Depot", handed_over_at=clock.now())
    lead = get_standard("lead")
    with store.readers() as db:
        assert what_if(db, lead, service.today()).asked == 0
        found = what_if(db, lead, service.today(), "certified")
    assert (found.asked, found.holding["certified"], found.holding["recent"]) == (2, 0, 1)
    [handed_over] = [each for each in lead.clauses if isinstance(each, HandOvers)]
    assert found.holding[handed_over.id] == 0
    assert [(each.name, each.change) for each in found.changed] == [("Amara Osei", "loses")]


def test_tests_that_were_handed_in_are_known_by_version_and_nothing_that_was_answered(
    app: object, store: Database, world: World
) -> None:
    with store.transaction() as db:
        make_passed(db, world.trainee)
        make_passed(db, world.other_trainee)
        mine = KnowledgeTest.person_id == world.trainee
        version = db.scalars(select(KnowledgeTest.blueprint_version).where(mine)).one()
    [test] = gathered(store, world).tests
    on = STARTED + timedelta(days=2)
    assert (test.blueprint, test.version, test.passed, test.on) == ("associate", version, True, on)
    with store.transaction() as db:
        db.execute(update(KnowledgeTest).where(mine).values(passed=False))
    assert [each.passed for each in gathered(store, world).tests] == [False]


def test_interviews_are_known_from_the_day_they_are_arranged_and_not_once_they_are_called_off(
    app: object, store: Database, world: World
) -> None:
    assert gathered(store, world).interviews == ()
    today = service.today()
    with store.transaction() as db:
        interview_id = make_arranged(db, world)
    [coming] = gathered(store, world).interviews
    assert (coming.id, coming.arranged_on, coming.result, coming.version) == (str(interview_id), today, None, 1)
    assert (coming.held_on, coming.assessors) == (today + timedelta(days=7), ("Bashir Noor", "Ruth Tamihana"))
    with store.transaction() as db:
        interviews.call_off(db, actor(db, world.trainer), interview_id)
    assert gathered(store, world).interviews == ()
    with store.transaction() as db:
        make_heard(db, world, "not_yet")
    [heard] = gathered(store, world).interviews
    assert (heard.result, heard.decided_on) == ("not_yet", today)
