"""Pages of the values interview: arranging by form, the note with its mistakes, and what each reader may see."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.core.phrases import full_day
from lms.core.unit import Database
from lms.handover import service as handover
from lms.interviews import service
from lms.interviews.models import InterviewAssessor
from lms.learning.models import Enrolment
from tests.integration.test_interviews_arranged import wen
from tests.make import World, actor
from tests.make_interviews import GAP, HEARD, arrange, form, get, notes_of, said, send

__all__ = ["wen"]
SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


def on(world: World) -> str:
    return f"/readiness/{world.trainee}/interview"


def test_it_is_arranged_by_form_and_every_mistake_comes_back(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    page = ruth.get(on(world)).text
    assert "Who hears Amara?" in page
    assert "Does not train this person" in page
    wrong = post(ruth, on(world), members=str(world.trainer), held_on="soon")
    assert wrong.status_code == 422
    assert "Choose two people." in wrong.text
    assert "“soon” is not a date" in wrong.text
    both = [str(world.trainer), str(world.other_trainer)]
    sent = post(ruth, on(world), members=both, held_on=full_day(service.today()), key=str(uuid.uuid4()))
    assert sent.status_code == 303
    assert "Values interview on" in ruth.get(sent.location).text
    assert ruth.get(on(world)).location == sent.location


def test_a_note_by_form_comes_back_with_its_mistakes_and_then_is_sealed(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    interview_id = arrange(store, world)
    path = f"/interviews/{interview_id}"
    bashir = sign_in(world.other_trainer)
    page = bashir.get(path).text
    assert "Amara reads both notes, with your names, once there is a result." in page
    assert "When did you last solve it for somebody?" in page
    wrong = post(bashir, f"{path}/note", **form() | {"heard-cost": "", "verdict": "not_yet"})
    assert wrong.status_code == 422
    assert "Write what you heard, or that it was not asked." in wrong.text
    assert "Write down what is missing" in wrong.text
    assert HEARD in wrong.text
    assert notes_of(store, interview_id) == []
    sent = post(bashir, f"{path}/note", **form(heard="Heron words."))
    assert (sent.status_code, sent.location) == (303, path)
    assert "Your note is sealed." in bashir.get(path).text
    for who in (world.trainer, world.administrator, world.trainee):
        other = sign_in(who).get(path).text
        assert "Heron words." not in other
    assert "One of two notes is in." in sign_in(world.administrator).get(path).text


def test_whom_it_is_about_reads_both_and_others_of_the_provider_what_is_missing(
    store: Database, world: World, sign_in: SignIn
) -> None:
    interview_id = arrange(store, world)
    path = f"/interviews/{interview_id}"
    prepare = sign_in(world.trainee).get(path).text
    assert "Bring one time when you broke a value" in prepare
    for who in (world.trainer, world.other_trainer):
        send(store, interview_id, who, said("not_yet"))
    own = sign_in(world.trainee).get(path).text
    assert own.count("Note of ") == 2
    assert HEARD in own
    ilse = sign_in(world.administrator).get(path).text
    assert GAP in ilse
    assert HEARD not in ilse
    for who in (world.stranger, world.manager, world.other_trainee):
        assert sign_in(who).get(path).status_code == 404


def test_who_is_not_one_of_the_two_gets_the_same_404_as_for_one_that_never_was(
    store: Database, world: World, wen: uuid.UUID, sign_in: SignIn, post: Post
) -> None:
    interview_id = arrange(store, world)
    for each in (interview_id, uuid.uuid4()):
        for action in ("note", "change", "leave"):
            assert post(sign_in(wen), f"/interviews/{each}/{action}", **form()).status_code == 404
            assert post(sign_in(world.trainee), f"/interviews/{each}/{action}", **form()).status_code == 404


def test_what_came_too_late_is_said_and_what_was_typed_comes_back(
    store: Database, world: World, wen: uuid.UUID, sign_in: SignIn, post: Post
) -> None:
    interview_id = arrange(store, world)
    path = f"/interviews/{interview_id}"
    with store.readers() as db:
        mine = InterviewAssessor.person_id == world.other_trainer
        place = db.scalars(select(InterviewAssessor.id).where(mine)).one()
    ruth = sign_in(world.trainer)
    nobody = post(ruth, f"{path}/other", place=str(place), member=str(wen), because="")
    assert nobody.status_code == 422
    assert "Write why somebody else takes the place." in nobody.text
    assert post(ruth, f"{path}/other", place=str(place), member=str(wen), because="Ill.").status_code == 303
    late = post(sign_in(world.other_trainer), f"{path}/note", **form(heard="Otter words."))
    assert late.status_code == 409
    assert "Somebody else has taken your place" in late.text
    assert "Otter words." in late.text
    send(store, interview_id, world.trainer)
    assert post(ruth, f"{path}/call-off").status_code == 409
    send(store, interview_id, wen)
    closed = post(ruth, f"{path}/note", **form("not_yet"))
    assert closed.status_code == 409
    assert "has its result" in closed.text


def test_two_who_differ_see_both_and_one_changes_by_form(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    interview_id = arrange(store, world)
    path = f"/interviews/{interview_id}"
    send(store, interview_id, world.trainer)
    send(store, interview_id, world.other_trainer, said("not_yet"))
    bashir = sign_in(world.other_trainer)
    page = bashir.get(path).text
    assert "You say different things. Talk first" in page
    assert "Leave both as they are" in page
    assert "the two are talking" in sign_in(world.administrator).get(path).text
    why = post(bashir, f"{path}/change", **form())
    assert "Write why you change it." in why.text
    sent = post(bashir, f"{path}/change", **form(because="Ruth heard the repair."))
    assert sent.status_code == 303
    assert get(store, interview_id).result == "yes"
    assert "Ruth heard the repair." in sign_in(world.trainee).get(path).text


@pytest.fixture
def asked(store: Database, world: World) -> None:
    """Amara is on a standard that asks for the interview."""
    with store.transaction() as db:
        mine = update(Enrolment).where(Enrolment.person_id == world.trainee)
        db.execute(mine.values(standard_id="certified", standard_version=5))


def test_the_page_of_readiness_says_how_it_stands_and_leads_there(
    store: Database, world: World, asked: None, sign_in: SignIn
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    assert "Arrange an interview" not in amara.get("/readiness").text
    assert f'href="{on(world)}"' in ruth.get(f"/readiness/{world.trainee}").text
    interview_id = arrange(store, world)
    for page in (amara.get("/readiness").text, ruth.get(f"/readiness/{world.trainee}").text):
        assert f'href="/interviews/{interview_id}"' in page
        assert "with Bashir Noor and Ruth Tamihana." in page
    for who in (world.trainer, world.other_trainer):
        send(store, interview_id, who)
    told = amara.get("/readiness").text
    assert "Values interview: yes" in told
    assert "by version 1 of the questions. Good until" in told


def test_the_result_is_evidence_from_the_day_of_the_result(store: Database, world: World, asked: None) -> None:
    today = service.today()

    def found() -> tuple[str, bool]:
        with store.readers() as db:
            learner = handover.get_learner(db, actor(db, world.trainer), world.trainee)
            readiness = handover.standing_of(db, learner, today).readiness
        gate = next(each for each in readiness.findings if each.kind == "values-interview")
        return gate.state, gate.gate

    assert found() == ("not_seen", True)
    interview_id = arrange(store, world)
    assert found() == ("not_seen", True)
    for who in (world.trainer, world.other_trainer):
        send(store, interview_id, who)
    assert found() == ("there", True)
