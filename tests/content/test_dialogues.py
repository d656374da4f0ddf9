"""What the people in the dialogues say is finished, sounds like somebody, and can be reached by asking."""

from __future__ import annotations

import re

import pytest

from assessments.bank import current
from assessments.dialogue import proposed
from assessments.dialogue_asked import asked_after
from assessments.dialogue_schema import FUNCTIONS, Dialogue
from assessments.questioning import analyse

DIALOGUES = tuple(current().dialogues.values())
every_dialogue = pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda each: each.id)


def _prose(dialogue: Dialogue) -> list[str]:
    named = [dialogue.title, dialogue.summary, dialogue.opening, dialogue.real or ""]
    named += [each.name for each in dialogue.layers] + [each.name for each in dialogue.threads]
    return [*named, *(each.ask for each in dialogue.threads), *dialogue.replies()]


@every_dialogue
def test_what_people_say_keeps_to_the_house_style(dialogue: Dialogue) -> None:
    for text in _prose(dialogue):
        assert not re.search(r"[\"'!“”—]|--|TODO", text), text
        assert text.count("‘") <= text.count("’"), text


@every_dialogue
def test_every_reply_is_a_finished_sentence_that_can_be_said_in_one_breath_or_three(dialogue: Dialogue) -> None:
    for text in dialogue.replies():
        assert re.search(r"[.?…][’]?$", text), text
        assert len(text.split()) <= 75, text


@every_dialogue
def test_each_side_of_a_layer_is_told_in_some_length(dialogue: Dialogue) -> None:
    for layer in dialogue.layers:
        for function in FUNCTIONS:
            assert 20 <= len(layer.open.of(function).split()) <= 70, layer.open.of(function)


@every_dialogue
def test_the_question_that_would_have_reached_it_is_open_and_after_the_right_thing(dialogue: Dialogue) -> None:
    for thread in dialogue.threads:
        seen = analyse(thread.ask)
        assert (proposed(seen), seen.codes) == ("open", ()), thread.ask
        assert asked_after(thread.ask) in (None, thread.function), thread.ask


def test_everybody_is_somebody_else_with_another_trouble() -> None:
    for what in ({each.holder.name for each in DIALOGUES}, {each.title for each in DIALOGUES}):
        assert len(what) == len(DIALOGUES)
    said = [line for each in DIALOGUES for line in each.replies()]
    assert len(said) == len(set(said))
