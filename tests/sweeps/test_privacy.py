"""What somebody said in a circle stays where it was written: in no letter, log, job, register, address or sheet."""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from lms.cli import main
from lms.core import clock
from lms.core.db import Base
from lms.core.jobs import Job
from lms.core.settings import use
from lms.messages.models import Message
from lms.practice.models import PracticeSession
from lms.register.models import Leaf
from tests.sweeps.forms import WORDS, filled
from tests.sweeps.house import House

pytestmark = pytest.mark.xdist_group("sweeps")
PLANTED = {
    "keep": "heron-in-the-boathouse", "differently": "otter-under-the-bridge", "comment": "=cmd|kestrel",
    "behaviour-2": "plover-at-the-sluice", "try_next": "linnet-in-the-hedge", "safety_line": "merlin-over-the-marsh",
    "notes": "kingfisher-by-the-weir",
}  # fmt: skip
REASONS = {"reason": "wagtail-on-the-roof"}


def elsewhere(house: House) -> str:
    """Everything the database keeps outside the records themselves."""
    with house.database.readers() as db:
        letters = [[each.subject, each.body, each.calendar] for each in db.scalars(select(Message))]
        jobs = [[each.name, each.arguments, each.key, each.error] for each in db.scalars(select(Job))]
        leaves = [[each.meaning, each.reason, each.kind] for each in db.scalars(select(Leaf))]
        return json.dumps([letters, jobs, leaves])


def test_words_of_a_circle_are_nowhere_else(house: House, caplog: pytest.LogCaptureFixture) -> None:
    amara, ruth = house.browser(house.people["trainee"]), house.browser(house.people["trainer"])
    words = filled(house, "practice.create")[1] | PLANTED | {"held_on": _free_day(house)}
    sent = house.post(amara, "/practice/new", words)
    assert sent.status_code == 303, re.findall(r'href="#[^"]*">([^<]*)', sent.text)
    session = sent.location.removeprefix("/practice/")
    back = {"do": "return", "version": "1", **REASONS}
    answers = [sent, house.post(ruth, f"/sign-off/{session}", back)]
    answers.append(house.post(amara, f"/practice/{session}/edit", words | {"session_version": "1"}))
    signed = filled(house, "practice.sign")[1] | PLANTED | {"version": "2"}
    answers.append(house.post(ruth, f"/sign-off/{session}", signed))
    assert [each.status_code for each in answers] == [303] * 4
    pages = [house.browser(house.people[who]).get(path) for who, path in (
        ("manager", "/coverage"), ("manager", "/coverage/export"), ("administrator", "/outbox"), ("manager", "/people"),
    )]  # fmt: skip
    seen = elsewhere(house) + caplog.text + "".join(f"{each.location}{each.headers}" for each in answers)
    seen += "".join(each.text for each in pages)
    for word in {**PLANTED, **REASONS}.values():
        assert word not in seen
    with house.database.readers() as db:
        assert db.get_one(PracticeSession, uuid.UUID(session)).keep == PLANTED["keep"]


def test_a_trainers_own_notes_are_on_no_page_but_theirs(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Not on the session's, in the record, a letter, a job, the register or a log, and for no other role."""
    note, amara, ruth = PLANTED["notes"], *(house.browser(house.people[who]) for who in ("trainee", "trainer"))
    sent = house.post(amara, "/practice/new", filled(house, "practice.create")[1] | {"held_on": _free_day(house)})
    here = sent.location
    review = filled(house, "practice.sign")[1] | {"version": "1", "notes": note}
    assert house.post(ruth, here.replace("/practice/", "/sign-off/"), review).status_code == 303
    assert note in ruth.get(here).text
    others = ("trainee", "manager", "administrator")
    seen = [house.browser(house.people[who]).get(here).text for who in others]
    seen += [page for who in others for page in _every_page(house, who)]
    _run_jobs(house)
    seen += [elsewhere(house), _readings(house), caplog.text]
    assert "Hand it on." in seen[0], "what is for the trainee is there"
    assert not [place[:80] for place in seen if note in place]
    assert "Your notes, " in ruth.get("/search?q=kingfisher").text
    for who in others:
        assert "Nothing has “kingfisher”" in house.browser(house.people[who]).get("/search?q=kingfisher").text


def _free_day(house: House) -> str:
    """A day on which Amara has not met anybody yet."""
    with house.database.readers() as db:
        taken = set(
            db.scalars(select(PracticeSession.held_on).where(PracticeSession.person_id == house.people["trainee"]))
        )
    days = (clock.today() - timedelta(days=ago) for ago in range(2, 60))
    return next(day for day in days if day not in taken).isoformat()


def test_what_the_database_refuses_is_not_repeated_in_a_log(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(**_: object) -> str:
        with house.database.transaction() as db:
            db.execute(text("INSERT INTO organisation (name, kind) VALUES (:keep, 'x')"), {"keep": PLANTED["keep"]})
        return ""

    breaks.policy = "public"  # type: ignore[attr-defined]
    monkeypatch.setitem(house.app.view_functions, "learning.invitation", breaks)
    assert house.browser().get("/invitation/the-code-that-opens").status_code == 500
    line = json.loads(caplog.messages[0])
    assert line["event"] == "broken"
    assert "IntegrityError" in line["error"]
    assert PLANTED["keep"] not in caplog.text
    assert "the-code-that-opens" not in caplog.text


def test_a_cell_is_never_a_formula(house: House) -> None:
    from lms.people.models import Unit

    with house.database.transaction() as db:
        unit = db.get_one(Unit, house.ids["unit_id"])
        before, unit.name = unit.name, "=HYPERLINK(A1)"
    page = house.browser(house.people["manager"]).get("/coverage/export")
    with house.database.transaction() as db:
        db.get_one(Unit, house.ids["unit_id"]).name = before
    assert "\n'=HYPERLINK(A1)," in page.text
    assert page.headers["Content-Disposition"].startswith("attachment")


def test_a_host_header_and_a_name_forge_nothing_in_letters(house: House) -> None:
    """Links come from the settings; what somebody typed stays in its line."""
    name = "Wanda\r\nBcc: all@example.org https://evil.example"
    form = MultiDict(filled(house, "learning.invite")[1] | {"name": name})
    turned = form.to_dict() | {"name": "Wanda \u202e xelA"}
    browser = house.browser(house.people["administrator"])
    cookie = browser.get_cookie("askwell")
    assert cookie
    browser.set_cookie("askwell", cookie.value, domain="evil.host")
    answer = house.post(browser, "/people/invite", form, base_url="http://evil.host")
    assert answer.status_code == 302, answer.text
    assert house.post(browser, "/people/invite", turned).status_code == 422  # signs that turn letters round are refused
    with house.database.readers() as db:
        letter = db.scalars(select(Message).order_by(Message.created_at.desc()).limit(1)).one()
    assert "evil.host" not in letter.body
    assert f"{house.settings.public_url}/invitation/" in letter.body
    assert "\n" not in letter.subject
    assert not [line for line in letter.body.splitlines() if line.startswith("Bcc:")]


def planted(house: House) -> tuple[dict[str, str], list[str]]:
    """A round's form with a word nobody else uses in every field of words, and these words."""
    seat = house.ids["member_id"]
    form = filled(house, "rounds.keep")[1]
    words = {name: f"{name}-of-the-{bird}" for name, bird in zip([*WORDS, f"text-{seat}"], BIRDS, strict=True)}
    return form | words, list(words.values())


BIRDS = ("avocet", "bittern", "curlew", "dunlin", "egret", "fulmar", "gannet", "hobby", "ibis")


def test_words_of_a_round_leave_the_circle_by_no_way(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Not by an old page, a refusal, a breakage, practice that is signed, a letter, a job, an export or a role."""
    caplog.set_level(logging.DEBUG)
    form, words = planted(house)
    keep = next(rule for rule in house.rules("POST") if rule.endpoint == "rounds.keep")
    amara, here = house.browser(house.people["trainee"]), house.path(keep)
    seen = [elsewhere(house)]
    version = re.search(r'name="version" value="(\d+)"', amara.get(here).text)
    assert version
    answers = [
        house.post(amara, here, form | {"version": version[1]}),
        house.post(amara, here, form | {"version": "999", "opening": "Something else"}),  # an old page
        house.post(amara, here, form | {"version": version[1], "loops": "9"}),  # refused
    ]
    assert [each.status_code for each in answers] == [303, 409, 422]
    seen += [str(each.headers) for each in answers]
    seen += _sign_a_session(house, amara)
    _run_jobs(house)
    seen += [elsewhere(house), _readings(house), _all_tables_but_rounds(house), caplog.text]
    seen += [page for who in ("trainer", "manager", "administrator") for page in _every_page(house, who)]
    assert "Amara" in "".join(seen)  # these are readings of the circle's house
    assert not [(word, place[:80]) for word in words for place in seen if word in place]
    kept = amara.get(here).text
    assert not [word for word in words if word not in kept]
    for bird in BIRDS:  # not even whoever wrote it: a round is the circle’s
        assert f"Nothing has “{bird}”" in amara.get(f"/search?q={bird}").text


def _sign_a_session(house: House, amara: FlaskClient) -> list[str]:
    """Practice about the same circle, logged, signed and given to the person; what was answered."""
    log = filled(house, "practice.create")[1] | {"held_on": _free_day(house)}
    sent = house.post(amara, "/practice/new", log)
    signed = house.post(
        house.browser(house.people["trainer"]),
        sent.location.replace("/practice/", "/sign-off/"),
        filled(house, "practice.sign")[1],
    )
    assert (sent.status_code, signed.status_code) == (303, 303)
    return [f"{each.location}{each.headers}" for each in (sent, signed)]


def _run_jobs(house: House) -> None:
    import lms.work

    worker = lms.work.Worker(house.database, threading.Event())
    with ThreadPoolExecutor(1) as pool:  # a browser may have left its own loop running in this thread
        pool.submit(worker.run, until_idle=True).result()
    with house.database.readers() as db:
        assert db.scalars(select(Job.name).where(Job.error.is_not(None))).all() == []


def _readings(house: House) -> str:
    """What the commands tell and write: the register, a checkpoint, a person's archive."""
    about = str(house.people["trainee"])
    url = house.database.engine.url.render_as_string(hide_password=False)
    environment = {
        "LMS_SECRET_KEY": house.settings.secret_key,
        "LMS_KEYS_PASSPHRASE": house.settings.keys_passphrase,
        "LMS_DATA_DIR": str(house.settings.data_dir.resolve()),
        "LMS_DATABASE_URL": url.replace("+pysqlite", "").replace("+psycopg", ""),
    }
    lms = CliRunner()
    with lms.isolated_filesystem():
        told = [
            lms.invoke(main, words, env=environment)
            for words in (
                ("register", "verify"),
                ("register", "checkpoint"),
                ("record", "export", about, "--to", "r.zip"),
            )
        ]
        assert [each.exit_code for each in told] == [0, 0, 0], [each.output for each in told]
        with zipfile.ZipFile("r.zip") as archive:
            files = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    use(house.settings)
    return "".join([*(each.output for each in told), *files])


def _all_tables_but_rounds(house: House) -> str:
    with house.database.readers() as db:
        tables = [
            each for name, each in Base.metadata.tables.items() if name not in ("round_record", "round_statement")
        ]
        return "".join(str([tuple(row) for row in db.execute(select(each))]) for each in tables)


def _every_page(house: House, role: str) -> list[str]:
    browser = house.browser(house.people[role])
    answers = [browser.get(house.path(rule)) for rule in house.rules("GET") if rule.endpoint != "static"]
    return [f"{each.headers}{each.get_data().decode('utf-8', 'replace')}" for each in answers]
