"""A written person answers the kind of question, the same way each time, and comes to an end."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import bank
from assessments.dialogue import MOST_TURNS, ending, fold, proposed, step
from assessments.dialogue_asked import asked_after
from assessments.dialogue_schema import FUNCTIONS, KINDS, AskedKind, Dialogue, Function
from assessments.questioning import analyse

DIALOGUES = tuple(bank.current().dialogues.values())
NOTEBOOK = bank.current().get_dialogue("the-notebook")

Asked = list[tuple[AskedKind, Function | None]]
asked_of = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from((None, *FUNCTIONS))), max_size=20)
dialogues = st.sampled_from(DIALOGUES)
every_dialogue = pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda each: each.id)


@given(dialogues, asked_of)
def test_the_same_questions_bring_the_same_conversation_which_ends(dialogue: Dialogue, asked: Asked) -> None:
    state = fold(dialogue, asked)

    assert state == fold(dialogue, asked)
    assert len(state.replies) <= MOST_TURNS
    assert all(reply.says for reply in state.replies)
    assert bool(state.over) == (len(state.replies) == MOST_TURNS or state.count("advice") > 3)


@given(dialogues, asked_of, st.sampled_from(FUNCTIONS))
def test_nothing_takes_somebody_further_than_an_open_question(
    dialogue: Dialogue, asked: Asked, function: Function
) -> None:
    before = fold(dialogue, asked)
    opened = step(dialogue, before, "open", function)[1]

    for kind in KINDS:
        after = step(dialogue, before, kind)[1]
        assert after.told <= opened.told
        if kind != "open":
            assert after.told <= before.told
            assert after.threads == before.threads


@given(dialogues, asked_of)
def test_what_was_said_openly_is_not_said_again(dialogue: Dialogue, asked: Asked) -> None:
    state = fold(dialogue, asked)
    told = {layer.open.of(each) for layer in dialogue.layers for each in FUNCTIONS}
    said = [line for reply in state.replies for line in reply.says.split("\n") if line in told]

    assert len(said) == len(set(said))


@given(dialogues, asked_of)
def test_the_end_names_everything_once(dialogue: Dialogue, asked: Asked) -> None:
    state = fold(dialogue, asked)
    end = ending(dialogue, state)

    assert (*end.reached, *end.below) == dialogue.layers
    assert {each.id for each in end.found} | {each.thread.id for each in end.never} == {
        each.id for each in dialogue.threads
    }
    assert sum(end.kinds.values()) == len(state.replies)
    assert all(each.turn is None or 1 <= each.turn <= MOST_TURNS for each in end.never)


@every_dialogue
def test_every_layer_and_every_thread_can_be_reached_in_one_conversation(dialogue: Dialogue) -> None:
    wanted = [each.function for each in sorted(dialogue.threads, key=dialogue.depth_of)]
    deep: Asked = [("open", FUNCTIONS[0])] * len(dialogue.layers)

    state = fold(dialogue, [*deep, *(("open", each) for each in wanted)])

    assert state.deepest == len(dialogue.layers)
    assert set(state.threads) == {each.id for each in dialogue.threads}


@every_dialogue
def test_each_way_down_tells_each_layer_from_the_side_that_was_asked(dialogue: Dialogue) -> None:
    for first, turn in product(range(4), repeat=2):
        way = [FUNCTIONS[(first + turn * place) % 4] for place in range(len(dialogue.layers))]
        state = fold(dialogue, [("open", each) for each in way])
        told = [reply.says.split("\n")[0] for reply in state.replies]
        assert told == [layer.open.of(each) for layer, each in zip(dialogue.layers, way, strict=True)]


def test_advice_is_put_off_twice_then_takes_a_step_back_and_then_ends_it() -> None:
    advice: Asked = [("advice", None)] * 4
    asked: Asked = [("open", "clarify"), ("open", "clarify"), *advice]
    state = fold(NOTEBOOK, asked)

    assert [reply.says for reply in state.replies[2:]] == [*NOTEBOOK.advice, NOTEBOOK.goodbye]
    assert (state.told, state.deepest, state.over) == (1, 2, "goodbye")
    assert step(NOTEBOOK, state, "open", "feeling")[1] == state


def test_a_wait_brings_something_once_at_each_layer() -> None:
    wait: Asked = [("silence", None)]
    open_twice: Asked = [("open", "view")] * 2
    state = fold(NOTEBOOK, [*wait, *wait, *open_twice, *wait])
    said = [reply.says for reply in state.replies]

    assert said[0] == NOTEBOOK.layers[0].silence
    assert said[1] in NOTEBOOK.quiet
    assert said[4] == NOTEBOOK.layers[1].silence


def test_a_closed_question_knocks_at_the_same_layer_again_and_again() -> None:
    state = fold(NOTEBOOK, [("closed", None)] * 3)

    assert state.told == 0
    assert [reply.says for reply in state.replies] == [*NOTEBOOK.layers[0].closed, NOTEBOOK.layers[0].closed[0]]


def test_what_nobody_asked_names_the_first_question_that_could_have() -> None:
    end = ending(NOTEBOOK, fold(NOTEBOOK, [("closed", None), ("open", "clarify"), ("advice", None)]))
    turns = {each.thread.id: each.turn for each in end.never}

    assert turns == {"pigeons": 1, "form": 3, "company": None, "call": None}
    assert end.not_after == ("feeling", "view", "consequences")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("What happens at two o’clock?", "open"),
        ("Does she come every day?", "closed"),
        ("Have you tried talking to her?", "advice"),
        ("You should talk to her.", "advice"),
        ("Don’t you think she is lonely?", "leading"),
        ("Why did you not go?", "why"),
        ("What happened? Who was there?", "stacked"),
        ("That sounds hard.", "statement"),
        ("Where does it hurt?", None),
        ("", "statement"),
    ],
)
def test_the_coach_proposes_a_kind_or_leaves_it_to_the_learner(said: str, kind: AskedKind | None) -> None:
    assert proposed(analyse(said)) == kind


@pytest.mark.parametrize(
    ("said", "function"),
    [
        ("What happened on that Sunday?", "clarify"),
        ("What’s it like for you when she writes?", "feeling"),
        ("How would her mother describe it?", "view"),
        ("What are we taking for granted?", "view"),
        ("What would happen if nothing changed?", "consequences"),
        ("And?", None),
    ],
)
def test_what_a_question_is_after_is_read_from_plain_words_only(said: str, function: Function | None) -> None:
    assert asked_after(said) == function


@given(st.text(max_size=4_000))
def test_any_text_at_all_gets_a_proposal_or_none(text: str) -> None:
    assert proposed(analyse(text)) in (None, *KINDS)
    assert asked_after(text) in (None, *FUNCTIONS)
