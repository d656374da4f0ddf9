"""A client of two providers: its manager sees both, neither provider sees the other’s people, work or counts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.learning import enrolling, nominating, stopping
from lms.learning.models import Enrolment, Nomination
from lms.learning.nominating import Named
from lms.messages.models import Message
from lms.organisations import service as lists
from lms.people import charge, invitations, provisions
from lms.people.invitations import Place
from lms.people.models import Membership, Organisation, Person, Provision
from tests.make import World, actor
from tests.make_shared import NAMES, PROVIDER, Shared, move_in, second

SignIn = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def shared(store: Database, world: World) -> Shared:
    """Harbourside buys from Millrace Circles as well."""
    with store.transaction() as db:
        return move_in(db, world, second(db, world.council))


def place(world: World, trainer: uuid.UUID, provider: uuid.UUID | None = None) -> Place:
    return Place(world.council, Role.TRAINEE, world.parks, trainer, "certified", "", provider)


def member_of(db: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> Membership:
    mine = (Membership.person_id == person_id, Membership.provider_id == provider_id)
    return db.scalars(select(Membership).where(*mine)).one()


def test_each_provider_looks_after_its_own_people_and_the_manager_after_all(
    store: Database, world: World, shared: Shared
) -> None:
    with store.readers() as db:
        seen = {who: {row.name for row in charge.list_members(db, actor(db, who))} for who in (
            world.administrator, shared.world.administrator, world.manager,
        )}  # fmt: skip
        counts = {who: charge.count_members(db, actor(db, who)) for who in seen}
        assert seen[world.administrator] & set(NAMES) == set()
        assert {"Amara Osei", "Farid Rahimi", "Hana Petrova"} <= seen[world.administrator]
        assert seen[shared.world.administrator] == {
            "Zofia Wrona", "Ivo Markovic", "Hana Petrova", "Tove Lind", "Elin Sandvik", "Noor Haddad",
        }  # fmt: skip
        assert {"Amara Osei", "Zofia Wrona"} <= seen[world.manager]
        assert counts == {who: len(names) for who, names in seen.items()}


def test_a_manager_says_which_provider_is_meant(store: Database, world: World, shared: Shared) -> None:
    with store.transaction() as db:
        hana = actor(db, world.manager)
        asked: Any = {"name": "Mary Ross", "email": "mary@example.org"}
        for choice in (None, uuid.uuid4(), world.council):
            with pytest.raises(Invalid, match="Choose which provider trains them"):
                enrolling.invite(db, hana, place=place(world, world.trainer, choice), **asked)
            with pytest.raises(Invalid, match="Choose which provider trains them"):
                nominating.nominate(
                    db, hana, uuid.uuid4(), Named("Mary Ross", "m@example.org", world.parks, "certified", "So.", choice)
                )
        with pytest.raises(Invalid, match="Choose a trainer"):  # of that provider
            enrolling.invite(db, hana, place=place(world, world.trainer, shared.world.provider), **asked)
        made = enrolling.invite(db, hana, place=place(world, shared.world.trainer, shared.world.provider), **asked)
        assert made.provider_id == shared.world.provider
        letter = db.scalars(select(Message).where(Message.email == "mary@example.org")).one()
        assert letter.organisation_id == shared.world.provider


def test_a_provider_means_itself_and_offers_only_its_own_trainers(
    store: Database, world: World, shared: Shared
) -> None:
    with store.transaction() as db:
        ilse = actor(db, world.administrator)
        asked: Any = {"name": "Mary Ross", "email": "mary@example.org"}
        assert enrolling.invite(db, ilse, place=place(world, world.trainer), **asked).provider_id == world.provider
        with pytest.raises(Invalid, match="Choose a trainer"):
            enrolling.invite(db, ilse, place=place(world, shared.world.trainer), **asked)
        with pytest.raises(Invalid, match="Choose which provider"):
            enrolling.invite(db, ilse, place=place(world, world.trainer, shared.world.provider), **asked)


def test_somebody_trained_by_both_has_two_parts_and_losing_one_keeps_the_other(
    store: Database, world: World, shared: Shared
) -> None:
    with store.transaction() as db:
        noor, ilse, zofia = (
            actor(db, who) for who in (shared.world.administrator, world.administrator, shared.world.trainee)
        )
        email = db.get_one(Person, zofia.person_id).email
        given: Any = {"name": "Zofia Wrona", "email": email}
        _, code = invitations.create_invitation(db, ilse, place=place(world, world.trainer), **given)
        db.get_one(Person, zofia.person_id).password = "x"
        enrolling.accept(db, code, actor(db, zofia.person_id))
        here, there = (member_of(db, zofia.person_id, each) for each in (world.provider, shared.world.provider))
        with pytest.raises(NotFound):
            enrolling.suspend(db, ilse, there.id)
        enrolling.suspend(db, ilse, here.id)
        running = select(Enrolment.provider_id).where(
            Enrolment.person_id == zofia.person_id, Enrolment.ended_on.is_(None)
        )
        assert db.scalars(running).all() == [shared.world.provider]
        assert [each.provider_id for each in stopping.list_trainings(db, zofia)] == [shared.world.provider]
        enrolling.restore(db, ilse, here.id)
        assert set(db.scalars(running)) == {world.provider, shared.world.provider}
        with pytest.raises(NotFound):
            enrolling.restore(db, noor, here.id)


def test_the_list_of_a_client_with_two_providers_is_its_managers_own(
    store: Database, world: World, shared: Shared, sign_in: SignIn, post: Post
) -> None:
    with store.readers() as db:
        kept = {who: [each.id for each in lists.organisations(db, actor(db, who))] for who in (
            world.administrator, shared.world.administrator, world.manager,
        )}  # fmt: skip
        assert world.council not in kept[world.administrator] + kept[shared.world.administrator]
        assert kept[world.manager] == [world.council]
        hana = db.scalars(select(Membership.id).where(Membership.person_id == world.manager)).one()
    ilse = sign_in(world.administrator)
    assert f"/people/{hana}/suspend" not in ilse.get("/people").text
    answer = post(ilse, f"/people/{hana}/suspend")
    assert (answer.status_code, "Only the organisation’s own managers" in answer.text) == (409, True)
    with store.transaction() as db:
        ended = select(Provision).where(Provision.provider_id == shared.world.provider)
        db.scalars(ended).one().ended_on = db.scalars(select(Provision.started_on)).first()
        assert world.council in [each.id for each in lists.organisations(db, actor(db, world.administrator))]


def test_who_trains_there_no_more_invites_nobody_and_keeps_its_own_records(
    store: Database, world: World, shared: Shared
) -> None:
    with store.transaction() as db:
        run = db.scalars(select(Provision).where(Provision.provider_id == shared.world.provider)).one()
        run.ended_on = run.started_on
        noor = actor(db, shared.world.administrator)
        with pytest.raises(NotFound):
            invitations.create_invitation(
                db, noor, name="Mary", email="m@example.org", place=place(world, shared.world.trainer)
            )
        assert shared.world.trainee not in {row.Membership.person_id for row in charge.list_members(db, noor)}
        held = select(func.count()).select_from(Enrolment).where(Enrolment.provider_id == shared.world.provider)
        assert db.scalar(held) == 2


def test_a_nomination_goes_to_the_provider_that_was_chosen(
    store: Database, world: World, shared: Shared, sign_in: SignIn, post: Post
) -> None:
    hana, ilse, noor = (sign_in(who) for who in (world.manager, world.administrator, shared.world.administrator))
    assert PROVIDER in hana.get("/nominations/new").text
    assert f", with {PROVIDER}" in hana.get("/people?q=Zofia").text + hana.get("/people").text
    given: Any = {"name": "Mary Ross", "email": "mary@example.org", "award": "certified", "why": "She asks."}
    given |= {"unit": str(world.parks), "key": str(uuid.uuid4())}
    answer = post(hana, "/nominations/new", **given)
    assert (answer.status_code, "Choose which provider trains them." in answer.text) == (422, True)
    assert "She asks." in answer.text
    sent = post(hana, "/nominations/new", **given, provider=str(shared.world.provider))
    assert sent.status_code == 303
    assert "Mary Ross" in noor.get("/nominations").text
    assert f", with {PROVIDER}. Named by" in hana.get("/nominations").text
    assert "Mary Ross" not in ilse.get("/nominations").text
    with store.readers() as db:
        made = db.scalars(select(Nomination).where(Nomination.name == "Mary Ross")).one().id
    path = f"/nominations/{made}"
    assert ilse.get(path).status_code == 404
    assert post(ilse, f"{path}/accept", trainer=str(world.trainer), because="").status_code == 404
    assert post(noor, f"{path}/accept", trainer=str(world.trainer), because="").status_code == 422  # not one of theirs
    assert post(noor, f"{path}/accept", trainer=str(shared.world.trainer), because="").status_code == 303


def test_a_manager_of_an_organisation_with_one_provider_is_asked_nothing(
    store: Database, world: World, sign_in: SignIn
) -> None:
    hana = sign_in(world.manager)
    for path in ("/nominations/new", "/people/invite"):
        assert "Which provider" not in hana.get(path).text
    with store.readers() as db:
        assert provisions.meant(db, actor(db, world.manager), world.council, None) == world.provider
        assert provisions.meant(db, actor(db, world.stranger), world.council, None) is None


def test_the_manager_sees_the_certificates_and_circles_of_both(world: World, shared: Shared, sign_in: SignIn) -> None:
    hana = sign_in(world.manager)
    coverage = hana.get("/coverage").text
    assert re.search("Ivo Markovic|Libraries", coverage)
    assert hana.get(f"/certificates/{shared.ids['certificate_id']}").status_code == 200


def test_a_second_provider_is_added_at_the_terminal(store: Database, world: World) -> None:
    from lms.people import founding

    with store.transaction() as db:
        provider = Organisation(name=PROVIDER, kind="provider")
        db.add(provider)
        db.flush()
        for _ in range(2):
            founding.add_client(db, name="Harbourside Council", provider=PROVIDER, units=[])
        found = provisions.providers_of(db, [world.council])[world.council]
        assert [name for _, name in found] == ["Fieldfare Peer Learning", PROVIDER]
        with pytest.raises(Conflict, match="is a training provider itself"):
            founding.add_client(db, name=PROVIDER, provider=PROVIDER, units=[])
