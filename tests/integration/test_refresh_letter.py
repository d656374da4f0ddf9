"""The letter about today’s round: only for whoever asked, one a day at most, and a way out without signing in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import lms.work
from lms.core.unit import Database
from lms.messages import smtp
from lms.messages.models import Message
from lms.people.models import Person
from lms.refresh import reminding
from lms.refresh.models import RefreshLetter
from tests.make import World
from tests.make_refresh import MONDAY, fields, question_on

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[..., AbstractContextManager[list[str]]]


def letters_in(store: Database) -> list[Message]:
    with store.readers() as db:
        return list(db.scalars(select(Message).where(Message.template == "refresh").order_by(Message.created_at)))


def hour(store: Database) -> None:
    """What the worker does this hour, twice."""
    from lms.refresh.jobs import remind_to_refresh

    remind_to_refresh(store)
    remind_to_refresh(store)


def want(reader: FlaskClient, post: Post, at: int = 7, days: tuple[int, ...] = (0, 1)) -> TestResponse:
    return post(reader, "/refresh/letter", hour=str(at), days=[str(day) for day in days], do="want")


def test_nobody_gets_a_letter_who_did_not_ask_for_one(
    reader: FlaskClient, store: Database, monday: time_machine.Traveller
) -> None:
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    assert not letters_in(store)
    assert "It is off until you turn it on" in reader.get("/refresh/letter").text


def test_a_letter_comes_at_its_hour_once_a_day_on_the_days_chosen(
    reader: FlaskClient, post: Post, store: Database, monday: time_machine.Traveller
) -> None:
    assert want(reader, post).status_code == 303
    hour(store)
    assert not letters_in(store)  # it is half past six
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    (letter,) = letters_in(store)
    assert letter.subject == "3 questions from what you have read"
    assert "/refresh\n" in letter.body
    assert letter.stop_link
    assert letter.stop_link in letter.body
    for ahead in (timedelta(hours=3), timedelta(days=2, hours=1)):  # later that day, and on Wednesday
        monday.move_to(MONDAY + ahead)
        hour(store)
    assert len(letters_in(store)) == 1
    monday.move_to(MONDAY + timedelta(days=1, hours=5))  # on Tuesday the worker was late
    hour(store)
    assert len(letters_in(store)) == 2


def test_no_letter_comes_where_nothing_waits_or_the_hour_has_passed(
    reader: FlaskClient, post: Post, store: Database, world: World, monday: time_machine.Traveller
) -> None:
    want(reader, post, at=6)  # half an hour ago
    hour(store)
    assert not letters_in(store)
    while question := question_on(store, world):
        given = next((each.key for each in question.choices if each.right), "easy")
        post(reader, "/refresh", **fields(reader.get("/refresh").text), given=given)
    want(reader, post, at=7)
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    assert not letters_in(store)


def test_somebody_who_has_left_gets_no_letter(
    reader: FlaskClient, post: Post, store: Database, world: World, monday: time_machine.Traveller
) -> None:
    want(reader, post)
    with store.transaction() as db:
        db.get_one(Person, world.trainee).active = False
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    assert not letters_in(store)


def test_the_link_in_a_letter_stops_them_without_signing_in_and_only_when_a_button_is_pressed(
    reader: FlaskClient, post: Post, store: Database, app: Flask, monday: time_machine.Traveller
) -> None:
    want(reader, post)
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    (letter,) = letters_in(store)
    assert letter.stop_link
    path, nobody = letter.stop_link[letter.stop_link.index("/refresh") :], app.test_client()
    opened = nobody.get(path)
    assert "Stop these letters?" in opened.text
    assert "noindex" in opened.headers["X-Robots-Tag"]
    with store.readers() as db:
        assert db.scalar(select(RefreshLetter.wanted))
    for _ in range(2):
        assert post(nobody, path).status_code == 303
    assert "They are stopped" in nobody.get(path).text
    monday.move_to(MONDAY + timedelta(days=1, hours=1))
    hour(store)
    assert len(letters_in(store)) == 1
    for sent in (nobody.get("/refresh/stop/no-such-code"), post(nobody, "/refresh/stop/no-such-code")):
        assert sent.status_code == 404
        assert "This link stops nothing" in sent.text


def test_mail_programs_are_told_how_to_stop_it_in_one_line(
    reader: FlaskClient, post: Post, store: Database, monday: time_machine.Traveller
) -> None:
    want(reader, post)
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    (letter,) = letters_in(store)
    mail = smtp.build("Askwell <no-reply@askwell.example>", letter)
    letter.stop_link = None
    assert "List-Unsubscribe" not in smtp.build("Askwell <no-reply@askwell.example>", letter)
    letter.stop_link = "https://learn.a-rather-long-name-of-an-organisation.example.org/refresh/stop/" + "Ab-_9" * 5
    mail = smtp.build("Askwell <no-reply@askwell.example>", letter)
    assert f"List-Unsubscribe: <{letter.stop_link}>\r\n".encode() in mail.as_bytes()


def test_an_hour_or_days_that_are_none_are_said_and_kept(reader: FlaskClient, post: Post, store: Database) -> None:
    for form in (
        {"hour": "25", "days": ["1"]},
        {"hour": "7"},
        {"hour": "٣", "days": ["1"]},
        {"hour": "8", "days": "x"},
    ):
        assert post(reader, "/refresh/letter", **form).status_code == 422
    page = post(reader, "/refresh/letter", hour="9").text
    assert "Choose at least one day" in page
    assert 'value="9" selected' in page
    with store.readers() as db:
        assert db.scalar(select(RefreshLetter.hour)) is None


def test_letters_are_turned_off_where_they_are_turned_on(
    reader: FlaskClient, post: Post, store: Database, monday: time_machine.Traveller
) -> None:
    want(reader, post, days=(0, 2, 4))
    assert "Mondays, Wednesdays and Fridays" in reader.get("/refresh/letter").text
    post(reader, "/refresh/letter", do="stop")
    monday.move_to(MONDAY + timedelta(hours=1))
    hour(store)
    assert not letters_in(store)


def test_every_hour_promises_the_next(store: Database) -> None:
    from lms.core.jobs import Job

    assert "remind_to_refresh" in lms.work.EVERY_MORNING
    hour(store)
    with store.readers() as db:
        keys = set(db.scalars(select(Job.key).where(Job.name == "remind_to_refresh")))
    assert len(keys) == 2
    assert reminding.CODE_BYTES >= 16
