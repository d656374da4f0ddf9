"""Any history of a certificate gives the state that a simple model says, and no step is taken that cannot be."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import history
from lms.certificates.history import KINDS, LIFTED, SUSPENDED, UNDONE, WITHDRAWN, State
from lms.certificates.rules import Status

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    kind: str
    leaf_seq: int
    done_at: datetime = NOON


KIND = st.sampled_from(sorted(KINDS))


@given(st.lists(KIND, max_size=12), st.randoms())
def test_any_history_gives_the_state_of_a_simple_model(kinds: list[str], chance: random.Random) -> None:
    """Two flags, one for each of what can be taken away; clocks and the order rows are read in play no part."""
    flags = {WITHDRAWN: False, SUSPENDED: False}
    for kind in kinds:
        flags[{UNDONE: WITHDRAWN, LIFTED: SUSPENDED}.get(kind, kind)] = kind in flags
    rows = [Step(kind, seq, NOON - timedelta(hours=chance.randint(0, 99))) for seq, kind in enumerate(kinds)]
    chance.shuffle(rows)
    said = Status.WITHDRAWN if flags[WITHDRAWN] else Status.SUSPENDED if flags[SUSPENDED] else None
    assert history.state_of(rows).withheld is said


@given(st.lists(st.tuples(KIND, st.integers(0, 30)), max_size=12))
def test_a_step_that_is_not_hindered_changes_how_it_stands_and_a_hindered_one_says_why(
    asked: list[tuple[str, int]],
) -> None:
    state, now = State(), NOON
    for seq, (kind, hours) in enumerate(asked):
        now += timedelta(hours=hours)
        hindered = history.hinders(state, kind, now)
        after = state.after(Step(kind, seq, now))
        if not hindered:
            assert after != state
            state = after
        else:
            assert hindered.endswith(".")
            late = kind == UNDONE and state.withdrawn is not None
            repeated = kind == SUSPENDED and state.withdrawn is not None
            assert late or repeated or state.withdrawn or after == state


@pytest.mark.parametrize(("hours", "may"), [(0, True), (24, True), (24.01, False), (2000, False)])
def test_a_withdrawal_is_taken_back_within_a_day_and_never_after(hours: float, may: bool) -> None:
    state = State().after(Step(WITHDRAWN, 1))
    said = history.hinders(state, UNDONE, NOON + timedelta(hours=hours))
    assert (said == "") is may
    if not may:
        assert "on a new decision" in said


def test_what_is_taken_back_was_suspended_before_and_is_so_again() -> None:
    state = history.state_of([Step(SUSPENDED, 1), Step(WITHDRAWN, 2)])
    assert state.withheld is Status.WITHDRAWN
    assert state.step.leaf_seq == 2
    assert history.hinders(state, LIFTED, NOON)
    assert history.hinders(state, SUSPENDED, NOON)
    state = state.after(Step(UNDONE, 3))
    assert (state.withheld, state.step.leaf_seq) == (Status.SUSPENDED, 1)
    assert state.after(Step(LIFTED, 4)).withheld is None


def test_nothing_is_ended_that_did_not_begin() -> None:
    for kind, words in ((UNDONE, "not withdrawn"), (LIFTED, "not suspended")):
        assert words in history.hinders(State(), kind, NOON)
    assert "suspended already" in history.hinders(State().after(Step(SUSPENDED, 1)), SUSPENDED, NOON)
    assert "withdrawn already" in history.hinders(State().after(Step(WITHDRAWN, 1)), WITHDRAWN, NOON)
