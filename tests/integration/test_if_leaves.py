"""The page “if somebody leaves”."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.core.jobs import Job
from lms.core.site_days import today
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Organisation, Unit
from tests.integration.test_renewals import ends_in
from tests.make import World, make_group, person
from tests.make_acting import by_certificate_alone
from tests.make_certificates import certify
from tests.make_hand_over import draft, make_near

Browser = Callable[..., FlaskClient]
Queries = Callable[..., AbstractContextManager[list[str]]]


def certified(db: Session, world: World) -> None:
    """Amara covers Parks & Depot alone, two others Libraries; Farid is in training there."""
    by_certificate_alone(db, world)
    ends_in(db, world, 400)
    council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.libraries)
    for name in ("Joan Fairweather", "Colm Devlin"):
        who = person(db, name, council, Role.TRAINEE, unit)
        begun = {"organisation_id": world.council, "unit_id": world.libraries, "provider_id": world.provider}
        db.add(Enrolment(person_id=who, trainer_id=world.trainer, started_on=today(), **begun))
        db.flush()
        certify(db, world, who)
    leaves = update(Enrolment).where(Enrolment.person_id != world.other_trainee)
    db.execute(leaves.values(ended_on=today()))


def test_who_leaves_takes_cover_circle_and_hand_over_along(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        certified(db, world)
        draft(db, world, make_near(db, world))
    page = sign_in(world.manager).get(f"/coverage/if-leaves?who={world.trainee}").text
    assert "If Amara leaves, Parks &amp; Depot has nobody" in page
    assert "One unit loses its cover, one circle loses its facilitator and one hand-over has no one" in page
    assert "Amara is not told that you looked" in page
    assert "1 of 3, then 0 of 3" in page
    assert "Ask Colm" in page
    assert "Could now" in page
    assert "Ask Ruth" in page  # about Farid, who is in training
    assert page.index("Colm Devlin") < page.index("Farid Rahimi")


def test_a_name_will_do_and_one_that_fits_several_asks_which(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        certified(db, world)
        council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.libraries)
        make_group(db, world, facilitator_id=person(db, "Amara Okafor", council, Role.TRAINEE, unit))
    browser = sign_in(world.manager)
    assert "If Amara leaves, Parks" in browser.get("/coverage/if-leaves?who=amara+osei").text
    several = browser.get("/coverage/if-leaves?who=amara")
    assert several.status_code == 422
    assert "Who is meant by “amara”?" in several.text
    unknown = browser.get("/coverage/if-leaves?who=Nobody+At+All")
    assert unknown.status_code == 422
    assert "is nobody’s name here" in unknown.text
    assert 'value="Nobody At All"' in unknown.text


def test_three_may_leave_at_once_and_no_more(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        certified(db, world)
    browser = sign_in(world.manager)
    three = "/coverage/if-leaves?who=Amara+Osei&who=Joan+Fairweather&who=Colm+Devlin"
    assert "If Amara, Joan and Colm leave, Libraries and Parks &amp; Depot have nobody" in browser.get(three).text
    assert browser.get(three + "&who=Farid+Rahimi").status_code == 422
    more = browser.get("/coverage/if-leaves?who=Amara+Osei&do=more").text
    assert more.count('name="who"') == 2


def test_a_certificate_that_lapses_leaves_the_circle_its_facilitator(
    store: Database, world: World, sign_in: Browser
) -> None:
    with store.transaction() as db:
        certified(db, world)
        make_group(db, world)
    page = sign_in(world.manager).get("/coverage/if-leaves?who=Amara+Osei&what=lapses").text
    assert "If Amara’s certificate lapses, Parks &amp; Depot has nobody" in page
    assert "Circles and hand-overs" not in page
    assert "Ask Amara to renew" in page


def test_the_day_is_today_or_later(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        certified(db, world)
    browser = sign_in(world.manager)
    later = (today() + timedelta(days=500)).isoformat()
    ask = "/coverage/if-leaves?who=Amara+Osei&from="
    assert "If Amara leaves, Parks &amp; Depot has nobody" in browser.get(ask + later).text
    for wrong in ("2020-01-01", "soon", "9999-12-31"):
        answer = browser.get(ask + wrong)
        assert answer.status_code == 422, wrong
        assert f'value="{wrong}"' in answer.text


def test_nobody_outside_the_organisation_is_there(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        certified(db, world)
        make_group(db, world)
    browser = sign_in(world.manager)
    for outsider in (world.stranger, world.trainer, world.administrator, uuid.uuid4()):
        assert browser.get(f"/coverage/if-leaves?who={outsider}").status_code == 404
    assert sign_in(world.stranger).get(f"/coverage/if-leaves?who={world.trainee}").status_code == 404
    assert browser.get("/coverage/if-leaves?who=Ruth+Tamihana").status_code == 422


def test_looking_tells_nobody(store: Database, world: World, sign_in: Browser, queries: Queries) -> None:
    with store.transaction() as db:
        certified(db, world)
    browser = sign_in(world.manager)

    def told(db: Session) -> tuple[int | None, int | None]:
        return tuple(db.scalar(select(func.count()).select_from(each)) for each in (Message, Job))  # type: ignore[return-value]

    with store.readers() as db:
        before = told(db)
    with queries() as seen:
        browser.get(f"/coverage/if-leaves?who={world.trainee}")
    with store.readers() as db:
        assert told(db) == before
    assert not [each for each in seen if not each.lstrip("( ").upper().startswith(("SELECT", "WITH"))]


def test_the_page_asks_as_often_for_forty_people_as_for_four(
    store: Database, world: World, sign_in: Browser, queries: Queries
) -> None:
    with store.transaction() as db:
        certified(db, world)
    browser, asked = sign_in(world.manager), []
    for many in (1, 40):
        with store.transaction() as db:
            council, unit = db.get_one(Organisation, world.council), db.get_one(Unit, world.libraries)
            for place in range(many):
                who = person(db, f"Learner {many}-{place}", council, Role.TRAINEE, unit)
                begun = {"organisation_id": world.council, "unit_id": world.libraries, "provider_id": world.provider}
                db.add(Enrolment(person_id=who, trainer_id=world.trainer, started_on=today(), **begun))
                make_group(db, world, name=f"Circle {many}-{place}", facilitator_id=who)
        with queries() as seen:
            browser.get(f"/coverage/if-leaves?who={world.trainee}")
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 16
