"""Who of an organisation is stuck and why, and letters to whoever can move them on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.site_days import today
from lms.core.unit import Database
from lms.coverage import acting, stuck
from lms.coverage.acting_models import ManagerLetter
from lms.coverage.acting_rules import MOST_AT_ONCE, Kind
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.managed import managed
from lms.people.models import Membership, Organisation, Unit
from lms.practice.models import PracticeSession
from lms.renewals.models import Renewal
from tests.integration.test_renewals import ends_in
from tests.make import World, actor, make_group, make_session, make_signed, person
from tests.make_certificates import decide

Browser = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


def reasons(store: Database, world: World) -> dict[str, str]:
    with store.readers() as db:
        return {each.name: each.reason for each in stuck.everybody(db, world.council, today())}


def begins(store: Database, world: World, days_ago: int) -> None:
    """Both trainings began so many days ago."""
    with store.transaction() as db:
        db.execute(update(Enrolment).values(started_on=today() - timedelta(days=days_ago)))


def ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def waits(db: Session, world: World, days: int) -> uuid.UUID:
    """A session of Amara’s that waits for Ruth since so many days."""
    session = make_session(db, world, make_group(db, world))
    db.execute(update(PracticeSession).where(PracticeSession.id == session).values(submitted_at=ago(days)))
    return session


def test_nobody_is_stuck_who_began_last_week(store: Database, world: World, sign_in: Browser) -> None:
    begins(store, world, 7)
    assert reasons(store, world) == {}
    assert "Nobody is stuck" in sign_in(world.manager).get("/coverage/stuck").text


def test_a_session_nobody_signed_for_five_working_days_holds_somebody_up(store: Database, world: World) -> None:
    begins(store, world, 7)
    with store.transaction() as db:
        session = waits(db, world, 3)
    assert reasons(store, world) == {}
    with store.transaction() as db:
        db.execute(update(PracticeSession).where(PracticeSession.id == session).values(submitted_at=ago(12)))
    assert reasons(store, world) == {"Amara Osei": "sign_off"}
    with store.readers() as db:
        [found] = stuck.everybody(db, world.council, today())
    assert (found.at, found.to_id) == ("Ruth Tamihana", world.trainer)


def test_no_circle_and_no_step_are_told_apart(store: Database, world: World) -> None:
    begins(store, world, 40)
    with store.transaction() as db:
        make_group(db, world)
    assert reasons(store, world) == {"Amara Osei": "quiet", "Farid Rahimi": "no_circle"}


def test_one_signer_alone_is_not_enough_for_an_award_that_asks_for_more(store: Database, world: World) -> None:
    begins(store, world, 20)
    with store.transaction() as db:
        group = make_group(db, world)
        for days in (2, 4, 6, 8):
            make_signed(db, world, group, days)
        db.execute(update(Enrolment).values(standard_version=7))
    assert reasons(store, world) == {"Amara Osei": "second"}


def test_a_decision_without_its_certificate_waits_for_the_administrators(store: Database, world: World) -> None:
    begins(store, world, 20)
    with store.transaction() as db, clock.at(ago(10)):
        decide(db, world)
    assert reasons(store, world) == {"Amara Osei": "certificate"}


def test_a_lapsed_certificate_and_a_renewal_that_waits(store: Database, world: World) -> None:
    begins(store, world, 20)
    with store.transaction() as db:
        certificate = ends_in(db, world, -20)
        db.execute(update(Enrolment).where(Enrolment.person_id == world.trainee).values(ended_on=today()))
    assert reasons(store, world) == {"Amara Osei": "lapsed"}
    with store.transaction() as db:
        db.add(Renewal(certificate_id=certificate, sent_at=ago(9)))
    assert reasons(store, world) == {"Amara Osei": "renewal"}


def stuck_world(store: Database, world: World) -> None:
    begins(store, world, 20)
    with store.transaction() as db:
        waits(db, world, 12)


def form(world: World, **other: object) -> dict[str, object]:
    given = {"organisation": world.council, "kind": "unblock", "who": f"sign_off {world.trainee}"}
    return given | {"text": "What would help?", "key": uuid.uuid4()} | other


def letters(store: Database, template: str) -> list[Message]:
    with store.readers() as db:
        return list(db.scalars(select(Message).where(Message.template == template)))


def test_one_click_writes_to_whoever_can_move_it_on(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    stuck_world(store, world)
    browser = sign_in(world.manager)
    page = browser.get("/coverage/stuck").text
    assert "One person is stuck" in page
    assert "Write to Ruth Tamihana" in page
    asked = f"/coverage/write?organisation={world.council}&kind=unblock&who=sign_off+{world.trainee}"
    assert "Move Amara Osei on" in browser.get(asked).text
    typed = form(world)
    for _ in range(2):  # sent twice, it is one letter
        assert post(browser, "/coverage/write", **typed).status_code == 303
    [letter] = letters(store, "manager_unblock")
    assert letter.person_id == world.trainer
    assert letter.organisation_id == world.provider
    assert "What would help?" in letter.body
    assert "I waited. It felt very long." not in letter.body
    again = post(browser, "/coverage/write", **form(world))
    assert again.status_code == 409
    assert "within the last 7 days" in again.text
    assert "What would help?" in again.text
    assert "Written about on" in browser.get("/coverage/stuck").text


def test_a_trainer_who_has_left_gets_no_letter_and_no_other_provider_does(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    stuck_world(store, world)
    with store.transaction() as db:
        other = Organisation(name="Another Provider", kind="provider")
        db.add(other)
        db.flush()
        elsewhere = person(db, "Una Elsewhere", other, Role.ADMINISTRATOR)
        gone = update(Membership).where(Membership.person_id == world.trainer)
        db.execute(gone.values(ended_on=today()))
    assert post(sign_in(world.manager), "/coverage/write", **form(world)).status_code == 303
    [letter] = letters(store, "manager_unblock")
    assert letter.person_id == world.administrator != elsewhere


def test_what_was_ticked_may_have_moved_on(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    begins(store, world, 20)
    answer = post(sign_in(world.manager), "/coverage/write", **form(world))
    assert answer.status_code == 409
    assert "moved on meanwhile" in answer.text


def test_a_letter_without_words_or_without_anybody_is_refused(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    stuck_world(store, world)
    browser = sign_in(world.manager)
    assert post(browser, "/coverage/write", **form(world, text=" ")).status_code == 422
    nobody = browser.get(f"/coverage/write?organisation={world.council}&kind=unblock")
    assert nobody.status_code == 422
    assert "Tick at least one person." in nobody.text
    assert not letters(store, "manager_unblock")


def test_a_holder_is_asked_to_renew_once_in_fourteen_days(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        certificate = ends_in(db, world, 40)
    browser = sign_in(world.manager)
    page = browser.get("/coverage/act").text
    assert "One certificate ends within 90 days or has lapsed" in page
    assert "A certificate is never extended" in page
    typed = form(world, kind="renewal", who=world.trainee, text="You have the time.")
    assert post(browser, "/coverage/write", **typed).status_code == 303
    [letter] = letters(store, "renewal_asked")
    assert (letter.person_id, f"/certificates/{certificate}/renew" in letter.body) == (world.trainee, True)
    again = post(browser, "/coverage/write", **typed | {"key": uuid.uuid4()})
    assert again.status_code == 409
    assert "within the last 14 days" in again.text
    with store.transaction() as db:
        db.execute(update(ManagerLetter).values(written_at=ago(15)))
    assert post(browser, "/coverage/write", **typed | {"key": uuid.uuid4()}).status_code == 303
    assert len(letters(store, "renewal_asked")) == 2


def test_a_certificate_that_is_far_from_its_end_is_not_asked_about(store: Database, world: World) -> None:
    with store.transaction() as db:
        ends_in(db, world, 500)
        with pytest.raises(Invalid, match="ten months before"):
            acting.targets(db, managed(actor(db, world.manager)), "renewal", [str(world.trainee)])


def test_units_that_were_ticked_offer_who_is_certified_there(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        ends_in(db, world, 500)
    browser = sign_in(world.manager)
    page = browser.get(f"/coverage/act?unit={world.parks}&unit={world.libraries}").text
    assert "Nominate somebody of Libraries" in page
    assert "Amara Osei" in page
    assert browser.get(f"/coverage/act?unit={uuid.uuid4()}").status_code == 404
    assert browser.get("/coverage/act?unit=none").status_code == 404


@pytest.mark.parametrize("kind", ["renewal", "write", "step_in"])
def test_nobody_outside_the_organisation_is_written_to(store: Database, world: World, kind: Kind) -> None:
    with store.transaction() as db:
        here = managed(actor(db, world.manager))
        for outsider in (world.stranger, world.trainer, uuid.uuid4()):
            with pytest.raises(NotFound):
                acting.targets(db, here, kind, [str(outsider)])
        with pytest.raises(Invalid):
            acting.targets(db, here, kind, [str(uuid.uuid4()) for _ in range(MOST_AT_ONCE + 1)])


def test_no_more_than_so_many_letters_go_out_in_a_day(
    store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.coverage.acting_rules.MOST_A_DAY", 1)
    with store.transaction() as db:
        who = actor(db, world.manager)
        here = managed(who)
        both = acting.targets(db, here, "write", [str(world.trainee), str(world.other_trainee)])
        assert acting.write(db, who, here, uuid.uuid4(), both[:1], "Come and talk.") == (1, [])
        with pytest.raises(Conflict, match="most in a day"):
            acting.write(db, who, here, uuid.uuid4(), both[1:], "Come and talk.")


def test_the_page_asks_as_often_for_forty_people_as_for_two(
    store: Database, world: World, sign_in: Browser, queries: Callable[..., AbstractContextManager[list[str]]]
) -> None:
    browser, asked = sign_in(world.manager), []
    for many in (1, 40):
        with store.transaction() as db:
            _more(db, world, many)
        with queries() as seen:
            page = browser.get("/coverage/stuck")
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 6
    assert "No circle to practise in" in page.text


def _more(db: Session, world: World, many: int) -> None:
    council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.libraries)
    for place in range(many):
        who = person(db, f"Learner {many}-{place:03}", council, Role.TRAINEE, unit)
        begun = {"organisation_id": world.council, "unit_id": world.libraries, "provider_id": world.provider}
        db.add(Enrolment(person_id=who, trainer_id=world.trainer, started_on=today() - timedelta(days=60), **begun))
    db.flush()


def test_no_manager_of_elsewhere_reads_or_writes(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    stuck_world(store, world)
    stranger = sign_in(world.stranger)
    assert "Nobody is stuck" in stranger.get("/coverage/stuck").text
    for path in ("stuck", "act", "write"):
        assert stranger.get(f"/coverage/{path}?organisation={world.council}&kind=unblock").status_code == 404
    assert post(stranger, "/coverage/write", **form(world)).status_code == 404
    assert not letters(store, "manager_unblock")
