"""Pages of the hand-over, and what its trainer opens before and after: every page of the circle, and then none."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.unit import Database
from lms.groups import feed
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.transfer import service, signing
from lms.transfer.models import HandOver
from tests.make import PASSWORD, World, actor, make_signed
from tests.make_hand_over import BECAUSE, HELP, MESSAGE, draft, hand_over, parts, say_yes, sign

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]


def words(page: TestResponse) -> str:
    """What a page says."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def hidden(page: TestResponse) -> dict[str, str]:
    """What its forms carry of the version they show."""
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page.text)[1] for name in ("digest", "marks")}  # type: ignore[index]


def circle_pages(app: Flask, db_ids: dict[str, uuid.UUID]) -> list[str]:
    """The address of every page about one circle that is read."""
    found = []
    with app.test_request_context():
        from flask import url_for

        for rule in app.url_map.iter_rules():
            readable = "GET" in (rule.methods or ()) and rule.rule.startswith("/groups/<uuid:group_id>")
            others = ("rounds.", "aftercare.")  # of who sits there alone, and of the time after
            if readable and not rule.endpoint.startswith(others) and rule.arguments <= set(db_ids):
                given: dict[str, Any] = {each: db_ids[each] for each in rule.arguments}
                found.append(url_for(rule.endpoint, **given))
    return sorted(found)


def test_the_trainer_opens_every_page_of_the_circle_before_and_none_after(
    store: Database, world: World, drafted: uuid.UUID, app: Flask, sign_in: Browser
) -> None:
    with store.transaction() as db:
        meeting_id = db.scalars(select(Meeting.id).order_by(Meeting.starts_local).limit(1)).one()
        member_id = db.scalars(select(GroupMember.id).limit(1)).one()
        ruth = actor(db, world.trainer)
        secret = feed.make_address(db, ruth)
        session_id = make_signed(db, world, drafted)
    pages = circle_pages(app, {"group_id": drafted, "meeting_id": meeting_id, "member_id": member_id})
    pages.remove(f"/groups/{drafted}/protected-time")  # the sponsor's
    browsers = [sign_in(world.trainer), sign_in(world.other_trainer)]
    others = [sign_in(world.administrator), sign_in(world.trainee)]
    before = [[each.get(page).status_code for page in pages] for each in others]
    assert len(pages) >= 9
    of_those_who_sit_there = {f"/groups/{drafted}/values/{page}" for page in ("sorts", "write")}
    for page in pages:
        assert browsers[0].get(page).status_code == (403 if page in of_those_who_sit_there else 200), page
    assert "Parks" in browsers[0].get(f"/calendar/{secret}.ics").text
    with store.transaction() as db:
        say_yes(db, world, drafted)
        for part, who in parts(world).items():
            sign(db, drafted, who, part)
        kept = db.scalars(select(HandOver.id)).one()
    for page in pages:
        assert [each.get(page).status_code for each in browsers] == [404, 404], page
    assert "Parks" not in browsers[0].get(f"/calendar/{secret}.ics").text
    for page in ("/groups", "/groups/taking-over"):
        listed = browsers[0].get(page)
        assert "Parks &amp; Depot, <span" in listed.text
        assert str(drafted) not in listed.text
    assert "Parks &amp; Depot" not in browsers[1].get("/groups").text
    assert browsers[0].get(f"/practice/{session_id}").status_code == 200  # somebody's practice that they signed
    assert HELP in browsers[0].get(f"/hand-over/{kept}").text  # their copy
    assert browsers[1].get(f"/hand-over/{kept}").status_code == 404
    assert [[each.get(page).status_code for page in pages] for each in others] == before
    said = f"Since {clock.today('Europe/London').day} "
    assert f"{said}{clock.today('Europe/London'):%B} your trainer no longer sees this page." in words(
        sign_in(world.other_trainee).get(f"/groups/{drafted}")
    )


def test_nothing_the_trainer_sends_changes_the_circle_after(
    store: Database, world: World, near: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        hand_over(db, world, near)
    ruth, day = sign_in(world.trainer), clock.today() + timedelta(days=9)
    for path, form in (
        ("/members", {"pseudonym": "Kiwi"}),
        ("/meetings", {"day": str(day), "time": "14:30", "minutes": "75"}),
        ("/taking-over", {"stands": "G4", "to": "G1", "reason": "Back.", "key": str(uuid.uuid4())}),
        ("/surveys", {"kind": "pulse"}),
        ("/hand-over", {"facilitator": str(world.trainee), "help": HELP}),
        ("/hand-over/call-off", {"off": "No."}),
    ):
        assert post(ruth, f"/groups/{near}{path}", **form).status_code == 404, path
    amara = sign_in(world.trainee)
    form = {"day": f"{day:%d/%m/%Y}", "time": "14:30", "minutes": "75"}
    assert post(amara, f"/groups/{near}/meetings", **form).status_code == 303  # who facilitates arranges


def test_it_is_drafted_signed_and_agreed_to_page_by_page(
    store: Database, world: World, near: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    people = {each: sign_in(getattr(world, each)) for each in ("trainer", "trainee", "other_trainee", "manager")}
    here = f"/groups/{near}/hand-over"
    assert "Hand the circle over" in people["trainer"].get(f"/groups/{near}/taking-over").text
    text = {"facilitator": str(world.trainee), "help": HELP, "message": MESSAGE, "because": BECAUSE}
    assert post(people["trainer"], here, **text, digest="", marks="").status_code == 303
    page = people["manager"].get(here)
    assert "Joan hosts, Sefo if not." in words(page)
    assert MESSAGE in words(page)
    assert "The circle looks back 30, 90 and 180 days after it is complete." in words(page)
    for who, part in (("trainer", "trainer"), ("trainee", "facilitator"), ("manager", "sponsor")):
        read = hidden(people[who].get(here))
        assert post(people[who], f"{here}/sign", part=part, read="yes", **read).status_code == 303
    with store.readers() as db:
        others = db.scalars(select(GroupMember.id).where(GroupMember.person_id.is_(None))).all()
    asked = {"said": [str(each) for each in others], "asked_on": f"{clock.today('Europe/London')}"}
    assert post(people["trainee"], f"{here}/asked", **asked).status_code == 303
    assert "Four of five have said yes" in words(people["manager"].get(here))
    assert post(people["other_trainee"], f"{here}/answer", answer="yes").status_code == 303
    page = people["manager"].get(here)
    assert "The circle, five of five" in words(page)
    assert "Waits" not in words(page)
    assert people["trainer"].get(here).status_code == 404


def test_a_no_is_shown_to_nobody_but_whoever_said_it(
    store: Database, world: World, drafted: uuid.UUID, sign_in: Browser
) -> None:
    with store.transaction() as db:
        say_yes(db, world, drafted)
        signing.answer(db, actor(db, world.other_trainee), drafted, yes=False)
    for who in (world.trainer, world.trainee, world.manager, world.administrator):
        page = sign_in(who).get(f"/groups/{drafted}/hand-over")
        assert "The circle is not ready to say yes" in words(page)
        assert "Farid" not in page.text.partition('id="signed"')[2].partition("</section>")[0]
        assert "have said yes" not in words(page)  # a count would tell
    assert 'value="no" checked' in " ".join(
        sign_in(world.other_trainee).get(f"/groups/{drafted}/hand-over").text.split()
    ).replace('value="no" id="answer" checked', 'value="no" checked')


def test_what_is_typed_stays_where_something_is_missing(
    store: Database, world: World, near: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, here = sign_in(world.trainer), f"/groups/{near}/hand-over"
    text = {"facilitator": str(world.trainee), "help": "", "message": "Keep asking.", "because": "I am sure."}
    answer = post(ruth, here, **text)
    assert answer.status_code == 422
    assert "Write whom the circle calls" in answer.text
    assert "Keep asking." in answer.text
    with store.transaction() as db:
        draft(db, world, near)
    read = hidden(ruth.get(here))
    answer = post(ruth, f"{here}/sign", part="trainer", read="yes", **read | {"password": "not mine"})
    assert answer.status_code == 422
    assert "Nothing you wrote is lost." in answer.text
    assert re.search(r'name="read"\s+value="yes"\s+checked', answer.text)
    assert post(ruth, f"{here}/sign", part="trainer", **read).status_code == 422  # not read
    assert post(ruth, f"{here}/call-off", off="").status_code == 422
    answer = post(sign_in(world.trainee), f"{here}/asked", said=["x"], asked_on="soon")
    assert answer.status_code == 422
    assert 'value="soon"' in answer.text
    assert post(sign_in(world.other_trainee), f"{here}/answer", answer="perhaps").status_code == 422


def test_an_old_page_is_answered_with_the_new_one_and_what_changed(
    store: Database, world: World, drafted: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, here = sign_in(world.trainer), f"/groups/{drafted}/hand-over"
    read = hidden(ruth.get(here))
    with store.transaction() as db:
        db.scalars(select(Meeting).where(Meeting.host_id.is_not(None)).limit(1)).one().place = "Depot yard"
    for path, form in (
        ("/sign", {"part": "trainer", "read": "yes"}),
        ("", {"facilitator": str(world.trainee), "help": "Bashir Noor", "message": "Go on.", "because": "So be it."}),
    ):
        answer = post(ruth, here + path, **form, **read)
        assert answer.status_code == 409
        assert "The agreement changed since you read it: the next dates, or who hosts them." in words(answer)
        assert "Depot yard" in words(answer)
        assert form.get("message", "") in answer.text
    assert post(ruth, f"{here}/sign", part="trainer", read="yes", **hidden(ruth.get(here))).status_code == 303


def test_what_is_short_stands_on_the_page_with_where_it_is_put_right(
    store: Database, world: World, drafted: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        for each in db.scalars(select(Meeting).where(Meeting.host_id.is_not(None))):
            each.host_id = None
    page = sign_in(world.trainer).get(f"/groups/{drafted}/hand-over")
    assert "Dates, hosts and deputies" in words(page)
    assert f'href="/groups/{drafted}#meetings"' in page.text
    assert "Nobody hosts yet." in words(page)
    assert "Sign it" not in words(page)
    hana = sign_in(world.manager).get(f"/groups/{drafted}/hand-over")
    assert "Dates, hosts and deputies" not in words(hana)
    assert "still see to something before anybody signs" in words(hana)


def test_by_word_alone_the_stool_does_not_go_where_three_decide(
    world: World, near: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, path = sign_in(world.trainer), f"/groups/{near}/taking-over"
    assert 'value="G4"' not in ruth.get(path).text
    form = {"stands": "G3b", "to": "G4", "reason": "They are ready.", "key": str(uuid.uuid4())}
    answer = post(ruth, path, **form)
    assert answer.status_code == 422
    assert "Draft that agreement instead." in answer.text


def test_a_circle_that_is_not_alone_says_when_it_is_handed_over(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    here = f"/groups/{group}/hand-over"
    for who in (world.trainer, world.trainee, world.manager):
        assert "once it meets without its trainer" in words(sign_in(who).get(here))
    form = {"facilitator": str(world.trainee), "help": HELP}
    assert post(sign_in(world.trainer), here, **form).status_code == 409
    assert sign_in(world.stranger).get(here).status_code == 404


def test_what_was_called_off_says_why(
    store: Database, world: World, drafted: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, here = sign_in(world.trainer), f"/groups/{drafted}/hand-over"
    assert post(ruth, f"{here}/call-off", off="Two of them move house.").status_code == 303
    assert "Two of them move house." in words(sign_in(world.other_trainee).get(here))
    with store.transaction() as db:
        hand_over(db, world, drafted)
        service.take_back(db, db.get_one(PeerGroup, drafted))
    assert "the stool is back, and its trainer sees this page again" in words(ruth.get(f"/groups/{drafted}"))


def test_whoever_signs_proves_it_with_their_own_password(
    store: Database, world: World, drafted: uuid.UUID, app: Flask, client: FlaskClient
) -> None:
    from tests.accounts import give_password, later
    from tests.accounts import post as fill

    address = give_password(app, store, world.manager)
    assert fill(client, "/sign-in", email=address, password=PASSWORD).status_code == 302
    here = f"/groups/{drafted}/hand-over"
    with later(minutes=6):
        form = {"part": "sponsor", "read": "yes", **hidden(client.get(here))}
        assert fill(client, f"{here}/sign", page=here, **form).status_code == 422
        assert fill(client, f"{here}/sign", page=here, **form, password=PASSWORD).status_code == 303
