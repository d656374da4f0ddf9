"""Renewals from the first entry to the new certificate: who may, what is kept, what happens twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.wording import add_months
from lms.certificates import bindings as issuing
from lms.certificates import looking
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.certificates.records import facts_of, find_renewed, today
from lms.certificates.rules import Status
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.messages.models import Message
from lms.register.bindings import faults
from lms.register.models import Leaf
from lms.renewals import bindings, jobs, service
from lms.renewals.models import RenewalEntry
from lms.renewals.service import Added
from tests.accounts import later, post
from tests.evidence import make_led
from tests.make import World, actor, make_group
from tests.make_certificates import certify

LESSONS = ("M04-L3", "M05-L2")


def ends_in(db: Session, world: World, days: int) -> uuid.UUID:
    """Amara's certificate, which ends in so many days, negative for one that has ended."""
    made = certify(db, world)
    made.valid_until = today() + timedelta(days=days)
    made.issued_on = add_months(made.valid_until, -24)
    db.flush()
    return made.id


def lead_two(db: Session, world: World) -> None:
    group = make_group(db, world)
    for days, signer in ((20, world.trainer), (10, world.other_trainer)):
        make_led(db, group, today() - timedelta(days=days), signer=signer)


def do_again(db: Session, world: World, certificate_id: uuid.UUID) -> None:
    for lesson in LESSONS:
        service.again(db, actor(db, world.trainee), certificate_id, uuid.uuid4(), lesson)


def sent(db: Session, world: World, days: int = -60) -> uuid.UUID:
    """A renewal with everything there."""
    certificate_id = ends_in(db, world, days)
    lead_two(db, world)
    do_again(db, world, certificate_id)
    service.send(db, actor(db, world.trainee), certificate_id)
    return certificate_id


@pytest.mark.parametrize("days", [100, -60])
def test_a_renewal_is_a_new_certificate_without_a_gap_and_the_old_one_stays(
    store: Database, world: World, days: int
) -> None:
    with store.transaction() as db:
        old_id = sent(db, world, days)
        ilse = actor(db, world.administrator)
        [waiting] = service.list_sent(db, ilse)
        assert waiting.found.ready
        made = service.decide(db, ilse, old_id, "passkey")
        assert service.decide(db, ilse, old_id, "passkey") is made
        old = db.get_one(Certificate, old_id)
        assert (made.renews_id, made.decision_id) == (old_id, None)
        assert made.code != old.code
        assert made.issued_on == (old.valid_until + timedelta(days=1) if days > 0 else today())
        assert made.valid_until == add_months(old.valid_until, 24)
        assert service.list_sent(db, ilse) == []
        standing, newer = looking.look(db, old.code), looking.look(db, made.code)
        assert standing is not None
        assert newer is not None
        began = days < 0
        assert (standing.status, newer.status) == (
            (Status.EXPIRED, Status.VALID) if began else (Status.VALID, Status.COMING)
        )
        assert standing.renewed_until == (made.valid_until if began else None)
        kinds = db.scalars(select(Leaf.kind).where(Leaf.kind.in_(("renewal decided", "certificate renewed"))))
        assert sorted(kinds) == ["certificate renewed", "renewal decided"]


def test_the_register_computes_both_entries_again_and_notices_a_change(store: Database, world: World) -> None:
    with store.transaction() as db:
        old_id = sent(db, world)
        made_id = service.decide(db, actor(db, world.administrator), old_id, "passkey").id

    def found(db: Session) -> list[str]:
        sources = {each.kind: each for each in (*issuing.SOURCES, *bindings.SOURCES)}
        leaves = db.scalars(select(Leaf).where(Leaf.kind.in_(("renewal decided", "certificate renewed")))).all()
        assert len(leaves) == 2
        return [fault for leaf in leaves for fault in faults(leaf, list(sources[leaf.kind].load(db, [leaf.seq])))]

    with store.readers() as db:
        assert found(db) == []
    with store.transaction() as db:
        renewal = service.to_decide(db, actor(db, world.administrator), old_id).renewal
        assert renewal is not None
        renewal.judged = {**(renewal.judged or {}), "until": "2099-01-01"}
        db.get_one(Certificate, made_id).holder_name = "Somebody Else"
    with store.readers() as db:
        assert len(found(db)) == 2


def test_what_is_sent_with_something_to_come_waits_until_it_is_there(store: Database, world: World) -> None:
    with store.transaction() as db:
        certificate_id = ends_in(db, world, 100)
        do_again(db, world, certificate_id)
        amara, ilse = actor(db, world.trainee), actor(db, world.administrator)
        assert service.send(db, amara, certificate_id).waits
        service.send(db, amara, certificate_id)
        letters = db.scalars(select(Message).where(Message.template == "renewal_sent")).all()
        assert [each.person_id for each in letters] == [world.administrator]
        assert not service.list_sent(db, ilse)[0].found.ready
        with pytest.raises(Conflict, match="when everything is there"):
            service.decide(db, ilse, certificate_id, "passkey")
        lead_two(db, world)
        assert service.list_sent(db, ilse)[0].found.ready


def test_only_the_holder_sends_and_only_the_providers_administrator_decides(store: Database, world: World) -> None:
    with store.transaction() as db:
        certificate_id = sent(db, world)
        for who in (world.trainer, world.manager, world.administrator, world.other_trainee, world.stranger):
            with pytest.raises(NotFound):
                service.own(db, actor(db, who), certificate_id)
        for who, error in ((world.trainer, Forbidden), (world.trainee, Forbidden), (world.stranger, NotFound)):
            with pytest.raises(error):
                service.decide(db, actor(db, who), certificate_id, "passkey")
        assert find_renewed(db, certificate_id) is None


def test_an_own_entry_is_the_holders_word_and_counts_once(store: Database, world: World) -> None:
    with store.transaction() as db:
        certificate_id, amara, key = ends_in(db, world, 100), actor(db, world.trainee), uuid.uuid4()
        added = Added("A day on asking", "asking", today() - timedelta(days=5), 240)
        for _ in range(2):
            service.add(db, amara, certificate_id, key, added)
        assert db.scalar(select(func.count()).select_from(RenewalEntry)) == 1
        [each] = service.own(db, amara, certificate_id).found.learning
        assert (each.learned.title, each.minutes, each.learned.on_record) == ("A day on asking", 240, False)
        for on in (today() + timedelta(days=1), add_months(today(), -30)):
            with pytest.raises(Invalid):
                service.add(db, amara, certificate_id, uuid.uuid4(), Added("Elsewhere", "other", on, 60))


def test_nothing_is_sent_before_the_window_opens_or_after_a_withdrawal(store: Database, world: World) -> None:
    with store.transaction() as db:
        certificate_id, amara = ends_in(db, world, 500), actor(db, world.trainee)
        with pytest.raises(Conflict, match="Renewal opens on"):
            service.send(db, amara, certificate_id)
        certificates.revoke(db, actor(db, world.administrator), certificate_id, "A mistake.", "passkey")
        with pytest.raises(NotFound):
            service.own(db, amara, certificate_id)


def test_a_certificate_stands_on_a_decision_or_on_another_certificate(store: Database, world: World) -> None:
    for ground in ("none", "both"):
        with store.transaction() as db:
            made = certify(db, world)
            made.decision_id = None if ground == "none" else made.decision_id
            made.renews_id = None if ground == "none" else made.id
            with pytest.raises(IntegrityError):
                db.flush()
            db.rollback()


def test_each_reminder_goes_out_once_and_after_a_standstill_only_the_nearest(store: Database, world: World) -> None:
    with store.transaction() as db:
        certificate_id = ends_in(db, world, 60)

    def letters() -> int:
        jobs.remind_of_renewals(store)
        with store.readers() as db:
            return db.scalar(select(func.count()).where(Message.template.startswith("renewal_due"))) or 0

    assert [letters(), letters()] == [2, 2]
    for days, much in ((5, 4), (0, 6), (-3, 6), (-40, 6)):
        with store.transaction() as db:
            db.get_one(Certificate, certificate_id).valid_until = today() + timedelta(days=days)
        assert letters() == much
    with store.readers() as db:
        whom = db.scalars(select(Message.person_id).where(Message.template.startswith("renewal_due")))
        assert set(whom) == {world.trainee, world.manager}


def test_the_pages_lead_from_the_first_entry_to_the_new_number(
    store: Database, world: World, sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    with store.transaction() as db:
        certificate_id = ends_in(db, world, -60)
        old_number = facts_of(db.get_one(Certificate, certificate_id)).number
        lead_two(db, world)
    amara, page = sign_in(world.trainee), f"/certificates/{certificate_id}/renew"
    assert "Ended" in amara.get(page).text
    assert "Renew it" in amara.get(f"/certificates/{certificate_id}").text
    typed = {"title": "A day on asking", "about": "asking", "day": "soon", "hours": "4"}
    refused = post(amara, f"{page}/add", page=page, **typed)
    assert refused.status_code == 422
    assert 'value="A day on asking"' in refused.text
    assert post(amara, f"{page}/add", page=page, **typed | {"day": today().isoformat()}).status_code == 303
    assert "By your own word." in amara.get(page).text
    for lesson in LESSONS:
        assert post(amara, f"{page}/again", page=page, lesson=lesson).status_code == 303
    assert post(amara, page).status_code == 422
    assert post(amara, page, keeps="yes").status_code == 303
    assert "decides now" in amara.get(page).text
    with store.transaction() as db:
        made = service.decide(db, actor(db, world.administrator), certificate_id, "passkey")
        number = facts_of(made).number
    assert "is certified to lead" in client.get(f"/v/{number}").text
    # The old one’s dates were moved in the database, so its own page is in doubt about it, as it should be.
    assert "In doubt" in client.get(f"/v/{old_number}").text
    with store.readers() as db:
        standing = looking.look(db, old_number)
    assert standing is not None
    assert standing.renewed_until == made.valid_until
    assert "Renewed until" in amara.get(page).text


def test_the_administrator_proves_who_they_are_to_renew(
    store: Database, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    with store.transaction() as db:
        certificate_id = sent(db, world)
    ilse, page = sign_in(world.administrator), f"/certificates/{certificate_id}/renewal"
    assert "One renewal waits for you" in ilse.get("/renewals").text
    with later(minutes=6):
        assert post(ilse, page, password="").status_code == 422
    with store.readers() as db:
        assert find_renewed(db, certificate_id) is None
