"""Credentials and the keys that are there, are away, were retired, or never were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from lms.certificates import jobs as certifying
from lms.certificates import service as certificates
from lms.certificates.models import Certificate
from lms.core import clock, settings
from lms.core.actor import Actor, Member, Role
from lms.core.errors import Conflict
from lms.core.jobs import Job
from lms.core.unit import Database
from lms.credentials import lists, proof, service, signing
from lms.credentials.models import Credential, SigningHalt, StatusList
from lms.keys import service as keys
from lms.keys.models import SigningKey
from lms.keys.rules import Purpose
from tests.make import World, actor
from tests.make_certificates import decide
from tests.make_credentials import count, credential_of, issued, says_withdrawn, signed, withdraw, work
from tests.make_keys import name_key

pytestmark = pytest.mark.usefixtures("drawn")


def test_without_a_key_nothing_is_issued_and_a_sentence_says_why(store: Database, world: World) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
        keys.retire_key(db, name_key(Purpose.CREDENTIALS))
    with pytest.raises(Conflict, match="no key to sign certificates with") as refused, store.transaction() as db:
        certificates.issue(db, actor(db, world.administrator), decision_id, "password")
    assert refused.value.sentence.endswith("lms keys new --for credentials")
    assert [count(store, each) for each in (Certificate, Job)] == [0, 0]


@pytest.mark.parametrize("name", ["Field\u202eeraf", "Fieldfare" + "\u0301\u0302\u0303" * 101])
def test_names_that_deceive_are_refused_with_a_sentence(store: Database, world: World, name: str) -> None:
    ilse = Actor(world.administrator, "Ilse Brandt", (Member(Role.ADMINISTRATOR, world.provider, name, None),))
    with store.transaction() as db:
        decision_id = decide(db, world).id
    sentence = r"^The provider’s name cannot stand on a certificate\. It .*\.$"
    with pytest.raises(Conflict, match=sentence), store.transaction() as db:
        certificates.issue(db, ilse, decision_id, "password")
    assert count(store, Certificate) == 0


def lose(file: Path) -> None:
    file.rename(file.with_suffix(".away"))


def find_again(file: Path) -> None:
    file.with_suffix(".away").rename(file)


HARM: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "its file is away": (lose, find_again),
    "others can read it": (lambda file: file.chmod(0o644), lambda file: file.chmod(0o600)),
    "its file is empty": (
        lambda file: (file.with_suffix(".away").write_bytes(file.read_bytes()), file.write_text("")),
        lambda file: file.write_bytes(file.with_suffix(".away").read_bytes()),
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_cannot_be_signed_waits_and_is_told(
    store: Database, world: World, drawn: list[str], caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    hurt, mend = HARM[harm]
    file = settings.current().data_dir / "keys" / f"{name_key(Purpose.CREDENTIALS)}.pem"
    hurt(file)
    made = [issued(store, world), issued(store, world, world.other_trainee)]
    work(store)
    assert [count(store, each) for each in (Credential, SigningHalt)] == [0, 1]
    assert "nothing is signed" in caplog.text
    assert "Amara" not in caplog.text
    with store.readers() as db:
        assert service.halted_since(db) is not None
        states = db.scalars(select(Job.state).where(Job.name.in_(("sign_certificate", "sign_certificates")))).all()
        assert sorted(states) == ["done", "done", "ready"]  # however many wait, one looks again
    mend(file)
    with clock.at(clock.now() + timedelta(minutes=2)):
        work(store)
    assert [count(store, each) for each in (Credential, SigningHalt)] == [2, 0]
    assert set(drawn) == {str(each.id) for each in made}


def test_another_passphrase_waits_as_well(store: Database, world: World) -> None:
    issued(store, world)
    settings.use(settings.current().model_copy(update={"keys_passphrase": "another passphrase: " + "2" * 40}))
    work(store)
    assert [count(store, each) for each in (Credential, SigningHalt)] == [0, 1]


def test_a_withdrawal_waits_for_the_key_as_well(store: Database, world: World) -> None:
    made, kept = signed(store, world)
    file = settings.current().data_dir / "keys" / f"{name_key(Purpose.CREDENTIALS)}.pem"
    lose(file)
    withdraw(store, world, made.id)
    work(store)
    assert not says_withdrawn(store, kept)
    find_again(file)
    with clock.at(clock.now() + timedelta(minutes=2)):
        work(store)
    assert says_withdrawn(store, kept)


def test_lists_are_signed_anew_every_morning(store: Database, world: World) -> None:
    from lms.credentials import jobs as listing

    signed(store, world)
    with clock.at(clock.now() + timedelta(days=6)):
        listing.sign_status_lists(store)
        with store.readers() as db:
            until = db.scalar(select(StatusList.valid_until))
            assert until == clock.now() + lists.VALID_FOR
            assert db.scalar(select(func.count()).where(Job.name == "sign_status_lists")) == 1


def test_a_certificate_from_before_there_were_keys_is_signed_when_one_is_made(store: Database, world: World) -> None:
    made = issued(store, world)
    with store.transaction() as db:
        db.execute(delete(Job))
        db.execute(update(SigningKey).values(retired_at=clock.now()))
    certifying.sign_certificates(store)
    assert count(store, Credential) == 0
    with store.transaction() as db:
        keys.make_key(db, Purpose.CREDENTIALS)
    certifying.sign_certificates(store)
    work(store)
    kept = credential_of(store, made)
    assert (kept.kid != name_key(Purpose.CREDENTIALS), kept.jwt) == (True, None)


def test_what_a_retired_key_signed_holds_and_a_new_key_signs_on(store: Database, world: World) -> None:
    _, old = signed(store, world)
    with store.transaction() as db:
        keys.retire_key(db, old.kid)
        new = keys.make_key(db, Purpose.CREDENTIALS).kid
    _, kept = signed(store, world, world.other_trainee)
    assert kept.kid == new
    signing.sign_list(store, 1)
    with store.readers() as db:
        assert proof.check(old.document, service.known_keys(db))
        assert {each.kid for each in service.listed_keys(db)} >= {old.kid, new}
    with clock.at(old.valid_until + timedelta(seconds=1)), store.readers() as db:
        assert old.kid not in {each.kid for each in service.listed_keys(db)}


def test_a_key_made_under_another_address_signs_nothing(store: Database, world: World) -> None:
    assert world
    settings.use(settings.current().model_copy(update={"public_url": "https://elsewhere.example.org"}))
    with store.readers() as db:
        assert not service.can_sign(db)
        assert service.listed_keys(db) == []
