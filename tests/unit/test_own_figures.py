"""Which of somebody's codings and ratings make a figure of agreement, and what it comes to: pure rules."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assessments import cases, own_figures, transcripts
from assessments.cases import Rated, rate
from assessments.coding import Label
from assessments.double_coding import own_labels, side_by_side
from assessments.own_figures import LEAST_QUESTIONS, Work, from_evenings, from_rounds
from assessments.wording import add_months

TODAY = date(2026, 12, 1)
NAMES = sorted(transcripts.current())
days_ago = st.integers(0, 500)
sent = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans(), days_ago), max_size=12)


def coded(name: str, alike: bool = True, ago: int = 1) -> Work:
    labels = own_labels(transcripts.current()[name])
    mine = labels if alike else dict.fromkeys(labels, Label("closed", "no"))
    return Work(uuid.uuid4(), name, "a" * 64, TODAY - timedelta(days=ago), side_by_side(labels, mine))


def in_order(given: list[tuple[str, bool, int]]) -> list[Work]:
    return [coded(*each) for each in sorted(given, key=lambda each: -each[2])]


def evenings(anchor: int | None = None) -> list[Work]:
    return [
        Work(
            uuid.uuid4(),
            case.id,
            case.content_hash,
            TODAY,
            rate(case, case.levels if anchor is None else dict.fromkeys(case.levels, anchor)),
        )
        for case in cases.current().values()
    ]


@given(sent)
def test_only_first_codings_of_the_last_twelve_months_count(given: list[tuple[str, bool, int]]) -> None:
    work = in_order(given)
    firsts: dict[str, Work] = {}
    for each in work:
        firsts.setdefault(each.text_id, each)
    basis = from_rounds(work, TODAY)
    assert all(firsts[each.text_id] is each for each in basis.counting)
    assert all(add_months(each.done_on, 12) >= TODAY for each in basis.counting)
    assert basis.done == len(firsts)


@given(sent)
def test_the_latest_count_and_nobody_can_leave_one_out(given: list[tuple[str, bool, int]]) -> None:
    basis = from_rounds(in_order(given), TODAY)
    enough = sum(each.questions for each in basis.counting)
    assert (basis.figure is None) == (enough < LEAST_QUESTIONS)
    assert sum(each.questions for each in basis.counting[1:]) < LEAST_QUESTIONS, "no more than are needed"
    if basis.figure:
        assert basis.figure.done_on == min(each.done_on for each in basis.counting)
        assert basis.figure.items == enough


@given(sent, st.sampled_from(NAMES))
def test_a_round_coded_again_after_its_key_was_read_changes_nothing(
    given: list[tuple[str, bool, int]], name: str
) -> None:
    work = in_order([*given, (name, False, 500)])
    before, after = from_rounds(work, TODAY), from_rounds([*work, coded(name, ago=0)], TODAY)
    assert (before.counting, before.figure) == (after.counting, after.figure)


def test_the_lowest_kappa_stands_and_a_figure_below_sixty_is_not_taken() -> None:
    good, bad = coded("fire-station-quiet-watch"), coded("choir-second-altos", alike=False)
    basis = from_rounds([good, bad], TODAY)
    assert basis.figure is not None
    assert basis.figure.hundredths < 60
    assert not basis.is_enough
    assert "Code another round: the latest count." in own_figures.lacking(basis)
    newer = from_rounds([bad, good, coded("interpreters-muted")], TODAY)
    assert newer.is_enough
    assert own_figures.lacking(newer) == ""


def test_what_is_missing_is_said() -> None:
    assert own_figures.lacking(from_rounds([], TODAY)) == "40 questions to go."
    assert own_figures.lacking(from_rounds([coded("fire-station-quiet-watch")], TODAY)) == "17 more questions to go."
    some = evenings()[:4]
    assert own_figures.lacking(from_evenings(some, cases.current(), TODAY)) == "2 more evenings to go."


def test_two_rounds_are_kept_for_assessors_and_hold_enough_questions() -> None:
    kept = [each for each in transcripts.current().values() if each.kept_for == "assessors"]
    assert len(kept) == 2
    assert sum(len(each.keyed) for each in kept) >= LEAST_QUESTIONS
    left = [each for each in transcripts.current().values() if each.kept_for == "everyone"]
    assert {each.asking for each in left} == {"strong", "mixed", "weak"}
    assert any(each.held == "online" for each in left)


def test_who_may_meet_a_round_is_no_part_of_its_text() -> None:
    sheet = transcripts.current()["firm-estimates"]
    other = sheet.model_copy(update={"kept_for": "everyone"})
    other.__dict__.pop("content_hash", None)
    assert other.content_hash == sheet.content_hash


def test_six_evenings_as_the_key_has_them_are_wholly_near() -> None:
    basis = from_evenings(evenings(), cases.current(), TODAY)
    assert basis.figure is not None
    assert (basis.figure.hundredths, basis.figure.items, basis.is_enough) == (100, 6, True)


def test_one_anchor_for_everything_reaches_three_in_five_at_most() -> None:
    """What the page says of the threshold: nobody comes near it without looking."""
    shares = []
    for anchor in range(1, 6):
        basis = from_evenings(evenings(anchor), cases.current(), TODAY)
        assert basis.figure is not None
        shares.append(basis.figure.hundredths)
        assert not basis.is_enough
    assert max(shares) <= 60


def test_an_evening_rated_again_counts_as_it_was_rated_first() -> None:
    work = [*evenings(1), *evenings()]
    basis = from_evenings(work, cases.current(), TODAY)
    assert basis.counting == tuple(work[:6])


def test_the_word_of_a_page_is_another_once_other_work_counts() -> None:
    first, second, third = (coded(name) for name in ("fire-station-quiet-watch", "choir-second-altos", "ward-handover"))
    before, after = from_rounds([first, second], TODAY), from_rounds([first, second, third], TODAY)
    assert before.seen == from_rounds([first, second], TODAY).seen
    assert before.seen != after.seen
    assert before.seen != from_evenings([], cases.current(), TODAY).seen


def test_what_is_kept_names_every_text_by_its_hash() -> None:
    basis = from_evenings(evenings(), cases.current(), TODAY)
    work = basis.kept()["work"]
    assert [each["hash"] for each in work] == [each.content_hash for each in cases.current().values()]
    assert [each["value"] for each in work] == [len(each.levels) for each in cases.current().values()]
    said = own_figures.evidence(basis, [each.title for each in cases.current().values()])
    assert "6 of 6 in all" in said
    assert all(each.content_hash[:8] in said for each in cases.current().values())
    assert isinstance(basis.counting[0].beside, Rated)
