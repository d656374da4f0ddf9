"""Two people code one round, each alone; once both said yes and both have sent, they see where they part."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments import transcripts
from assessments.coding import Label
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit import Database
from lms.raters import companions, pairs
from lms.raters.models import CodingPair, PairNote
from tests.integration.test_at_once import at_once, count
from tests.make import World, actor, make_group
from tests.make_raters import KEPT, OTHERS, code_round

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
ROUND = OTHERS[0]
PAGE = "/side-by-side"
HEARD = "heron-in-the-boathouse"


@pytest.fixture
def asked(store: Database, world: World) -> uuid.UUID:
    """Amara has asked Farid, who has the same trainer."""
    with store.transaction() as db:
        return pairs.ask(db, actor(db, world.trainee), world.other_trainee, ROUND, uuid.uuid4()).id


@pytest.fixture
def both(store: Database, world: World, asked: uuid.UUID) -> uuid.UUID:
    """Farid said yes, and both have sent; they differ on two turns."""
    with store.transaction() as db:
        pairs.accept(db, actor(db, world.other_trainee), asked)
        code_round(db, world.trainee, ROUND)
        code_round(db, world.other_trainee, ROUND, t3=Label("unsure", "no"), t5=Label("closed", "no"))
    return asked


def form(person_id: uuid.UUID, **changed: str) -> dict[str, str]:
    return {"asked": str(person_id), "transcript": ROUND, "key": str(uuid.uuid4())} | changed


def test_from_the_question_to_what_each_heard(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    amara, farid = sign_in(world.trainee), sign_in(world.other_trainee)
    assert "Farid Rahimi" in amara.get(PAGE).text
    path = post(amara, PAGE, **form(world.other_trainee)).location
    assert "has not answered yet" in amara.get(path).text
    home = farid.get("/").text
    assert "Answer Amara Osei, who asks you to code a round side by side" in home
    assert f'href="{path}"' in home
    assert post(farid, f"{path}/yes").status_code == 303
    assert "Answer Amara Osei" not in farid.get("/").text
    with store.transaction() as db:
        code_round(db, world.trainee, ROUND)
    assert "is still coding" in amara.get(path).text
    waiting = farid.get(path).text
    assert "Amara has sent theirs." in waiting
    assert "Where the two part" not in waiting, "not before both have sent"
    with store.transaction() as db:
        code_round(db, world.other_trainee, ROUND, t3=Label("unsure", "no"))
    page = unescape(amara.get(path).text)
    assert "One turn on which you differ" in page
    assert "You and Farid agree on 22 of 23 turns." in page
    assert next(turn.said for turn in transcripts.current()[ROUND].turns if turn.id == "t3") in page
    assert "The key" in page
    assert post(farid, f"{path}/heard", version="0", **{"note-t3": HEARD}).status_code == 303
    assert HEARD in amara.get(path).text


def test_nobody_else_sees_it(store: Database, world: World, sign_in: Browser, post: Post, both: uuid.UUID) -> None:
    post(sign_in(world.trainee), f"{PAGE}/{both}/heard", version="0", **{"note-t3": HEARD})
    for who in (world.trainer, world.other_trainer, world.manager, world.administrator, world.stranger):
        browser = sign_in(who)
        assert browser.get(f"{PAGE}/{both}").status_code == 404
        assert HEARD not in browser.get(PAGE).text
        for what in ("yes", "end", "heard"):
            assert post(browser, f"{PAGE}/{both}/{what}", version="0").status_code == 404
    with store.readers() as db:
        assert db.get_one(CodingPair, both).ended_at is None


def test_before_both_said_yes_and_sent_neither_coding_is_shown(
    store: Database, world: World, sign_in: Browser, asked: uuid.UUID
) -> None:
    with store.transaction() as db:
        code_round(db, world.trainee, ROUND)
        code_round(db, world.other_trainee, ROUND)
    for who in (world.trainee, world.other_trainee):
        page = sign_in(who).get(f"{PAGE}/{asked}").text
        assert "Where the two part" not in page
        assert "has sent theirs" not in page
    with store.transaction() as db, pytest.raises(NotFound):
        pairs.accept(db, actor(db, world.trainee), asked)  # whoever asked cannot answer


@pytest.mark.parametrize("who", ["trainee", "other_trainee"])
def test_either_withdraws_it_and_then_neither_sees_it_and_the_words_are_gone(
    store: Database, world: World, sign_in: Browser, post: Post, both: uuid.UUID, who: str
) -> None:
    for person in (world.trainee, world.other_trainee):
        post(sign_in(person), f"{PAGE}/{both}/heard", version="0", **{"note-t3": HEARD})
    assert count(store, PairNote) == 2
    for _ in range(2):
        assert post(sign_in(getattr(world, who)), f"{PAGE}/{both}/end").status_code == 303
    for person in (world.trainee, world.other_trainee):
        assert sign_in(person).get(f"{PAGE}/{both}").status_code == 404
    assert count(store, PairNote) == 0
    late = post(sign_in(world.trainee), f"{PAGE}/{both}/heard", version="1", **{"note-t3": HEARD})
    assert late.status_code == 409
    assert "so neither of you sees it any more" in late.text
    assert post(sign_in(world.other_trainee), f"{PAGE}/{both}/yes").status_code == 409
    assert count(store, PairNote) == 0


def test_the_first_coding_counts_and_not_one_after_the_key(store: Database, world: World, both: uuid.UUID) -> None:
    with store.transaction() as db:
        code_round(db, world.other_trainee, ROUND)  # now as the key does
        opened = pairs.open_pair(db, actor(db, world.trainee), both)
        assert opened.comparison is not None
        assert [each.turn for each in opened.comparison.differences] == ["t3", "t5"]
        mirrored = pairs.open_pair(db, actor(db, world.other_trainee), both)
        assert mirrored.comparison is not None
        assert mirrored.comparison.openness.kappa == opened.comparison.openness.kappa


def test_only_people_one_knows_are_offered_and_taken(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        make_group(db, world)  # Ruth is beside Amara
        known = {each: set(companions.list_companions(db, actor(db, each))) for each in (
            world.trainee, world.other_trainee, world.trainer, world.manager, world.administrator, world.stranger,
        )}  # fmt: skip
    assert known[world.trainee] == {world.other_trainee, world.trainer}
    assert known[world.other_trainee] == {world.trainee}
    assert known[world.trainer] == {world.trainee, world.other_trainer}
    assert not known[world.manager] | known[world.administrator] | known[world.stranger]
    amara = sign_in(world.trainee)
    for forged in (world.stranger, world.manager, world.trainee, uuid.uuid4()):
        refused = post(amara, PAGE, **form(forged))
        assert refused.status_code == 422
        assert "Choose somebody you share a circle or a trainer with." in refused.text
    assert post(amara, PAGE, **form(world.other_trainee, asked="' OR 1=1")).status_code == 422
    assert post(amara, PAGE, **form(world.other_trainee, transcript="nowhere")).status_code == 422
    assert count(store, CodingPair) == 0


def test_a_round_kept_for_assessors_is_coded_by_two_assessors_only(store: Database, world: World) -> None:
    with store.transaction() as db:
        make_group(db, world)
        ruth = actor(db, world.trainer)
        with pytest.raises(Invalid, match="that both of you may code"):
            pairs.ask(db, ruth, world.trainee, KEPT[0], uuid.uuid4())
        assert pairs.ask(db, ruth, world.other_trainer, KEPT[0], uuid.uuid4()).transcript_id == KEPT[0]


def test_asked_twice_or_back_is_said_and_the_same_form_is_one(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara, once = sign_in(world.trainee), form(world.other_trainee)
    first, second = (post(amara, PAGE, **once) for _ in range(2))
    assert first.location == second.location
    told = post(amara, PAGE, **form(world.other_trainee))
    assert told.status_code == 409
    assert "The two of you have this round side by side already." in told.text
    with store.transaction() as db, pytest.raises(Conflict):
        pairs.ask(db, actor(db, world.other_trainee), world.trainee, ROUND, uuid.uuid4())
    assert count(store, CodingPair) == 1


def test_one_form_sent_many_times_at_once_asks_once(store: Database, world: World) -> None:
    key = uuid.uuid4()
    answers = at_once(
        store, lambda db: pairs.ask(db, actor(db, world.trainee), world.other_trainee, ROUND, key).id, many=5
    )
    assert len({each for each in answers if isinstance(each, uuid.UUID)}) == 1, answers
    assert count(store, CodingPair) == 1


def test_an_old_page_gets_both_words_and_loses_none(
    store: Database, world: World, sign_in: Browser, post: Post, both: uuid.UUID
) -> None:
    amara, path = sign_in(world.trainee), f"{PAGE}/{both}"
    assert re.findall(r'name="version" value="(\d+)"', amara.get(path).text) == ["0"]
    assert post(amara, f"{path}/heard", version="0", **{"note-t3": "A door."}).status_code == 303
    stale = post(amara, f"{path}/heard", version="0", **{"note-t3": "A window."})
    assert stale.status_code == 409
    assert "A window." in stale.text
    assert "A door." in stale.text
    assert post(amara, f"{path}/heard", version="1", **{"note-t3": "A window."}).status_code == 303
    long = post(amara, f"{path}/heard", version="2", **{"note-t3": "x" * 301})
    assert long.status_code == 422
    assert 'href="#note-t3"' in long.text
    with store.readers() as db:
        assert db.scalars(select(PairNote)).one().notes == {"t3": "A window."}


def test_a_note_on_a_turn_that_is_no_difference_is_not_kept(store: Database, world: World, both: uuid.UUID) -> None:
    with store.transaction() as db:
        pairs.write(db, actor(db, world.trainee), both, {"t3": "Here.", "t7": "Not here.", "t999": "Nowhere."}, 0)
        assert db.scalars(select(PairNote)).one().notes == {"t3": "Here."}


def test_two_versions_are_not_laid_side_by_side(
    store: Database, world: World, sign_in: Browser, asked: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction() as db:
        pairs.accept(db, actor(db, world.other_trainee), asked)
        code_round(db, world.trainee, ROUND)
    revised = transcripts.current()[ROUND].model_copy(update={"title": "The quiet watch, again"})
    revised.__dict__.pop("content_hash", None)
    monkeypatch.setattr(transcripts, "current", lambda: {ROUND: revised})
    with store.transaction() as db:
        code_round(db, world.other_trainee, ROUND)
    page = sign_in(world.trainee).get(f"{PAGE}/{asked}").text
    assert "You coded two versions of this round" in page
    assert "Where the two part" not in page
