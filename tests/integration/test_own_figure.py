"""An assessor takes a figure of agreement from rounds and evenings of their own: a conscious act, proved and sealed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Member, Role
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.people.models import Membership, SignIn
from lms.practice import calibrating
from lms.practice.calibration_models import Calibration
from lms.raters import figures
from lms.record import checking
from tests.accounts import give_password
from tests.integration.test_at_once import at_once
from tests.make import PASSWORD, World, actor, calibrate
from tests.make_raters import KEPT, OTHERS, code_round, rate_evenings

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
PAGE = "/my-agreement"
KAPPA, NEAR = "/my-agreement/kappa_open_closed", "/my-agreement/near_rubric"


@pytest.fixture
def coded(store: Database, world: World) -> list[uuid.UUID]:
    """Ruth has coded the two rounds that are kept for assessors."""
    with store.transaction() as db:
        return [code_round(db, world.trainer, name, days_ago=9 - n) for n, name in enumerate(KEPT)]


def taken(store: Database) -> list[Calibration]:
    with store.readers() as db:
        return list(db.scalars(select(Calibration).order_by(Calibration.recorded_at, Calibration.id)))


def word(page: TestResponse) -> str:
    found: list[str] = re.findall(r'name="seen" value="([0-9a-f]{64})"', page.text)
    return found[0]


def take(db: Session, world: World, kind: str = "kappa_open_closed", proof: str = "password") -> str:
    who = actor(db, world.trainer)
    return figures.take(db, who, kind, figures.bases(db, who)[kind].seen, proof)  # type: ignore[index]


def test_two_rounds_coded_here_become_a_figure_that_is_sealed(
    store: Database, world: World, coded: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    page = ruth.get(PAGE)
    assert "κ\u00a01.00 on 48 questions" in page.text
    sent = post(ruth, KAPPA, seen=word(page))
    assert (sent.status_code, sent.location) == (303, PAGE)
    [row] = taken(store)
    assert (row.kind, row.hundredths, row.items) == ("kappa_open_closed", 100, 48)
    assert row.done_on == (clock.now() - timedelta(days=9)).date(), "dated by the earliest"
    assert row.recorded_by == row.person_id == world.trainer
    assert row.source is not None
    assert [each["id"] for each in row.source["work"]] == [str(each) for each in coded]
    assert "Two weeks, three at most" in row.evidence
    assert row.source["work"][0]["hash"][:8] in row.evidence
    with store.readers() as db:
        assert checking.verify(db).ok
    after = ruth.get(PAGE).text
    assert "This is your figure." in after
    assert "Use this as my figure" not in after
    assert "You took a figure of agreement" in ruth.get("/record").text
    ilse = sign_in(world.administrator)
    [assessor] = re.findall(r'href="(/people/[0-9a-f-]{36}/calibration)">Calibration<span class="vh"> of Ruth',
                            ilse.get("/people").text)  # fmt: skip
    assert "Taken by Ruth Tamihana" in ilse.get(assessor).text


def test_taken_twice_or_at_once_is_taken_once(store: Database, world: World, coded: list[uuid.UUID]) -> None:
    answers = at_once(store, lambda db: take(db, world), many=4)
    assert len(set(answers)) == 1, answers
    assert len(taken(store)) == 1
    with store.readers() as db:
        assert checking.verify(db).ok


def test_without_proof_nothing_is_taken(
    app: Flask, store: Database, world: World, coded: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    give_password(app, store, world.trainer)
    ruth = sign_in(world.trainer)
    with store.transaction() as db:
        db.execute(update(SignIn).values(verified_at=datetime.now(UTC) - timedelta(hours=1)))
    seen = word(ruth.get(PAGE))
    for typed in ({}, {"password": "another"}):
        refused = post(ruth, KAPPA, seen=seen, **typed)
        assert refused.status_code == 422
        assert 'href="#password"' in refused.text
    assert not taken(store)
    assert post(ruth, KAPPA, seen=seen, password=PASSWORD).status_code == 303
    assert len(taken(store)) == 1
    with store.transaction() as db, pytest.raises(Invalid):
        take(db, world, proof="")


def test_an_old_page_says_that_other_work_counts_now(
    store: Database, world: World, coded: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    seen = word(ruth.get(PAGE))
    with store.transaction() as db:
        code_round(db, world.trainer, OTHERS[0])
    stale = post(ruth, KAPPA, seen=seen)
    assert stale.status_code == 409
    assert "You coded or rated more since this page was opened." in stale.text
    for forged in ("", "0" * 64, "' OR 1=1"):
        assert post(ruth, KAPPA, seen=forged).status_code == 409
    assert not taken(store)


def test_too_few_too_low_and_too_old_make_no_figure(store: Database, world: World) -> None:
    with store.transaction() as db:
        code_round(db, world.trainer, KEPT[0], days_ago=400)
        code_round(db, world.trainer, OTHERS[0], days_ago=3)
        with pytest.raises(Conflict, match=r"17 more questions to go\."):
            take(db, world)
        code_round(db, world.trainer, OTHERS[1], days_ago=2, alike=False)
        with pytest.raises(Conflict, match=r"and 0\.60 is asked for"):
            take(db, world)
        code_round(db, world.trainer, KEPT[0])
        with pytest.raises(Conflict, match=r"and 0\.60 is asked for"):
            take(db, world)  # the key was read a year ago


def test_somebody_elses_codings_are_no_part_of_it(store: Database, world: World, coded: list[uuid.UUID]) -> None:
    with store.transaction() as db:
        bashir = actor(db, world.other_trainer)
        basis = figures.bases(db, bashir)["kappa_open_closed"]
        assert (basis.counting, basis.done) == ((), 0)
        mine = figures.bases(db, actor(db, world.trainer))["kappa_open_closed"]
        with pytest.raises(Stale):
            figures.take(db, bashir, "kappa_open_closed", mine.seen, "password")


def test_only_a_trainer_takes_one_and_only_of_a_kind_there_is(
    store: Database, world: World, coded: list[uuid.UUID], sign_in: Browser, post: Post
) -> None:
    for who in (world.trainee, world.manager, world.administrator):
        assert sign_in(who).get(PAGE).status_code == 404
        assert post(sign_in(who), KAPPA, seen="x").status_code == 404
    for kind in ("icc_rubric", "nothing"):
        assert post(sign_in(world.trainer), f"{PAGE}/{kind}", seen="x").status_code == 404
    with store.transaction() as db:
        forged = replace(
            actor(db, world.trainee), memberships=(Member(Role.TRAINER, world.provider, "Fieldfare", None),)
        )
        for name in KEPT:
            code_round(db, world.trainee, name)
        seen = figures.bases(db, forged)["kappa_open_closed"].seen
        with pytest.raises(NotFound):  # the place is looked up again
            figures.take(db, forged, "kappa_open_closed", seen, "password")


def test_who_is_no_trainer_any_more_takes_nothing(store: Database, world: World, coded: list[uuid.UUID]) -> None:
    with store.transaction() as db:
        who = actor(db, world.trainer)
        seen = figures.bases(db, who)["kappa_open_closed"].seen
        db.execute(update(Membership).where(Membership.person_id == world.trainer).values(ended_on=clock.today()))
        with pytest.raises(NotFound):
            figures.take(db, who, "kappa_open_closed", seen, "password")


def test_what_an_administrator_withdrew_is_not_taken_again(
    store: Database, world: World, coded: list[uuid.UUID]
) -> None:
    with store.transaction() as db:
        take(db, world)
        [row] = db.scalars(select(Calibration))
        calibrating.withdraw(db, actor(db, world.administrator), row.id, "Coded beside a colleague.")
        with pytest.raises(Conflict, match=r"withdrawn: “Coded beside a colleague\.”"):
            take(db, world)
        code_round(db, world.trainer, OTHERS[0])
        assert take(db, world).startswith("κ\u00a01.00 on 48 questions"[:6])


def test_an_administrator_still_records_by_hand_and_the_last_counts(
    store: Database, world: World, coded: list[uuid.UUID]
) -> None:
    with store.transaction() as db:
        take(db, world)
        calibrate(db, world, hundredths=61)
        take(db, world)  # the same work again puts nothing on top
    with store.readers() as db:
        ruth = next(
            each
            for each in calibrating.list_assessors(db, actor(db, world.administrator))
            if each.person_id == world.trainer
        )
        assert [each.hundredths for each in ruth.agreement.figures] == [61]
        assert checking.verify(db).ok


def test_six_evenings_become_the_figure_of_rows_within_one_anchor(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        rate_evenings(db, world.trainer, days_ago=5)
    ruth = sign_in(world.trainer)
    assert post(ruth, NEAR, seen=word(ruth.get(PAGE))).status_code == 303
    [row] = taken(store)
    assert (row.kind, row.hundredths, row.items) == ("near_rubric", 100, 6)
    assert "within one anchor\u00a01.00 on 6 evenings" in ruth.get(PAGE).text


def test_evenings_rated_without_looking_make_none(store: Database, world: World) -> None:
    with store.transaction() as db:
        rate_evenings(db, world.trainer, anchor=4)
        with pytest.raises(Conflict, match=r"0\.60 of all rows are within one anchor, and 0\.80 is asked for"):
            take(db, world, "near_rubric")


def test_a_figure_of_ones_own_is_never_changed_and_a_changed_one_is_found(
    store: Database, world: World, coded: list[uuid.UUID]
) -> None:
    with store.transaction() as db:
        take(db, world)
    for statement in (
        update(Calibration).values(hundredths=99),
        update(Calibration).values(source={"work": []}),
        update(Calibration).values(leaf_seq=7),
        delete(Calibration),
    ):
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(statement)


def test_nobody_records_their_own_by_hand_and_nobody_takes_anothers(store: Database, world: World) -> None:
    """The wall in the database: a figure without a source has another recorder, one with a source has its owner."""
    given = {
        "person_id": world.trainer, "provider_id": world.provider, "kind": "kappa_open_closed", "hundredths": 72,
        "items": 40, "done_on": clock.today(), "evidence": "x", "recorded_at": clock.now(),
    }  # fmt: skip
    own = {"source": {"work": []}, "leaf_seq": 1, "authenticated_by": "password"}
    for wrong in (
        {"recorded_by": world.trainer},
        {"recorded_by": world.administrator} | own,
        {"recorded_by": world.trainer} | own | {"leaf_seq": None},
        {"recorded_by": world.trainer} | own | {"authenticated_by": ""},
    ):
        with store.writers() as db, pytest.raises(DBAPIError):
            db.execute(insert(Calibration).values(given | {"id": uuid.uuid4(), "withdrawn_because": ""} | wrong))


def test_rounds_kept_for_assessors_are_met_by_assessors_only(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    for name in KEPT:
        assert ruth.get(f"/rounds-to-code/{name}").status_code == 200
        assert amara.get(f"/rounds-to-code/{name}").status_code == 404
        for path in (f"/rounds-to-code/{name}", f"/rounds-to-code/{name}/draft"):
            assert post(amara, path, key=str(uuid.uuid4()), version="0", text="x").status_code == 404
    assert f'href="/rounds-to-code/{KEPT[0]}"' in ruth.get(PAGE).text, "the first one to code"
    assert KEPT[0] not in amara.get("/rounds-to-code").text


def test_once_every_round_was_coded_the_page_says_who_can_help(store: Database, world: World, sign_in: Browser) -> None:
    from assessments import transcripts

    with store.transaction() as db:
        for name in transcripts.current():
            code_round(db, world.trainer, name, days_ago=400)
    page = sign_in(world.trainer).get(PAGE).text
    assert "You have coded every round here once" in page
    assert "Ilse Brandt can record one" in page


def test_what_was_changed_behind_the_programs_back_is_found(
    store: Database, world: World, coded: list[uuid.UUID]
) -> None:
    with store.transaction() as db:
        take(db, world)
    with store.engine.begin() as connection:
        where = " ON calibration" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER calibration_is_never_changed{where}"))
        connection.execute(text("UPDATE calibration SET hundredths = 91"))
    with store.readers() as db:
        assert "The own figure of entry 1 was changed after it was made." in checking.verify(db).problems
