"""What an organisation loses if somebody leaves, whatever it looks like."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.coverage import leaving_rules as rules
from lms.coverage import leaving_words as words
from lms.coverage.leaving_rules import WHATS, House, Learner, Led, Seat, UnitNow, covering, if_leaves

TODAY = date(2026, 5, 12)
PEOPLE = [uuid.UUID(int=n + 1) for n in range(8)]
UNITS = [uuid.UUID(int=n + 101) for n in range(4)]
NAMES = {each: f"Person{place} Name" for place, each in enumerate(PEOPLE)}
BY = uuid.UUID(int=999)

people = st.sampled_from(PEOPLE)
seats = st.builds(
    lambda who, unit, days: Seat(who, NAMES[who], unit, TODAY + timedelta(days=days), days % 5 > 0),
    people,
    st.sampled_from(UNITS),
    st.integers(0, 400),
)
learners = st.builds(
    lambda who, unit, signed, left: Learner(who, NAMES[who], unit, BY, "Ruth Tamihana", signed, left),
    people,
    st.sampled_from(UNITS),
    st.integers(0, 12),
    st.none() | st.integers(0, 9),
)
circles = st.builds(
    lambda place, who, receives, seated: Led(
        uuid.UUID(int=500 + place), f"Circle {place}", UNITS[0], who, False, "Ruth", receives, frozenset(seated)
    ),
    st.integers(0, 5),
    people,
    st.none() | people,
    st.sets(people),
)


def _alike(found: list[Seat]) -> list[Seat]:
    """Whoever works in several units holds one certificate, and is active in all of them or in none."""
    first = {each.person_id: each for each in reversed(found)}
    return [
        replace(each, valid_until=first[each.person_id].valid_until, active=first[each.person_id].active)
        for each in found
    ]


@st.composite
def houses(draw: Any) -> House:
    return House(
        units=tuple(UnitNow(each, f"Unit {place}", 40, 2) for place, each in enumerate(UNITS)),
        seats=tuple(_alike(draw(st.lists(seats, max_size=9, unique_by=lambda each: (each.person_id, each.unit_id))))),
        learners=tuple(draw(st.lists(learners, max_size=6, unique_by=lambda each: (each.person_id, each.unit_id)))),
        circles=tuple(draw(st.lists(circles, max_size=5, unique_by=lambda each: each.id))),
        second=draw(st.dictionaries(people, people, max_size=3)),
        names=NAMES,
    )


leavers = st.lists(people, min_size=1, max_size=3, unique=True)
days = st.integers(0, 500).map(lambda n: TODAY + timedelta(days=n))
whats = st.sampled_from(list(WHATS))


@given(houses(), leavers, people, days, whats)
def test_one_more_who_leaves_never_improves_anything(
    house: House, who: list[uuid.UUID], more: uuid.UUID, on: date, what: rules.What
) -> None:
    fewer, both = if_leaves(house, who, what, on), if_leaves(house, [*who, *({more} - set(who))], what, on)
    after = {each.unit.id: each.after for each in both.units}
    for each in fewer.units:
        assert after[each.unit.id] <= each.after
    assert {each.unit.id for each in fewer.lost} <= {each.unit.id for each in both.lost}
    assert set(fewer.circles) <= set(both.circles)
    assert set(fewer.hand_overs) <= set(both.hand_overs)
    there = covering(house, [*who, more], on)
    assert all(many <= covering(house, who, on)[unit] for unit, many in there.items())


@given(houses(), leavers, days, whats)
def test_whoever_leaves_never_steps_in_and_nobody_stands_twice(
    house: House, who: list[uuid.UUID], on: date, what: rules.What
) -> None:
    effect = if_leaves(house, who, what, on)
    named = [each.person_id for each in effect.candidates]
    assert not set(named) & set(who)
    assert len(named) == len(set(named))
    ready = [list(rules.READY).index(each.ready) for each in effect.candidates]
    assert ready == sorted(ready)


@given(houses(), leavers, days, whats)
def test_whoever_could_now_leaves_their_own_unit_covered(
    house: House, who: list[uuid.UUID], on: date, what: rules.What
) -> None:
    for each in if_leaves(house, who, what, on).candidates:
        mine = [seat for seat in house.seats if seat.person_id == each.person_id and seat.valid_until >= on]
        if each.ready in ("now", "costs"):
            stay = covering(house, [*who, each.person_id], on)
            assert all(stay[seat.unit_id] for seat in mine) == (each.ready == "now")
            assert all(seat.active for seat in mine)


@given(houses(), leavers, days)
def test_a_certificate_that_lapses_takes_nobody_from_a_circle(house: House, who: list[uuid.UUID], on: date) -> None:
    effect = if_leaves(house, who, "lapses", on)
    assert not effect.circles
    assert not effect.hand_overs
    assert not effect.seconds
    left = if_leaves(house, who, "leaves", on)
    assert {each.unit.id: each.after for each in effect.units} == {each.unit.id: each.after for each in left.units}


@given(houses())
def test_everyone_who_is_the_only_one_is_listed_and_nobody_else(house: House) -> None:
    listed = {seat.person_id for seat, _ in rules.only_ones(house, TODAY)}
    for seat in house.seats:
        assert seat.active or seat.person_id not in listed
        loses = bool(if_leaves(house, [seat.person_id], "leaves", TODAY).lost)
        assert (seat.person_id in listed) == loses


@given(houses(), leavers, days, whats)
def test_every_house_has_a_headline_and_a_sentence(
    house: House, who: list[uuid.UUID], on: date, what: rules.What
) -> None:
    effect = if_leaves(house, who, what, on)
    assert words.headline(effect).startswith("If ")
    assert words.lede(effect).endswith(".")
    step = words.best_step(effect, house)
    assert (step is None) or effect.harms


def test_the_words_of_the_page() -> None:
    sefo, kahu, wen, pavel = PEOPLE[:4]
    roads, water, it = UNITS[:3]
    names = {sefo: "Sefo Lemalu", kahu: "Kahu Reid", wen: "Wen Liu", pavel: "Pavel Horak"}
    far = TODAY + timedelta(days=400)
    house = House(
        units=(UnitNow(roads, "Roads", 58, 3), UnitNow(water, "Water", 61, 3), UnitNow(it, "IT", 40, 2)),
        seats=tuple(
            Seat(who, names[who], unit, far) for who, unit in ((sefo, roads), (kahu, water), (wen, it), (pavel, water))
        ),
        circles=(Led(BY, "Water ops", water, sefo, True, "Ruth", sefo, frozenset({kahu})),),
        names=names,
    )
    effect = if_leaves(house, [sefo], "leaves", TODAY)
    assert words.headline(effect) == "If Sefo leaves, Roads has nobody"
    assert words.lede(effect) == (
        "One unit loses its cover, one circle loses its facilitator and one hand-over has no one to receive it. "
        "Kahu and Pavel could step in now."
    )
    assert [(each.name, each.ready) for each in effect.candidates] == [
        ("Kahu Reid", "now"),
        ("Pavel Horak", "now"),
        ("Wen Liu", "costs"),
    ]
    assert effect.candidates[0].why == "Knows Water ops. Leads no circle now. Water keeps 2 of 3."
    both = if_leaves(house, [sefo, wen], "lapses", TODAY)
    assert words.headline(both) == "If the certificates of Sefo and Wen lapse, IT and Roads have nobody"
    assert words.headline(if_leaves(house, [pavel], "leaves", TODAY)) == "If Pavel leaves, every unit stays covered"
    assert [unit.name for _, unit in rules.only_ones(house, TODAY)] == ["IT", "Roads"]


def test_a_name_finds_whom_it_means() -> None:
    found = {PEOPLE[0]: "Ana Duarte", PEOPLE[1]: "Ana Duarte", PEOPLE[2]: "Joan Fairweather", PEOPLE[3]: "Jo"}
    assert words.by_name(found, " ana  DUARTE ") == [PEOPLE[0], PEOPLE[1]]
    assert words.by_name(found, "jo") == [PEOPLE[3]]
    assert words.by_name(found, "fair") == [PEOPLE[2]]
    assert words.by_name(found, "") == []
