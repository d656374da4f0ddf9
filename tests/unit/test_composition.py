"""Who sits well together: the rules warn with a reason, and refuse nothing."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from lms.groups.composition import BANDS, Seat, Standing, manager_warnings, size_warning, status_warning, warnings

AMARA = Seat(uuid.uuid4(), "Amara")
STANDINGS = st.builds(Standing, st.none() | st.sampled_from(list(BANDS)), st.none(), st.booleans())
SEATS = st.builds(Seat, st.uuids(), st.sampled_from(["Joan", "Sefo", "Kiwi", "Wren"]), STANDINGS)


def seat(name: str, band: int | None = None, reports_to: uuid.UUID | None = None, *, agreed: bool = False) -> Seat:
    return Seat(uuid.uuid4(), name, Standing(band, reports_to, agreed))


@given(st.integers(0, 40))
def test_four_to_eight_people_are_a_circle_and_any_other_number_is_named(people: int) -> None:
    assert bool(size_warning(people)) == (not 4 <= people <= 8)
    assert not size_warning(people) or f"has {people}:" in size_warning(people)


@given(st.lists(SEATS, max_size=9))
def test_any_circle_gets_sentences_or_nothing(members: list[Seat]) -> None:
    assert all(each.endswith(".") for each in warnings(AMARA, members))


@given(st.lists(SEATS, max_size=9))
def test_the_order_in_which_people_came_changes_nothing(members: list[Seat]) -> None:
    assert status_warning(members) == status_warning(members[::-1])


@given(st.lists(st.none() | st.sampled_from(list(BANDS)), max_size=8))
def test_people_who_stand_more_than_one_step_apart_are_named(bands: list[int | None]) -> None:
    known = [band for band in bands if band is not None]
    far = bool(known) and max(known) - min(known) > 1
    assert bool(status_warning([seat("Joan", band) for band in bands])) == far


def test_the_reason_stands_in_the_sentence() -> None:
    sentence = status_warning([seat("Joan", 1), seat("Sefo", 4)])
    assert sentence.startswith("Joan (leads nobody) and Sefo (leads the organisation) stand far apart: people ask")


def test_nobody_sits_with_their_manager_unless_both_agree() -> None:
    sefo = seat("Sefo")
    asked, agreed = seat("Joan", None, sefo.id), seat("Joan", None, sefo.id, agreed=True)
    assert manager_warnings(AMARA, [sefo, asked])[0].startswith("Joan reports to Sefo, and")
    assert manager_warnings(AMARA, [sefo, agreed]) == []
    assert manager_warnings(AMARA, [asked]) == []  # Sefo has left
    assert "Joan reports to Amara" in manager_warnings(AMARA, [seat("Joan", None, AMARA.id)])[0]
