"""Letters: written with what they tell, delivered once, readable only where nobody else can deliver them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.jobs import Job
from lms.core.settings import Settings, use
from lms.core.unit import Database
from lms.messages import service
from lms.messages.models import Message
from lms.work import Worker
from tests.make import World, actor
from tests.post import PASSWORD, PostOffice, certificate, check_password, post_office

SIGNED: dict[str, Any] = {
    "trainer": "Ruth Tamihana",
    "held_on": date(2026, 4, 30),
    "link": "http://127.0.0.1:8000/practice/1",
}


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """A mail server, and the settings that name it."""
    with post_office() as opened:
        use(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{opened.port}"}))
        yield opened


def write(store: Database, world: World, **changed: Any) -> Message:
    with store.transaction() as db:
        context = {**SIGNED, **changed}
        return service.send(db, "signed", person_id=world.trainee, organisation_id=world.provider, **context)


def work(store: Database) -> None:
    """Everything that is due, now."""
    Worker(store, threading.Event()).run(until_idle=True)


def try_again(store: Database) -> None:
    with store.transaction() as db:
        db.execute(update(Job).where(Job.state == "ready").values(due_at=clock.now() - timedelta(seconds=1)))
    work(store)


def now_is(store: Database, message: Message) -> Message:
    with store.readers() as db:
        return db.get_one(Message, message.id)


def test_a_letter_arrives_as_it_was_written(store: Database, world: World, office: PostOffice) -> None:
    written = write(store, world, link=service.link("/practice/1"))
    assert office.arrived == []
    work(store)
    (mail,) = office.arrived
    assert mail["Subject"] == "Ruth Tamihana signed your session of 30 April"
    assert mail["To"] == "amara.osei@example.org"
    assert mail["From"] == "Askwell <no-reply@askwell.example>"
    assert mail["Message-ID"] == written.message_id
    assert written.message_id.endswith("@127.0.0.1>")
    assert "\nhttp://127.0.0.1:8000/practice/1\n" in mail.get_content().replace("\r\n", "\n")
    assert service.state(now_is(store, written)) == "Sent"
    assert now_is(store, written).body == written.body


def test_a_letter_is_not_sent_when_what_it_tells_did_not_happen(
    store: Database, world: World, office: PostOffice
) -> None:
    with store.writers() as db:
        service.send(db, "signed", person_id=world.trainee, **SIGNED)
        db.rollback()
    work(store)
    assert office.arrived == []


def test_a_name_cannot_forge_a_header_or_a_second_recipient(store: Database, world: World, office: PostOffice) -> None:
    write(store, world, trainer="Ruth\r\nBcc: everybody@example.org\r\n\r\nClick here")
    work(store)
    (mail,) = office.arrived
    assert mail["Bcc"] is None
    assert mail["Subject"].strip() == "Ruth Bcc: everybody@example.org Click here signed your session of 30 April"
    assert office.recipients == [["amara.osei@example.org"]]


def test_a_letter_in_any_script_arrives_whole(store: Database, world: World, office: PostOffice) -> None:
    write(store, world, trainer="Łucja Ōtani-Ngũgĩ عائشة")
    work(store)
    assert office.arrived[0]["Subject"].startswith("Łucja Ōtani-Ngũgĩ عائشة signed")
    assert "Łucja Ōtani-Ngũgĩ عائشة" in office.arrived[0].get_content()


def test_a_refused_letter_is_kept_with_a_sentence_and_tried_again(
    store: Database, world: World, office: PostOffice
) -> None:
    written = write(store, world)
    office.refuse_letter = "451 try later"
    work(store)
    kept = now_is(store, written)
    assert (service.state(kept), kept.tries) == ("Not sent", 1)
    assert kept.trouble == "The mail server answered: 451 try later"
    office.refuse_letter = ""
    try_again(store)
    sent = now_is(store, written)
    assert (service.state(sent), sent.trouble, sent.tries) == ("Sent", None, 2)
    assert [mail["Message-ID"] for mail in office.arrived] == [written.message_id]


def test_a_refused_address_is_said(store: Database, world: World, office: PostOffice) -> None:
    written = write(store, world)
    office.refuse_recipient = "550 no such person"
    work(store)
    assert now_is(store, written).trouble == "The mail server refused the address: 550 no such person"


def test_a_server_that_is_not_there_is_said(store: Database, world: World, settings: Settings) -> None:
    use(settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    written = write(store, world)
    work(store)
    assert now_is(store, written).trouble == "The mail server could not be reached."


def test_a_letter_is_sent_once_however_often_its_job_runs(store: Database, world: World, office: PostOffice) -> None:
    write(store, world)
    work(store)
    with store.transaction() as db:
        db.execute(update(Job).values(state="ready"))
    work(store)
    assert len(office.arrived) == 1


def test_a_job_names_only_the_letter(store: Database, world: World) -> None:
    written = write(store, world)
    with store.readers() as db:
        job = db.scalars(select(Job)).one()
    assert (job.name, job.arguments, job.key) == ("deliver", {"message": str(written.id)}, f"deliver:{written.id}")


def test_a_user_and_password_are_given_where_nobody_listens(store: Database, world: World, settings: Settings) -> None:
    options = {"authenticator": check_password, "auth_required": True, "auth_require_tls": False}
    with post_office(**options) as office:
        quoted = PASSWORD.replace("%", "%25").replace(" ", "%20").replace(":", "%3A")
        use(settings.model_copy(update={"smtp_url": f"smtp://askwell:{quoted}@127.0.0.1:{office.port}"}))
        write(store, world)
        work(store)
        assert len(office.arrived) == 1
        use(settings.model_copy(update={"smtp_url": f"smtp://askwell:other@127.0.0.1:{office.port}"}))
        written = write(store, world)
        work(store)
    assert now_is(store, written).trouble == "The mail server refused the user name or password in LMS_SMTP_URL."


def test_encryption_is_used_when_offered_and_only_with_a_certificate_to_trust(
    store: Database, world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, public = certificate(tmp_path)
    with post_office(tls_context=context) as office:
        use(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{office.port}"}))
        written = write(store, world)
        work(store)
        assert now_is(store, written).trouble == "The mail server’s certificate could not be trusted."
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        try_again(store)
    assert office.encrypted == [True]


def test_without_a_mail_server_letters_stay_and_are_not_sent_later(
    store: Database, world: World, settings: Settings
) -> None:
    written = write(store, world)
    work(store)
    assert service.state(now_is(store, written)) == "Kept here"
    with post_office() as office:
        use(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{office.port}"}))
        work(store)
        assert office.arrived == []


def test_a_letter_that_opens_an_account_keeps_no_text_once_it_is_sent(
    store: Database, world: World, office: PostOffice
) -> None:
    with store.transaction() as db:
        written = service.send(db, "reset", person_id=world.trainee, link=service.link("/reset/secret"))
    work(store)
    assert "secret" in office.arrived[0].get_content()
    assert now_is(store, written).body == ""


def test_administrators_find_their_own_organisation_s_letters_only(store: Database, world: World) -> None:
    ours = write(store, world)
    with store.transaction() as db:
        theirs = service.send(db, "signed", person_id=world.trainee, organisation_id=world.council, **SIGNED)
        administrator, trainer = actor(db, world.administrator), actor(db, world.trainer)
    with store.readers() as db:
        assert [each.id for each in service.list_messages(db, administrator)] == [ours.id]
        assert service.list_messages(db, trainer) == []
        with pytest.raises(NotFound):
            service.get_message(db, administrator, theirs.id)


def test_account_letters_are_found_only_while_administrators_must_hand_them_on(
    store: Database, world: World, settings: Settings
) -> None:
    with store.transaction() as db:
        service.send(db, "reset", person_id=world.trainee, link=service.link("/reset/secret"))
        administrator, trainer = actor(db, world.administrator), actor(db, world.trainer)
    with store.readers() as db:
        assert len(service.list_messages(db, administrator)) == 1
        assert service.list_messages(db, trainer) == []
    use(settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    with store.readers() as db:
        assert service.list_messages(db, administrator) == []


def test_a_letter_can_be_tried_again_but_never_sent_twice(store: Database, world: World, office: PostOffice) -> None:
    written = write(store, world)
    office.refuse_letter = "554 no"
    work(store)
    with store.transaction() as db:
        db.execute(update(Job).values(state="dead"))
        administrator = actor(db, world.administrator)
    office.refuse_letter = ""
    for _ in range(2):
        with store.transaction() as db:
            service.send_again(db, administrator, written.id)
    work(store)
    assert len(office.arrived) == 1
    with store.writers() as db, pytest.raises(Conflict):
        service.send_again(db, administrator, written.id)
