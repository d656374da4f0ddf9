"""What a signer observed: kept as it was said, sealed with the signature, read back from the form as it was."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from assessments.standards import get_rubric
from lms.core.errors import Invalid
from lms.core.settings import use
from lms.practice import forms, rules, timing
from lms.practice.observation import HELPED, MANAGER, NOTHING, TIES, Observation
from lms.register.rules import digest
from tests.conftest import settings_for

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60).map(str.strip)
LINES = WORDS.filter(bool)
OBSERVED = st.builds(
    Observation,
    helped=st.integers(1, len(HELPED)),
    behaviours=st.lists(LINES, max_size=3).map(tuple),
    keep=WORDS,
    try_next=WORDS,
    safety=WORDS,
    ties=st.sets(st.sampled_from(sorted(TIES))).map(lambda some: tuple(each for each in TIES if each in some)),
)
RATED = {"rate-asking": "2", "level": "3", "seen": "yes"}
SEEN = {"yes": rules.MEANING}


def signed(observation: dict[str, Any] | None) -> Any:
    return SimpleNamespace(
        digest="0" * 64, ratings={"asking": 2}, level=2, comment="", rubric_version=1, rubric_hash="1" * 64,
        observation=observation, agreement=None,
    )  # fmt: skip


@given(OBSERVED)
def test_what_is_kept_is_plain_and_reads_back(said: Observation) -> None:
    kept = said.kept()
    assert json.loads(json.dumps(kept)) == kept
    assert Observation.of(kept) == said
    assert said.is_whole()


@given(OBSERVED, OBSERVED)
def test_any_other_observation_is_another_seal(one: Observation, two: Observation) -> None:
    seals = [digest(rules.payload_for_register(signed(each.kept()), "practice")) for each in (one, two)]
    assert (seals[0] == seals[1]) == (one == two)


def test_a_signature_from_before_is_sealed_as_it_was() -> None:
    payload = rules.payload_for_register(signed(None), "practice")
    assert set(payload) == {"read", "ratings", "level", "comment", "rubric"}
    assert NOTHING.kept() is None
    assert Observation.of(None) == NOTHING


@given(OBSERVED)
def test_the_form_filled_again_reads_back_as_what_was_observed(said: Observation) -> None:
    before = SimpleNamespace(
        signature=SimpleNamespace(
            signer_id=uuid.UUID(int=7), ratings={"asking": 2, "frame": 4}, level=3, comment="", meaning="",
            observation=said.kept(),
        ),
        event=SimpleNamespace(kind="withdrawn", kept={}),
    )  # fmt: skip
    session: Any = SimpleNamespace(**dict.fromkeys(rules.Written.__annotations__, None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "values_of", lambda _: {})
        body = forms.again(before, uuid.UUID(int=7), session)  # type: ignore[arg-type]
    read = forms.read_review(body | {"seen": "yes"}, "beside", "Amara", SEEN)
    assert (read.observation, read.level, read.ratings) == (said, 3, {"asking": 2})


@given(st.dictionaries(st.sampled_from(["helped", "safety", "safety_line", "keep", *forms.BEHAVIOURS]), st.text()))
def test_whatever_is_typed_is_read_whole_or_refused(typed: dict[str, str]) -> None:
    with suppress(Invalid):
        assert forms.read_review(RATED | typed, "beside", "Amara", SEEN).observation.is_whole()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "helped"),
        ({"helped": "6"}, "helped"),
        ({"helped": "3", "safety": "yes"}, "safety_line"),
        ({"helped": "3", "safety_line": "Tears."}, "safety"),
        ({"helped": "3", "behaviour-2": "x" * 201}, "behaviour-2"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(typed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.read_review(RATED | typed, "beside", "Amara", SEEN)
    assert set(refused.value.fields) == {field}


def test_who_only_watched_is_rated_on_what_can_be_seen_in_a_member() -> None:
    assert [row.id for row in rules.rows_for("watched")] == ["stance", "listening", "asking", "silence"]
    assert [row.id for row in rules.rows_for("member")] == ["stance", "listening", "asking", "silence"]
    for role in rules.FACILITATED:
        assert len(rules.rows_for(role)) == 10


def test_of_who_brought_the_problem_nothing_is_rated() -> None:
    assert not rules.rows_for("held")
    read = forms.read_review({"level": "1", "seen": "yes"}, "held", "Amara", SEEN)
    assert (read.ratings, read.level, read.observation.helped) == ({}, 1, None)


def test_rows_of_older_rubrics_keep_their_names_and_are_offered_no_more() -> None:
    ids = [row.id for row in rules.rows_ever()]
    assert ids[:10] == [row.id for row in get_rubric().rows]
    assert ids[10:] == ["frame"]


def test_ties_are_said_after_the_signers_name() -> None:
    said = Observation(ties=("employer", MANAGER))
    assert said.facts("Ruth") == [("Independence", "Ruth has the same employer and is the line manager")]


def test_the_time_from_opening_to_signing_is_sealed_and_bounded(tmp_path: Any) -> None:
    use(settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path))
    mine, other = uuid.uuid4(), uuid.uuid4()
    opened = datetime(2026, 5, 12, 18, 0, tzinfo=UTC)
    with time_machine.travel(opened, tick=False):
        carried = timing.opening(mine)
    for later, seconds in ((74, 74), (7_200, timing.LONGEST), (-5, None)):
        with time_machine.travel(opened + timedelta(seconds=later), tick=False):
            assert timing.seconds_since(mine, carried) == seconds
            assert timing.seconds_since(other, carried) is None
    for broken in ("", "x", carried[:-2] + "zz", carried.upper()):
        assert timing.seconds_since(mine, broken) is None
