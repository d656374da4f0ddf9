"""Nominations: a manager names somebody, an administrator of the provider gives the place or says why not."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from lms.core.actor import Role
from lms.core.unit import Database
from lms.home import waiting
from lms.learning import enrolling
from lms.learning.models import Enrolment, Nomination
from lms.messages.models import Message
from lms.people.models import Invitation, Membership
from tests.make import STARTED, World, actor

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
WHY = "She asks before she answers, and the depot has nobody."


def form(world: World, **changes: str) -> dict[str, str]:
    return {
        "key": str(uuid.uuid4()), "name": "Jonah Price", "email": "Jonah@Harbourside.example",
        "unit": str(world.parks), "award": "certified", "why": WHY,
    } | changes  # fmt: skip


@pytest.fixture
def nominated(world: World, sign_in: SignIn, post: Post) -> str:
    """The address of a nomination of Jonah, by Hana."""
    given = form(world)
    assert post(sign_in(world.manager), "/nominations/new", **given).status_code == 303
    return f"/nominations/{given['key']}"


def letters(store: Database, template: str) -> list[Message]:
    with store.readers() as db:
        return list(db.scalars(select(Message).where(Message.template == template)))


def invitations(store: Database) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(Invitation)) or 0


def test_a_nomination_lets_nobody_in_until_an_administrator_gives_the_place(
    store: Database, world: World, sign_in: SignIn, post: Post, nominated: str
) -> None:
    assert invitations(store) == 0
    (told,) = letters(store, "nominated")
    assert (told.person_id, nominated in told.body, WHY in told.body) == (world.administrator, True, False)
    with store.readers() as db:
        who = [world.administrator, world.manager, world.trainer, world.other_trainer, world.stranger]
        said = [[each.sentence for each in waiting.list_waiting(db, actor(db, each))] for each in who]
    assert said == [["Give Jonah Price a place in training, or say why not"], [], [], [], []]

    ilse, hana = sign_in(world.administrator), sign_in(world.manager)
    assert WHY in ilse.get(nominated).text
    assert "Waits for an answer" in hana.get("/nominations").text
    assert "Give the place" not in hana.get(nominated).text
    for _ in range(2):
        assert post(ilse, f"{nominated}/accept", trainer=str(world.trainer)).status_code == 303
    with store.readers() as db:
        invitation = db.scalars(select(Invitation)).one()
        assert (invitation.email, invitation.unit_id, invitation.trainer_id, invitation.standard_id) == (
            "jonah@harbourside.example", world.parks, world.trainer, "certified",
        )  # fmt: skip
        assert not waiting.list_waiting(db, actor(db, world.administrator))
    assert len(letters(store, "invitation")) == len(letters(store, "nomination_accepted")) == 1
    assert letters(store, "nomination_accepted")[0].person_id == world.manager
    assert "Invited" in hana.get("/nominations").text


def test_who_takes_the_place_is_in_training_and_the_manager_sees_it(
    store: Database, world: World, sign_in: SignIn, post: Post, nominated: str
) -> None:
    post(sign_in(world.administrator), f"{nominated}/accept", trainer=str(world.trainer))
    (letter,) = letters(store, "invitation")
    code = letter.body.split("/invitation/")[1].split()[0]
    with store.transaction() as db:
        person = enrolling.accept(db, code, None, name="Jonah Price", password_hash="a digest")
        assert db.scalars(select(Enrolment.trainer_id).where(Enrolment.person_id == person.id)).one() == world.trainer
    page = sign_in(world.manager).get("/nominations").text
    assert "In training" in page
    assert "Invited" not in page


def test_a_no_has_a_reason_that_the_manager_reads_and_nobody_is_invited(
    store: Database, world: World, sign_in: SignIn, post: Post, nominated: str
) -> None:
    ilse, reason = sign_in(world.administrator), "Ruth has no chair free before May."
    unreasoned = post(ilse, f"{nominated}/decline", declined="")
    assert unreasoned.status_code == 422
    assert "Write why not. Their manager reads it." in unreasoned.text
    for _ in range(2):
        assert post(ilse, f"{nominated}/decline", declined=reason).status_code == 303
    (told,) = letters(store, "nomination_declined")
    assert (told.person_id, reason in told.body) == (world.manager, True)
    assert reason in sign_in(world.manager).get("/nominations").text
    assert invitations(store) == 0
    late = post(ilse, f"{nominated}/accept", trainer=str(world.trainer))
    assert late.status_code == 409
    assert "Jonah Price was declined meanwhile, by Ilse Brandt." in late.text
    assert post(sign_in(world.manager), "/nominations/new", **form(world)).status_code == 303  # once more, later


def test_whoever_learns_here_already_moves_on_without_another_invitation(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    with store.transaction() as db:
        mine = update(Enrolment).where(Enrolment.person_id == world.trainee)
        db.execute(mine.values(standard_id="member", standard_version=1))
    given = form(world, name="Amara Osei", email="amara.osei@example.org", award="associate")
    post(sign_in(world.manager), "/nominations/new", **given)
    ilse, where = sign_in(world.administrator), f"/nominations/{given['key']}"
    page = ilse.get(where).text
    assert "which Amara has not reached with this provider" in page
    refused = post(ilse, f"{where}/accept", trainer=str(world.trainer))
    assert refused.status_code == 422
    assert "Nobody" not in refused.text.split("<h1>")[1].split("</h1>")[0]
    why = "She has sat in a circle for nine years."
    assert post(ilse, f"{where}/accept", trainer=str(world.trainer), because=why).status_code == 303
    with store.readers() as db:
        found = db.scalars(select(Enrolment).where(Enrolment.person_id == world.trainee).order_by(Enrolment.id)).all()
    assert [(each.standard_id, each.early_because) for each in found] == [("member", ""), ("associate", why)]
    assert invitations(store) == 0
    assert "In training" in sign_in(world.manager).get("/nominations").text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Write their name."), ("email", "", "Write their e-mail address."),
        ("email", "jonah", "with an @ in it"), ("unit", "", "Choose one of the units you look after."),
        ("unit", "x", "Choose one of the units you look after."), ("award", "doctor", "Choose the award"),
        ("unit", str(uuid.UUID(int=7)), "Choose one of the units you look after."),
        ("why", "", "Write one sentence: why this person"), ("why", "x" * 501, "Shorten it to 500"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_sentence_and_nothing_typed_is_lost(
    store: Database, world: World, sign_in: SignIn, post: Post, field: str, typed: str, said: str
) -> None:
    given = form(world, **{field: typed})
    answer = post(sign_in(world.manager), "/nominations/new", **given)
    assert answer.status_code == 422
    assert said in answer.text
    kept = [each for name, each in given.items() if name not in (field, "award")]
    assert all(each in answer.text for each in kept)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Nomination)) == 0


def test_the_same_form_twice_is_one_nomination_and_the_same_person_waits_once(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    hana, given = sign_in(world.manager), form(world)
    for _ in range(2):
        assert post(hana, "/nominations/new", **given).status_code == 303
    again = post(hana, "/nominations/new", **form(world, email="jonah@harbourside.EXAMPLE"))
    assert again.status_code == 422
    assert "it waits for an answer" in again.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Nomination)) == 1
    assert len(letters(store, "nominated")) == 1


def test_nobody_else_reads_or_answers_it(world: World, sign_in: SignIn, post: Post, nominated: str) -> None:
    for person_id in (world.trainee, world.trainer, world.stranger):
        browser = sign_in(person_id)
        assert browser.get(nominated).status_code == 404
        assert "Jonah" not in browser.get("/nominations").text
        assert post(browser, f"{nominated}/accept", trainer=str(world.trainer)).status_code == 404
        assert post(browser, f"{nominated}/decline", declined="No.").status_code == 404
    hana = sign_in(world.manager)
    assert post(hana, f"{nominated}/accept", trainer=str(world.trainer)).status_code == 404
    assert post(sign_in(world.administrator), "/nominations/new", **form(world)).status_code == 404


def test_nobody_gives_a_place_to_whom_they_named_themselves(
    store: Database, world: World, sign_in: SignIn, post: Post, nominated: str
) -> None:
    with store.transaction() as db:
        both = {"person_id": world.manager, "organisation_id": world.provider, "started_on": STARTED}
        db.add(Membership(**both, role=Role.ADMINISTRATOR))
    hana = sign_in(world.manager)
    assert "Give the place" not in hana.get(nominated).text
    assert post(hana, f"{nominated}/accept", trainer=str(world.trainer)).status_code == 404
    with store.readers() as db:
        assert not waiting.list_waiting(db, actor(db, world.manager))


def test_a_trainer_has_to_be_chosen(world: World, sign_in: SignIn, post: Post, nominated: str) -> None:
    for trainer in ("", "x", str(world.manager)):
        answer = post(sign_in(world.administrator), f"{nominated}/accept", trainer=trainer)
        assert answer.status_code == 422
        assert "Choose a trainer." in answer.text
