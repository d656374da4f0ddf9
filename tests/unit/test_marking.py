"""Marking a quiz, and looking at a question in a drill."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking import BadAnswer, Feedback, look_at, mark
from assessments.schema import DrillItem, Option, Quiz, QuizItem, Situation

QUIZ = Quiz(
    id="a-quiz",
    lesson="M04-L1",
    title="A quiz",
    intro="Two questions.",
    items=(
        QuizItem(
            id="first",
            objective="M04-L1",
            bloom="analyse",
            prompt="Which?",
            options=(
                Option(key="a", text="This", right=True, why="Because."),
                Option(key="b", text="That", why="Tempts."),
            ),
        ),
        QuizItem(
            id="second",
            objective="M04-L1",
            bloom="analyse",
            prompt="Which?",
            options=(
                Option(key="a", text="This", right=True, why="One way to see it."),
                Option(key="b", text="That", right=True, why="Another."),
                Option(key="c", text="Neither", why="Tempts."),
            ),
        ),
    ),
)
ITEM = DrillItem(
    id="rota",
    situation=Situation(speaker="Nokuthula Dlamini", setting="ward coordinator", quote="They don’t speak."),
    prompt="Have you tried sitting them down?",
    idea=("sitting them", "sit them"),
    lands="I suppose I should have.",
    cares="You want them to meet.",
    examples=("What happens when they meet?", "What have the others said?"),
)


def test_every_answer_comes_back_with_its_reason() -> None:
    marked = mark(QUIZ, {"first": "b", "second": "a"})

    assert [(each.chosen, each.right, each.why) for each in marked.results] == [
        ("b", False, "Tempts."),
        ("a", True, "One way to see it."),
    ]
    assert (marked.right, marked.asked, marked.complete) == (1, 2, True)
    assert marked.content_hash == QUIZ.content_hash


def test_where_people_would_differ_either_answer_is_right_and_the_other_is_named() -> None:
    results = [mark(QUIZ, {"second": key}, partial=True).results[0] for key in ("a", "b", "c")]

    assert [(each.right, each.also_right) for each in results] == [(True, ("b",)), (True, ("a",)), (False, ("a", "b"))]


def test_missing_and_unknown_answers_are_named_together() -> None:
    with pytest.raises(BadAnswer) as refused:
        mark(QUIZ, {"second": "z", "third": "a"})

    assert refused.value.fields == {
        "first": "Choose an answer to question 1.",
        "second": "Choose one of the answers shown to question 2.",
        "third": "This question is not part of the quiz",
    }


def test_part_of_a_quiz_can_be_marked_and_is_not_complete() -> None:
    marked = mark(QUIZ, {"first": "a"}, partial=True)

    assert (marked.right, marked.complete, [each.item for each in marked.results]) == (1, False, ["first"])


def test_advice_lands_in_the_words_of_the_person_who_got_it() -> None:
    seen = look_at(ITEM, "Have you tried sitting them down, so it doesn’t get worse?")

    assert (seen.kind, seen.name, seen.lands) == ("advice", "Advice in disguise", "I suppose I should have.")
    assert seen.then == "Nokuthula is now answering your idea instead of looking at what is going on."
    assert [(note.number, note.words, note.kind) for note in seen.notes] == [
        (1, "Have you tried", "advice"),
        (2, "sitting them", "advice"),
        (3, "so it doesn’t get worse", "leading"),
    ]


def test_a_rule_nobody_has_measured_says_so() -> None:
    (note, *_) = look_at(ITEM, "Have you tried it?").notes

    assert note.precision is None


def test_an_open_question_is_left_to_the_person() -> None:
    seen = look_at(ITEM, "What happens when they have to work together?")

    assert (seen.kind, seen.headline) == ("open", "Open. The answer is left to Nokuthula.")
    assert not seen.decide


def test_an_open_question_with_the_old_idea_in_it_is_nearly_open() -> None:
    seen = look_at(ITEM, "What makes it so hard to sit them down?")

    assert (seen.kind, seen.name) == ("advice", "Nearly open")
    assert seen.headline == "Nearly open. “sit them” is still your idea."
    assert seen.hint == "Which words could go?"


def test_the_coach_says_when_it_cannot_tell_and_hands_the_decision_over() -> None:
    seen = look_at(ITEM, "Is there anything they agree on?")

    assert (seen.kind, seen.decide) == ("unsure", True)
    assert seen.headline == "I can’t tell from the words. You decide."
    assert seen.lands is None


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Did they meet?", "closed", "Closed"),
        ("Surely they could talk?", "leading", "Leading"),
        ("How could you let it get that far?", "leading", "Judging"),
        ("Why didn’t you step in?", "leading", "Why that presses"),
        ("What happened? And who saw it?", "unsure", "Stacked"),
        ("You should step in.", "advice", "Advice"),
        ("They are adults.", "unsure", "No question yet"),
    ],
)
def test_each_kind_of_question_has_its_word_and_its_colour(text: str, kind: str, name: str) -> None:
    seen = look_at(ITEM, text)

    assert (seen.kind, seen.name) == (kind, name)
    assert not seen.decide


@given(st.text(max_size=200) | st.sampled_from(["Have you tried sitting them down, right?", "So you sit them down?"]))
def test_the_pieces_give_the_learners_text_back_whole(text: str) -> None:
    seen = look_at(ITEM, text)

    assert "".join(piece.text for piece in seen.pieces) == text
    assert [piece.number for piece in seen.pieces if piece.number] == [note.number for note in seen.notes]
    assert all(text[note.start : note.end] == note.words for note in seen.notes)


@given(st.text(max_size=120))
def test_feedback_never_grades(text: str) -> None:
    said = _sentences(look_at(ITEM, text)).lower()

    assert not any(word in said for word in ("incorrect", "correct", "wrong", "score", "well done", "!"))


def test_braces_in_a_name_or_a_question_are_only_letters() -> None:
    item = ITEM.model_copy(update={"situation": Situation(speaker="{words}", setting="x", quote="y")})

    assert "{words}" in look_at(item, "What now?").headline


def _sentences(seen: Feedback) -> str:
    return " ".join([seen.name, seen.headline, seen.message, seen.then, seen.hint, *(note.does for note in seen.notes)])
