"""“I see it differently”: a learner's label beside the coach's, its words only with their yes, gone at once."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assessments.gold import read_labelled
from lms.core.unit import Database
from lms.exercises import labels
from lms.exercises.label_models import QuestionLabel
from lms.exercises.models import Attempt
from tests.make import World

SignIn = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
DRILL = "/learn/open-questioning/advice-with-a-question-mark/drill"
ASKED = "Have you tried talking to them both?"
MINE = {"openness": "open", "fault": "", "problem": ""}


def ask(browser: FlaskClient, post: Post, store: Database, text: str = ASKED) -> str:
    page = post(browser, DRILL, question=text, key=uuid.uuid4().hex)
    assert "I see it differently" in page.text
    with store.readers() as db:
        return str(db.scalars(select(Attempt.id).order_by(Attempt.created_at.desc())).first())


def kept(store: Database) -> list[QuestionLabel]:
    with store.readers() as db:
        return list(db.scalars(select(QuestionLabel).order_by(QuestionLabel.labelled_at)))


def table(store: Database) -> str:
    out = io.StringIO()
    with store.readers() as db:
        labels.write(db, out)
    return out.getvalue()


def test_without_a_yes_only_the_label_is_kept_and_no_word_of_the_question(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    amara = sign_in(world.trainee)
    attempt = ask(amara, post, store)
    assert ASKED in amara.get(f"{DRILL}/differ?attempt={attempt}").text
    assert amara.get(f"{DRILL}/differ").location == DRILL
    assert post(amara, f"{DRILL}/differ", attempt=attempt, **MINE).status_code == 303
    [row] = kept(store)
    assert (row.openness, row.fault, row.text) == ("open", "", "")
    assert row.said["kind"] == "advice"
    assert table(store).splitlines() == ["id,stratum,text,openness,faults"]


def test_the_newest_label_counts_and_the_table_is_one_that_the_coach_is_measured_with(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    amara = sign_in(world.trainee)
    attempt = ask(amara, post, store)
    for fault in ("", "X-LEAD"):
        post(amara, f"{DRILL}/differ", attempt=attempt, **(MINE | {"fault": fault, "keeps_text": "yes"}))
    [row] = read_labelled(table(store).splitlines(), "labels.csv")
    assert (row.text, row.openness, set(row.faults)) == (ASKED, "open", {"X-LEAD"})
    assert "Amara" not in table(store)


def test_somebody_elses_try_is_not_there_and_nonsense_is_refused(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    attempt = ask(sign_in(world.trainee), post, store)
    farid = sign_in(world.other_trainee)
    assert post(farid, f"{DRILL}/differ", attempt=attempt, **MINE).status_code == 404
    assert post(farid, f"{DRILL}/differ", attempt="x", **MINE).status_code == 404
    assert post(farid, f"{DRILL}/differ", attempt=attempt, openness="wide", fault="").status_code == 404
    assert farid.get(f"{DRILL}/differ?attempt={attempt}").status_code == 404
    page = post(sign_in(world.trainee), f"{DRILL}/differ", attempt=attempt, openness="wide", fault="X-LEAD")
    assert page.status_code == 422
    assert "Say whether it is open, closed, or can’t be told." in page.text
    assert '<option value="X-LEAD" selected>' in page.text
    assert kept(store) == []


def test_every_label_of_ones_own_goes_at_once_and_nobody_elses(
    world: World, sign_in: SignIn, post: Post, store: Database
) -> None:
    amara, farid = sign_in(world.trainee), sign_in(world.other_trainee)
    for browser in (amara, amara, farid):
        attempt = ask(browser, post, store)
        post(browser, f"{DRILL}/differ", attempt=attempt, **(MINE | {"keeps_text": "yes"}))
    assert len(kept(store)) == 3
    assert post(amara, f"{DRILL}/differ", do="forget", problem="").status_code == 303
    assert len(kept(store)) == 1
    assert post(amara, "/learn/open-questioning/open-and-closed/label/differ", do="forget").status_code == 404
