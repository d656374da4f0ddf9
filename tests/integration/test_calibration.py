"""Calibrated signing: where the standard asks for it, whoever has no figure that holds comments and cannot sign."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assessments.calibration import Figure
from lms.core import clock
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Membership
from lms.practice import calibrating, service
from lms.practice.calibration import Uncalibrated
from lms.practice.calibration_models import Calibration
from lms.practice.models import PracticeEvent, PracticeSession, Signature
from lms.record import checking
from lms.record import service as record
from tests.accounts import give_password
from tests.integration.test_record import record_of
from tests.make import PASSWORD, REVIEW, World, actor, calibrate, make_group, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
A_YEAR = timedelta(days=370)
FORM = {"kind": "kappa_open_closed", "value": "0,72", "items": "40", "done_on": "3 May 2026", "evidence": "set.csv"}


@pytest.fixture
def asked(store: Database, world: World) -> uuid.UUID:
    """A session of Amara’s that waits for Ruth, towards the standard that asks for calibrated signers."""
    with store.transaction() as db:
        session_id = make_session(db, world, make_group(db, world))  # before, for version 3 locks leading as well
        db.execute(update(Enrolment).values(standard_version=3))
        return session_id


def sign(db: Session, world: World, session_id: uuid.UUID, who: uuid.UUID | None = None) -> Signature:
    return service.sign_off(db, actor(db, who or world.trainer), session_id, 1, {"asking": 2}, 2, "Well.", "password")


def place_of(db: Session, person_id: uuid.UUID) -> uuid.UUID:
    return db.scalars(select(Membership.id).where(Membership.person_id == person_id)).one()


def test_without_a_figure_that_holds_nobody_signs_and_with_one_its_copy_is_sealed(
    store: Database, world: World, asked: uuid.UUID
) -> None:
    with store.transaction() as db:
        with pytest.raises(Uncalibrated, match=r"no agreement figure \(κ\) is on record"):
            sign(db, world, asked)
        calibrate(db, world, done_on=clock.today() - A_YEAR)
        with pytest.raises(Uncalibrated, match=r"held until .* Ilse Brandt can record"):
            sign(db, world, asked)
        newest = calibrate(db, world, hundredths=81)
        kept = sign(db, world, asked).agreement
        calibrating.withdraw(db, actor(db, world.administrator), newest, "Of somebody else.")
    on = (clock.today() - timedelta(days=30)).isoformat()
    assert kept == {"kappa_open_closed": {"hundredths": 81, "items": 40, "done_on": on}}
    with store.readers() as db:
        assert db.scalars(select(Signature)).one().agreement == kept, "of the moment of signing, whatever came later"
        assert checking.verify(db).ok


def test_where_the_standard_asks_nothing_everybody_signs_as_before(
    store: Database, world: World, sent: uuid.UUID
) -> None:
    with store.transaction() as db:
        assert sign(db, world, sent).agreement is None
    with store.readers() as db:
        assert checking.verify(db).ok


def test_who_decides_a_dispute_is_calibrated_too(store: Database, world: World, sent: uuid.UUID) -> None:
    with store.transaction() as db:
        signature = sign(db, world, sent)
        made = service.dispute(db, actor(db, world.trainee), sent, signature.id, "I waited longer.")
        db.execute(update(Enrolment).values(standard_version=3))
        bashir = actor(db, world.other_trainer)
        with pytest.raises(Uncalibrated, match="You cannot decide this dispute"):
            service.decide_dispute(db, bashir, sent, made.id, "upheld", "Both say so.", "password")
        calibrate(db, world, world.other_trainer)
        decided = service.decide_dispute(db, bashir, sent, made.id, "upheld", "Both say so.", "password")
        assert decided.outcome == "upheld"


def test_a_lapsed_trainer_reads_why_and_comments_and_loses_nothing(
    store: Database, world: World, asked: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    page = ruth.get(f"/sign-off/{asked}").text
    assert "You cannot sign this session: no agreement figure (κ) is on record." in page
    assert "Ilse Brandt can record a newer figure." in page
    assert 'value="sign"' not in page
    refused = post(ruth, f"/sign-off/{asked}", **REVIEW)
    assert refused.status_code == 422
    assert 'href="#calibration"' in refused.text
    assert "You waited." in refused.text
    empty = post(ruth, f"/sign-off/{asked}", version="1", do="comment", notes="Ask about the silence.")
    assert empty.status_code == 422
    assert "Ask about the silence." in empty.text
    for _ in range(2):
        said = {"version": "1", "do": "comment", "said": "You let it be quiet.", "notes": "Ask."}
        assert post(ruth, f"/sign-off/{asked}", **said).status_code == 303
    assert "You let it be quiet." in sign_in(world.trainee).get(f"/practice/{asked}").text
    with store.readers() as db:
        assert db.get_one(PracticeSession, asked).state == "waiting"
        assert len(db.scalars(select(PracticeEvent).where(PracticeEvent.kind == "commented")).all()) == 1
        told = db.scalars(select(Message.subject).where(Message.person_id == world.trainee)).all()
        assert sum("wrote to you about your session" in each for each in told) == 1
        assert not db.scalars(select(Signature)).all()


def test_face_to_face_is_no_way_around_it(
    app: Flask, store: Database, world: World, asked: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, email = sign_in(world.trainee), give_password(app, store, world.trainer)
    assert "Ruth Tamihana cannot sign this session" in amara.get(f"/practice/{asked}/sign-here").text
    answer = post(amara, f"/practice/{asked}/sign-here", **REVIEW, email=email, password=PASSWORD)
    assert answer.status_code == 422
    assert "You cannot sign this session" in answer.text
    assert "You waited." in answer.text


def test_the_figure_stands_beside_the_signature_and_a_trainer_is_warned_a_month_before(
    store: Database, world: World, asked: uuid.UUID, sign_in: Browser
) -> None:
    ruth = sign_in(world.trainer)
    assert "no agreement figure (κ) is on record" in ruth.get("/sign-off").text
    with store.transaction() as db:
        calibrate(db, world)
        sign(db, world, asked)
    assert "Your figure of agreement" not in ruth.get("/sign-off").text
    for who, path in (
        (world.trainee, f"/practice/{asked}"), (world.trainee, "/readiness"), (world.trainee, "/record"),
        (world.trainer, f"/readiness/{world.trainee}"),
    ):  # fmt: skip
        assert "greement" in (page := sign_in(who).get(path, follow_redirects=True).text), path
        assert "κ\u00a00.72 on 40 questions" in page, path
    with store.transaction() as db:
        (entry,) = record.entries_about(db, world.trainee)
        assert "κ\u00a00.72 on 40 questions" in entry.tell("Amara Osei").agreement
        kept = zipfile.ZipFile(io.BytesIO(record_of(db, world.trainee)))
        assert "Agreement κ\u00a00.72 on 40 questions" in kept.read("index.html").decode()
        calibrate(db, world, done_on=clock.today() - timedelta(days=350))
    assert "Your figure of agreement holds until" in ruth.get("/sign-off").text


def test_an_administrator_records_and_withdraws(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    ilse = sign_in(world.administrator)
    with store.readers() as db:
        path = f"/people/{place_of(db, world.trainer)}/calibration"
    assert path in ilse.get("/people").text
    assert path in ilse.get("/people/calibration").text
    wrong = post(ilse, path, **FORM | {"value": "0.598", "evidence": ""})
    assert wrong.status_code == 422
    assert 'value="0.598"' in wrong.text
    assert 'href="#evidence"' in wrong.text
    for value in ("0.72.1", "72", "1.01", "abc", "", "٠٫٧"):
        assert post(ilse, path, **FORM | {"value": value}).status_code == 422, value
    for _ in range(2):
        assert post(ilse, path, **FORM).status_code == 303
    with store.readers() as db:
        made = db.scalars(select(Calibration)).one()
        assert (made.hundredths, made.items, made.recorded_by) == (72, 40, world.administrator)
    address = f"/people/calibration/{made.id}/withdraw"
    assert post(ilse, address, reason=" ").status_code == 422
    assert post(ilse, address, reason="Of another set.").status_code == 303
    page = ilse.get(path).text
    assert "Of another set." in page
    assert "No agreement figure on record" in page


def test_nobody_records_their_own_or_another_provider_s_or_a_day_to_come(store: Database, world: World) -> None:
    with store.transaction() as db:
        db.execute(update(Membership).where(Membership.person_id == world.other_trainer).values(role="administrator"))
        db.add(Membership(person_id=world.other_trainer, organisation_id=world.provider, role="trainer",
                          started_on=clock.today()))  # fmt: skip
        db.flush()
        mine = select(Membership.id).where(Membership.person_id == world.other_trainer, Membership.role == "trainer")
        figure = Figure("kappa_open_closed", 72, 40, clock.today())
        bashir, own = actor(db, world.other_trainer), db.scalars(mine).one()
        with pytest.raises(Forbidden):
            calibrating.record(db, bashir, own, figure, "set.csv")
        with pytest.raises(NotFound):
            calibrating.record(db, actor(db, world.stranger), own, figure, "set.csv")
        with pytest.raises(Invalid, match="still to come"):
            calibrate(db, world, done_on=clock.today() + timedelta(days=2))


def test_what_was_recorded_is_never_rewritten_or_removed(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = calibrate(db, world)
        calibrating.withdraw(db, actor(db, world.administrator), made, "Of another set.")
    for statement in (
        update(Calibration).values(hundredths=99), update(Calibration).values(withdrawn_at=clock.now()),
        delete(Calibration),
    ):  # fmt: skip
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(statement)
