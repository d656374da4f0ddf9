"""Search and glossary: what one may read is found with its passage, what others wrote never is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from courses import catalogue
from courses.pieces import headings
from lms.core.actor import Role
from lms.core.unit import Database
from lms.find import rules
from lms.find import service as find
from lms.journal import service as journal
from lms.people.models import Membership
from lms.practice import service as practice
from lms.practice.rows import Beside
from tests.make import OBSERVED, World, actor, make_group, make_session
from tests.texts import many_lessons
from tests.work import steps

Queries = Callable[..., AbstractContextManager[list[str]]]
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def entry(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        mine = actor(db, world.trainee)
        return journal.save(db, mine, uuid.uuid4(), 0, "The zeppelin in the silence <i>was</i> mine.").id


def test_a_word_is_found_in_lessons_glossary_and_own_notes(world: World, sign_in: SignIn, entry: uuid.UUID) -> None:
    page = sign_in(world.trainee).get("/search?q=silence")
    assert page.status_code == 200
    for heading in ("Lessons, ", "Your notes, 1", "Glossary, "):
        assert heading in page.text
    assert '<mark class="cue" data-c="info">silence</mark> &lt;i&gt;was' in page.text
    assert f"/journal/{entry}" in page.text
    assert "/glossary#silence" in page.text


def test_a_letter_with_its_accent_beside_it_is_the_same_letter(store: Database, world: World, sign_in: SignIn) -> None:
    with store.transaction() as db:
        journal.save(db, actor(db, world.trainee), uuid.uuid4(), 0, "Her re\u0301sume\u0301 was blank.")
    browser = sign_in(world.trainee)
    for typed in ("résumé", "re\u0301sume\u0301", "resume"):
        assert "Your notes, 1" in browser.get("/search", query_string={"q": typed}).text, typed


def test_nobody_finds_what_another_wrote(world: World, sign_in: SignIn, entry: uuid.UUID) -> None:
    assert "Your notes, 1" in sign_in(world.trainee).get("/search?q=zeppelin").text
    assert "Nothing has “zeppelin”" in sign_in(world.trainer).get("/search?q=zeppelin").text


@pytest.fixture
def signed(store: Database, world: World) -> uuid.UUID:
    """A session that Amara wrote up and Ruth signed, with a comment for Amara and a note for herself."""
    with store.transaction() as db:
        kept, other = "The walrus waited.", "Next time, no narwhal."
        session = make_session(db, world, make_group(db, world), keep=kept, differently=other)
        ruth, beside = actor(db, world.trainer), Beside(OBSERVED, seconds=80, notes="Ask about the ptarmigan.")
        practice.sign_off(db, ruth, session, 1, {"asking": 2}, 2, "A capercaillie of calm.", "password", beside=beside)
    return session


@pytest.mark.parametrize(
    ("word", "finds", "told"),
    [
        ("walrus", "trainee", "Your write-up of the session of "),
        ("narwhal", "trainee", "Your write-up of the session of "),
        ("ptarmigan", "trainer", "Your own note on the session of "),
        ("capercaillie", "nobody", ""),
    ],
)
def test_of_a_session_everybody_finds_their_own_words_alone(
    world: World, sign_in: SignIn, signed: uuid.UUID, word: str, finds: str, told: str
) -> None:
    for name in ("trainee", "other_trainee", "trainer", "other_trainer", "manager", "administrator"):
        page = sign_in(getattr(world, name)).get(f"/search?q={word}").text
        if name == finds:
            assert "Your notes, 1" in page
            assert f'<mark class="cue" data-c="info">{word}</mark>' in page
            assert f'href="/practice/{signed}">{told}' in page
        else:
            assert f"Nothing has “{word}”" in page, name


def test_who_trains_no_more_does_not_find_what_they_noted_about_a_session(
    store: Database, world: World, sign_in: SignIn, signed: uuid.UUID
) -> None:
    browser = sign_in(world.trainer)
    assert browser.get(f"/practice/{signed}").status_code == 200
    with store.transaction() as db:
        db.execute(update(Membership).where(Membership.person_id == world.trainer).values(role=Role.TRAINEE))
    assert "Nothing has “ptarmigan”" in browser.get("/search?q=ptarmigan").text
    assert browser.get(f"/practice/{signed}").status_code == 404


def test_a_thirteenth_word_is_not_dropped_in_silence(world: World, sign_in: SignIn) -> None:
    browser, said = sign_in(world.trainee), "Only the first 12 words were looked for."
    assert said not in browser.get("/search?q=" + "+".join(["silence"] * 12)).text
    assert said in browser.get("/search?q=" + "+".join(["silence"] * 13)).text


def test_a_deleted_entry_is_found_no_more(store: Database, world: World, sign_in: SignIn, entry: uuid.UUID) -> None:
    with store.transaction() as db:
        journal.throw_away(db, actor(db, world.trainee), entry)
    assert "Nothing has “zeppelin”" in sign_in(world.trainee).get("/search?q=zeppelin").text


def test_a_passage_leads_to_its_part_of_the_lesson(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    page = browser.get('/search?q="quay street" volunteers')
    links = re.findall(r'href="(/learn/[^"#]+/[^"#]+)#(on-[^"]+)"', page.text)
    every = {anchor for lesson in catalogue.current().lessons for anchor, _ in headings(lesson.body)}
    assert {anchor for _, anchor in links} <= every
    lesson, anchor = re.findall(r'href="(/learn/[^"#]+/[^"#]+)#(on-[^"]+)"', browser.get("/search?q=silence").text)[0]
    assert f'id="{anchor}"' in browser.get(lesson).text


def test_many_lessons_come_in_pages_without_one_coming_twice(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    first, second = (browser.get(f"/search?q=question&page={page}").text for page in (1, 2))
    pattern = r'<a href="(/learn/[^"]+)">'
    assert len(re.findall(pattern, first)) == find.PAGE
    assert not set(re.findall(pattern, first)) & set(re.findall(pattern, second))


def test_where_no_place_has_all_words_those_with_some_are_shown(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/search?q=silence+xylophone")
    assert "No place has all of these words" in page.text


@pytest.mark.parametrize(
    "typed", ['"unclosed', "NEAR(", "*", "body:silence", "%F0%9F%99%82", "the", "-a", "a" * 9_999, "%00"]
)
def test_every_text_is_answered_with_a_page(world: World, sign_in: SignIn, typed: str) -> None:
    assert sign_in(world.trainee).get(f"/search?q={typed}").status_code == 200


def test_the_glossary_has_every_term_and_leads_to_its_lesson(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/glossary").text
    terms = catalogue.current().terms
    assert len(terms) >= 60
    assert all(f'id="{each.id}"' in page for each in terms)
    assert set(re.findall(r'href="#([a-z-]+)"', page)) - {"main"} <= {each.id for each in terms}


def test_learning_offers_the_search(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/learn").text
    assert 'action="/search"' in page
    assert 'href="/glossary"' in page


def test_a_lesson_leads_to_the_words_it_teaches(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.trainee).get("/learn/M06-L1", follow_redirects=True).text
    assert page.count('href="/glossary#silence"') == 2  # in the text, where it is first said, and below it
    assert 'href="/glossary#hub"' not in page


def test_a_search_asks_the_database_five_times_at_most(
    world: World, sign_in: SignIn, queries: Queries, entry: uuid.UUID, signed: uuid.UUID
) -> None:
    browser = sign_in(world.trainee)
    browser.get("/search?q=silence")
    with queries() as statements:
        assert "Your notes, 2" in browser.get("/search?q=zeppelin+walrus").text  # two searches: for all, then for some
    assert len(statements) <= 5, "\n".join(statements)


def test_twice_as_many_lessons_take_less_than_twice_the_steps(store: Database, world: World) -> None:
    some, many = many_lessons(1_000), many_lessons(2_000)
    with store.readers() as db:
        mine = actor(db, world.trainee)
        for known in (some, many):
            find.search(db, mine, known, rules.read("silence"))  # its index is made
        assert find.search(db, mine, many, rules.read("question")).lesson_count > 1_000
        question = rules.read("question")
        fewer = steps(lambda: find.search(db, mine, some, question))
        more = steps(lambda: find.search(db, mine, many, question))
    assert more < 2 * fewer
