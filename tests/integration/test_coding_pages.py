"""Pages of coding: nothing typed is lost, nothing of the other shows, an old page says what changed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.coding import asking, settling
from lms.coding.models import CodingCoder, CodingSample
from lms.core.db import Base
from lms.core.unit import Database
from tests.make import World, actor
from tests.make_coding import BIRDS, Circle, but_for_the_third, mostly_open, the_other_way_round

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def circle(app: object, store: Database, world: World) -> Circle:
    with store.transaction() as db:
        return Circle.make(db, world)


def sample_of(store: Database, sample_id: uuid.UUID) -> CodingSample:
    with store.readers() as db:
        return db.get_one(CodingSample, sample_id)


def rows(circle: Circle, many: int = 12) -> dict[str, Any]:
    """A page of turns as it is typed."""
    form: dict[str, Any] = {}
    for n, turn in enumerate(circle.turns(many)):
        form |= {f"seat-{n}": turn.seat, f"words-{n}": turn.words}
    return form


def all_tables(store: Database, but: str = "") -> str:
    tables = [table for name, table in Base.metadata.tables.items() if name != but]
    with store.readers() as db:
        return "".join(str([tuple(row) for row in db.execute(select(table))]) for table in tables)


def labels(page: str, openness: str = "open", advice: str = "no") -> dict[str, str]:
    """A page of a coder with every turn labelled alike."""
    turns = re.findall(r'name="shown-([0-9a-f-]+)"', page)
    form = {"version": re.findall(r'name="version" value="(\d+)"', page)[0]}
    for each in turns:
        form |= {f"shown-{each}": "yes", f"open-{each}": openness, f"advice-{each}": advice}
    return form


def test_a_circle_and_its_trainers_see_its_samples_and_no_manager_does(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database
) -> None:
    path = f"/groups/{circle.group_id}/coding"
    form = {"meeting": circle.meeting_id, "holder": circle.seats["Sefo"], "key": uuid.uuid4()}
    amara = sign_in(world.trainee)
    first, again = (post(amara, path, **form) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    for who in (world.trainee, world.other_trainee, world.trainer, world.other_trainer, world.administrator):
        assert sign_in(who).get(path).status_code == sign_in(who).get(first.location).status_code == 200
    for who in (world.manager, world.stranger):
        assert sign_in(who).get(path).status_code == sign_in(who).get(first.location).status_code == 404
    mine = sign_in(world.other_trainee).get(first.location).text
    assert "Yes, my turns may be read" in mine
    assert "Yes, my turns may be read" not in sign_in(world.trainer).get(first.location).text
    assert "Whose yes is there" not in mine, "members are not shown who said no"


def test_a_page_of_turns_comes_back_with_everything_typed(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database
) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, "Sefo", "Joan", "Leila", "Dag")
    amara, path = sign_in(world.trainee), f"/groups/{circle.group_id}/coding/{sample.id}/turns"
    form = rows(circle) | {"version": 1}
    without_seat = post(amara, path, **form | {"seat-3": "", "do": "save"})
    assert without_seat.status_code == 422
    assert "Say who spoke turn 4." in without_seat.text
    assert all(bird in without_seat.text for bird in BIRDS[:12])
    long = post(amara, path, **form | {"words-5": "x" * 401})
    assert "Turn 6 is 401 characters long" in long.text
    huge = post(amara, path, **form | {f"words-{n}": "y" * 5_000 for n in range(120)})
    assert huge.status_code == 422
    many = post(amara, path, **form | {f"{kind}-{n}": "z" for n in range(125) for kind in ("seat", "words")})
    assert "No more than 120 turns" in many.text
    assert post(amara, path, **form).status_code == 303
    old = post(amara, path, **form | {"words-1": "Something else?"})
    assert old.status_code == 409
    assert "Something changed while your page was open" in old.text
    assert "Something else?" in old.text


def test_what_may_give_somebody_away_is_marked_and_looked_at_before_it_is_sent(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database
) -> None:
    with store.transaction() as db:
        sample = circle.ask(db)
        circle.say_yes(db, sample.id, "Sefo", "Joan", "Leila", "Dag")
    amara, path = sign_in(world.trainee), f"/groups/{circle.group_id}/coding/{sample.id}/turns"
    form = rows(circle) | {"version": 1, "words-2": "What did Sefo write to hana@x.example on the 14th?", "do": "send"}
    unseen = post(amara, path, **form | {"left_out": "yes"})
    assert unseen.status_code == 422
    assert "Look at what is marked first" in unseen.text
    assert re.findall(r"<mark>(.*?)</mark>", unseen.text) == ["Sefo", "hana@x.example", "14"]
    version = sample_of(store, sample.id).version
    blanked = post(amara, path, **form | {"do": "blank", "version": version})
    assert blanked.status_code == 303
    page = amara.get(path).text
    assert "What did [name] write to [address] on the [number]th?" in page
    assert "<mark>" not in page
    version = sample_of(store, sample.id).version
    form = rows(circle) | {"version": version, "do": "send"}
    assert "Say that nobody can be recognised" in post(amara, path, **form).text
    version = sample_of(store, sample.id).version
    assert post(amara, path, **form | {"left_out": "yes", "version": version}).status_code == 303
    assert sample_of(store, sample.id).state == "coding"
    assert amara.get(path).status_code == 409


def test_the_other_s_labels_are_in_no_page_and_no_answer(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database
) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
    path = f"/coding/{sample_id}"
    ruth, bashir = sign_in(world.trainer), sign_in(world.other_trainer)
    empty = bashir.get(path).text
    page = ruth.get(path).text
    assert not any(name in page for name in circle.seats), "letters and no names"
    assert not any(seat in page for seat in circle.seats.values())
    answer = post(ruth, f"{path}/draft", **labels(page, "unsure", "yes"))
    assert answer.json == {"version": 2}
    assert ruth.get(path).text.count("checked") == 20
    assert bashir.get(path).text.count("checked") == empty.count("checked") == 0
    again = post(bashir, f"{path}/draft", **labels(empty))
    assert again.json == {"version": 2}, "a version of their own"
    assert post(ruth, f"{path}/draft", **labels(page, "closed")).status_code == 409
    stale = post(ruth, path, **labels(page, "closed"))
    assert stale.status_code == 409
    assert "You went on in another browser" in stale.text
    assert 'value="closed"' in stale.text
    for who in (world.trainee, world.administrator, world.manager):
        assert sign_in(who).get(path).status_code == 404
        assert post(sign_in(who), path, **labels(page)).status_code == 404


def test_finishing_leads_to_where_something_is_left(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database
) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
    ruth, path = sign_in(world.trainer), f"/coding/{sample_id}"
    assert post(ruth, path, **labels(ruth.get(path).text), do="next", page=1).location == f"{path}?page=2"
    second = ruth.get(f"{path}?page=2").text
    left = post(ruth, path, **labels(second, openness=""), do="finish", page=2)
    assert left.status_code == 422
    assert "Turns 11 and 12 want both answers still" in left.text
    assert "page=2" in left.text
    version = re.findall(r'name="version" value="(\d+)"', left.text)[0]
    for _ in range(2):
        done = post(ruth, path, **labels(second) | {"version": version}, do="finish", page=2)
        assert done.location == f"{path}/compare"
    assert "You have finished" in ruth.get(f"{path}/compare").text


def test_two_settle_on_their_pages_and_no_word_is_left_in_any_table(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db, many=20)
        found = settling.compare(db, actor(db, world.trainer), sample_id)
        (pair,) = found.differing
    assert all(bird in all_tables(store) for bird in BIRDS)
    beside = all_tables(store, but="coding_words") + caplog.text
    assert not [bird for bird in BIRDS if bird in beside], "one table alone holds words, while they are here"
    path = f"/coding/{sample_id}/compare"
    ruth, bashir = sign_in(world.trainer), sign_in(world.other_trainer)
    page = ruth.get(path).text
    assert "agree on 19 of 20" in page
    assert [bird for bird in BIRDS if bird in page] == [bird for bird in BIRDS if bird in pair.turn.words]
    assert "Turn 3: choose open" in post(ruth, path, version=found.sample.version).text
    form = {f"open-{pair.turn.id}": "open", "version": found.sample.version}
    assert post(ruth, path, **form).status_code == 303
    assert "It counts when Bashir Noor says yes" in ruth.get(path).text
    shown = bashir.get(path).text
    form["version"] = re.findall(r'name="version" value="(\d+)"', shown)[0]
    other = post(bashir, f"/coding/{sample_id}/agree", **form | {f"open-{pair.turn.id}": "unsure"})
    assert "this is not what was written down" in other.text
    for _ in range(2):
        assert post(bashir, f"/coding/{sample_id}/agree", **form).status_code == 303
    kept = all_tables(store) + caplog.text
    assert not [bird for bird in BIRDS if bird in kept]
    for who in (world.trainee, world.other_trainee, world.trainer):
        result = sign_in(who).get(f"/groups/{circle.group_id}/coding").text
        assert "15 of 20 turns open; allowing for chance at least" in result
        assert "Ruth Tamihana and Bashir Noor" in result


def test_a_yes_that_is_taken_back_while_two_settle_is_told_and_makes_their_page_old(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database
) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db, many=20)
        circle.settle(db, sample_id)
    bashir, path = sign_in(world.other_trainer), f"/coding/{sample_id}"
    version = re.findall(r'name="version" value="(\d+)"', bashir.get(f"{path}/compare").text)[0]
    with store.transaction() as db:
        asking.take_back(db, actor(db, world.trainee), circle.group_id, sample_id, circle.seats["Dag"])
    old = post(bashir, f"{path}/agree", version=version)
    assert old.status_code == 409
    assert "Six turns were taken out on" in old.text
    assert "Dag" not in old.text
    with store.transaction() as db:
        asking.take_back(db, actor(db, world.trainee), circle.group_id, sample_id, circle.seats["Joan"])
    over = bashir.get(f"{path}/compare").text
    assert "too few turns are left to say anything" in over
    assert post(bashir, f"{path}/agree", version=version).status_code == 409


def test_two_who_differ_too_much_are_told_so_and_so_is_the_circle(
    circle: Circle, world: World, sign_in: Browser, store: Database
) -> None:
    with store.transaction() as db:
        sample_id = circle.read(db, second=the_other_way_round)
    assert (
        "read it too differently: this says nothing yet"
        in sign_in(world.trainer).get(f"/coding/{sample_id}/compare").text
    )
    with store.transaction() as db:
        circle.close(db, sample_id)
    page = sign_in(world.other_trainee).get(f"/groups/{circle.group_id}/coding").text
    assert "The two read it too differently: this says nothing yet." in page


def test_a_wrong_password_signs_nothing(
    circle: Circle, world: World, sign_in: Browser, post: Post, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.core.actor import Actor

    with store.transaction() as db:
        sample_id = circle.read(db, second=mostly_open)
    monkeypatch.setattr(Actor, "is_fresh", lambda _self, _at: False)
    ruth, version = sign_in(world.trainer), sample_of(store, sample_id).version
    unsigned = post(ruth, f"/coding/{sample_id}/compare", version=version)
    assert unsigned.status_code == 422
    assert "Type your own password to sign" in unsigned.text
    assert sample_of(store, sample_id).proposed_by is None


def test_a_coder_s_list_says_what_waits(circle: Circle, world: World, sign_in: Browser, store: Database) -> None:
    with store.transaction() as db:
        sample_id = circle.named(db)
    ruth = sign_in(world.trainer)
    assert "One sample waits for you" in ruth.get("/coding").text
    assert "/coding" in ruth.get("/sign-off").text
    with store.transaction() as db:
        circle.label(db, sample_id, world.trainer, mostly_open)
        assert db.scalars(select(CodingCoder.finished_at)).all().count(None) == 1
    assert "The other still reads" in ruth.get("/coding").text
    with store.transaction() as db:
        circle.label(db, sample_id, world.other_trainer, but_for_the_third)
        circle.close(db, sample_id)
    page = ruth.get("/coding").text
    assert "Nothing waits to be read" in page
    assert "Settled" in page


def test_the_taking_over_page_leads_here(circle: Circle, world: World, sign_in: Browser) -> None:
    path = f"/groups/{circle.group_id}/taking-over"
    assert "Ask for a sample to be coded" in sign_in(world.trainer).get(path).text
    assert "Ask for a sample to be coded" not in sign_in(world.other_trainee).get(path).text
    assert f"/groups/{circle.group_id}/coding" in sign_in(world.other_trainee).get(path).text
