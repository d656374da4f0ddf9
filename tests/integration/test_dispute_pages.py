"""Disputing, answering and deciding, as their pages do it; and what everybody concerned reads meanwhile."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.unit import Database
from lms.practice import rules
from lms.practice.models import Dispute, Signature
from tests.integration.test_disputes import BACK, BECAUSE, WHY, decide, dispute, give_back, returned, signed
from tests.integration.test_review_page import counted, forget_verification
from tests.integration.test_voiding import correct, withdraw
from tests.integration.test_voiding_pages import shown
from tests.make import REVIEW, World

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
__all__ = ["returned", "signed"]


def test_a_trainee_disputes_a_signature_and_everybody_sees_that(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, bashir = sign_in(world.trainee), sign_in(world.other_trainer)
    here, there = f"/practice/{signed}", f"/sign-off/{signed}/dispute"
    assert bashir.get(here).status_code == bashir.get(there).status_code == 404
    assert f"{here}/dispute" in amara.get(here).text
    page = amara.get(f"{here}/dispute").text
    for words in ("Is what Ruth signed not right?", "Bashir Noor decides", "the signature stands and counts"):
        assert words in page
    refused = post(amara, f"{here}/dispute", **(shown(page) | {"reason": "x" * 2001}))
    assert refused.status_code == 422
    assert "x" * 2001 in refused.text
    answer = post(amara, f"{here}/dispute", **(shown(refused.text) | {"reason": WHY}))
    assert (answer.status_code, answer.location) == (303, here)
    for words in ("Your dispute is open.", "Disputed", WHY, "You disputed what was signed", "Take the dispute back"):
        assert words in amara.get(here).text or words == "Your dispute is open."
    assert f"{here}/dispute" not in re.sub("/dispute/take-back", "", amara.get(here).text)
    assert "Disputed" in amara.get("/practice").text
    assert "disputed" in amara.get("/readiness").text


def answer_once(ruth: FlaskClient, signed: uuid.UUID, post: Post) -> None:
    """The first assessor is asked, answers, and is asked no more."""
    here, there = f"/practice/{signed}", f"/sign-off/{signed}/dispute"
    assert "Disputes, 1" in ruth.get("/sign-off").text
    assert "Answer" in ruth.get(here).text
    page = ruth.get(there).text
    assert "You decide" not in page
    assert post(ruth, f"{there}/answer", **(shown(page) | {"answer": " "})).status_code == 422
    answered = post(ruth, f"{there}/answer", **(shown(page) | {"answer": "I counted four interruptions."}))
    assert answered.status_code == 303
    assert "Disputes" not in ruth.get("/sign-off").text
    assert "Nothing is asked of you" in ruth.get(there).text


def test_both_assessors_are_asked_and_the_second_signs_anew(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, ruth, bashir = sign_in(world.trainee), sign_in(world.trainer), sign_in(world.other_trainer)
    here, there = f"/practice/{signed}", f"/sign-off/{signed}/dispute"
    with store.transaction() as db:
        dispute(db, world, signed)
    answer_once(ruth, signed, post)
    assert "One dispute asks for you" in bashir.get("/sign-off?show=disputes").text
    page = bashir.get(there).text
    for words in (WHY, "I counted four interruptions.", "You waited.", "It felt very long.", "You decide"):
        assert words in page
    forget_verification(store)
    missing = post(bashir, there, **(shown(bashir.get(there).text) | {"password": "no"}))
    assert missing.status_code == 422
    for sentence in ("Choose whether it stands.", "Write why. Both of them read it"):
        assert missing.text.count(sentence) == 2
    wrong = post(bashir, there, **(shown(missing.text) | {"outcome": "overruled", "reason": BECAUSE, "password": "no"}))
    assert wrong.status_code == 422
    assert (shown(wrong.text)["reason"], shown(wrong.text)["outcome"]) == (BECAUSE, "overruled")
    bashir = sign_in(world.other_trainer)
    decided = post(bashir, there, **(shown(wrong.text)))
    assert (decided.status_code, decided.location) == (303, here)

    page = amara.get(here).text
    for words in ("Session 1 is with Bashir", BECAUSE, "Bashir decided as second assessor: it does not stand"):
        assert words in page
    assert BECAUSE in ruth.get(here).text
    assert ruth.get(f"/sign-off/{signed}").status_code == 403
    assert "Overruled" in bashir.get("/sign-off").text
    page = bashir.get(f"/sign-off/{signed}").text
    for words in (WHY, BECAUSE, rules.SECOND):
        assert words in page
    assert post(bashir, f"/sign-off/{signed}", **(REVIEW | {"seen": "second"})).status_code == 303
    page = amara.get(here).text
    assert rules.SECOND in page
    assert "What Bashir judged" in page


def test_a_return_is_disputed_and_does_not_stand(
    store: Database, world: World, returned: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, ruth, bashir = sign_in(world.trainee), sign_in(world.trainer), sign_in(world.other_trainer)
    page = amara.get(f"/practice/{returned}/dispute").text
    assert "Is nothing missing?" in page
    assert post(amara, f"/practice/{returned}/dispute", **(shown(page) | {"reason": WHY})).status_code == 303
    page = amara.get(f"/practice/{returned}").text
    for words in ("Put it right and send it again", BACK, WHY, "Until it is decided, the session is with you."):
        assert words in page
    assert "Disputed" in ruth.get("/sign-off?show=returned").text
    page = bashir.get(f"/sign-off/{returned}/dispute").text
    assert BACK in page
    form = shown(page) | {"outcome": "overruled", "reason": BECAUSE}
    assert post(bashir, f"/sign-off/{returned}/dispute", **form).status_code == 303
    assert "Return to Amara" in bashir.get(f"/sign-off/{returned}").text
    assert rules.UNSEEN in bashir.get(f"/sign-off/{returned}").text
    assert rules.SECOND not in bashir.get(f"/sign-off/{returned}").text
    page = ruth.get(f"/sign-off/{returned}").text
    assert "Return to Amara" not in page
    assert shown(amara.get(f"/practice/{returned}/edit").text)["signer"] == str(world.other_trainer)
    assert post(ruth, f"/sign-off/{returned}", **REVIEW).status_code == 303


def test_it_stands_and_nobody_asks_again(store: Database, world: World, signed: uuid.UUID, sign_in: Browser) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
    with store.transaction() as db:
        decide(db, world.other_trainer, signed, "upheld")
    amara = sign_in(world.trainee)
    page = amara.get(f"/practice/{signed}").text
    for words in (BECAUSE, "Bashir decided as second assessor: it stands", "Ruth signed session 1"):
        assert words in page
    assert "/dispute" not in page
    assert amara.get(f"/practice/{signed}/dispute").status_code == 303
    assert BECAUSE in sign_in(world.administrator).get(f"/practice/{signed}").text


def test_who_comes_second_is_told_so_and_keeps_the_words(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    from lms.core.actor import Role
    from lms.people.models import Organisation
    from tests.make import person

    with store.transaction() as db:
        third = person(db, "Nadia Karimi", db.get_one(Organisation, world.provider), Role.TRAINER)
        dispute(db, world, signed)
    nadia, there = sign_in(third), f"/sign-off/{signed}/dispute"
    assert "Bashir Noor or Nadia Karimi decides, whoever does so first" in sign_in(world.trainee).get(
        f"/practice/{signed}"
    ).text  # fmt: skip
    form = shown(nadia.get(there).text) | {"outcome": "overruled", "reason": "It was held, and it shows."}
    with store.transaction() as db:
        decide(db, world.other_trainer, signed, "upheld")
    answer = post(nadia, there, **form)
    assert answer.status_code == 409
    assert "This dispute is over" in answer.text
    assert "It was held, and it shows." in answer.text
    assert nadia.get(there).status_code == 409
    with store.readers() as db:
        assert db.scalar(select(Dispute.outcome)) == "upheld"


@pytest.mark.parametrize("how", ["withdrawn", "corrected", "returned again"])
def test_what_is_not_there_any_more_is_not_disputed_and_the_words_are_kept(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post, how: str
) -> None:
    amara = sign_in(world.trainee)
    form = shown(amara.get(f"/practice/{signed}/dispute").text) | {"reason": WHY}
    with store.transaction() as db:
        correct(db, world, signed) if how == "corrected" else withdraw(db, world, signed)
        if how == "returned again":
            give_back(db, world.trainer, signed)
    answer = post(amara, f"/practice/{signed}/dispute", **form)
    assert answer.status_code == 409
    assert WHY in answer.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Dispute)) == 0


def test_a_dispute_is_taken_back_and_may_be_opened_again(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        which = dispute(db, world, signed)
    amara = sign_in(world.trainee)
    answer = post(amara, f"/practice/{signed}/dispute/take-back", dispute=str(which))
    assert answer.status_code == 303
    page = amara.get(f"/practice/{signed}").text
    assert "You took the dispute back" in page
    assert f"/practice/{signed}/dispute" in page
    assert sign_in(world.other_trainer).get(f"/practice/{signed}").status_code == 404


def test_who_withdraws_reads_that_it_settles_the_dispute(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser
) -> None:
    ruth = sign_in(world.trainer)
    assert "is settled" not in ruth.get(f"/sign-off/{signed}/withdraw").text
    with store.transaction() as db:
        dispute(db, world, signed)
    assert "The dispute of Amara is settled" in ruth.get(f"/sign-off/{signed}/withdraw").text
    with store.transaction() as db:
        withdraw(db, world, signed)
    page = sign_in(world.trainee).get(f"/practice/{signed}").text
    assert "That settled the dispute." in page
    assert "Take the dispute back" not in page


def test_a_second_assessor_who_signed_anew_is_asked_again_after_a_correction(
    store: Database, world: World, signed: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
        decide(db, world.other_trainer, signed, "overruled")
    bashir = sign_in(world.other_trainer)
    assert post(bashir, f"/sign-off/{signed}", **(REVIEW | {"seen": "second"})).status_code == 303
    with store.transaction() as db:
        correct(db, world, signed)
    form = shown(bashir.get(f"/sign-off/{signed}").text)
    assert form["seen"] == "second"
    assert post(bashir, f"/sign-off/{signed}", **form, do="sign").status_code == 303
    with store.readers() as db:
        standing = db.scalars(select(Signature).where(Signature.voided_at.is_(None))).one()
        assert standing.meaning == rules.SECOND


def test_the_pages_take_few_queries(
    app: Flask, store: Database, world: World, signed: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        dispute(db, world, signed)
    bashir, paths = sign_in(world.other_trainer), ("/sign-off?show=disputes", f"/sign-off/{signed}/dispute")
    for path in paths:
        with counted(app) as statements:
            assert bashir.get(path).status_code == 200
        assert len(statements) <= 8, "\n".join(statements)
