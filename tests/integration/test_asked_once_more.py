"""What cannot be undone by pressing again is asked once more, by name, and without script."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from lms.core import clock, phrases
from lms.core.unit import Database
from lms.groups import meetings
from lms.groups import service as groups
from lms.groups.rhythm import Plan
from lms.practice import service as practice
from lms.practice.drafts import NEW
from tests.make import World, actor, make_group

SignIn = Callable[..., FlaskClient]
ASKED = re.compile(
    r'<details class="sure">\s*<summary>([^<]+)<span.*?action="([^"]+)".*?<button class="btn">([^<]+)<', re.S
)


@pytest.fixture
def group(store: Database, world: World) -> uuid.UUID:
    with store.transaction() as db:
        made, who = make_group(db, world), actor(db, world.trainee)
        groups.add_member(db, who, made, "Joan")
        meetings.plan(db, who, made, Plan(datetime.combine(COMING, datetime.min.time().replace(hour=9)), 60))
        practice.save_draft(db, who, NEW, uuid.uuid4(), 0, {"held_on": "3 May 2026"})
        return made


COMING = clock.today() + timedelta(days=9)


@pytest.mark.parametrize(
    ("who", "page", "act", "button"),
    [
        ("trainee", "/groups/{group}", "Leaves", "Joan leaves the circle"),
        ("trainee", "/groups/{group}", "Call off", f"Call off {phrases.day(COMING)}"),
        ("trainee", "/practice", "Throw away", "Throw away the draft of 3 May 2026"),
        ("administrator", "/people", "Suspend", "Suspend Amara Osei"),
    ],
)
def test_it_is_named_before_it_is_done(
    world: World, group: uuid.UUID, sign_in: SignIn, who: str, page: str, act: str, button: str
) -> None:
    browser = sign_in(getattr(world, who))
    text = browser.get(page.format(group=group)).text
    asked = {(word, said): address for word, address, said in ASKED.findall(text)}
    address = asked[act, button]
    outside = re.sub(r'<details class="sure">.*?</details>', "", text, flags=re.S)
    assert address not in outside
