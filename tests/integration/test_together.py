"""Several who facilitated one meeting: one page, one proof, a signature of each, and all of them or none."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.errors import NotFound
from lms.core.unit import Database
from lms.groups import service as groups
from lms.messages.models import Message
from lms.practice import forms, rules, service
from lms.practice.models import PracticeSession, Signature, TrainerNote
from lms.practice.together import Reviewed
from lms.record import checking
from lms.register.models import Leaf
from tests.integration.test_review_page import forget_verification
from tests.make import World, actor, make_group, make_log, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
Two = tuple[uuid.UUID, uuid.UUID]
RATED = {"version": "1", "sign": "yes", "rate-asking": "2", "helped": "3", "level": "2"}


@pytest.fixture
def two(store: Database, world: World) -> Two:
    """What Amara and Farid sent to Ruth about the meeting they shared the lead of."""
    with store.transaction() as db:
        return both(db, world)


def both(db: Session, world: World, **changes: Any) -> Two:
    group = make_group(db, world)
    groups.add_member(db, actor(db, world.trainer), group, "", world.other_trainee)
    farid = replace(world, trainee=world.other_trainee)
    amaras = make_session(db, world, group, role="shared", **changes)
    return amaras, make_session(db, farid, group, role="shared", keep="Farid kept the time.", **changes)


def typed(*parts: tuple[uuid.UUID, dict[str, str]], **more: str) -> dict[str, str]:
    """A form about several sessions."""
    about = {forms.about(which) + name: text for which, part in parts for name, text in part.items()}
    return about | {"seen": "yes"} | more


def reviewed(which: uuid.UUID, version: int = 1, level: int = 2) -> Reviewed:
    return Reviewed(which, version, {"asking": 2}, level, "You waited.")


def signatures(store: Database) -> dict[uuid.UUID, Signature]:
    with store.readers() as db:
        found = db.scalars(select(Signature).where(Signature.voided_at.is_(None))).all()
        assert len({each.session_id for each in found}) == len(found)
        return {each.session_id: each for each in found}


def change(store: Database, world: World, which: uuid.UUID, **changes: Any) -> None:
    with store.transaction() as db:
        session = db.get_one(PracticeSession, which)
        log = make_log(session.group_id, **({"role": "shared", "keep": "Other words."} | changes))
        service.change_practice(db, actor(db, session.person_id), which, session.version, 0, log)


def test_the_queue_shows_them_together_with_one_link(world: World, two: Two, sign_in: Browser) -> None:
    page = sign_in(world.trainer).get("/sign-off").text
    assert page.count("Two facilitated this meeting") == 1
    assert len(re.findall(r'href="/sign-off/[0-9a-f-]+/together"', page)) == 1
    assert all(f"/sign-off/{each}" in page for each in two)


def test_who_only_sat_in_the_circle_or_met_another_day_is_not_shown_together(
    store: Database, world: World, two: Two, sign_in: Browser
) -> None:
    change(store, world, two[1], role="member")
    assert "facilitated this meeting" not in sign_in(world.trainer).get("/sign-off").text
    change(store, world, two[1], held_on=clock.today() - timedelta(days=3))
    answer = sign_in(world.trainer).get(f"/sign-off/{two[0]}/together")
    assert (answer.status_code, answer.location) == (303, f"/sign-off/{two[0]}")


def test_one_page_signs_both_each_with_a_signature_an_entry_and_a_letter_of_its_own(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    page = trainer.get(f"/sign-off/{two[0]}/together").text
    for words in ("Amara Osei, session 1", "Farid Rahimi, session 1", "It felt very long", "Farid kept the time."):
        assert words in page
    assert page.count(rules.MEANING) == 1
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    second = RATED | {"level": "4", "rate-asking": "4", "behaviour-1": "Asked the silent.", "notes": "Ask about Tom."}
    form = typed((two[0], RATED | {"comment": "You waited."}), (two[1], second))
    answer = post(trainer, f"/sign-off/{two[0]}/together", **form)
    assert (answer.status_code, answer.location) == (303, "/sign-off")
    page = trainer.get("/sign-off").text
    assert "Session 1 of Amara Osei and session 1 of Farid Rahimi are signed." in page
    found = signatures(store)
    amaras, farids = (found[each] for each in two)
    assert (amaras.ratings, amaras.level, amaras.comment) == ({"asking": 2}, 2, "You waited.")
    assert (farids.ratings, farids.level, farids.comment) == ({"asking": 4}, 4, "")
    assert (farids.observation or {})["behaviours"] == ["Asked the silent."]
    assert (amaras.observation or {})["behaviours"] == []
    assert amaras.leaf_seq != farids.leaf_seq
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Leaf.kind == "signature")) == 2
        told = db.scalars(select(Message.person_id).where(Message.template == "signed")).all()
        assert set(told) == {world.trainee, world.other_trainee}
        assert [(each.session_id, each.text) for each in db.scalars(select(TrainerNote))] == [
            (two[1], "Ask about Tom.")
        ]
        assert checking.verify(db).ok


def test_one_proof_at_the_foot_signs_for_both_and_a_wrong_one_for_none(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    trainer = sign_in(world.trainer)
    forget_verification(store)
    assert trainer.get(f"/sign-off/{two[0]}/together").text.count('name="password"') == 1
    form = typed((two[0], RATED | {"comment": "You waited."}), (two[1], RATED))
    answer = post(trainer, f"/sign-off/{two[0]}/together", **form, password="wrong password")
    assert answer.status_code == 422
    assert "You waited." in answer.text
    assert "wrong password" not in answer.text
    assert not signatures(store)


def test_what_is_missing_is_said_with_the_name_and_nothing_is_signed(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    trainer, address = sign_in(world.trainer), f"/sign-off/{two[0]}/together"
    form = typed((two[0], RATED), (two[1], {"version": "1", "sign": "yes", "comment": "You kept the time."}), seen="")
    answer = post(trainer, address, **form)
    assert answer.status_code == 422
    assert answer.text.count("Farid Rahimi: Rate at least one thing that you saw.") == 2
    assert "Amara Osei: " not in answer.text
    assert answer.text.count("tick that you were in the room") == 2
    assert "You kept the time." in answer.text
    unticked = {name: text for name, text in RATED.items() if name != "sign"}
    answer = post(trainer, address, **typed((two[0], unticked), (two[1], unticked)))
    assert answer.status_code == 422
    assert answer.text.count("Tick at least one session to sign it.") == 2
    assert not signatures(store)


def test_one_that_is_not_ticked_is_not_signed_and_what_was_chosen_for_it_stays(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    trainer, address = sign_in(world.trainer), f"/sign-off/{two[0]}/together"
    left = {name: text for name, text in RATED.items() if name != "sign"} | {"comment": "Half a thought."}
    answer = post(trainer, address, **typed((two[0], RATED), (two[1], left)))
    assert answer.status_code == 200
    assert "Session 1 of Amara Osei is signed." in answer.text
    assert "Half a thought." in answer.text
    assert set(signatures(store)) == {two[0]}
    assert post(trainer, address, **typed((two[1], left | {"sign": "yes"}))).status_code == 303
    assert set(signatures(store)) == set(two)


def test_one_not_ticked_and_not_touched_simply_waits_on(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    form = typed((two[0], RATED), (two[1], {"version": "1", "notes": "", "rate-asking": ""}))
    answer = post(sign_in(world.trainer), f"/sign-off/{two[0]}/together", **form)
    assert (answer.status_code, set(signatures(store))) == (303, {two[0]})


@pytest.mark.parametrize("how", ["changed", "returned", "signed", "another day", "overruled in between"])
def test_when_one_is_not_as_it_was_read_nothing_is_signed_and_everything_typed_stays(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post, how: str
) -> None:
    trainer = sign_in(world.trainer)
    if how == "changed":
        change(store, world, two[1])
    elif how == "another day":
        change(store, world, two[1], held_on=clock.today() - timedelta(days=3))
    elif how == "returned":
        with store.transaction() as db:
            service.return_session(db, actor(db, world.trainer), two[1], 1, "More.")
    else:
        with store.transaction() as db:
            service.sign_off(db, actor(db, world.trainer), two[1], 1, {"asking": 5}, 5, "Alone.", "password")
    if how == "overruled in between":
        overrule(store, world, two[1])
    before = set(signatures(store))
    form = typed((two[0], RATED | {"comment": "You waited."}), (two[1], RATED | {"comment": "You kept the time."}))
    answer = post(trainer, f"/sign-off/{two[0]}/together", **form)
    assert answer.status_code == 409
    assert "Farid Rahimi is not what you read, so nothing is signed" in answer.text
    assert "You waited." in answer.text
    assert "You kept the time." in answer.text
    assert 'name="seen" value="yes" checked' not in " ".join(answer.text.split())
    assert set(signatures(store)) == before


def overrule(store: Database, world: World, which: uuid.UUID) -> None:
    """A second assessor decides that Ruth's signature does not stand."""
    thing = signatures(store)[which].id
    with store.transaction() as db:
        service.dispute(db, actor(db, world.other_trainee), which, thing, "It was not so.")
        decider = actor(db, world.other_trainer)
        dispute = service.open_session(db, decider, which).dispute
        assert dispute is not None
        service.decide_dispute(db, decider, which, dispute.id, "overruled", "Both say so.", "password")


def test_one_that_cannot_be_signed_here_says_why_and_leads_to_its_own_page(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        service.sign_off(db, actor(db, world.trainer), two[1], 1, {"asking": 5}, 5, "", "password")
    trainer = sign_in(world.trainer)
    page = trainer.get(f"/sign-off/{two[0]}/together").text
    assert "Ruth Tamihana has signed it." in page
    assert f'href="/practice/{two[1]}"' in page
    assert f"{forms.about(two[1])}sign" not in page
    overrule(store, world, two[1])
    page = trainer.get(f"/sign-off/{two[0]}/together").text
    assert "your word on this session does not stand" in page
    answer = post(trainer, f"/sign-off/{two[0]}/together", **typed((two[0], RATED), (two[1], RATED)))
    assert answer.status_code == 409
    assert not signatures(store)


def test_who_was_perhaps_not_there_is_asked_once_where_it_is_the_same_for_all(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        alone = both(db, world)
        for each in alone:
            db.get_one(PracticeSession, each).role = "alone"
    trainer, address = sign_in(world.trainer), f"/sign-off/{alone[0]}/together"
    assert trainer.get(address).text.count(rules.UNSEEN) == 1
    assert post(trainer, address, **typed((alone[0], RATED), (alone[1], RATED), seen="unseen")).status_code == 303
    assert {each.meaning for each in signatures(store).values()} == {rules.UNSEEN}


def test_where_it_may_differ_each_is_asked_alone(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        db.get_one(PracticeSession, two[1]).role = "alone"
    trainer, address = sign_in(world.trainer), f"/sign-off/{two[0]}/together"
    assert trainer.get(address).text.count(rules.MEANING) == 2
    assert post(trainer, address, **typed((two[0], RATED), (two[1], RATED))).status_code == 422
    unseen = {"seen": "unseen"}
    answer = post(trainer, address, **typed((two[0], RATED | unseen), (two[1], RATED | unseen)))
    assert answer.status_code == 422, "Amara wrote that Ruth shared the lead"
    answer = post(trainer, address, **typed((two[0], RATED | {"seen": "yes"}), (two[1], RATED | unseen)))
    assert answer.status_code == 303
    assert [signatures(store)[each].meaning for each in two] == [rules.MEANING, rules.UNSEEN]


def test_a_tie_and_a_concern_are_about_one_of_them(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    tied = RATED | {"tie-manager": "yes", "safety": "yes", "safety_line": "Somebody left in tears."}
    assert (
        post(
            sign_in(world.trainer), f"/sign-off/{two[0]}/together", **typed((two[0], RATED), (two[1], tied))
        ).status_code
        == 303
    )
    observed = {which: each.observation or {} for which, each in signatures(store).items()}
    assert (observed[two[0]]["ties"], observed[two[0]]["safety"]) == ([], "")
    assert (observed[two[1]]["ties"], observed[two[1]]["safety"]) == (["manager"], "Somebody left in tears.")


def test_nobody_else_reaches_the_page_or_signs_through_it(
    store: Database, world: World, two: Two, sign_in: Browser, post: Post
) -> None:
    form = typed((two[0], RATED), (two[1], RATED))
    for who in (world.other_trainer, world.trainee, world.manager, world.administrator, world.stranger):
        browser = sign_in(who)
        assert browser.get(f"/sign-off/{two[0]}/together").status_code == 404
        assert post(browser, f"/sign-off/{two[0]}/together", **form).status_code == 404
    beside = typed((two[0], RATED), (uuid.uuid4(), RATED))
    assert post(sign_in(world.trainer), f"/sign-off/{two[0]}/together", **beside).status_code == 404
    with pytest.raises(NotFound), store.transaction() as db:
        service.sign_together(db, actor(db, world.other_trainer), [reviewed(each) for each in two], "password")
    assert not signatures(store)
