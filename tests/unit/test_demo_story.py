"""The demo's story holds on whatever day it is told."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from lms.demo import cast, events
from lms.demo.calendar import CIRCLES_BY_NAME, Calendar
from lms.demo.story import tell
from lms.demo.words import Deck, words

ZONE = "Europe/London"
DAYS = [date(2026, 5, 12) + timedelta(days=step) for step in (*range(7), 96, 97, 231, 232, 290, 657)]


@pytest.fixture(scope="module")
def story() -> list[events.Event]:
    return tell(DAYS[0], ZONE)


def sent(story: list[events.Event]) -> list[events.Send]:
    return [each for each in story if isinstance(each, events.Send)]


def test_the_same_day_tells_the_same_story(story: list[events.Event]) -> None:
    assert story == tell(DAYS[0], ZONE)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_everything_happens_in_an_order_that_can_be_true(today: date) -> None:
    story = tell(today, ZONE)
    assert [each.at for each in story] == sorted(each.at for each in story)
    assert story[-1].at.date() <= today
    assert all(each.held_on < each.at.date() for each in sent(story))
    signed = {each.session: each.at for each in story if isinstance(each, events.Sign)}
    assert all(signed[each.session] > each.at for each in sent(story) if each.session in signed)
    for certificate in (each for each in story if isinstance(each, events.Certify)):
        mine = [each.session for each in sent(story) if each.person == certificate.person]
        assert len(mine) >= 6
        assert max(signed[each] for each in mine) < certificate.at
        assert certificate.at.weekday() < 5


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nobody_leads_what_somebody_else_leads_and_every_circle_meets_again(today: date) -> None:
    story, calendar = tell(today, ZONE), Calendar(today, ZONE)
    led = Counter((each.circle, each.held_on) for each in sent(story) if each.role != "watched")
    assert max(led.values()) == 1
    for circle in cast.CIRCLES:
        assert calendar.met(circle, 0) < today < calendar.met(circle, -1)
    last_quarter = [each for each in sent(story) if each.held_on > today - timedelta(days=92)]
    assert 40 <= len(last_quarter) <= 50


def test_nobody_signs_or_decides_where_they_sit(story: list[events.Event]) -> None:
    assert all(each.signer in cast.STAFF and each.signer != each.person for each in sent(story))
    for circle in cast.CIRCLES:
        assert circle.facilitator not in circle.seated
        assert not set(circle.seated) & set(cast.STAFF)
        assert 4 <= len(circle.others) + len(circle.seated) + 1 <= 8


def test_nobody_writes_the_same_twice_and_neighbours_differ(story: list[events.Event]) -> None:
    mine: dict[str, list[str]] = defaultdict(list)
    for each in sent(story):
        mine[each.person] += [each.account.keep, each.account.differently]
    assert all(len(texts) == len(set(texts)) for texts in mine.values())
    keeps = [each.account.keep for each in sent(story)]
    assert all(one != other for one, other in itertools.pairwise(keeps))
    reasons = [each.reason for each in story if isinstance(each, events.Decide)]
    assert all(one != other for one, other in itertools.pairwise(reasons))


def test_what_people_wrote_is_house_style() -> None:
    def texts(of: object) -> list[str]:
        parts = of.values() if isinstance(of, dict) else of if isinstance(of, list) else []
        return [of] if isinstance(of, str) else [text for part in parts for text in texts(part)]

    for text in texts(words()):
        assert "!" not in text
        assert '"' not in text
        assert "'" not in text
    assert len(words()["keep"]) >= 30
    assert len(words()["differently"]) >= 30


def test_every_name_belongs_to_one_person() -> None:
    trained = [each.name for each in (*cast.HOLDERS, *cast.LEARNERS)]
    assert len(trained) == len(set(trained))
    assert len({*trained, *cast.STAFF, *cast.MANAGERS}) == 40
    assert {each.unit for each in (*cast.HOLDERS, *cast.LEARNERS)} <= set(cast.UNITS)
    assert {each.circle for each in cast.LEARNERS if each.circle} == set(CIRCLES_BY_NAME)


def test_a_deck_gives_nobody_the_same_card_while_there_is_another() -> None:
    deck = Deck(["one", "two", "three"])
    assert [deck.deal("Amara"), deck.deal("Farid"), deck.deal("Amara")] == ["one", "two", "three"]
    assert deck.deal("Amara") == "two"
    assert deck.deal("Amara") == "one"
