"""A trainee codes an invented round: nothing chosen is lost, what is sent stands, and nobody else sees it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import transcripts
from assessments.double_coding import own_labels
from lms.core.unit import Database
from lms.exercises.models import CodingPractice
from tests.make import World

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
SHEET = transcripts.current()["fire-station-quiet-watch"]
PATH = f"/rounds-to-code/{SHEET.id}"
LESSON = "/learn/open-questioning/coding-a-session"


def kept(store: Database) -> list[CodingPractice]:
    with store.readers() as db:
        return list(db.scalars(select(CodingPractice).order_by(CodingPractice.begun_at, CodingPractice.id)))


def hidden(page: str) -> dict[str, str]:
    """What the page would send back without being asked."""
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("key", "version", "text")}


def codes(**changed: str) -> dict[str, str]:
    """Every turn as the key has it, but for some."""
    form = {}
    for turn, label in own_labels(SHEET).items():
        form[f"open-{turn}"] = changed.get(turn, label.openness)
        if label.advice == "yes":
            form[f"advice-{turn}"] = "yes"
    return form


def all_closed() -> dict[str, str]:
    return {f"open-{turn}": "closed" for turn in SHEET.keyed}


def test_the_lesson_leads_to_the_rounds_and_a_round_to_its_page(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    assert "Choose a round" in browser.get(LESSON).text
    assert browser.get(f"{LESSON}/rounds").location == "/rounds-to-code"
    page = browser.get("/rounds-to-code").text
    for name, sheet in transcripts.current().items():
        assert (f'href="/rounds-to-code/{name}"' in page) == (sheet.kept_for == "everyone")
    page = browser.get(PATH).text
    for turn in SHEET.turns:
        assert (f'name="open-{turn.id}"' in page) == (turn.key is not None)
        assert turn.why is None or turn.why not in page
    assert SHEET.afterwards not in page


def test_what_is_chosen_survives_and_is_sent_once(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    page = hidden(browser.get(PATH).text)
    assert post(browser, f"{PATH}/draft", **page, **{"open-t3": "closed", "advice-t5": "yes"}).json == {"version": 1}
    assert post(browser, f"{PATH}/draft", **page | {"version": "1"}, **codes(t3="open")).json == {"version": 2}
    again = browser.get(PATH).text
    assert hidden(again) == page | {"version": "2"}
    assert re.search(r'name="open-t3"\s+value="open"\s+(id="open-t3")?\s*checked', again)

    sent = [post(browser, PATH, **hidden(again), **codes(), do="send") for _ in range(2)]

    assert [each.status_code for each in sent] == [303, 303]
    assert sent[0].location == sent[1].location
    [row] = kept(store)
    assert (row.kappa, row.content_hash, row.version) == (10_000, SHEET.content_hash, 3)
    result = browser.get(sent[0].location).text
    assert "You and the key can work together" in result
    assert "Nowhere do you differ" in result
    assert SHEET.afterwards in result
    assert "κ 1.00" in browser.get("/rounds-to-code").text


def test_below_sixty_another_round_is_offered_and_each_difference_has_its_reason(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    sent = post(browser, PATH, **hidden(browser.get(PATH).text), **all_closed(), do="send")
    page = browser.get(sent.location).text
    [row] = kept(store)
    assert row.kappa is not None
    assert row.kappa < 6_000
    assert "You and the key read it differently" in page
    assert "Try another" in page
    assert f'href="{PATH}"' not in page, "never the same again"
    opened = next(turn for turn in SHEET.turns if turn.key and turn.key.openness == "open" and not turn.key.also)
    assert opened.why is not None
    assert opened.why in page
    assert "You missed advice in 4 of 23 turns." in page


def test_a_turn_without_a_code_is_named_and_the_others_are_kept(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    form = codes()
    first, second, *_ = [name for name in form if name.startswith("open-")]
    page = post(
        browser, PATH, **hidden(browser.get(PATH).text), **{k: v for k, v in form.items() if k != second}, do="send"
    )
    assert page.status_code == 422
    assert f"Turn {second[6:]} wants a code still." in page.text
    assert kept(store)[0].sent_at is None
    assert kept(store)[0].labels[first[5:]][0] == form[first]
    page = post(browser, PATH, **hidden(page.text), do="send")
    assert page.status_code == 422
    assert f"{len(SHEET.keyed)} turns want a code still; the first is turn {first[6:]}." in page.text


def test_a_code_that_nobody_offers_is_no_code(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    page = post(browser, PATH, **hidden(browser.get(PATH).text), **codes(t3="<b>ajar\x00"), do="send")
    assert page.status_code == 422
    assert "ajar" not in page.text
    assert kept(store)[0].labels["t3"] == ["", "no"]


def test_two_browsers_are_told_of_each_other_and_neither_loses_a_code(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    one, other = (hidden(browser.get(PATH).text) for _ in range(2))
    post(browser, f"{PATH}/draft", **one, **{"open-t3": "open"})
    told = post(browser, f"{PATH}/draft", **other, **{"open-t3": "unsure"})
    assert told.status_code == 409
    assert "another browser" in told.text
    page = post(browser, PATH, **other, **{"open-t3": "unsure"})
    assert page.status_code == 409
    assert "Turn 3</dt>" in page.text
    assert kept(store)[0].labels["t3"] == ["open", "no"]
    assert post(browser, PATH, **hidden(page.text), **{"open-t3": "unsure"}).status_code == 303
    [row] = kept(store)
    assert row.labels["t3"] == ["unsure", "no"]


def test_a_round_that_was_revised_meanwhile_says_so_and_keeps_the_codes(
    world: World, sign_in: SignIn, post: Post, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(world.trainee)
    page = hidden(browser.get(PATH).text)
    post(browser, f"{PATH}/draft", **page, **codes())
    revised = SHEET.model_copy(update={"title": "The quiet watch, again"})
    revised.__dict__.pop("content_hash", None)
    monkeypatch.setattr(transcripts, "current", lambda: {SHEET.id: revised})

    told = post(browser, PATH, **page | {"version": "1"}, **codes(), do="send")

    assert told.status_code == 409
    assert "was revised since you opened it" in told.text
    assert "was revised since you opened it" in browser.get(PATH).text
    sent = post(browser, PATH, **hidden(told.text), **codes(), do="send")
    assert sent.status_code == 303
    assert kept(store)[0].content_hash == revised.content_hash


def test_what_was_sent_stands_when_the_round_is_revised_or_taken_away(
    world: World, sign_in: SignIn, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(world.trainee)
    sent = post(browser, PATH, **hidden(browser.get(PATH).text), **all_closed(), do="send").location
    before = re.findall(r"κ\sis [\d.]+", browser.get(sent).text)
    for others in ({SHEET.id: SHEET.model_copy(update={"title": "Otherwise"})}, {}):
        for sheet in others.values():
            sheet.__dict__.pop("content_hash", None)
        monkeypatch.setattr(transcripts, "current", lambda others=others: others)
        page = browser.get(sent)
        assert page.status_code == 200
        assert re.findall(r"κ\sis [\d.]+", page.text) == before
        assert "has been revised since" in page.text
        assert browser.get("/rounds-to-code").status_code == 200


def test_a_round_can_be_coded_again_and_both_codings_stay(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    browser = sign_in(world.trainee)
    for form in (all_closed(), codes()):
        post(browser, PATH, **hidden(browser.get(PATH).text), **form, do="send")
    assert sorted(row.kappa or 0 for row in kept(store))[1] == 10_000
    assert len(kept(store)) == 2


def test_a_sent_coding_takes_no_more_codes(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    browser = sign_in(world.trainee)
    page = hidden(browser.get(PATH).text)
    post(browser, PATH, **page, **codes(), do="send")
    late = post(browser, f"{PATH}/draft", **page, **all_closed())
    assert late.status_code == 409
    assert "What you sent stands" in late.text
    assert kept(store)[0].kappa == 10_000


def test_nobody_else_sees_or_touches_a_coding(world: World, sign_in: SignIn, post: Post, store: Database) -> None:
    mine = sign_in(world.trainee)
    page = hidden(mine.get(PATH).text)
    post(mine, f"{PATH}/draft", **page, **codes())
    theirs = sign_in(world.other_trainee)
    assert post(theirs, f"{PATH}/draft", **page, **all_closed()).status_code == 404
    assert hidden(theirs.get(PATH).text)["key"] != page["key"]
    sent = post(mine, PATH, **page | {"version": "1"}, **codes(), do="send").location
    for who in (world.other_trainee, world.trainer, world.administrator, world.stranger):
        assert sign_in(who).get(sent).status_code == 404
    assert mine.get(f"/rounds-to-code/sent/{uuid.uuid4()}").status_code == 404
    assert kept(store)[0].kappa == 10_000


def test_a_round_that_is_not_there_is_not_found(world: World, sign_in: SignIn, post: Post) -> None:
    browser = sign_in(world.trainee)
    assert browser.get("/rounds-to-code/nowhere").status_code == 404
    assert post(browser, "/rounds-to-code/nowhere", key=str(uuid.uuid4())).status_code == 404
    assert post(browser, f"{LESSON}/rounds", key="k").status_code == 404


def test_saving_while_coding_asks_the_database_little(
    world: World, sign_in: SignIn, post: Post, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    browser = sign_in(world.trainee)
    page = hidden(browser.get(PATH).text)
    post(browser, f"{PATH}/draft", **page, **{"open-t3": "open"})
    with queries() as asked:
        post(browser, f"{PATH}/draft", **page | {"version": "1"}, **codes())
    assert len(asked) <= 6, asked
