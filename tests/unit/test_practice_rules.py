"""Rules of practice: what cannot be true, what exactly is signed, who may."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import Invalid
from lms.practice import display, forms, rules
from lms.practice.rules import Log
from lms.register.rules import digest

TODAY = date(2026, 5, 12)
IDS = st.uuids()
COUNTS = st.integers(0, rules.MOST_QUESTIONS)
ROWS = [row.id for row in rules.rows_ever()]
LOGS = st.builds(
    Log,
    held_on=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    group_id=IDS,
    minutes=st.integers(rules.SHORTEST, rules.LONGEST),
    role=st.sampled_from(sorted(rules.ROLES)),
    phases=st.dictionaries(st.sampled_from([phase.id for phase in rules.PHASES]), st.integers(1, 60)),
    open=COUNTS,
    closed=COUNTS,
    leading=COUNTS,
    advice=COUNTS,
    own_ratings=st.dictionaries(st.sampled_from(ROWS), st.integers(1, 5)),
    keep=st.text(max_size=200),
    differently=st.text(max_size=200),
)


def kept(log: Log, **changes: Any) -> Any:
    values = {name: getattr(log, name) for name in Log.__slots__}
    return SimpleNamespace(**({"id": uuid.UUID(int=1), "person_id": uuid.UUID(int=2), "version": 1} | values | changes))


@given(LOGS)
def test_what_is_signed_is_plain_and_survives_json(log: Log) -> None:
    payload = rules.payload_for_signature(kept(log))
    assert json.loads(json.dumps(payload)) == payload
    assert len(digest(payload)) == 64


@given(LOGS, st.sampled_from(["minutes", "role", "open", "keep", "version", "own_ratings", "held_on", "person_id"]))
def test_any_other_word_is_another_digest(log: Log, field: str) -> None:
    before = kept(log)
    other: dict[str, Any] = {
        "minutes": log.minutes + 1,
        "role": next(role for role in rules.ROLES if role != log.role),
        "open": log.open + 1,
        "keep": log.keep + ".",
        "version": 2,
        "own_ratings": {} if log.own_ratings else {"asking": 1},
        "held_on": log.held_on + timedelta(days=1),
        "person_id": uuid.UUID(int=3),
    }
    after = kept(log, **{field: other[field]})
    assert digest(rules.payload_for_signature(before)) != digest(rules.payload_for_signature(after))


@given(LOGS)
def test_days_to_come_and_long_gone_and_more_minutes_than_there_were_are_refused(log: Log) -> None:
    wrong = rules.faults(log, TODAY)
    assert ("held_on" in wrong) == (log.held_on > TODAY or log.held_on < date(2025, 5, 12))
    assert ("minutes" in wrong) == (sum(log.phases.values()) > log.minutes)


@given(LOGS)
def test_a_form_filled_from_a_session_reads_back_as_the_session(log: Log) -> None:
    log = replace(log, keep=log.keep.replace("\x00", "").replace("\r", "").strip() or "Something.", differently="")
    assert forms.read_log(forms.filled(kept(log))) == log


@given(st.dictionaries(st.sampled_from(forms.field_names()), st.text(max_size=40)))
def test_whatever_is_typed_the_page_can_be_drawn(body: dict[str, str]) -> None:
    display.summary(body, {})
    display.mix(body)
    with pytest.raises(Invalid):
        forms.read_log(body)


@given(st.text(max_size=8), st.text(max_size=12))
def test_a_step_changes_one_tally_by_one_at_most(value: str, step: str) -> None:
    body = {"open": value, "keep": "x"}
    after = forms.stepped(body, step)
    assert {name for name in after if after[name] != body[name]} <= {"open"}
    assert forms.stepped({"open": "3"}, "open+1") == {"open": "4"}
    assert forms.stepped({"open": "0"}, "open-1") == {"open": "0"}


@given(IDS, IDS, IDS, st.sampled_from(sorted(rules.STATE_WORDS)))
def test_nobody_signs_their_own_and_nobody_changes_what_is_signed(
    me: uuid.UUID, owner: uuid.UUID, supervisor: uuid.UUID, state: str
) -> None:
    assert not rules.may_sign(me, owner_id=me, supervisors=(me, supervisor))
    assert rules.may_sign(me, owner_id=owner, supervisors=(supervisor,)) == (me != owner and me == supervisor)
    assert rules.may_edit(me, owner_id=owner, state=state) == (me == owner and state != "signed")


@given(st.lists(st.tuples(IDS, st.dates()), unique_by=lambda each: each[0], max_size=8))
def test_sessions_are_counted_by_their_day(sessions: list[tuple[uuid.UUID, date]]) -> None:
    numbers = rules.ordinals(sessions)
    assert sorted(numbers.values()) == list(range(1, len(sessions) + 1))
    days = dict(sessions)
    ordered = sorted(numbers, key=lambda each: numbers[each])
    assert [days[each] for each in ordered] == sorted(days.values())


@given(COUNTS, COUNTS)
def test_the_open_share_stays_between_none_and_all(open_: int, others: int) -> None:
    share = rules.open_share(open_, open_ + others)
    assert share is None if open_ + others == 0 else share is not None and 0 <= share <= 100


def test_the_phases_cover_the_reference_round_once_each() -> None:
    covered = [part for phase in rules.PHASES for part in phase.covers]
    assert covered == [
        "arrive", "followup", "choose", "tell", "ask_understand", "write", "read", "agree", "ask_possible", "own",
        "review",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "agreed", "shown"),
    [("watched", 4, 1), ("shared", None, 2), ("led", None, 2), ("led", 1, 2), ("led", 4, 4)],
)
def test_the_stool_stands_where_it_was_agreed(role: str, agreed: int | None, shown: int) -> None:
    assert rules.level_shown(role, agreed) == shown
