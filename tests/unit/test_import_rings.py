"""Nobody is above themselves: what puts somebody there is found, however long the way round is, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.organisations import rings
from lms.organisations.rings import Lines

Arrows = list[tuple[int, int, int]]
PEOPLE = st.integers(1, 7)


def lines(arrows: Arrows) -> Lines:
    made = Lines()
    for each in arrows:
        made.add(*each)
    return made


def is_above(arrows: Arrows, one: int, other: int) -> bool:
    """Whether a way leads from one up to the other."""
    met, open_ = set(), [one]
    while open_:
        here = open_.pop()
        for below, above, _ in arrows:
            if below == here and above not in met:
                met.add(above)
                open_.append(above)
    return other in met


def test_two_who_are_above_each_other_and_one_below_them() -> None:
    assert lines([(1, 2, 5), (2, 1, 6), (3, 1, 7)]).rings() == [[5, 6]]


def test_a_ring_that_closes_through_the_list_has_the_row_alone() -> None:
    assert lines([(1, 2, 5), (2, 3, 0), (3, 1, 0)]).rings() == [[5]]
    assert lines([(1, 2, 0), (2, 1, 0)]).rings() == []


def test_oneself_is_a_ring() -> None:
    assert lines([(1, 1, 2), (2, 1, 3)]).rings() == [[2]]


def test_a_line_as_long_as_a_file_is_walked() -> None:
    many = 200_000
    assert lines([(each, each + 1, each) for each in range(1, many)]).rings() == []
    [ring] = lines([(each, each % many + 1, each) for each in range(1, many + 1)]).rings()
    assert len(ring) == many


@given(st.lists(st.tuples(PEOPLE, PEOPLE), max_size=14))
def test_a_row_is_in_a_ring_exactly_if_its_line_comes_back(pairs: list[tuple[int, int]]) -> None:
    arrows = [(below, above, row) for row, (below, above) in enumerate(pairs, start=2)]
    back = [row for below, above, row in arrows if below == above or is_above(arrows, above, below)]
    assert sorted(row for ring in lines(arrows).rings() for row in ring) == back
    rest = [each for each in arrows if each[2] not in back]
    assert lines(rest).rings() == []


def test_a_refused_row_says_through_which_others_the_line_comes_back() -> None:
    assert rings.sentence(5, [5]).startswith("Upwards from this line manager the line comes back to this person. ")
    assert "person, by row 6. Nobody" in rings.sentence(5, [5, 6])
    assert "by rows 5 and 6." in rings.sentence(9, [5, 6, 9])
    assert "by rows 5, 7 and 1,997 more." in rings.sentence(6, [5, 6, 7, *range(10, 2007)])
