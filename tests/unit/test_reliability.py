"""The figures the method rests on come out as published, and behave at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.reliability import cohen_kappa, gini, normalised_entropy, wilson_lower

TURNS = st.lists(st.integers(0, 60), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("bound", "share", "least"),
    [(0.70, 0.80, 52), (0.70, 0.85, 22), (0.70, 0.90, 13), (0.80, 0.90, 35), (0.90, 0.97, 42)],
)
def test_the_sample_sizes_of_the_method_are_enough_and_no_smaller_one_is(
    bound: float, share: float, least: int
) -> None:
    """An observed share is a whole count, so it is rounded half up: 80 % of 52 is 42."""
    enough = [n for n in range(1, 120) if wilson_lower(int(n * share + 0.5), n) >= bound]
    assert min(enough) == least


def test_no_count_no_claim() -> None:
    assert wilson_lower(0, 0) == 0.0
    assert wilson_lower(0, 30) == pytest.approx(0.0, abs=1e-12)


@given(st.integers(1, 400), st.data())
def test_the_bound_lies_below_the_share_and_more_of_the_same_brings_it_closer(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    bound = wilson_lower(successes, n)
    assert 0 <= bound <= successes / n
    assert wilson_lower(2 * successes, 2 * n) >= bound
    assert wilson_lower(successes + 1, n + 1) >= bound


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson_lower(3, 2)


def test_kappa_takes_chance_out_of_agreement() -> None:
    first = ["open"] * 25 + ["closed"] * 25
    second = ["open"] * 20 + ["closed"] * 5 + ["open"] * 10 + ["closed"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert cohen_kappa(first, first) == 1.0
    assert cohen_kappa(["open"] * 4, ["open"] * 4) == 1.0
    assert cohen_kappa(["open", "closed"], ["closed", "open"]) == -1.0


@pytest.mark.parametrize(("first", "second"), [([], []), (["open"], [])])
def test_kappa_needs_the_same_items(first: list[str], second: list[str]) -> None:
    with pytest.raises(ValueError, match="same items"):
        cohen_kappa(first, second)


@pytest.mark.parametrize(
    ("turns", "entropy", "unevenness"),
    [
        ([20, 18, 17, 16, 15, 14], 0.996, 0.08),
        ([30, 25, 15, 12, 10, 8], 0.94, 0.32),
        ([40, 25, 15, 10, 6, 4], 0.85, 0.48),
        ([50, 25, 15, 10, 0, 0], 0.67, 0.66),
        ([70, 10, 8, 6, 4, 2], 0.59, 0.72),
    ],
)
def test_the_worked_examples_of_shared_turns(turns: list[int], entropy: float, unevenness: float) -> None:
    assert normalised_entropy(turns) == pytest.approx(entropy, abs=0.0051)
    assert gini(turns) == pytest.approx(unevenness, abs=0.0051)


@given(TURNS)
def test_evenness_stays_between_its_ends_and_ignores_who_is_who(turns: list[int]) -> None:
    assert -1e-9 <= normalised_entropy(turns) <= 1 + 1e-9
    assert -1e-9 <= gini(turns) <= 1 + 1e-9
    assert gini(turns) == pytest.approx(gini(turns[::-1]))


def test_one_voice_and_no_voice() -> None:
    assert (normalised_entropy([9, 0, 0]), gini([9, 0, 0])) == (0.0, 1.0)
    assert (normalised_entropy([0, 0]), gini([0, 0])) == (0.0, 0.0)
    with pytest.raises(ValueError, match="at least two"):
        gini([3])
