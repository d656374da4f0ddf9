"""The invented rounds are whole, varied, in the house’s voice, and their keys can be argued with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from assessments.questioning import analyse
from assessments.reliability import cohen_kappa
from assessments.transcripts import Transcript, current

SHEETS = current()
EACH = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)


def _prose(sheet: Transcript) -> Iterator[str]:
    yield from (sheet.title, sheet.setting, sheet.afterwards)
    yield from (person.about for person in sheet.people)
    for turn in sheet.turns:
        yield turn.said
        yield turn.why or ""


def _advice(sheet: Transcript) -> int:
    return sum(key.advice for key in sheet.keyed.values())


def test_there_are_eight_worlds_and_the_asking_differs_on_purpose() -> None:
    asking = Counter(sheet.asking for sheet in SHEETS.values())

    assert len(SHEETS) >= 8
    assert asking["strong"] >= 2
    assert asking["weak"] >= 2
    assert asking["mixed"] >= 2
    assert any(sheet.held == "online" for sheet in SHEETS.values())


def test_no_two_rounds_share_a_person() -> None:
    names = Counter(person.name for sheet in SHEETS.values() for person in sheet.people)

    assert not [name for name, times in names.items() if times > 1]


@EACH
def test_how_well_it_is_asked_shows_in_the_advice(sheet: Transcript) -> None:
    share = _advice(sheet) / len(sheet.keyed)

    if sheet.asking == "strong":
        assert share <= 0.05
    elif sheet.asking == "weak":
        assert share >= 0.35
    else:
        assert 0.05 < share < 0.35


def test_somewhere_the_facilitator_is_the_one_who_breaches() -> None:
    breaches = {
        sheet.id: sum(turn.by == person.name and turn.key is not None and turn.key.advice for turn in sheet.turns)
        for sheet in SHEETS.values()
        for person in sheet.people
        if person.part == "facilitator"
    }

    assert max(breaches.values()) >= 3


@EACH
def test_prose_keeps_to_the_house_style(sheet: Transcript) -> None:
    for text in _prose(sheet):
        assert not re.search(r"[!\"']|--|\.\.\.", text), text
        assert text.count("“") == text.count("”"), text
        assert not re.search(r"\b(TODO|FIXME|TBD|lorem|xxx)\b", text, re.IGNORECASE), text


@EACH
def test_every_reason_is_a_sentence_or_two_of_its_own(sheet: Transcript) -> None:
    reasons = [turn.why for turn in sheet.turns if turn.why]

    assert len(set(reasons)) == len(reasons)
    assert all(reason.endswith((".", "”")) and 20 <= len(reason) <= 330 for reason in reasons)


@EACH
def test_a_second_answer_is_named_in_the_reason(sheet: Transcript) -> None:
    """So that whoever gave the other one finds it taken seriously."""
    words = {"open": r"\bopen\b", "closed": r"\bclosed\b", "unsure": r"can’t tell"}
    for turn in sheet.turns:
        if turn.key and turn.key.also and turn.why:
            named = rf"{words[turn.key.also]}|\b[Ee]ither\b|\bBoth can stand\b"
            assert re.search(named, turn.why, re.IGNORECASE), f"{turn.id}: {turn.why}"


@EACH
def test_pauses_and_talk_are_those_of_about_ten_minutes(sheet: Transcript) -> None:
    """Speech at 130 words a minute, ours; silence as it is written."""
    words = sum(len(turn.said.split()) for turn in sheet.turns)
    minutes = words / 130 + sum(turn.pause or 0 for turn in sheet.turns) / 60

    assert 4 <= minutes <= 15


@EACH
def test_a_few_turns_can_be_defended_either_way_and_most_cannot(sheet: Transcript) -> None:
    second = sum(key.also is not None for key in sheet.keyed.values())

    assert 3 <= second <= len(sheet.keyed) * 0.4


@EACH
def test_the_key_and_the_coach_do_not_contradict_each_other_at_large(sheet: Transcript) -> None:
    """A check on slips of the pen, from outside: the coach never decides what a key says."""
    said = {turn.id: turn.said for turn in sheet.turns}
    leaning = [analyse(said[turn]).leaning for turn in sheet.keyed]
    keys = [
        guess if guess in key.defensible else key.openness
        for guess, key in zip(leaning, sheet.keyed.values(), strict=True)
    ]

    assert cohen_kappa(keys, leaning) >= 0.60
