"""Everything one learns by, 320 pixels wide and at 200 %: nothing is cut off, and the keyboard goes everywhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import ViewportSize
from sqlalchemy import select, update

from courses import catalogue
from lms.cohorts import service as cohorts
from lms.cohorts.models import CohortPlace
from lms.cohorts.service import Wanted
from lms.core import clock
from lms.core.site_days import today
from lms.core.unit import Database
from lms.journal import service as journal
from lms.learning import service as learning
from lms.learning.models import Enrolment
from tests.accounts import give_password
from tests.journeys.walker import Walker
from tests.make import World, actor, make_group, make_signed
from tests.make_editions import OPEN_AND_CLOSED, published, rewritten

pytestmark = pytest.mark.journey

ONE_WORD = "Kreisgesprächsteilnehmerinnenundteilnehmer-im-Frühjahr"
NARROW, TWICE = (
    ViewportSize(width=320, height=640),
    ViewportSize(width=640, height=450),
)  # the second is 1280 by 900 at 200 %
# What a reader may come to with Tab, in the order of the page; of a group of radios one.
CONTROLS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
  (each) => !each.disabled && each.type !== "hidden" && each.checkVisibility({visibilityProperty: true})
).length"""
# Of where one is: its words, whether one sees that one is there, and whether something lies on it.
HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const [box] = here.getClientRects(), style = getComputedStyle(here);
  const on = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 16));
  const drawn = (each) => getComputedStyle(each).outlineStyle !== "none";
  return {
    words: (here.innerText || here.name || here.id).slice(0, 40),
    seen: drawn(here) || [...(here.labels ?? [])].some(drawn),
    open: !!on && (here.contains(on) || on.contains(here)),
  };
}"""


@pytest.fixture
def cohort(store: Database, world: World) -> uuid.UUID:
    """Ruth’s cohort with a name in one word, in which both have been stuck for weeks."""
    with store.transaction() as db:
        ruth = actor(db, world.trainer)
        wanted = Wanted(ONE_WORD, "certified", today() - timedelta(days=21), 2, [])
        made = cohorts.make(db, ruth, uuid.uuid4(), world.provider, wanted).id
        learners = select(Enrolment.id).where(Enrolment.person_id.in_([world.trainee, world.other_trainee]))
        cohorts.put_in(db, ruth, made, db.scalars(learners).all())
        db.execute(update(CohortPlace).values(joined_at=clock.now() - timedelta(days=30)))
    return made


@pytest.fixture
def done(store: Database, world: World, cohort: uuid.UUID, tmp_path: Path) -> uuid.UUID:
    """Amara read, practised and wrote, and a newer edition waits for her; the entry of her journal."""
    published(store)
    with store.transaction() as db:
        amara = actor(db, world.trainee)
        learning.finish_lesson(db, amara, "M04-L2", catalogue.current().lesson_by_id("M04-L2").content_hash)
        make_signed(db, world, make_group(db, world), keep=f"She said {ONE_WORD}.")
        entry = journal.save(
            db, amara, uuid.uuid4(), 0, f"https://example.org/{ONE_WORD}/{ONE_WORD}", ("lesson", "")
        ).id
    published(store, rewritten(tmp_path, OPEN_AND_CLOSED, ("What people get wrong", ONE_WORD)), "A plainer title.")
    return entry


def test_nothing_is_wider_than_a_small_screen_or_out_of_reach_of_the_keyboard(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, cohort: uuid.UUID, done: uuid.UUID
) -> None:
    amara, ruth = walk("amara", 320, axe=False), walk("ruth", 320, axe=False)
    amara.sign_in(give_password(app, store, world.trainee))
    for path in (
        "/learn", "/learn/M04-L2", "/learn/M12-L4", "/learn/newer", "/learn/training", f"/search?q={ONE_WORD}",
        "/search?q=silence", "/glossary", "/cases", "/record", "/record/whole", "/journal", f"/journal/{done}",
    ):  # fmt: skip
        read(amara, path)
    ruth.sign_in(give_password(app, store, world.trainer))
    for path in ("/cohorts", f"/cohorts/{cohort}", f"/cohorts/{cohort}/plan", f"/cohorts/{cohort}/people", "/journal"):
        read(ruth, path)
    ruth.open(f"/cohorts/{cohort}")
    read(ruth, ruth.page.get_by_role("link", name="Write to Farid Rahimi").get_attribute("href") or "")
    ruth.open(f"/cohorts/{cohort}")
    ruth.press("Farid Rahimi")  # the name in a row leads to the person, although the row has another link
    assert "Farid Rahimi" in ruth.page.title()


def read(who: Walker, path: str) -> None:
    """Open a page at 200 %, then on a small screen, and go through it by keyboard."""
    who.page.set_viewport_size(TWICE)
    who.open(path)
    who.page.set_viewport_size(NARROW)
    who.look()  # says when the page is wider than the screen
    reached = 0
    for _ in range(many := who.page.evaluate(CONTROLS)):
        who.page.keyboard.press("Tab")
        here = who.page.evaluate(HERE)
        if here is None:
            break
        reached += 1
        assert here["seen"], f"{path}: nobody sees that they are at “{here['words']}”"
        assert here["open"], f"{path}: something lies on “{here['words']}”"
    assert reached == many, f"{path}: {reached} of {many} controls are reached"
