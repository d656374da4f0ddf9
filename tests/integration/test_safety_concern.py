"""An open concern about safety keeps somebody from being found ready, and nobody learns from it what it is about."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from lms.certificates import bulk, renewing
from lms.certificates import service as certificates
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.handover import concerns
from lms.handover import service as handover
from lms.handover.models import SafetyConcern
from lms.handover.rules import CERTIFIED_LATER
from lms.messages.models import Message
from lms.people.models import Membership
from lms.people.models import SignIn as SignedIn
from lms.record import checking
from lms.record import service as record
from lms.register.models import Leaf
from tests.accounts import post
from tests.evidence import make_ready
from tests.make import STARTED, World, actor
from tests.make_certificates import certify
from tests.make_certificates import decide as make_decision
from tests.make_panels import wrong

SignIn = Callable[..., FlaskClient]
WORDS = "A member wrote to me about the evening of the ninth."
HOW = "We spoke with both of them, and it was another evening."
NEUTRAL = "Your trainer will talk with you before the next decision."


@pytest.fixture
def ready(world: World, store: Database) -> None:
    with store.transaction() as db:
        make_ready(db, world, handover.today())


def open_one(store: Database, world: World, by: uuid.UUID | None = None, key: uuid.UUID | None = None) -> uuid.UUID:
    with store.transaction() as db:
        who = actor(db, by or world.trainer)
        return concerns.open_concern(db, who, world.trainee, WORDS, "password", key or uuid.uuid4()).id


def settle(store: Database, world: World, by: uuid.UUID | None = None, how: str = HOW) -> None:
    with store.transaction() as db:
        concerns.settle(db, actor(db, by or world.administrator), world.trainee, how, "password")


def say_ready(store: Database, world: World) -> None:
    with store.transaction() as db:
        ruth = actor(db, world.trainer)
        handover.decide(db, ruth, world.trainee, "ready", "She leads alone.", "password", uuid.uuid4())


def test_nobody_says_ready_while_one_is_open_and_somebody_does_once_it_is_settled(
    world: World, store: Database, ready: None
) -> None:
    open_one(store, world)
    with pytest.raises(Invalid, match="A talk before the next decision"):
        say_ready(store, world)
    settle(store, world)
    say_ready(store, world)
    assert wrong(store) == []


def test_whom_it_is_about_reads_one_calm_sentence(world: World, store: Database, sign_in: SignIn, ready: None) -> None:
    open_one(store, world)
    amara = sign_in(world.trainee)
    for path in ("/", "/readiness"):
        page = amara.get(path).text
        assert NEUTRAL in page
        assert "concern" not in page.lower()
        assert WORDS not in page
    assert amara.get(f"/readiness/{world.trainee}/safety").status_code == 404
    settle(store, world)
    assert NEUTRAL not in amara.get("/readiness").text


def test_only_administrators_read_what_it_is_about(world: World, store: Database, sign_in: SignIn, ready: None) -> None:
    open_one(store, world)
    page = f"/readiness/{world.trainee}/safety"
    for trainer in (world.trainer, world.other_trainer):
        text = sign_in(trainer).get(page).text
        assert "Recorded by Ruth Tamihana on" in text
        assert WORDS not in text
    assert WORDS in sign_in(world.administrator).get(page).text
    for stranger in (world.manager, world.stranger):
        assert sign_in(stranger).get(page).status_code == 404
    settle(store, world)
    seen = sign_in(world.trainer).get(page).text
    assert "Settled by Ilse Brandt" in seen
    assert HOW not in seen
    told = sign_in(world.administrator).get(page).text
    assert WORDS in told
    assert HOW in told
    assert HOW not in sign_in(world.trainee).get("/readiness").text


def test_only_an_administrator_settles_it_and_says_how(
    world: World, store: Database, sign_in: SignIn, ready: None
) -> None:
    open_one(store, world)
    page = f"/readiness/{world.trainee}/safety"
    ruth, ilse = sign_in(world.trainer), sign_in(world.administrator)
    assert "An administrator of your provider settles it." in ruth.get(page).text
    assert f'action="{page}/settle"' not in ruth.get(page).text
    with pytest.raises(Forbidden, match="An administrator of the provider settles it"):
        settle(store, world, world.trainer)
    assert post(ilse, f"{page}/settle", page=page, reason="").status_code == 422
    with pytest.raises(Invalid) as wrong_:
        settle(store, world, how="")
    assert "what was found and agreed" in wrong_.value.fields["reason"]
    settle(store, world)


def test_what_was_decided_before_is_certified_once_it_is_settled(
    world: World, store: Database, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        decision = make_decision(db, world).id
    open_one(store, world)
    page = sign_in(world.administrator).get(f"/certificates/issue?decision={decision}")
    assert page.status_code == 409
    assert "Nothing is certified until it is settled" in page.text
    with pytest.raises(Conflict, match="Nothing is certified"), store.transaction() as db:
        certificates.issue(db, actor(db, world.administrator), decision, "password")
    with store.readers() as db:
        [left] = bulk.plan(db, actor(db, world.administrator), "Harbourside Council, Parks & Depot").left
        assert (left.holder, left.why) == ("Amara Osei", CERTIFIED_LATER)
    settle(store, world)
    with store.transaction() as db:
        assert certificates.issue(db, actor(db, world.administrator), decision, "password")


def test_a_certificate_is_renewed_once_it_is_settled_and_stays_valid_meanwhile(
    world: World, store: Database, drawn: list[str]
) -> None:
    with store.transaction() as db:
        held = certify(db, world).id
    open_one(store, world)
    until = handover.today() + timedelta(days=1200)

    def renew() -> None:
        with store.transaction() as db:
            renewing.renew(db, actor(db, world.administrator), held, handover.today(), until, "password")

    with pytest.raises(Conflict, match="Nothing is certified"):
        renew()
    with store.readers() as db:
        assert certificates.get_record(db, actor(db, world.administrator), held).status is Status.VALID
    settle(store, world)
    renew()


def test_it_is_recorded_with_a_password_and_nothing_typed_is_lost(
    world: World, store: Database, sign_in: SignIn, ready: None
) -> None:
    ilse, page = sign_in(world.administrator), f"/readiness/{world.trainee}/safety"
    with store.transaction() as db:
        db.execute(update(SignedIn).values(verified_at=clock.now() - timedelta(hours=1)))
    answer = post(ilse, page, reason=WORDS, password="")
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert "Type your own password to sign" in answer.text
    assert "Record a concern about safety" in ilse.get(f"/readiness/{world.trainee}").text


def test_a_page_records_and_settles_it(world: World, sign_in: SignIn, ready: None) -> None:
    ilse, page = sign_in(world.administrator), f"/readiness/{world.trainee}/safety"
    assert post(ilse, page, reason="").status_code == 422
    assert post(ilse, page, reason=WORDS).location == page
    assert "A concern about safety is open" in ilse.get(f"/readiness/{world.trainee}").text
    assert post(ilse, f"{page}/settle", page=page, reason=HOW).location == page
    assert "No concern about safety is open" in ilse.get(page).text


def test_one_is_open_at_a_time_and_the_same_form_is_one(world: World, store: Database, ready: None) -> None:
    key = uuid.uuid4()
    assert open_one(store, world, key=key) == open_one(store, world, key=key)
    with pytest.raises(Conflict, match="open already"):
        open_one(store, world, world.administrator)
    settle(store, world)
    with pytest.raises(Conflict, match="No concern is open"):
        settle(store, world)
    assert open_one(store, world, world.administrator)


def test_nobody_records_or_settles_one_about_themselves(world: World, store: Database, ready: None) -> None:
    with store.transaction() as db:
        part = {"organisation_id": world.provider, "role": Role.ADMINISTRATOR, "started_on": STARTED}
        db.add(Membership(person_id=world.trainee, **part))
    with pytest.raises(Forbidden):
        open_one(store, world, world.trainee)
    open_one(store, world)
    with pytest.raises(Forbidden):
        settle(store, world, world.trainee)
    with pytest.raises(NotFound):
        settle(store, world, world.manager)
    with pytest.raises(IntegrityError), store.transaction() as db:
        db.scalars(select(SafetyConcern)).one().opened_by = world.trainee


def test_the_register_keeps_who_and_when_and_no_word_and_their_record_keeps_nothing(
    world: World, store: Database, ready: None
) -> None:
    open_one(store, world)
    settle(store, world)
    with store.readers() as db:
        leaves = db.scalars(select(Leaf).where(Leaf.kind.startswith("safety concern")).order_by(Leaf.seq)).all()
        assert [(each.kind, each.actor_id) for each in leaves] == [
            ("safety concern opened", world.trainer),
            ("safety concern settled", world.administrator),
        ]
        assert not [each for each in leaves if WORDS in f"{each.reason} {each.meaning}" or HOW in f"{each.reason}"]
        theirs = record.entries_about(db, world.trainee)
        assert theirs
        assert not [each for each in theirs if "concern" in each.leaf.kind]
        assert db.scalar(select(func.count()).select_from(Message)) == 0
        assert not [each for each in checking.verify(db).problems if "concern" in each]
    assert wrong(store) == []
    with store.transaction() as db:
        db.scalars(select(SafetyConcern)).one().settled_by = world.trainer
    assert wrong(store), "somebody else settled it than the register says"
