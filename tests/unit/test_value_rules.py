"""What a bill comes to, how amounts are read, and what may be published: pure, so tried with whatever there is."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.outcomes import load_schemes
from assessments.standards import CONTENT
from lms.core.actor import Actor, Member, Role
from lms.value import amounts, rules
from lms.value.currencies import CURRENCIES
from lms.value.outcomes import KEYS, OUTCOMES, SENTENCES
from lms.value.rules import Paid, Phase

MINOR = st.integers(0, amounts.MOST)
FEES = st.integers(1, amounts.MOST)
RATES = st.integers(0, rules.WHOLE)
CODES = st.sampled_from(sorted(CURRENCIES))
CLIENTS = [uuid.UUID(int=number) for number in range(1, 8)]


def read(typed: str, code: str) -> int | None:
    """The amount; None where a sentence says why it is none."""
    try:
        return amounts.read(typed, code)
    except amounts.Unread:
        return None


@given(FEES, st.none() | MINOR, RATES, st.none() | FEES)
def test_a_bill_adds_up_and_is_what_was_felt(fee: int, felt: int | None, rate: int, floor: int | None) -> None:
    found = rules.reckon(fee, felt, rate, floor)
    assert found.agreed + found.adjusted == found.net
    assert found.net + found.tax == found.total
    assert found.net == (fee if felt is None else max(felt, floor or 0))
    assert found.tax == int((Decimal(found.net) * rate / rules.WHOLE).to_integral_value(ROUND_HALF_UP))


@given(FEES, RATES)
def test_without_a_word_the_agreed_fee_is_the_bill(fee: int, rate: int) -> None:
    assert rules.reckon(fee, None, rate, fee) == rules.reckon(fee, fee, rate)


@pytest.mark.parametrize(
    ("net", "rate", "tax"), [(10, 1500, 2), (3, 1500, 0), (1, 5000, 1), (100, 825, 8), (0, 1500, 0)]
)
def test_tax_is_rounded_half_up(net: int, rate: int, tax: int) -> None:
    assert rules.reckon(10, net, rate).tax == tax


@given(MINOR, CODES)
def test_what_is_said_is_read_as_the_same_amount(minor: int, code: str) -> None:
    for told in (amounts.said(minor, code), amounts.typed(minor, code), amounts.marked(minor, code)):
        assert amounts.read(told, code) == minor
    assert amounts.read(f"{code} {amounts.said(minor, code).replace(',', ' ')}", code) == minor


@given(MINOR, st.sampled_from([code for code, each in CURRENCIES.items() if each.places]))
def test_the_other_way_of_writing_is_read_where_it_is_clear_and_never_as_something_else(minor: int, code: str) -> None:
    turned = amounts.said(minor, code).translate({ord(","): ".", ord("."): ","})
    assert read(turned, code) in ((minor,) if minor >= 1_000_00 else (minor, None))


@given(st.text(max_size=40) | st.text("0123456789.,-+eE €$NZD'", max_size=24), CODES)
def test_whatever_is_typed_is_an_amount_or_a_sentence(typed: str, code: str) -> None:
    found = read(typed, code)
    assert found is None or 0 <= found <= amounts.MOST


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("15,600", 15_600_00), ("15600", 15_600_00), ("15 600", 15_600_00), ("15’600", 15_600_00),
        ("15\u202f600", 15_600_00), ("NZ$15,600", 15_600_00), ("$ 15,600.5", 15_600_50), ("15,600 NZD", 15_600_00),
        ("15.600,00", 15_600_00), ("1.234.567", 1_234_567_00), ("0", 0), ("٣٠٠", 300_00), ("0.05", 5),
    ],
)  # fmt: skip
def test_people_write_an_amount_in_many_ways(typed: str, minor: int) -> None:
    assert amounts.read(typed, "NZD") == minor


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("15.600", "two ways"), ("15,60", "two ways"), ("15,600,00", "two ways"), ("15.600.00", "two ways"),
        ("15,600.", "two ways"), ("12,34,567", "two ways"), ("-5", "less than 0"), ("−5", "less than 0"),
        ("(5)", "less than 0"), ("1e9999", "in figures"), ("fifteen", "in figures"), ("15k", "in figures"),
        ("Infinity", "in figures"), ("NaN", "in figures"), ("15,600 EUR", "New Zealand dollars"),
        ("€15,600", "New Zealand dollars"), ("NZ$15 £2", "New Zealand dollars"), ("9" * 16, "larger"),
        ("9" * 400, "larger"), ("", "may be 0"), ("$", "may be 0"), ("1.2345", "at most 2"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused_and_never_guessed(typed: str, words: str) -> None:
    with pytest.raises(amounts.Unread, match=words):
        amounts.read(typed, "NZD")


def test_a_currency_without_cents_takes_none() -> None:
    assert amounts.read("15,600", "JPY") == 15_600
    with pytest.raises(amounts.Unread, match="whole Japanese yen"):
        amounts.read("15,600.50", "JPY")
    assert (amounts.said(-280000, "NZD"), amounts.marked(-5, "JPY")) == ("−2,800.00", "−¥5")


@given(st.fractions(0, 1000))
def test_a_ratio_is_said_in_hundredths_rounded_half_up(value: Fraction) -> None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    assert abs(Decimal(rules.hundredths(value)) - exact) <= Decimal("0.0050001")
    assert rules.hundredths(Fraction(1, 200)) == "0.01"


PAID = st.builds(Paid, st.sampled_from(CLIENTS), st.integers(1, 10**6), st.integers(0, 10**6))


@given(st.lists(PAID, max_size=40))
def test_nothing_is_published_below_four_clients_nor_by_subtraction(paid: list[Paid]) -> None:
    before, counted = rules.publish([]), 0
    assert before is None
    for length in range(len(paid) + 1):
        told = rules.publish(paid[:length])
        if told is None:
            assert counted == 0
            continue
        if told.of != counted:  # whatever was added is of four clients at least
            assert len({each.client_id for each in paid[counted : told.of]}) >= rules.FEWEST
            counted = told.of
        shown = paid[: told.of]
        assert told.adjusted == sum(each.agreed != each.net for each in shown)
        assert told.middle == median(Fraction(each.net, each.agreed) for each in shown)
    assert len({each.client_id for each in paid[counted:]}) < rules.FEWEST


ENDS = date(2027, 4, 30)


@given(st.integers(-400, 400), st.booleans(), st.booleans())
def test_an_engagement_goes_one_way(days: int, surveyed: bool, billed: bool) -> None:
    on, last = ENDS + timedelta(days=days), ENDS + timedelta(days=30)
    found = rules.phase((ENDS, last), on, is_surveyed=surveyed, is_billed=billed)
    if billed:
        assert found is Phase.BILLED
    elif on < ENDS:
        assert found is Phase.RUNNING
    elif on <= last:
        assert found is (Phase.WORTH if surveyed else Phase.OUTCOMES)
    else:
        assert found is Phase.OVER
    assert rules.phase(None, on, is_surveyed=False, is_billed=False) is Phase.PROPOSED


@given(st.lists(st.tuples(st.sampled_from(list(Role)), st.sampled_from(CLIENTS[:3])), max_size=6))
def test_nobody_who_trains_for_a_provider_ever_sees_its_amounts(held: list[tuple[Role, uuid.UUID]]) -> None:
    provider, client, _ = CLIENTS[:3]
    actor = Actor(uuid.UUID(int=99), "Somebody", tuple(Member(role, where, "", None) for role, where in held))
    sees = provider in rules.administers(actor) or rules.is_client(actor, provider, client)
    if (Role.TRAINER, provider) in held:
        assert not sees
    assert sees == (
        (Role.TRAINER, provider) not in held
        and ((Role.ADMINISTRATOR, provider) in held or (Role.MANAGER, client) in held)
    )


def test_the_nine_outcomes_are_the_founding_ones() -> None:
    assert sorted(KEYS) == [str(number) for number in range(1, 10)]
    assert len({each.sentence for each in OUTCOMES}) == 9


def test_a_client_reads_the_outcomes_in_the_words_by_which_they_are_measured() -> None:
    """What was sealed keeps its words; the first version of the scheme has the same."""
    [scheme] = [each for each in load_schemes(CONTENT / "outcomes").values() if each.version == 1]
    assert {str(each.number): each.title for each in scheme.outcomes} == SENTENCES
