"""What a figure of agreement is worth on a day: pure rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.calibration import (
    MEASURES,
    NONE,
    Agreement,
    Calibration,
    Figure,
    LeastAgreement,
    decimal,
    judge,
    refusal,
    soonest,
    warning,
)
from assessments.wording import add_months

KAPPA = LeastAgreement(kind="kappa_open_closed", at_least=0.6, items=40)
ICC = LeastAgreement(kind="icc_rubric", at_least=0.7, items=12)
YEARLY = Calibration(every_months=12, figures=(KAPPA,))
BOTH = Calibration(every_months=12, figures=(KAPPA, ICC))
MAY = Figure("kappa_open_closed", 72, 40, date(2026, 5, 3))
figures = st.builds(
    Figure, st.sampled_from(list(MEASURES)), st.integers(-100, 100), st.integers(1, 500),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
)  # fmt: skip
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(st.lists(figures))
def test_what_a_signature_keeps_reads_back_as_it_was(recorded: list[Figure]) -> None:
    agreement = Agreement.last(recorded)
    assert Agreement.of(agreement.kept()) == agreement
    assert (agreement.kept() is None) == (not recorded)


@given(st.lists(figures), figures)
def test_of_each_kind_what_was_recorded_last_counts(recorded: list[Figure], newest: Figure) -> None:
    before, after = Agreement.last(recorded), Agreement.last([*recorded, newest])
    assert newest in after.figures
    others = [each for each in before.figures if each.kind != newest.kind]
    assert [each for each in after.figures if each.kind != newest.kind] == others


@given(st.lists(figures, max_size=4), days, st.sampled_from([YEARLY, BOTH]))
def test_it_holds_exactly_while_every_figure_asked_for_is_high_enough_and_no_older_than_a_year(
    recorded: list[Figure], at: date, asked: Calibration
) -> None:
    agreement = Agreement.last(recorded)
    known = {each.kind: each for each in agreement.figures}
    good = [
        each.kind in known
        and known[each.kind].hundredths >= each.hundredths
        and known[each.kind].items >= each.items
        and at <= add_months(known[each.kind].done_on, 12)
        for each in asked.figures
    ]
    standing = judge(asked, agreement, at)
    assert standing.holds == all(good)
    assert len(standing.faults) == good.count(False)
    assert (standing.until is not None) == standing.holds


@given(st.lists(figures, max_size=4), days, st.integers(0, 4000))
def test_once_lapsed_it_never_holds_again_by_waiting(recorded: list[Figure], at: date, later: int) -> None:
    agreement = Agreement.last(recorded)
    if not judge(YEARLY, agreement, at).holds:
        assert not judge(YEARLY, agreement, at + timedelta(days=later)).holds


def test_the_last_day_counts_and_one_is_warned_a_month_before() -> None:
    last = date(2027, 5, 3)
    assert judge(YEARLY, Agreement((MAY,)), last).until == last
    assert judge(YEARLY, Agreement((MAY,)), last + timedelta(days=1)).faults == (
        "agreement κ\u00a00.72 on 40 questions, 3 May 2026, held until 3 May 2027",
    )
    for days_left, warned in ((31, False), (30, True), (0, True)):
        at = last - timedelta(days=days_left)
        assert bool(warning(judge(YEARLY, Agreement((MAY,)), at), "Ilse Brandt", at)) is warned


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (None, "no agreement figure (κ) is on record"),
        (Figure("kappa_open_closed", 59, 40, MAY.done_on), "is below the 0.60 that is asked for"),
        (Figure("kappa_open_closed", 72, 39, MAY.done_on), "rests on fewer than the 40 questions"),
    ],
)
def test_what_is_wrong_is_said_with_who_can_change_it(figure: Figure | None, said: str) -> None:
    standing = judge(YEARLY, Agreement((figure,) if figure else ()), date(2026, 6, 1))
    sentence = refusal("You", "sign this session", YEARLY, standing, "Ilse Brandt")
    assert said in sentence
    assert sentence.startswith("You cannot sign this session: ")
    assert sentence.endswith("Ilse Brandt can record a newer figure.")


def test_of_several_standards_what_fails_comes_first_then_what_lapses_first() -> None:
    fine, failing = judge(YEARLY, Agreement((MAY,)), MAY.done_on), judge(BOTH, Agreement((MAY,)), MAY.done_on)
    assert soonest([fine, failing]) == failing
    assert soonest([fine]) == fine
    assert soonest([]) is None


def test_a_bound_between_two_hundredths_is_never_rounded_down() -> None:
    assert LeastAgreement(kind="icc_rubric", at_least=0.605, items=1).hundredths == 61
    assert KAPPA.hundredths == 60


def test_it_is_said_in_one_line_beside_a_signature() -> None:
    assert Agreement((MAY,)).in_words() == "Agreement κ\u00a00.72 on 40 questions, 3 May 2026"
    assert Agreement().in_words() == NONE == "No agreement figure on record"
    assert [decimal(each) for each in (-5, 0, 100)] == ["−0.05", "0.00", "1.00"]
