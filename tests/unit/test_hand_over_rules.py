"""When a hand-over is complete, what its terms say, and what of them changed: rules, proved on made-up people."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.transfer.deed import deed
from lms.transfer.rules import PARTS, Signed, first, is_complete, said
from lms.transfer.terms import TOPICS, Date, Terms, changed, changed_since, count_of, settled

RUTH, AMARA, HANA, PAUL, ODD = (uuid.UUID(int=n) for n in range(1, 6))
MAY = {"trainer": {RUTH}, "facilitator": {AMARA}, "sponsor": {HANA, PAUL, RUTH}}  # Ruth manages there as well
RIGHT = (Signed("trainer", RUTH, "now"), Signed("facilitator", AMARA, "now"), Signed("sponsor", HANA, "now"))
TODAY = date(2026, 12, 1)
TERMS = Terms(
    circle="Parks",
    unit="Parks & Depot",
    organisation="Harbourside Council",
    provider="Fieldfare",
    trainer="Ruth Tamihana",
    facilitator="Amara Osei",
    facilitator_id=str(AMARA),
    meetings=tuple(Date(TODAY + timedelta(days=each), "18:30", 80, "Hall", "Joan", "Sefo") for each in (3, 17, 31)),
    protected_until=date(2027, 8, 1),
    help="Ruth, 555 0142",
    message="",
    missing=("Everybody asks", "People come"),
    because="I am sure.",
    standard="self-facilitating-1",
)
signatures = st.lists(
    st.builds(
        Signed,
        st.sampled_from([*PARTS, "guest"]),
        st.sampled_from([RUTH, AMARA, HANA, PAUL, ODD]),
        st.sampled_from(["now", "before"]),
    ),
    max_size=9,
)


@given(signatures, st.sampled_from(["yes", "open", "no"]), st.booleans())
def test_it_is_complete_exactly_with_three_right_people_the_circle_s_yes_and_every_gate(
    signed: list[Signed], circle: str, gates: bool
) -> None:
    lacks = () if gates else ("A gate",)
    now = {(each.part, each.person_id) for each in signed if each.digest == "now"}
    sponsors = {person for part, person in now if part == "sponsor"} & {HANA, PAUL}  # Ruth has signed as trainer
    expected = ("trainer", RUTH) in now and ("facilitator", AMARA) in now and bool(sponsors)
    found = is_complete(signed, "now", MAY, circle, lacks)  # type: ignore[arg-type]
    assert found == (expected and circle == "yes" and gates)


@given(signatures, st.randoms(use_true_random=False))
def test_the_order_of_signatures_does_not_matter(signed: list[Signed], chance: object) -> None:
    mixed = [*signed, *RIGHT]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert is_complete(mixed, "now", MAY, "yes", ()) == is_complete([*signed, *RIGHT], "now", MAY, "yes", ())


@pytest.mark.parametrize("left_out", range(3))
def test_two_signatures_are_not_enough_nor_is_one_person_for_two_parts(left_out: int) -> None:
    two = [each for place, each in enumerate(RIGHT) if place != left_out]
    assert is_complete(RIGHT, "now", MAY, "yes", ())
    assert not is_complete(two, "now", MAY, "yes", ())
    assert not is_complete([*RIGHT[:2], Signed("sponsor", RUTH, "now")], "now", MAY, "yes", ())


members = st.sets(st.integers(0, 7)).map(lambda found: {uuid.UUID(int=each) for each in found})


@given(members, st.dictionaries(st.integers(0, 7).map(lambda n: uuid.UUID(int=n)), st.booleans()))
def test_one_no_is_enough_and_a_yes_is_everybody_s(sits: set[uuid.UUID], answers: dict[uuid.UUID, bool]) -> None:
    found = said(sits, answers)
    assert (found == "no") == any(answers.get(each) is False for each in sits)
    assert (found == "yes") == (bool(sits) and all(answers.get(each) for each in sits))


def test_terms_are_kept_and_read_again_and_every_word_changes_their_digest() -> None:
    assert Terms.of(TERMS.to_dict()) == TERMS
    others = [replace(TERMS, help="Nobody"), replace(TERMS, protected_until=None), replace(TERMS, meetings=())]
    assert len({each.digest for each in (TERMS, *others)}) == 4


def test_every_part_of_the_terms_is_told_when_it_changed() -> None:
    assert {name for names, _ in TOPICS.values() for name in names} == set(TERMS.to_dict())
    assert changed(TERMS.marks, TERMS) == []
    other = replace(TERMS, help="Bashir", meetings=TERMS.meetings[:1])
    assert changed(TERMS.marks, other) == ["the next dates, or who hosts them", "whom to call, and when"]
    assert changed_since("", other).startswith("The agreement changed since you read it: it was drafted again.")


@given(st.integers(0, 40))
def test_a_meeting_that_took_place_as_agreed_is_no_change_until_all_have(days: int) -> None:
    today = TODAY + timedelta(days=days)
    coming = tuple(each for each in TERMS.meetings if each.on >= today)
    later = tuple(replace(TERMS.meetings[0], on=TODAY + timedelta(days=each)) for each in (45, 59, 73))
    found = replace(TERMS, meetings=(*coming, *later)[:3], missing=TERMS.missing[:1])
    assert (settled(TERMS, found, today) == TERMS) == bool(coming)


def test_another_host_another_day_and_another_missing_sign_are_changes() -> None:
    moved = (replace(TERMS.meetings[0], host="Leila"), *TERMS.meetings[1:])
    for found in (replace(TERMS, meetings=moved), replace(TERMS, missing=("Safe to speak up",))):
        assert settled(TERMS, found, TODAY) == found


def test_the_sheet_names_days_once_it_is_complete() -> None:
    before, after = deed(TERMS, [], None), deed(TERMS, [], TODAY)
    assert before.checks == "The circle looks back 30, 90 and 180 days after it is complete."
    assert after.checks == "The circle looks back on 31 December 2026, 1 March 2027 and 30 May 2027."
    assert after.headline == "Since 1 December 2026 the circle is yours"
    assert "Joan hosts, Sefo if not." in before.dates[0]
    assert (count_of(6, 6), count_of(11, 12)) == ("six of six", "11 of 12")


def test_the_sponsor_is_not_told_what_of_the_circle_is_short() -> None:
    short = [("Nothing open about anybody’s safety", "The trainer settles it.")]
    assert "safety" in first(short, told=True)
    assert "safety" not in first(short, told=False)
