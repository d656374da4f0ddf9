"""Writing up a session: six fields are enough, every mistake has a sentence, one session for one key."""

from __future__ import annotations

import html
import re
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.jobs import Job
from lms.core.unit import Database
from lms.groups import meetings
from lms.groups.rhythm import Plan
from lms.messages.models import Message
from lms.practice import drafts, service
from lms.practice.models import Draft, PracticeSession
from tests.make import World, actor, make_group, make_log, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def group(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        return make_group(db, world)


def typed(group: uuid.UUID, **changes: str) -> dict[str, str]:
    """The six fields a write-up needs, and a few more."""
    return {
        "key": str(uuid.uuid4()),
        "version": "0",
        "held_on": f"{clock.today() - timedelta(days=2):%d/%m/%Y}",
        "group": str(group),
        "minutes": "78",
        "role": "beside",
        "keep": "I waited. It felt very long.",
        "left_out": "yes",
        "open": "14",
        "advice": "2",
        "phase-ask": "31",
        "own-silence": "3",
    } | changes


def sessions(store: Database) -> list[PracticeSession]:
    with store.readers() as db:
        return list(db.scalars(select(PracticeSession)))


def all_drafts(store: Database) -> list[Draft]:
    with store.readers() as db:
        return list(db.scalars(select(Draft)))


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def test_a_session_is_written_up_and_sent(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainee)
    assert "Your first session goes here" in browser.get("/practice").text
    answer = post(browser, "/practice/new", **typed(group))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Session 1 is with Ruth" in page
    assert "It felt very long" in page
    listed = browser.get("/practice").text
    assert "One session is waiting to be signed" in listed
    assert "Waiting" in listed
    [sent] = sessions(store)
    assert (sent.trainer_id, sent.state, sent.version, sent.phases) == (world.trainer, "waiting", 1, {"ask": 31})
    with store.readers() as db:
        assert db.scalars(select(Message.template)).all() == ["sign_off_asked"]


def test_six_fields_are_enough_and_each_missing_one_has_a_sentence(
    world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    page = post(sign_in(world.trainee), "/practice/new", key=str(uuid.uuid4())).text
    summary = page[page.index('class="errsum') : page.index("<h1>")]
    assert summary.count("<li>") == 6
    for link, sentence in re.findall(r'<a href="#([\w-]+)">([^<]+)</a>', summary):
        assert f'id="{link}"' in page
        assert page.count(sentence) == 2
    assert "<title>Error: " in page


def test_the_form_begins_with_what_the_calendar_knows(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        met = datetime.combine(clock.today() - timedelta(days=3), datetime.min.time()).replace(hour=9)
        meetings.plan(db, actor(db, world.trainer), group, Plan(met, 66))
    browser = sign_in(world.trainee)
    page = browser.get("/practice/new").text
    assert value_of(page, "minutes") == "66"
    assert value_of(page, "held_on") == f"{met.day} {met:%B %Y}"
    with store.transaction() as db:
        sent = db.get_one(PracticeSession, make_session(db, world, group, held_on=met.date()))
        assert sent.meeting_id is not None
    assert value_of(browser.get("/practice/new").text, "held_on") == ""


def test_the_same_key_is_the_same_session_and_other_words_are_refused(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    browser = sign_in(world.trainee)
    form = typed(group)
    first, second = post(browser, "/practice/new", **form), post(browser, "/practice/new", **form)
    assert first.location == second.location
    other = post(browser, "/practice/new", **(form | {"keep": "Something else."}))
    assert other.status_code == 422
    assert "Something else." in other.text
    assert "already sent" in other.text
    twice = post(browser, "/practice/new", **(form | {"key": str(uuid.uuid4())}))
    assert twice.status_code == 422
    assert "already written up" in twice.text
    assert len(sessions(store)) == 1
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Message)) == 1


def test_twenty_presses_at_once_send_one_session(store: Database, world: World, group: uuid.UUID) -> None:
    key, log = uuid.uuid4(), make_log(group)
    with store.transaction() as db:
        who = actor(db, world.trainee)
        drafts.save_draft(db, who, drafts.NEW, key, 0, {"keep": log.keep})
    found: list[uuid.UUID] = []
    start = threading.Barrier(20)

    def press() -> None:
        start.wait()
        with store.transaction() as db:
            found.append(service.log_practice(db, who, key, 1, log).id)

    threads = [threading.Thread(target=press) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 20
    assert {*found} == {each.id for each in sessions(store)}
    assert not all_drafts(store)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", "-78"),
        ("minutes", "2000"),
        ("minutes", "٧٨"),
        ("open", "-1"),
        ("open", "9" * 40),
        ("phase-ask", "many"),
        ("held_on", "31 April 2026"),
        ("held_on", "1 January 2999"),
        ("held_on", "1 January 2001"),
        ("role", "certified"),
        ("own-silence", "9"),
        ("group", "not-an-id"),
        ("group", str(uuid.UUID(int=7))),
        ("keep", "😀" * 5_001),
        ("keep", "😀" * 150_000),  # 600 kB, three times as much on its way
        ("differently", "x" * 1_000_000),
        ("keep", "\x00 \x00"),
        ("phase-arrive", "70"),
    ],
)
def test_what_cannot_be_comes_back_with_every_field_kept(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post, field: str, value: str
) -> None:
    form = typed(group, differently="\u202eRTL <script>alert(1)</script> 🪑") | {field: value}
    answer = post(sign_in(world.trainee), "/practice/new", **form)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    for name in ("held_on", "minutes", "open", "phase-ask"):
        assert f'value="{form[name]}"' in page
    for name in ("keep", "differently"):
        assert form[name].replace("\x00", "") in page
    assert "<script>alert(1)" not in answer.text
    assert not sessions(store)
    [kept] = all_drafts(store)  # the page says that it is saved, so it is
    assert kept.body[field] == value.replace("\x00", "")


def test_nobody_writes_up_the_circle_of_another(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    answer = post(sign_in(world.other_trainee), "/practice/new", **typed(group))
    assert answer.status_code == 422
    assert "You do not sit in a circle yet" in answer.text


def test_a_session_of_another_is_the_same_as_none(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        sent = make_session(db, world, group)
    for person in (world.other_trainee, world.other_trainer, world.manager, world.stranger):
        browser = sign_in(person)
        for path in ("/practice/{}", "/practice/{}/edit", "/sign-off/{}"):
            foreign, never = browser.get(path.format(sent)), browser.get(path.format(uuid.uuid4()))
            assert (foreign.status_code, foreign.data) == (404, never.data)
    assert post(sign_in(world.other_trainee), f"/practice/{sent}/edit", **typed(group)).status_code == 404


def test_a_waiting_session_is_changed_and_a_signed_one_never(store: Database, world: World, group: uuid.UUID) -> None:
    with store.transaction() as db:
        who = actor(db, world.trainee)
        sent = make_session(db, world, group)
        changed = service.change_practice(db, who, sent, 1, 0, make_log(group, minutes=80))
        assert (changed.version, changed.minutes, changed.state) == (2, 80, "waiting")
        service.change_practice(db, who, sent, 1, 0, make_log(group, minutes=80))  # pressed twice
        with pytest.raises(Conflict):
            service.change_practice(db, who, sent, 1, 0, make_log(group, minutes=81))
        service.sign_off(db, actor(db, world.trainer), sent, 2, {"asking": 2}, 2, "", "password")
        with pytest.raises(Conflict, match="never changed"):
            service.change_practice(db, who, sent, 2, 0, make_log(group, minutes=82))
        assert db.get_one(PracticeSession, sent).minutes == 80


def test_a_change_may_not_land_on_another_session(store: Database, world: World, group: uuid.UUID) -> None:
    with store.transaction() as db:
        who = actor(db, world.trainee)
        sent = make_session(db, world, group)
        other = make_session(db, world, group, held_on=clock.today() - timedelta(days=9))
        log = make_log(group, held_on=db.get_one(PracticeSession, other).held_on)
        with pytest.raises(Invalid, match="already written up"):
            service.change_practice(db, who, sent, 1, 0, log)


def test_the_planted_word_stays_on_its_page(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post, capfd: pytest.CaptureFixture[str]
) -> None:
    word = "Quittenmus"
    trainee, trainer = sign_in(world.trainee), sign_in(world.trainer)
    form = typed(group, keep=f"Then {word} came up.", differently=word)
    addresses = [post(trainee, "/practice/draft", **form).headers.get("Location", "")]
    steps = ({"step": "open+1", "version": "1"}, {"version": "2", "minutes": "0"}, {"version": "3"})
    addresses += [post(trainee, "/practice/new", **(form | step)).headers.get("Location", "") for step in steps]
    [sent] = sessions(store)
    review = {"version": "1", "rate-asking": "2", "helped": "3", "level": "2", "seen": "yes"}
    addresses.append(post(trainer, f"/sign-off/{sent.id}", version="1", do="return", reason=word).location)
    with store.transaction() as db:
        service.change_practice(db, actor(db, world.trainee), sent.id, 1, 0, make_log(group, keep=word))
    addresses.append(post(trainer, f"/sign-off/{sent.id}", **(review | {"version": "2", "comment": word})).location)
    with store.readers() as db:
        letters = [f"{each.subject} {each.body}" for each in db.scalars(select(Message))]
        promised = [str(each.arguments) + str(each.key) for each in db.scalars(select(Job))]
        assert sessions(store)[0].state == "signed"
        assert word not in leaves(db)
    assert len(letters) == 4
    assert word not in " ".join(letters + promised + addresses)
    assert word not in "".join(capfd.readouterr())


def leaves(db: Session) -> str:
    from lms.register.models import Leaf

    return " ".join(f"{leaf.meaning} {leaf.reason} {leaf.kind}" for leaf in db.scalars(select(Leaf)))
