"""Whatever is done to the register afterwards, checking it tells."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.register.rules import BEFORE_THE_FIRST, Checkpoint, Entry, digest, leaf_hash, verify_chain

Chain = list[tuple[Entry, str]]
SEEN_AT = datetime(2026, 5, 12, 20, 40, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
instants = st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "seq": st.integers(0, 50),
    "at": instants,
    "kind": texts,
    "actor_id": st.none() | st.uuids(),
    "subject_kind": texts,
    "subject_id": st.uuids(),
    "digest": hashes,
    "meaning": texts,
    "reason": texts,
    "authenticated_by": texts,
    "previous_hash": hashes,
}


def chained(facts: list[dict[str, Any]]) -> Chain:
    made: Chain = []
    for number, each in enumerate(facts, 1):
        entry = Entry(**{**each, "seq": number, "previous_hash": made[-1][1] if made else BEFORE_THE_FIRST})
        made.append((entry, leaf_hash(entry)))
    return made


chains = st.lists(st.fixed_dictionaries(FIELDS), min_size=1, max_size=6).map(chained)


def checkpoint_of(chain: Chain) -> Checkpoint:
    entry, sealed = chain[-1]
    return Checkpoint(entry.seq, sealed, SEEN_AT)


@given(chains)
def test_an_untouched_register_is_whole(chain: Chain) -> None:
    found = verify_chain(chain, checkpoint_of(chain))
    assert found.ok
    assert (found.count, found.head) == (len(chain), chain[-1][1])


@given(chains, st.data())
def test_any_change_to_any_entry_is_found(chain: Chain, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(st.sampled_from([*FIELDS, "hash"]))
    entry, sealed = chain[place]
    if field == "hash":
        other = data.draw(hashes.filter(lambda value: value != sealed))
        chain[place] = (entry, other)
    else:
        value = data.draw(FIELDS[field].filter(lambda value: value != getattr(entry, field)))
        chain[place] = (replace(entry, **{field: value}), sealed)
    assert not verify_chain(chain).ok


@given(chains, st.data())
def test_an_entry_taken_out_is_found(chain: Chain, data: st.DataObject) -> None:
    seen = checkpoint_of(chain)
    del chain[data.draw(st.integers(0, len(chain) - 1))]
    assert not verify_chain(chain, seen).ok


@given(chains, st.data())
def test_two_entries_that_changed_places_are_found(chain: Chain, data: st.DataObject) -> None:
    if len(chain) < 2:
        return
    first, second = data.draw(st.lists(st.integers(0, len(chain) - 1), min_size=2, max_size=2, unique=True))
    chain[first], chain[second] = chain[second], chain[first]
    assert not verify_chain(chain).ok


@given(chains, texts)
def test_a_register_rewritten_from_an_entry_on_is_found_by_a_checkpoint(chain: Chain, reason: str) -> None:
    rewritten = chained(
        [{name: getattr(entry, name) for name in FIELDS} | {"reason": f"{entry.reason}!{reason}"} for entry, _ in chain]
    )
    assert verify_chain(rewritten).ok
    assert "is not the one the checkpoint of 12 May 2026, 20:40 UTC saw." in " ".join(
        verify_chain(rewritten, checkpoint_of(chain)).problems
    )


def test_a_register_cut_off_at_the_end_is_found_by_a_checkpoint() -> None:
    chain = chained([an_entry() for _ in range(5)])
    found = verify_chain(chain[:3], checkpoint_of(chain))
    assert len(found.problems) == 1
    assert found.problems[0] == (
        "Entry 5 is missing. It was there at the checkpoint of 12 May 2026, 20:40 UTC; "
        "the register now ends with entry 3."
    )


def test_a_checkpoint_of_an_empty_register_holds_for_ever() -> None:
    assert verify_chain(chained([an_entry()]), Checkpoint(0, BEFORE_THE_FIRST, SEEN_AT)).ok


def test_an_entry_that_cannot_be_read_is_a_problem_and_not_a_crash() -> None:
    def stream() -> Any:
        yield from chained([an_entry()])
        raise ValueError("badly formed hexadecimal UUID string")

    assert verify_chain(stream()).problems == ("From entry 2 on, one cannot be read, so none of them was checked.",)


def test_problems_without_end_are_summed_up() -> None:
    broken = [(replace(entry, meaning="other"), sealed) for entry, sealed in chained([an_entry() for _ in range(40)])]
    problems = verify_chain(broken).problems
    assert len(problems) == 21
    assert problems[-1] == "There are 20 more problems like these."


def test_the_hash_does_not_depend_on_the_time_zone_of_the_reader() -> None:
    (entry, sealed) = chained([an_entry()])[0]
    auckland = entry.at.astimezone(tz=None).astimezone()
    assert leaf_hash(replace(entry, at=auckland)) == sealed


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"b": 1, "a": [True, None, "é"]}) == digest({"a": [True, None, "é"], "b": 1})
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_a_checkpoint_survives_its_file() -> None:
    seen = Checkpoint(7, "ab" * 32, SEEN_AT + timedelta(microseconds=5))
    assert Checkpoint.from_json(seen.to_json()) == seen


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"seq": 1, "hash": "x", "at": "soon"}', b"\xff\xfe\x00"])
def test_a_file_that_is_no_checkpoint_is_refused_in_a_sentence(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="This file is not a checkpoint"):
        Checkpoint.from_json(text)


def test_a_checkpoint_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say its time zone"):
        Checkpoint.from_json('{"seq": 1, "hash": "x", "at": "2026-05-12T20:40:00"}')


def an_entry() -> dict[str, Any]:
    return {
        "at": SEEN_AT,
        "kind": "signature",
        "actor_id": uuid.uuid4(),
        "subject_kind": "practice_session",
        "subject_id": uuid.uuid4(),
        "digest": digest({"held_on": "2026-04-30"}),
        "meaning": "I was in the room and I saw what I have rated",
        "reason": "",
        "authenticated_by": "password",
    }
