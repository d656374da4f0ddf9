"""When a theme may go up to a sponsor, and what the help for its readers points at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.advising import marks, rules
from lms.advising.rules import Advice, Backing, Option

TODAY = date(2027, 3, 1)
NAMES = ("Dag", "Leila Haddad", "Inés", "Hui-Min Tan", "Parks & Depot", "Home Care East", "Bo", "IT")
counts = st.integers(0, 40)


def marked(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in marks.pieces(text, NAMES) if each.kind]


@given(counts, counts, counts)
def test_what_a_few_people_raised_never_goes_up(circles: int, members: int, there: int) -> None:
    held = rules.held_back(Backing(circles, members, there))
    assert bool(held) == ((circles <= 1 and there < 3) or members < 4)


@given(counts, counts, counts, counts, counts)
def test_more_circles_and_more_people_never_hold_a_theme_back(
    circles: int, members: int, there: int, more_circles: int, more_members: int
) -> None:
    fewer = Backing(circles, members, there)
    more = Backing(circles + more_circles, members + more_members, there + more_circles)
    assert rules.held_back(fewer) or not rules.held_back(more)


@given(st.lists(st.booleans(), max_size=6))
def test_two_say_yes_and_nobody_says_no(answers: list[bool]) -> None:
    assert rules.passes(answers) == (answers.count(True) >= 2 and False not in answers)
    state = rules.state_of(answers, passed=False, taken_back=False)
    assert (state == "Held back") == rules.passes(answers)
    assert (state == "To be changed") == (False in answers)


def test_who_one_theme_could_be_about_is_said_in_words() -> None:
    assert "until another circle raises the same theme" in rules.held_back(Backing(1, 7, 2))
    assert "Fewer than four people" in rules.held_back(Backing(3, 3, 9))
    assert rules.held_back(Backing(1, 5, 3)) == ""
    assert rules.held_back(Backing(2, 9, 2)) == ""


def test_names_days_figures_and_quotations_stand_out() -> None:
    assert marked("Dag in Parks says on Thursday: “we lost 9 hours”.") == [
        ("name", "Dag"), ("name", "Parks"), ("date", "Thursday"), ("quotation", "“"), ("number", "9"),
        ("quotation", "”"),
    ]  # fmt: skip
    assert marked("In three circles people are rostered during the hour that was promised.") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dag, DAG and Dag’s", ["dag", "DAG", "Dag"]),
        ("Ines and leila", ["Ines", "leila"]),
        ("hui min", ["hui min"]),
        ("the depot", ["depot"]),
        ("Home Care East", ["Home Care East"]),
        ("Bo did it, but not both", ["Bo"]),
        ("the IT people said it", ["IT"]),
        ("dagger, imported, handcare", []),
    ],
)
def test_a_name_is_found_however_it_is_written_and_no_other_word(text: str, found: list[str]) -> None:
    assert [each for kind, each in marked(text) if kind == "name"] == found


def test_a_month_is_no_verb_and_an_apostrophe_no_quotation() -> None:
    assert marked("It may be the hosts’ room, and it isn’t free.") == []
    assert marked("In May they said 'no'.") == [("date", "May"), ("quotation", "'")]


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_the_pieces_are_the_text(text: str, names: list[str]) -> None:
    import unicodedata

    assert "".join(each.text for each in marks.pieces(text, names)) == unicodedata.normalize("NFC", text)


@given(st.text(alphabet="abcdeé ", min_size=3), st.sampled_from(["{}", "so {} said", "({})", "{}, and {}"]))
def test_no_name_of_three_letters_or_more_is_missed(name: str, around: str) -> None:
    words = {each for each in name.split() if len(each) >= 3 and marks.folded(each) not in marks.EVERYDAY}
    shown = {
        word
        for each in marks.pieces(around.replace("{}", name), [name])
        if each.kind == "name"
        for word in each.text.split()
    }
    assert words <= shown


def advice(**changes: object) -> Advice:
    given: dict[str, object] = {"theme": "time", "issue": "The hour goes to the rota."} | changes
    return Advice(**given)  # type: ignore[arg-type]


def test_a_step_is_agreed_with_somebody_and_by_a_day() -> None:
    assert set(rules.misfits(advice(state="agreed"), TODAY, None)) == {"step", "owner", "due_on"}
    agreed = advice(state="agreed", step="Try it.", owner="The heads of unit", due_on=TODAY)
    assert rules.misfits(agreed, TODAY, None) == {}
    assert "outcome" in rules.misfits(advice(state="left"), TODAY, None)


def test_a_day_that_is_over_is_not_chosen_and_may_stay() -> None:
    over = advice(due_on=TODAY - timedelta(days=1))
    assert "That day is over" in rules.misfits(over, TODAY, None)["due_on"]
    assert rules.misfits(over, TODAY, over) == {}


def test_a_history_names_what_changed() -> None:
    before = advice(options=(Option("Go home early.", "hosts"),))
    after = advice(options=(Option("Go home early.", "members"),), due_on=TODAY, shared=True)
    assert rules.changed(before.kept(), after.kept()) == ["Ways that were named", "By", "Read by the sponsor"]
    assert rules.told("options", after.kept()["options"], {}) == "Go home early. (Members of circles)"
    assert rules.told("due_on", after.kept()["due_on"], {}) == "1 March 2027"
