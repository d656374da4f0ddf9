"""Certificates from the decision to the withdrawal: who may, what is kept, what happens twice."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.certificates import looking, rules, service
from lms.certificates.models import Certificate, CertificatePdf, Step
from lms.certificates.records import facts_of
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.jobs import Job
from lms.core.settings import current
from lms.core.unit import Database
from lms.handover import service as handover
from lms.handover.models import Decision
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Organisation
from lms.register import service as register
from lms.register.models import Leaf
from lms.work import Worker
from tests.make import World, actor, person
from tests.make_certificates import REASON, certify, decide


def test_a_certificate_says_what_was_decided_in_the_names_of_the_day(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision = decide(db, world)
        made = service.issue(db, actor(db, world.administrator), decision.id, "password")
        said = service.get_record(db, actor(db, world.trainee), made.id).facts
        assert (said.holder, said.unit, said.organisation) == ("Amara Osei", "Parks & Depot", "Harbourside Council")
        assert (said.signer, said.issuer, said.provider) == ("Ruth Tamihana", "Ilse Brandt", "Fieldfare Peer Learning")
        assert said.evidence[0] == "6 sessions"
        assert said.seen == "6 sessions, signed by 2 trainers who were in the room"
        assert said.level == 4
        assert said.valid_until == rules.last_day(said.issued_on, 24)
        assert said.address == f"{current().public_url}/v/{said.number}"
        leaf = db.get_one(Leaf, made.leaf_seq)
        assert leaf.digest == made.digest
        assert (leaf.kind, leaf.subject_id, leaf.authenticated_by) == ("certificate issued", made.id, "password")
        [letter] = db.scalars(select(Message).where(Message.template == "certificate"))
        assert letter.person_id == world.trainee
        assert f"/certificates/{made.id}" in letter.body
        assert REASON not in letter.body


def test_the_digest_can_be_computed_again_from_the_row(store: Database, world: World) -> None:
    with store.transaction() as db:
        certify(db, world)
    with store.readers() as db:
        row = db.scalars(select(Certificate)).one()
        decision = db.get_one(Decision, row.decision_id)
        standard = (decision.standard_id, decision.standard_version, decision.standard_hash)
        payload = rules.payload(facts_of(row), str(row.decision_id), standard)
        assert register.digest(payload) == row.digest


def test_issuing_twice_is_issuing_once(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
    made = set()
    for _ in range(2):
        with store.transaction() as db:
            made.add(service.issue(db, actor(db, world.administrator), decision_id, "password").id)
    assert len(made) == 1


def test_twenty_issues_at_once_make_one_certificate(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
    together = threading.Barrier(20)

    def issue(_: int) -> uuid.UUID:
        together.wait()
        with store.transaction() as db:
            return service.issue(db, actor(db, world.administrator), decision_id, "password").id

    with ThreadPoolExecutor(20) as pool:
        made = set(pool.map(issue, range(20)))
    with store.readers() as db:
        assert set(db.scalars(select(Certificate.id))) == made
        assert len(made) == 1
        for table, of in ((Message.template, "certificate"), (Leaf.kind, "certificate issued")):
            assert db.scalar(select(func.count()).where(table == of)) == 1
        assert db.scalar(select(func.count()).where(Job.name == "sign_certificate")) == 1


def test_only_the_providers_administrator_issues(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
        other = Organisation(name="Other Provider", kind="provider")
        db.add(other)
        db.flush()
        elsewhere = person(db, "Elsewhere Admin", other, Role.ADMINISTRATOR)
        for who, error in (
            (world.trainer, Forbidden),
            (world.manager, NotFound),
            (world.trainee, Forbidden),
            (world.other_trainee, NotFound),
            (world.stranger, NotFound),
            (elsewhere, NotFound),
        ):
            with pytest.raises(error):
                service.issue(db, actor(db, who), decision_id, "password")


def test_nobody_certifies_themselves(store: Database, world: World) -> None:
    with store.transaction() as db:
        db.add(
            Enrolment(
                person_id=world.administrator,
                organisation_id=world.council,
                unit_id=world.parks,
                provider_id=world.provider,
                trainer_id=world.trainer,
                started_on=clock.today(),
            )
        )
        decision_id = decide(db, world, world.administrator).id
        with pytest.raises(Forbidden, match="about you"):
            service.issue(db, actor(db, world.administrator), decision_id, "password")
    with store.transaction() as db:
        own = certify(db, world)
        own.issuer_id = own.person_id
        with pytest.raises(IntegrityError):
            db.flush()
        db.rollback()


@pytest.mark.parametrize("kind", ["not_yet", "stay"])
def test_only_ready_is_certified(store: Database, world: World, kind: str) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world, kind=kind).id
        with pytest.raises(Conflict, match="ready"):
            service.issue(db, actor(db, world.administrator), decision_id, "password")


def test_a_newer_decision_stands_before_an_older_ready(store: Database, world: World) -> None:
    with store.transaction() as db:
        who = actor(db, world.administrator)
        decision_id = decide(db, world).id
        assert [each.decision.id for each in service.ready_without_certificate(db, who)] == [decision_id]
        decide(db, world, kind="stay")
        with pytest.raises(Conflict, match="newer"):
            service.issue(db, who, decision_id, "password")
        assert service.ready_without_certificate(db, who) == []


def test_who_waits_for_a_certificate(store: Database, world: World) -> None:
    with store.transaction() as db:
        who = actor(db, world.administrator)
        decision = decide(db, world)
        [waiting] = service.ready_without_certificate(db, who)
        assert (waiting.holder, waiting.signer) == ("Amara Osei", "Ruth Tamihana")
        for other in (world.trainer, world.manager, world.trainee, world.stranger):
            assert service.ready_without_certificate(db, actor(db, other)) == []
        service.issue(db, who, decision.id, "password")
        assert service.ready_without_certificate(db, who) == []


def test_withdrawing_says_so_and_keeps_the_reason_for_the_holder(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = certify(db, world)
        who = actor(db, world.administrator)
        first = service.revoke(db, who, made.id, "Two signatures were taken back. ", "passkey", "evidence")
        again = service.revoke(db, who, made.id, "Another reason", "password", "asked")
        assert again is first
        assert first.reason == "Two signatures were taken back."
        record = service.get_record(db, actor(db, world.trainee), made.id)
        assert record.status is Status.WITHDRAWN
        leaf = db.get_one(Leaf, first.leaf_seq)
        assert (leaf.reason, leaf.authenticated_by) == ("The evidence does not hold", "passkey")
        letters = db.scalars(select(Message).where(Message.template.in_(("revoked", "cover_lost")))).all()
        assert {each.person_id for each in letters} == {world.trainee, world.manager}
        assert not [each for each in letters if "taken back" in each.body + each.subject]
        assert db.scalar(select(func.count()).select_from(Step)) == 1
        with pytest.raises(NotFound):
            service.find_pdf(db, actor(db, world.trainee), made.id)


def test_withdrawing_needs_a_reason_and_the_providers_administrator(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = certify(db, world)
        with pytest.raises(Invalid):
            service.revoke(db, actor(db, world.administrator), made.id, "  ", "password")
        for who, error in (
            (world.trainer, Forbidden),
            (world.manager, Forbidden),
            (world.trainee, Forbidden),
            (world.other_trainee, NotFound),
            (world.stranger, NotFound),
        ):
            with pytest.raises(error):
                service.revoke(db, actor(db, who), made.id, "because", "password")


def test_who_sees_which_certificate(store: Database, world: World) -> None:
    with store.transaction() as db:
        made = certify(db, world)
        for who in (world.trainee, world.trainer, world.other_trainer, world.administrator, world.manager):
            assert service.get_record(db, actor(db, who), made.id).certificate is made
        for who in (world.other_trainee, world.stranger):
            with pytest.raises(NotFound):
                service.get_record(db, actor(db, who), made.id)
            assert service.list_records(db, actor(db, who)) == []
        assert [each.certificate.id for each in service.own_records(db, actor(db, world.trainee))] == [made.id]
        assert service.list_records(db, actor(db, world.trainee)) == []
        assert len(service.list_records(db, actor(db, world.manager))) == 1


def test_anyone_with_the_number_finds_it_however_it_is_typed(store: Database, world: World) -> None:
    with store.transaction() as db:
        code = certify(db, world).code
    with store.readers() as db:
        for typed in (code, rules.printed(code), rules.printed(code).lower().replace("-", " ")):
            found = looking.look(db, typed)
            assert found is not None
            assert (found.facts.holder, found.status) == ("Amara Osei", Status.VALID)
        for typed in ("", "x", rules.new_code(), "'; --"):
            assert looking.look(db, typed) is None


def test_coverage_counts_each_person_once_and_nobody_withdrawn(store: Database, world: World) -> None:
    with store.transaction() as db:
        first = certify(db, world)
        with clock.at(clock.now() + timedelta(days=40)):
            longer = certify(db, world)
        other = certify(db, world, world.other_trainee)
        days = [(first.issued_on, 2), (longer.issued_on, 2), (longer.valid_until + timedelta(days=1), 0)]
        for on, count in [(first.issued_on - timedelta(days=1), 0), *days]:
            assert len(service.valid_certificates(db, world.council, on)) == count
        service.revoke(db, actor(db, world.administrator), other.id, "because", "password")
        [left] = service.valid_certificates(db, world.council, longer.issued_on)
        assert (left.person_id, left.unit_id, left.valid_until) == (world.trainee, world.parks, longer.valid_until)
        assert service.valid_certificates(db, world.provider, longer.issued_on) == []


def test_the_job_draws_it_once_even_if_it_runs_twice(store: Database, world: World) -> None:
    from lms.certificates import jobs

    with store.transaction() as db:
        made = certify(db, world)
        assert service.find_pdf(db, actor(db, world.trainee), made.id) is None
    worker = Worker(store, threading.Event())
    while worker.run_one():
        continue
    with store.readers() as db:
        drawn = db.get_one(CertificatePdf, (made.id, 1))
        assert service.get_record(db, actor(db, world.trainee), made.id).is_drawn
        assert service.find_pdf(db, actor(db, world.trainee), made.id) == drawn.content
        assert drawn.content.startswith(b"%PDF")
    jobs.render_certificate(store, certificate=str(made.id))
    with store.transaction() as db:
        service.keep_pdf(db, made.id, b"another")
        assert db.get_one(CertificatePdf, (made.id, 1)).sha256 == drawn.sha256


def test_decisions_are_seen_by_the_person_and_the_provider(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision = decide(db, world)
        later = decide(db, world, kind="stay")
        for who in (world.trainee, world.trainer, world.administrator):
            assert handover.get_decision(db, actor(db, who), decision.id) is decision
            assert list(handover.decisions_of(db, actor(db, who), world.trainee)) == [later, decision]
        for who in (world.other_trainee, world.stranger):
            with pytest.raises(NotFound):
                handover.get_decision(db, actor(db, who), decision.id)
            assert list(handover.decisions_of(db, actor(db, who), world.trainee)) == []
