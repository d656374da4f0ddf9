"""Appeals against what a panel decided: wholly other people decide, once, and both decisions stay."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.handover import service as handover
from lms.handover.models import Decision
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.panels import appeals, closing
from lms.panels.models import Panel
from lms.register.models import Leaf
from tests.accounts import later
from tests.integration.test_panels import by_panel, staff
from tests.make import World, actor
from tests.make_panels import Staff, call, decide, get, offered, open_votes, three, vote, wrong

__all__ = ["by_panel", "staff"]
SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
NOT_YET = closing.Words("not_yet", 1, "One circle with strangers first.", "", "All of it is there, and once.")
MINE = "The Consents circle were strangers to me in November."


@pytest.fixture
def refused(store: Database, world: World, staff: Staff) -> uuid.UUID:
    """A panel that said not yet to Amara, called by Ilse."""
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["not_yet"] * 3)
    decide(store, panel_id, members[0], NOT_YET)
    return panel_id


def appeal(store: Database, world: World, panel_id: uuid.UUID, words: str = MINE) -> None:
    with store.transaction() as db:
        appeals.appeal(db, actor(db, world.trainee), panel_id, words)


def test_the_trainee_appeals_in_their_words_and_other_people_decide(
    store: Database, world: World, staff: Staff, refused: uuid.UUID, sign_in: SignIn, post: Post
) -> None:
    amara = sign_in(world.trainee)
    assert "You can appeal until" in amara.get("/readiness").text
    assert post(amara, f"/panels/{refused}/appeal", words="").status_code == 422
    assert post(amara, f"/panels/{refused}/appeal", words=MINE).status_code == 303
    assert "Other people are being called." in amara.get("/readiness").text
    with store.readers() as db:
        asked = db.scalars(select(Message.person_id).where(Message.template == "panel_appealed")).all()
    assert asked == [world.administrator]
    with pytest.raises(Forbidden, match="Ilse Brandt called the first panel"):
        call(store, world, [staff.ines, staff.marit, staff.teuila])
    others = [staff.ines, staff.marit, staff.teuila]
    with pytest.raises(Invalid, match=r"Wen Liu was named for the first panel\."):
        call(store, world, [staff.wen, *others[:2]], by=world.other_trainer)
    second = call(store, world, others, by=world.other_trainer)
    assert get(store, second).appeal_of == refused
    assert "Other people are deciding." in amara.get("/readiness").text
    for member in others:
        vote(store, second, member)
    decide(store, second, staff.ines)
    page = amara.get("/readiness").text
    assert "The appeal is decided" in page
    assert page.index("The panel said ready on") < page.index("One circle with strangers first.")
    assert MINE in amara.get(f"/panels/{refused}").text
    assert "An appeal has been decided about already" not in amara.get(f"/panels/{refused}").text
    with store.readers() as db:
        kinds = db.scalars(select(Decision.kind).order_by(Decision.decided_at)).all()
    assert kinds == ["not_yet", "ready"]
    assert not wrong(store)


def test_who_sat_on_the_first_panel_or_called_it_is_kept_off_with_the_reason(
    store: Database, world: World, staff: Staff, refused: uuid.UUID
) -> None:
    appeal(store, world, refused)
    with store.transaction() as db:
        from lms.panels import rules, service

        _, rule, known = service.choices(db, actor(db, world.other_trainer), world.trainee)
        because = {each.name: rules.kept_off(each, rule) for each in known.values()}
    assert because["Ilse Brandt"] == "called the first panel"
    for name in ("Ruth Tamihana", "Wen Liu", "Kofi Boateng"):
        assert because[name] == "was named for the first panel"
    assert not because["Ines Vidal"]


def test_an_appeal_is_made_once(store: Database, world: World, refused: uuid.UUID) -> None:
    appeal(store, world, refused)
    appeal(store, world, refused)
    with pytest.raises(Conflict, match="appealed already"):
        appeal(store, world, refused, "Other words.")


def test_only_whom_it_is_about_appeals(
    store: Database, world: World, refused: uuid.UUID, sign_in: SignIn, post: Post
) -> None:
    for who in (world.trainer, world.other_trainee, world.manager, world.administrator):
        with pytest.raises(NotFound), store.transaction() as db:
            appeals.appeal(db, actor(db, who), refused, MINE)
        assert post(sign_in(who), f"/panels/{refused}/appeal", words=MINE).status_code == 404


def test_after_the_last_day_no_appeal_is_taken(
    store: Database, world: World, refused: uuid.UUID, sign_in: SignIn
) -> None:
    with later(days=31):
        with pytest.raises(Conflict, match="The days for an appeal are over"):
            appeal(store, world, refused)
        assert "The days for an appeal are over" in sign_in(world.trainee).get(f"/panels/{refused}").text
    with later(days=29):
        appeal(store, world, refused)


def test_against_ready_there_is_nothing_to_appeal(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready"] * 3)
    decide(store, panel_id, world.trainer)
    with pytest.raises(Conflict, match="nothing to appeal"):
        appeal(store, world, panel_id)


def test_an_appeal_is_closed_by_its_decision(store: Database, world: World, staff: Staff, refused: uuid.UUID) -> None:
    appeal(store, world, refused)
    others = [staff.ines, staff.marit, staff.teuila]
    second = call(store, world, others, by=world.other_trainer)
    for member in others:
        vote(store, second, member, "not_yet")
    decide(store, second, staff.ines, NOT_YET)
    with pytest.raises(Conflict, match="decided about already"):
        appeal(store, world, second)
    assert offered(store, world)[0], "a panel may be called anew later, and then nobody is kept off for the first"


def test_what_was_decided_is_read_when_the_training_has_ended(
    store: Database, world: World, refused: uuid.UUID, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        db.execute(update(Enrolment).values(ended_on=handover.today()))
    assert "One circle with strangers first." in sign_in(world.administrator).get(f"/panels/{refused}").text


def test_a_panel_whose_training_ends_meanwhile_says_so(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    panel_id = call(store, world, three(world, staff))
    with store.transaction() as db:
        db.execute(update(Enrolment).values(ended_on=handover.today()))
    answer = sign_in(world.administrator).get(f"/panels/{panel_id}")
    assert answer.status_code == 409
    assert "This training has ended" in answer.text


def test_the_record_of_the_trainee_shows_the_votes_once_it_is_decided(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["not_yet"] * 3)
    assert "Vote on a panel" not in sign_in(world.trainee).get("/record").text
    decide(store, panel_id, world.trainer, NOT_YET)
    page = sign_in(world.trainee).get("/record").text
    assert page.count("Vote on a panel about readiness: Not yet") == 3
    with store.readers() as db:
        assert db.scalar(select(Panel.closed_at).where(Panel.id == panel_id)) is not None
        assert len(db.scalars(select(Leaf).where(Leaf.kind == "panel vote")).all()) == 3
