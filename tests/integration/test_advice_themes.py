"""Themes on their way up to a sponsor: two others read them, nobody can be recognised, and few stand behind none."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from lms.advising import notes
from lms.advising.models import ThemeNote, ThemeReading
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.unit import Database
from lms.people.models import Organisation
from lms.record import checking
from lms.register.models import Leaf
from tests.evidence import make_member
from tests.integration.test_at_once import MANY, at_once
from tests.make import World, actor, make_group, person
from tests.make_advice import TEXT, drafted, opened, read

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def configured(app: object) -> None:
    """Services read the settings that the application chose."""


@pytest.fixture
def circles(store: Database, world: World) -> list[uuid.UUID]:
    """Two circles of the council: in the first sit four, in the second two."""
    with store.transaction() as db:
        first = make_group(db, world)
        second = make_group(
            db, world, name="Library Leads", unit_id=world.libraries, facilitator_id=world.other_trainee
        )
        for name in ("Joan", "Sefo", "Leila", "Dag"):
            make_member(db, first, name)
        for name in ("Miriam", "Odd"):
            make_member(db, second, name)
    return [first, second]


@pytest.fixture
def third(store: Database, world: World) -> uuid.UUID:
    """A third trainer."""
    with store.transaction() as db:
        return person(db, "Marit Solheim", db.get_one(Organisation, world.provider), Role.TRAINER)


def gone_up(store: Database, note_id: uuid.UUID) -> bool:
    with store.readers() as db:
        return db.get_one(ThemeNote, note_id).passed_at is not None


def test_two_others_read_it_and_then_the_sponsor_does_with_the_month_alone(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    ruth, hana = sign_in(world.trainer), sign_in(world.manager)
    with store.transaction() as db:
        case_id = opened(db, world).id
    sent = {"key": str(uuid.uuid4()), "case": str(case_id), "text": TEXT}
    answers = [post(ruth, "/advice/themes/new", **sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    path = answers[0].location
    assert answers[1].location == path
    assert "You wrote this text" in ruth.get(path).text
    yes = {"version": "1", "clear": "yes", "key": str(uuid.uuid4())}
    for who in (world.other_trainer, world.administrator):
        assert TEXT not in hana.get("/advice").text
        browser = sign_in(who)
        assert post(browser, f"{path}/read", **yes).status_code == 303
        assert post(browser, f"{path}/read", **yes).status_code == 303  # the same form again
    page = hana.get("/advice").text
    assert TEXT in page
    with store.readers() as db:
        note = db.scalars(select(ThemeNote)).one()
        assert note.passed_at is not None
        assert f"{note.passed_at:%B %Y}" in page
        assert [each.kind for each in db.scalars(select(Leaf))] == ["theme reading"] * 2
        assert TEXT not in "".join(each.meaning + each.reason for each in db.scalars(select(Leaf)))
        assert checking.verify(db).ok
    for hidden in ("Ruth", "Bashir", "Ilse", "Parks", str(note.id), str(case_id)):
        assert hidden not in page
    assert TEXT not in sign_in(world.stranger).get("/advice").text
    assert post(ruth, path, version="1", text="Another text.").status_code == 409  # it stays as it was read


def test_whoever_wrote_it_or_sits_or_facilitates_there_is_no_reader(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world, circles[0])
        make_member(db, circles[0], "Ilse", world.administrator)
        leads = person(db, "Lani Foster", db.get_one(Organisation, world.provider), Role.TRAINER)
        theirs = drafted(db, world, make_group(db, world, name="Roads", facilitator_id=leads))
        about_all = drafted(db, world)
    yes = {"version": "1", "clear": "yes"}
    for who, note, sentence in (
        (world.trainer, note_id, "You wrote this text, or a part of it. Two others read it."),
        (world.administrator, note_id, "You sit in a circle that stands behind this theme."),
        (leads, theirs, "You sit in a circle that stands behind this theme."),
        (leads, note_id, "You sit in a circle that stands behind this theme."),  # it raised the same
        (leads, about_all, "You sit in a circle that stands behind this theme."),
    ):
        answer = post(sign_in(who), f"/advice/themes/{note}/read", **yes)
        assert answer.status_code == 403
        assert sentence in answer.text
        assert sentence in sign_in(who).get(f"/advice/themes/{note}").text


def test_the_same_reader_is_not_two(store: Database, world: World, circles: list[uuid.UUID]) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
        read(db, world.other_trainer, note_id)
    with pytest.raises(Conflict, match="You have read this text and signed"), store.transaction() as db:
        read(db, world.other_trainer, note_id)
    assert not gone_up(store, note_id)


def test_a_changed_text_is_read_by_both_again_and_who_changed_it_is_no_reader(
    store: Database, world: World, circles: list[uuid.UUID], third: uuid.UUID
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
        read(db, world.other_trainer, note_id)
        read(db, third, note_id, clear=False, change="“Rostered” tells which unit it is.")
    assert not gone_up(store, note_id)
    with store.transaction() as db:
        notes.rewrite(db, actor(db, world.trainer), note_id, 1, "In several circles the hour is taken for other work.")
        read(db, world.other_trainer, note_id, 2)
    assert not gone_up(store, note_id)
    with store.transaction() as db:
        notes.rewrite(db, actor(db, third), note_id, 2, "In several circles the hour is not kept.")
    with pytest.raises(Forbidden, match="You wrote this text"), store.transaction() as db:
        read(db, third, note_id, 3)
    with store.transaction() as db:
        read(db, world.other_trainer, note_id, 3)
        read(db, world.administrator, note_id, 3)
    assert gone_up(store, note_id)


def test_a_text_that_changed_between_reading_and_signing_is_not_signed(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
        notes.rewrite(db, actor(db, world.trainer), note_id, 1, "Dag’s hour goes to the rota.")
    typed = {"version": "1", "clear": "no", "change": "Rostered tells which unit."}
    answer = post(sign_in(world.other_trainer), f"/advice/themes/{note_id}/read", **typed)
    assert answer.status_code == 409
    assert "The text was changed while you were reading it." in answer.text
    assert f"Your page showed: {TEXT}" in answer.text
    assert "Rostered tells which unit.</textarea>" in answer.text
    assert '<mark class="cue" data-c="wait">Dag</mark>' in answer.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(ThemeReading)) == 0
    stale = post(sign_in(world.administrator), f"/advice/themes/{note_id}", version="1", text="Mine.")
    assert stale.status_code == 409
    assert "Mine.</textarea>" in stale.text


def test_a_theme_of_few_waits_until_another_circle_raises_it(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world, circles[0])
        read(db, world.other_trainer, note_id)
        read(db, world.administrator, note_id)
    assert not gone_up(store, note_id)  # one circle of two: anybody would know which
    page = sign_in(world.trainer).get(f"/advice/themes/{note_id}").text
    assert "Two have read it, and it is held back" in page
    assert "It waits until another circle raises the same theme." in page
    assert TEXT not in sign_in(world.manager).get("/advice").text
    with store.transaction() as db:
        opened(db, world, f"{world.council} {circles[1]}", theme="power")
    assert not gone_up(store, note_id)
    with store.transaction() as db:
        opened(db, world, f"{world.council} {circles[1]}")
    assert gone_up(store, note_id)


def test_fewer_than_four_people_are_never_behind_a_theme(
    store: Database, world: World, circles: list[uuid.UUID]
) -> None:
    with store.transaction() as db:
        third, fourth = (make_group(db, world, name=name) for name in ("Roads", "Water"))
        make_member(db, third, "Vern", world.other_trainee)
        make_member(db, fourth, "Farid", world.other_trainee)  # the same person in two circles is one
        note_id = drafted(db, world, third)
        drafted(db, world, fourth)
        read(db, world.other_trainer, note_id)
        read(db, world.administrator, note_id)
        assert notes.backing(db, db.get_one(ThemeNote, note_id)).members == 1
    assert not gone_up(store, note_id)


def test_many_readings_of_one_at_once_are_one(store: Database, world: World, circles: list[uuid.UUID]) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
    answers = at_once(store, lambda db: read(db, world.other_trainer, note_id))
    assert [isinstance(each, Conflict) for each in answers].count(True) == MANY - 1
    assert not gone_up(store, note_id)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write what the sponsor is to read."),
        ("x" * 600_000, "This is 600,000 characters long. Shorten it to 600 or fewer."),
    ],
)
def test_a_theme_says_something_and_briefly(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post, text: str, sentence: str
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
    ruth, new = sign_in(world.trainer), {"about": f"{world.council} whole", "theme": "time", "text": text}
    for answer in (
        post(ruth, "/advice/themes/new", **new),
        post(ruth, f"/advice/themes/{note_id}", version="1", text=text),
    ):
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_reading_says_what_to_change_and_is_proved(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
    bashir, path = sign_in(world.other_trainer), f"/advice/themes/{note_id}/read"
    assert "Say whether anybody or anything can be recognised." in post(bashir, path, version="1").text
    assert "Write what has to be changed." in post(bashir, path, version="1", clear="no").text
    assert "That did not fit." in post(bashir, path, version="1", clear="yes", password="wrong").text


def test_what_is_taken_back_no_sponsor_reads_and_nobody_signs(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
        read(db, world.other_trainer, note_id)
        read(db, world.administrator, note_id)
    hana, ruth = sign_in(world.manager), sign_in(world.trainer)
    assert TEXT in hana.get("/advice").text
    assert post(ruth, f"/advice/themes/{note_id}/take-back").status_code == 303
    assert TEXT not in hana.get("/advice").text
    assert "This theme was taken back" in ruth.get(f"/advice/themes/{note_id}").text
    with pytest.raises(Conflict), store.transaction() as db:
        notes.rewrite(db, actor(db, world.trainer), note_id, 1, "Once more.")


def test_another_provider_and_a_sponsor_find_no_theme_on_its_way(
    store: Database, world: World, circles: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
        elsewhere = Organisation(name="Northway Training", kind="provider")
        db.add(elsewhere)
        db.flush()
        odd = person(db, "Odd Trainer", elsewhere, Role.TRAINER)
    for who in (odd, world.manager, world.trainee):
        browser = sign_in(who)
        assert browser.get(f"/advice/themes/{note_id}").status_code == 404
        assert post(browser, f"/advice/themes/{note_id}/read", version="1", clear="yes").status_code == 404
    with pytest.raises(NotFound), store.transaction() as db:
        read(db, odd, note_id)


def test_a_reading_changed_afterwards_is_found(store: Database, world: World, circles: list[uuid.UUID]) -> None:
    with store.transaction() as db:
        read(db, world.other_trainer, drafted(db, world))
    with store.transaction() as db:
        db.execute(update(ThemeNote).values(text="Dag in Parks is rostered."))
    with store.readers() as db:
        assert "Entry 1 and its theme reading differ in the text that was read." in checking.verify(db).problems
    with store.transaction() as db:
        db.execute(update(ThemeReading).values(text="Dag in Parks is rostered."))
    with store.readers() as db:
        assert "The theme reading of entry 1 was changed after it was made." in checking.verify(db).problems


def test_a_reader_is_not_told_what_the_other_found(
    store: Database, world: World, circles: list[uuid.UUID], third: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        note_id = drafted(db, world)
        read(db, world.other_trainer, note_id, clear=False, change="“Rostered” tells which unit it is.")
    said, marit = "tells which unit it is", sign_in(third)
    assert said in sign_in(world.trainer).get(f"/advice/themes/{note_id}").text
    assert said not in marit.get(f"/advice/themes/{note_id}").text
    assert "No theme waits for you" in marit.get("/advice/themes").text  # it has to be changed first
