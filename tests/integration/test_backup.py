"""The service level: what waits too long, or for somebody who is away, is offered to other trainers."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.jobs import Job
from lms.core.unit import Database
from lms.messages.models import Message
from lms.people.models import Membership, Organisation
from lms.practice import backup, jobs, rules, service
from lms.practice.absences import Away
from lms.practice.calibration import Uncalibrated
from lms.practice.models import BackupRequest, PracticeSession, Signature
from tests.integration.test_at_once import MANY, at_once
from tests.integration.test_calibration_doors import ask_for_figures
from tests.make import STARTED, World, actor, calibrate, make_group, make_log, make_session, person

SignIn = Callable[..., FlaskClient]
Queries = Callable[..., AbstractContextManager[list[str]]]
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
LATE = datetime(2026, 5, 12, 9, tzinfo=UTC)  # the Tuesday of the week after


@pytest.fixture
def sent(store: Database, world: World) -> Iterator[uuid.UUID]:
    """A session Amara sent to Ruth on a Monday; from then on it is the Tuesday of the week after."""
    with time_machine.travel(MONDAY, tick=False) as clocks:
        with store.transaction() as db:
            session_id = make_session(db, world, make_group(db, world))
        clocks.move_to(LATE)
        yield session_id


def sign(db: Session, world: World, who: uuid.UUID, session_id: uuid.UUID, version: int = 1) -> Signature:
    return service.sign_off(db, actor(db, who), session_id, version, {"asking": 2}, 2, "You waited.", "password")


def letters(store: Database) -> Counter[tuple[str, str]]:
    with store.readers() as db:
        rows = db.execute(select(Message.template, Message.email).where(Message.template.like("backup%")))
        return Counter((row.template, row.email.partition("@")[0]) for row in rows)


def be_away(store: Database, who: uuid.UUID, first: date, last: date) -> None:
    with store.transaction() as db:
        service.be_away(db, actor(db, who), Away(first, last))


def test_after_five_working_days_the_others_are_asked_and_the_trainee_is_told(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    jobs.ask_backup(store)
    jobs.ask_backup(store)
    assert letters(store) == {("backup_asked", "bashir.noor"): 1, ("backup_told", "amara.osei"): 1}
    with store.readers() as db:
        session = service.get_session(db, actor(db, world.other_trainer), sent)
        asked = service.list_asked(db, sent)
        bodies = " ".join(db.scalars(select(Message.body).where(Message.template.like("backup%"))))
        assert asked == (backup.Asked(LATE, session.submitted_at, "late", ("Bashir Noor",)),)
        assert asked[0].is_about(session)
    assert "felt very long" not in bodies
    assert "Amara" not in db.scalars(select(Message.body).where(Message.template == "backup_asked")).one()


@pytest.mark.parametrize("days", [0, 1, 4, 7])
def test_within_five_working_days_nobody_is_asked(store: Database, world: World, sent: uuid.UUID, days: int) -> None:
    with clock.at(MONDAY + timedelta(days)):
        jobs.ask_backup(store)
    assert not letters(store)
    with store.readers() as db, pytest.raises(NotFound):
        service.open_session(db, actor(db, world.other_trainer), sent)


def test_the_round_many_times_at_once_asks_once(store: Database, sent: uuid.UUID) -> None:
    assert not [each for each in at_once(store, backup.ask_others) if isinstance(each, Exception)]
    assert letters(store) == {("backup_asked", "bashir.noor"): 1, ("backup_told", "amara.osei"): 1}
    assert sent


def test_many_late_sessions_are_one_letter_to_a_trainer(
    store: Database, world: World, sent: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction() as db, clock.at(MONDAY):
        for each in range(3):
            make_session(db, world, make_group(db, world, name=f"Circle {each}"))
    jobs.ask_backup(store)
    assert letters(store) == {("backup_asked", "bashir.noor"): 1, ("backup_told", "amara.osei"): 4}
    monkeypatch.setattr(backup, "AT_A_TIME", 2)
    with store.readers() as db:
        assert "4 sessions" in db.scalars(select(Message.subject).where(Message.template == "backup_asked")).one()
    assert sent


def test_the_other_trainer_finds_reads_and_signs_it(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn
) -> None:
    jobs.ask_backup(store)
    browser = sign_in(world.other_trainer)
    assert "As backup you are asked to read 1 session of others." in browser.get("/sign-off").text
    listed = browser.get("/sign-off?show=backup").text
    assert "Amara Osei" in listed
    assert "Asked as backup" in listed
    assert "6 working days" in listed
    assert browser.get(f"/sign-off/{sent}").status_code == 200
    with store.transaction() as db:
        sign(db, world, world.other_trainer, sent)
    assert "Amara Osei" in browser.get("/sign-off?show=signed").text
    assert "Amara Osei" not in browser.get("/sign-off?show=backup").text
    page = sign_in(world.trainee).get(f"/practice/{sent}").text
    assert "Bashir signed session 1" in page
    assert "Asked in the trainer’s place: Bashir Noor" in page  # what happened stays told
    assert "is asked too" not in page


def test_who_stands_in_and_was_not_there_can_say_so_and_it_proves_nothing(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn, post: Callable[..., TestResponse]
) -> None:
    assert rules.UNSEEN not in sign_in(world.trainer).get(f"/sign-off/{sent}").text
    jobs.ask_backup(store)
    bashir = sign_in(world.other_trainer)
    assert rules.UNSEEN in bashir.get(f"/sign-off/{sent}").text
    seen = {"do": "sign", "version": "1", "rate-asking": "2", "helped": "3", "level": "2", "seen": "unseen"}
    assert post(bashir, f"/sign-off/{sent}", **seen).status_code == 303
    amara = sign_in(world.trainee)
    assert "What Bashir heard" in amara.get(f"/practice/{sent}").text
    assert "Bashir was not in the room, so the view is not independent." in amara.get("/readiness").text
    with store.transaction() as db:
        bashirs = db.scalars(select(Signature.id)).one()
        who = actor(db, world.other_trainer)
        service.withdraw_signature(db, who, sent, bashirs, "We talked again.", "password")
    assert rules.UNSEEN in bashir.get(f"/sign-off/{sent}").text, "what they could say once, they can say again"


def test_the_trainee_reads_who_is_asked_since_when_and_why(
    world: World, sent: uuid.UUID, store: Database, sign_in: SignIn
) -> None:
    jobs.ask_backup(store)
    page = sign_in(world.trainee).get(f"/practice/{sent}").text
    assert "Ruth has not answered within five working days." in page
    assert "Since 12 May this trainer is asked too: Bashir Noor." in page


def test_only_one_of_two_signs_and_the_other_meets_a_conflict(store: Database, world: World, sent: uuid.UUID) -> None:
    jobs.ask_backup(store)
    signers = iter([world.trainer, world.other_trainer] * MANY)
    answers = at_once(store, lambda db: sign(db, world, next(signers), sent))
    kept = [each for each in answers if isinstance(each, Signature)]
    assert len({each.signer_id for each in kept}) == 1
    assert len(kept) == MANY // 2
    assert sum(isinstance(each, Conflict) for each in answers) == MANY // 2
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Signature)) == 1


def test_others_find_nothing(store: Database, world: World, sent: uuid.UUID, sign_in: SignIn) -> None:
    jobs.ask_backup(store)
    with store.transaction() as db:
        rival = Organisation(name="Redwing Circles", kind="provider")
        db.add(rival)
        db.flush()
        rival_trainer = person(db, "Tomas Lind", rival, Role.TRAINER)
        their_colleague = person(db, "Mo Abara", db.get_one(Organisation, world.provider), Role.TRAINER)
    for who in (rival_trainer, world.other_trainee, world.manager, world.stranger):
        assert sign_in(who).get(f"/practice/{sent}").status_code == 404
        assert sign_in(who).get(f"/sign-off/{sent}").status_code == 404
    assert sign_in(world.administrator).get(f"/sign-off/{sent}").status_code == 404
    assert "Amara" not in sign_in(rival_trainer).get("/sign-off?show=backup").text
    assert sign_in(their_colleague).get(f"/sign-off/{sent}").status_code == 200  # who trains here now may help


def test_nobody_signs_their_own_practice_as_backup(store: Database, world: World, sent: uuid.UUID) -> None:
    with store.transaction() as db:
        db.add(Membership(person_id=world.trainee, organisation_id=world.provider, role="trainer", started_on=STARTED))
    jobs.ask_backup(store)
    assert letters(store)[("backup_asked", "amara.osei")] == 0
    with store.transaction() as db, pytest.raises(Forbidden, match="their own practice"):
        sign(db, world, world.trainee, sent)
    with store.readers() as db:
        assert service.queue(db, actor(db, world.trainee), "backup", MONDAY).backup == 0


def test_who_stands_in_signs_only_while_their_own_figure_of_agreement_holds(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    jobs.ask_backup(store)
    with store.transaction() as db:
        ask_for_figures(db)
    with pytest.raises(Uncalibrated), store.transaction() as db:
        sign(db, world, world.other_trainer, sent)
    with store.transaction() as db:
        calibrate(db, world, world.other_trainer)
        assert sign(db, world, world.other_trainer, sent).agreement is not None


def test_sent_back_by_one_of_them_it_is_done_and_the_days_begin_anew(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn
) -> None:
    jobs.ask_backup(store)
    for _ in range(2):  # twice is once
        with store.transaction() as db:
            service.return_session(db, actor(db, world.other_trainer), sent, 1, "The tally is missing.")
    assert "Amara Osei" in sign_in(world.other_trainer).get("/sign-off?show=returned").text
    with store.transaction() as db:
        group_id = db.get_one(PracticeSession, sent).group_id
        log = make_log(group_id, held_on=MONDAY.date() - timedelta(2), keep="I counted.")
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, log)
    assert sign_in(world.other_trainer).get(f"/sign-off/{sent}").status_code == 404
    jobs.ask_backup(store)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(BackupRequest)) == 1


def test_changed_while_it_waits_it_stays_with_the_others(store: Database, world: World, sent: uuid.UUID) -> None:
    jobs.ask_backup(store)
    with store.transaction() as db:
        group_id = db.get_one(PracticeSession, sent).group_id
        log = make_log(group_id, held_on=MONDAY.date() - timedelta(2), keep="I counted.")
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, log)
    with store.transaction() as db:
        sign(db, world, world.other_trainer, sent, version=2)
    assert letters(store).total() == 2


def test_what_is_sent_to_somebody_away_is_offered_at_once(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn
) -> None:
    today = LATE.date()
    be_away(store, world.trainer, today, today + timedelta(7))
    with store.transaction() as db:
        now = make_session(db, world, make_group(db, world, name="Depot two"), held_on=today)
    assert letters(store) == {("backup_asked", "bashir.noor"): 1, ("backup_told", "amara.osei"): 1}
    page = sign_in(world.trainee).get(f"/practice/{now}").text
    assert "Ruth is away. Since 12 May this trainer is asked too: Bashir Noor." in page
    with store.readers() as db:
        assert db.scalar(select(Job).where(Job.name == "ask_backup", Job.key.is_(None))) is not None  # for what waits
    assert sent


def test_who_is_away_is_not_asked_and_with_nobody_left_the_administrator_is_told_once(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn
) -> None:
    be_away(store, world.other_trainer, LATE.date(), LATE.date())
    jobs.ask_backup(store)
    jobs.ask_backup(store)
    assert letters(store) == {("backup_nobody", "ilse.brandt"): 1, ("backup_told", "amara.osei"): 1}
    assert (
        "so the administrator of the training was told on 12 May"
        in sign_in(world.trainee).get(f"/practice/{sent}").text
    )


def test_each_round_promises_the_next_morning_once(store: Database, sent: uuid.UUID) -> None:
    jobs.ask_backup(store)
    jobs.ask_backup(store)
    with store.readers() as db:
        rounds = db.execute(select(Job.key, Job.due_at).where(Job.name == "ask_backup")).all()
    assert [(row.key, row.due_at.date()) for row in rounds] == [("ask_backup:2026-05-13", date(2026, 5, 13))]
    assert sent


def test_pages_ask_the_database_little(
    store: Database, world: World, sent: uuid.UUID, sign_in: SignIn, queries: Queries
) -> None:
    jobs.ask_backup(store)
    trainer, trainee = sign_in(world.other_trainer), sign_in(world.trainee)
    for browser, path, most in (
        (trainer, "/sign-off?show=backup", 6), (trainee, f"/practice/{sent}", 9), (trainer, "/sign-off/absences", 2),
    ):  # fmt: skip
        with queries() as asked:
            browser.get(path)
        assert len(asked) <= most, (path, len(asked))


def test_a_signature_withdrawn_begins_the_days_anew(store: Database, world: World, sent: uuid.UUID) -> None:
    jobs.ask_backup(store)
    with store.transaction() as db:
        signed = sign(db, world, world.other_trainer, sent)
    with clock.at(LATE + timedelta(1)), store.transaction() as db:
        bashir = actor(db, world.other_trainer)
        service.withdraw_signature(db, bashir, sent, signed.id, "Another evening.", "password")
    with store.readers() as db:
        assert not backup.is_offered(db, actor(db, world.other_trainer), sent)
    with clock.at(LATE + timedelta(10)):
        jobs.ask_backup(store)
    assert letters(store)[("backup_asked", "ruth.tamihana")] == 1  # it waits for who signed: Ruth is a backup now
