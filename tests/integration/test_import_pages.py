"""Pages of an import, as a manager meets them: two screens, every mistake in words, and nobody else inside."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.core import jobs
from lms.core.unit import Database
from lms.organisations import jobs as import_jobs
from lms.organisations import service, staging
from lms.organisations.models import Import
from lms.people.place_models import Post, StaffMember
from tests import make_import as make
from tests.make import World

SignIn = Callable[[uuid.UUID], FlaskClient]
Post_ = Callable[..., TestResponse]
Send = Callable[[bytes], TestResponse]
GOOD = ("sam@example.org", "Sam Okafor", "Libraries")
BAD = ("lea@example.org", '=HYPERLINK("http://x")', "Nowhere")


@pytest.fixture
def hana(sign_in: SignIn, world: World) -> FlaskClient:
    """The manager’s browser."""
    return sign_in(world.manager)


@pytest.fixture
def send(post: Post_, hana: FlaskClient) -> Send:
    """Hana checks a file; where that leads."""

    def bring(data: bytes) -> TestResponse:
        answer = post(hana, "/people/import", file=(io.BytesIO(data), "C:\\people.csv"), key=uuid.uuid4())
        return hana.get(answer.location) if answer.location else answer

    return bring


def file(*rows: tuple[str, ...]) -> bytes:
    return make.text([make.PEOPLE, *(make.filled(row, make.PEOPLE) for row in rows)])


def newest(store: Database) -> Import:
    with store.readers() as db:
        return db.scalars(select(Import).order_by(Import.brought_at.desc()).limit(1)).one()


def test_two_screens_bring_somebody_in(store: Database, hana: FlaskClient, post: Post_, send: Send) -> None:
    page = send(file(GOOD, BAD))
    assert "Nothing is saved yet. One row needs you first" in page.text
    assert "That is all 2." in page.text
    assert "row 3, Unit" in page.text
    assert "There is no unit “Nowhere”." in page.text
    path = f"/people/import/{newest(store).id}"
    answer = post(hana, f"{path}/apply", version=1)
    assert answer.status_code == 422
    assert "Tick that you go on without" in answer.text
    assert post(hana, f"{path}/apply", version=1, without="yes").location == path
    assert "One row is saved" in hana.get(path).text
    assert post(hana, f"{path}/apply", version=1, without="yes").location == path
    with store.readers() as db:
        assert [each.name for each in db.scalars(select(StaffMember))] == ["Sam Okafor"]


def test_refused_rows_come_back_safe_with_their_reasons_and_can_be_sent_again(
    store: Database, hana: FlaskClient, send: Send
) -> None:
    send(file(GOOD, BAD))
    sheet = hana.get(f"/people/import/{newest(store).id}/refused.csv")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert "'=HYPERLINK" in sheet.text
    assert ",=HYPERLINK" not in sheet.text
    assert "There is no unit “Nowhere”." in sheet.text
    again = send(sheet.data.replace(b"Nowhere", b"Libraries", 1))
    assert "Nothing is saved yet. Every row can be taken" in again.text
    with store.readers() as db:
        [row] = service.list_rows(db, newest(store), "created", 1)[0]
        assert row.who == BAD[1]
    assert "We do not know the column" not in again.text


def test_the_samples_are_files_that_can_be_taken(hana: FlaskClient, send: Send) -> None:
    both = hana.get("/people/import/sample?of=both")
    assert both.headers["Content-Type"].endswith("sheet")
    page = send(both.data)
    assert "7 would be new, 0 would change, 0 stay as they are and 0 are refused" in page.text
    for kind, many in (("units", "3 would be new"), ("people", "4 are refused")):
        assert many in send(hana.get(f"/people/import/sample?of={kind}").data).text


def test_a_file_that_is_none_is_refused_in_a_sentence_and_kept_nowhere(
    store: Database, hana: FlaskClient, post: Post_, send: Send
) -> None:
    assert "Choose a file first." in post(hana, "/people/import").text
    answer = send(b"")
    assert answer.status_code == 422
    assert "This file is empty." in answer.text
    with store.readers() as db:
        assert not db.scalars(select(Import)).all()


def test_what_changed_meanwhile_is_a_409_that_says_what(
    store: Database, world: World, hana: FlaskClient, post: Post_, send: Send
) -> None:
    send(file(GOOD))
    path = f"/people/import/{newest(store).id}"
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, ("sam@example.org", "Sam Okafor", "Parks & Depot")))
    answer = post(hana, f"{path}/apply", version=1)
    assert answer.status_code == 409
    assert "Row 2, Sam Okafor: created, now changed." in answer.text
    assert "<del>Parks &amp; Depot</del>" in answer.text
    assert post(hana, f"{path}/apply", version=1).status_code == 409
    assert post(hana, f"{path}/apply", version=2).location == path


def test_a_large_file_is_read_and_applied_by_a_job(
    store: Database,
    hana: FlaskClient,
    post: Post_,
    send: Send,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "SMALL", 10)
    monkeypatch.setattr(staging, "BATCH", 1)
    assert "Your file is being read" in send(file(GOOD, (*GOOD[:2], "Parks & Depot"))).text
    run = newest(store)
    path = f"/people/import/{run.id}"
    assert post(hana, f"{path}/apply", version=1).status_code == 409
    for _ in range(2):
        import_jobs.check_import(store, str(run.id))
    assert "2 would be new" in hana.get(path).text
    assert post(hana, f"{path}/apply", version=1).location == path
    assert "Your changes are being saved" in hana.get(path).text
    with store.readers() as db:
        [job] = jobs.find(db, jobs.Job.name == "apply_import")
    for _ in range(2):
        import_jobs.apply_import(store, **job.arguments)
    assert "Two rows are saved" in hana.get(path).text
    with store.readers() as db:
        assert len(db.scalars(select(Post)).all()) == 2


def test_a_job_that_finds_things_changed_checks_again_and_saves_nothing(
    store: Database, world: World, hana: FlaskClient, send: Send
) -> None:
    send(file(GOOD))
    run = newest(store)
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, ("sam@example.org", "Sam Okafor", "Parks & Depot")))
        db.execute(update(Import).where(Import.id == run.id).values(state="applying"))
    import_jobs.apply_import(store, str(run.id), str(world.manager), "")
    page = hana.get(f"/people/import/{run.id}").text
    assert service.MOVED in page
    assert "1 would change" in page


def test_a_large_file_that_is_none_says_so_on_its_page(
    store: Database, hana: FlaskClient, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SMALL", 10)
    send(b"one,two\r\nthree,four\r\n")
    import_jobs.check_import(store, str(newest(store).id))
    assert "We do not find the row of headings." in hana.get(f"/people/import/{newest(store).id}").text


def test_after_seven_days_the_rows_are_gone_and_the_counts_stay(
    store: Database, hana: FlaskClient, post: Post_, send: Send
) -> None:
    send(file(GOOD))
    applied = newest(store)
    post(hana, f"/people/import/{applied.id}/apply", version=1)
    send(file(GOOD, BAD))
    left = newest(store)
    for run in (applied, left):
        import_jobs.forget_import(store, str(run.id))
    assert "1 new, 0 changed" in hana.get(f"/people/import/{applied.id}").text
    assert service.GONE in hana.get(f"/people/import/{left.id}").text
    assert "HYPERLINK" not in hana.get(f"/people/import/{left.id}/refused.csv").text


def test_a_file_beyond_the_limit_of_other_forms_comes_in_and_one_beyond_its_own_does_not(
    app: Flask, hana: FlaskClient, post: Post_, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = file(*((f"p{number}@example.org", "N" * 80, "Libraries") for number in range(20_000)))
    assert len(many) > app.config["MAX_CONTENT_LENGTH"]
    assert "Your file is being read" in send(many).text
    monkeypatch.setattr(app.view_functions["organisations.bring"], "takes_bytes", 1_000)
    assert send(many).status_code == 413


def test_who_may_be_on_the_list_twice_is_shown(
    store: Database, world: World, hana: FlaskClient, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        rows = [("ana.duarte@example.org", "Ana Duarte"), ("aduarte@example.org", "Ana Duarté"),
                ("kahu@example.org", "Kahu Reid"), ("kr@example.org", "Kahu Read"),
                ("mo@example.org", "Mo Ali"), ("m.o@example.org", "Mohammed Ali")]  # fmt: skip
        make.apply(db, world, make.people(db, world, *((*row, "Libraries") for row in rows)))
    page = hana.get("/people/duplicates").text
    assert "Three pairs may be one person each" in page
    for why in ("the same name", "one letter apart", "the same but for dots"):
        assert why in page
    assert "Nobody seems to be on the list twice" in sign_in(world.stranger).get("/people/duplicates").text


def test_others_do_not_find_it(store: Database, world: World, sign_in: SignIn, post: Post_, send: Send) -> None:
    send(file(GOOD))
    path = f"/people/import/{newest(store).id}"
    for nobody in (world.stranger, world.trainer, world.trainee):
        browser = sign_in(nobody)
        assert browser.get(path).status_code == 404
        assert browser.get(f"{path}/refused.csv").status_code == 404
        assert post(browser, f"{path}/apply", version=1).status_code == 404
    stranger = sign_in(world.stranger)
    answer = post(stranger, "/people/import", file=(io.BytesIO(file(GOOD)), "a.csv"), organisation=world.council)
    assert "Elsewhere District" in stranger.get(answer.location).text
