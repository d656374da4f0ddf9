"""Correcting, signing again and withdrawing, as their pages do it; and the history everybody concerned reads."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.handover import evidence
from lms.practice.models import PracticeSession, Signature
from tests.integration.test_review_page import forget_verification
from tests.integration.test_voiding import correct, sign, withdraw
from tests.make import OBSERVED, REVIEW, World, actor, make_group, make_session

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture
def signed(store: Database, world: World) -> uuid.UUID:
    """A session of Amara’s that Ruth has signed."""
    with store.transaction() as db:
        made = make_session(db, world, make_group(db, world))
    with store.transaction() as db:
        sign(db, world, made)
    return made


def shown(page: str) -> dict[str, str]:
    """A form as a browser would send it when nobody touches it."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") not in ("radio", "checkbox") or re.search(r"\bchecked\b", tag):
            found[given.get("name", "")] = html.unescape(given.get("value", ""))
    texts = re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', page)
    found |= {name: html.unescape(text).strip("\n") for name, text in texts}
    found |= dict(re.findall(r'<select[^>]*name="([^"]*)".*?<option value="([^"]*)" selected', page, re.DOTALL))
    return {name: value for name, value in found.items() if name not in ("", "csrf_token")}


def test_a_signed_session_is_corrected_and_signed_again_in_one_click(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    assert amara.get(f"/practice/{signed}/edit").status_code == 409
    assert f"/practice/{signed}/correct" in amara.get(f"/practice/{signed}").text
    form = shown(amara.get(f"/practice/{signed}/correct").text)
    assert (form["advice"], form["keep"]) == ("2", "I waited. It felt very long.")
    assert "signer" not in form
    refused = post(amara, f"/practice/{signed}/correct", **(form | {"advice": "1"}))
    assert refused.status_code == 422
    assert refused.text.count("Write why. It is kept") == 2
    form = shown(refused.text)
    assert form["advice"] == "1"
    answer = post(amara, f"/practice/{signed}/correct", **(form | {"because": "I counted one twice."}))
    assert answer.status_code == 303, answer.text
    page = amara.get(answer.location).text
    for words in ("Your correction is sent.", "You corrected what was signed: version 2", "I counted one twice.",
                  "Ruth signed version 1", "does not count any more", "What was signed"):  # fmt: skip
        assert words in page
    assert "Corrected" in ruth.get("/sign-off").text
    review = ruth.get(f"/sign-off/{signed}").text
    assert re.search(r"Advice[^<]*</dt>\s*<dd><span class=\"soft\">Was</span> 2<br><b>Is now</b> 1</dd>", review)
    assert "I counted one twice." in review
    again = post(ruth, f"/sign-off/{signed}", **shown(review), do="sign")
    assert again.status_code == 303, again.text
    with store.readers() as db:
        old, new = db.scalars(select(Signature).order_by(Signature.signed_at)).all()
        assert (new.ratings, new.level, new.comment, new.meaning) == (old.ratings, old.level, old.comment, old.meaning)
        assert (new.observation, new.session_version, new.voided_at) == (OBSERVED.kept(), 2, None)


def test_a_correction_is_drafted_like_any_write_up(
    world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    form = shown(amara.get(f"/practice/{signed}/correct").text) | {"because": "I counted", "step": "advice-1"}
    assert post(amara, f"/practice/{signed}/correct", **form).status_code == 303
    form = shown(amara.get(f"/practice/{signed}/correct").text)
    assert (form["because"], form["advice"]) == ("I counted", "1")


def test_questions_counted_for_a_correction_lead_back_to_it(
    world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, here = sign_in(world.trainee), f"/practice/{signed}/correct"
    count = post(amara, here, **shown(amara.get(here).text), count="yes").location
    assert f'href="{here}"' in amara.get(count).text
    answer = post(amara, count, notes="What happens on the nights?", do="use", **{"question-1": "open"})
    assert answer.location == f"{here}#questions"
    form = shown(amara.get(here).text)
    assert [form[kind] for kind in ("open", "closed", "leading", "advice")] == ["1", "0", "0", "0"]


def test_on_another_day_who_signs_says_anew_that_they_were_there(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        correct(db, world, signed, held_on=db.get_one(PracticeSession, signed).held_on - timedelta(days=1))
    form = shown(sign_in(world.trainer).get(f"/sign-off/{signed}").text)
    assert form["rate-asking"] == "2"
    assert "seen" not in form


def test_another_trainer_rates_for_themself(store: Database, world: World, signed: uuid.UUID, sign_in: Browser) -> None:
    from lms.groups.models import PeerGroup

    with store.transaction() as db:
        correct(db, world, signed)
        db.get_one(PeerGroup, db.get_one(PracticeSession, signed).group_id).trainer_id = world.other_trainer
    form = shown(sign_in(world.other_trainer).get(f"/sign-off/{signed}").text)
    assert not {form.get(name) for name in ("rate-asking", "level", "seen", "helped", "keep")} - {"", None}


def test_a_signature_is_withdrawn_with_a_reason_and_proof(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    assert f"/sign-off/{signed}/withdraw" in ruth.get(f"/practice/{signed}").text
    assert "/withdraw" not in amara.get(f"/practice/{signed}").text
    here, form = f"/sign-off/{signed}/withdraw", shown(ruth.get(f"/sign-off/{signed}/withdraw").text)
    assert post(ruth, here, **(form | {"reason": " "})).status_code == 422
    forget_verification(store)
    refused = post(ruth, here, **(form | {"reason": "That was another evening.", "password": "no"}))
    assert refused.status_code == 422
    form = shown(refused.text)
    assert form["reason"] == "That was another evening."
    with store.readers() as db:
        assert db.scalar(select(func.count()).where(Signature.voided_at.is_not(None))) == 0
    with store.transaction() as db:
        withdraw(db, world, signed, "That was another evening.")
    assert post(ruth, here, **form).status_code in (409, 422)
    page = amara.get(f"/practice/{signed}").text
    for words in ("Session 1 is with Ruth", "That was another evening.", "Ruth withdrew the signature of version 1"):
        assert words in page
    assert "Withdrawn" in ruth.get("/sign-off").text
    form = shown(ruth.get(f"/sign-off/{signed}").text)
    assert form["rate-asking"] == "2"
    assert "seen" not in form
    assert post(sign_in(world.trainer), f"/sign-off/{signed}", **REVIEW).status_code == 303


def test_readiness_and_home_count_no_voided_signature(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser
) -> None:
    amara = sign_in(world.trainee)

    def counted() -> tuple[bool, bool, bool]:
        with store.readers() as db:
            who = actor(db, world.trainee)
            [learner] = evidence.learners(db, evidence.scope(who))
            [session] = evidence.gather(db, [learner], comments=True)[learner.enrolment_id].evidence.sessions
        totals = "Signed so far: 1 session" in amara.get("/practice").text
        return session.signed_on is not None and session.level == 2, totals, "You waited." in amara.get("/").text

    assert counted() == (True, True, True)
    with store.transaction() as db:
        correct(db, world, signed)
    assert counted() == (False, False, False)
