"""Drawings escape what people typed, survive empty numbers and say their facts in words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup

from lms.core import charts, drawings

HOSTILE = '"><script>alert(1)</script>&'
STATIC = Path(__file__).parents[2] / "lms" / "static"
TODAY = date(2026, 5, 12)


def drawn(drawing: Markup) -> str:
    assert isinstance(drawing, Markup)
    assert " style=" not in drawing
    return str(drawing)


def test_every_icon_is_in_the_file_and_nothing_else() -> None:
    symbols = re.findall(r'<symbol id="i-([a-z]+)"', (STATIC / "icons.svg").read_text())
    assert sorted(symbols) == sorted(drawings.ICONS)


def test_an_unknown_icon_is_a_mistake_that_shows() -> None:
    with pytest.raises(ValueError, match="no icon called 'opne'"):
        drawings.icon("opne")


@pytest.mark.parametrize(
    "drawing",
    [
        drawings.ring(labels={0: HOSTILE}, title=HOSTILE, cls=HOSTILE, rug=HOSTILE),
        drawings.marked(HOSTILE, [(0, 5, HOSTILE)]),
        charts.timestrip([(HOSTILE, 5), ("b", 4)], longest=HOSTILE),
        charts.expiries([(TODAY, HOSTILE, HOSTILE, True)], TODAY),
        charts.trend([(HOSTILE, 1, 1, 1, 1, 1)]),
        charts.outlook([(HOSTILE, 1, 1, 1)], 1),
        charts.mixbar(1, 1, 1, 1, label=HOSTILE),
    ],
    ids=["ring", "marked", "timestrip", "expiries", "trend", "outlook", "mixbar"],
)
def test_hostile_names_stay_words(drawing: Markup) -> None:
    assert "<script" not in drawn(drawing)


def test_without_numbers_the_charts_say_so() -> None:
    assert drawn(charts.mixbar(0, 0, 0, 0)) == '<p class="small soft">Questions asked: none yet.</p>'
    assert "No minutes" in drawn(charts.timestrip([("Arrive", 0)]))
    assert "No questions counted" in drawn(charts.trend([("1", 0, 0, 0, 0, 3)]))
    assert "None end in the next 90 days" in drawn(charts.expiries([], TODAY))
    assert "<g" not in drawn(drawings.seats(0, 0, 0))


def test_charts_say_their_facts_in_words() -> None:
    assert "Questions asked: 14 open, 4 closed, 2 leading, 2 advice in disguise, of 22" in drawn(
        charts.mixbar(14, 4, 2, 2)
    )
    assert "Minutes in each part: Arrive 6, Open questions 31" in drawn(
        charts.timestrip([("Arrive", 6), ("Skipped", 0), ("Open questions", 31)])
    )
    assert "1: 50% open, trainer stepped in 3 times" in drawn(charts.trend([("1", 2, 1, 1, 0, 3)]))


def test_endings_are_told_in_order_with_what_they_mean_for_the_unit() -> None:
    said = drawn(
        charts.expiries(
            [
                (date(2026, 6, 16), "Ana Duarte", "Home Care East", True),
                (date(2026, 6, 3), "Sefo Lemalu", "Roads", False),
            ],
            TODAY,
        )
    )
    assert (
        "Sefo Lemalu, Roads, on 3 June, the unit has nobody else; "
        "Ana Duarte, Home Care East, on 16 June, someone else covers" in said
    )


def test_an_ending_outside_the_line_of_days_stays_on_it() -> None:
    said = drawn(charts.expiries([(date(2027, 1, 1), "a", "b", True), (date(2020, 1, 1), "c", "d", True)], TODAY))
    places = [float(place) for place in re.findall(r'cx="([-\d.]+)%"', said)]
    assert all(0 <= place <= 100 for place in places)


def test_a_ring_has_as_many_chairs_as_seats_and_hides_without_a_title() -> None:
    assert drawn(drawings.ring(7)).count('class="seat') == 7
    assert drawn(drawings.ring(0)).count('class="seat') == 1
    assert 'aria-hidden="true"' in drawings.ring()
    assert 'role="img" aria-label="Six chairs"' in drawings.ring(title="Six chairs")


def test_chairs_of_a_big_group_shrink_before_they_touch() -> None:
    scale = re.search(r"scale\(([\d.]+)\)", drawn(drawings.ring(40)))
    assert scale is not None
    assert float(scale[1]) * 20 < 2 * 3.1416 * 43 / 40


@pytest.mark.parametrize("number", drawings.LEVELS)
def test_the_stool_is_there_only_while_the_trainer_is(number: int) -> None:
    assert ('class="stool' in drawings.level(number)) == (number < 4)


def test_seats_show_filled_coming_and_empty_chairs() -> None:
    said = drawn(drawings.seats(1, 1, 3))
    assert [said.count(each) for each in ('class="f-open"', "f-leaf", "dash")] == [1, 1, 1]
    assert drawn(drawings.seats(4, 1, 3)).count("<g") == 5


def test_marked_words_are_numbered_in_order_and_the_text_stays_whole() -> None:
    text = "Have you tried that, so it ends?"
    said = drawn(drawings.marked(text, [(21, 31, "leading"), (0, 14, "advice")]))
    assert re.sub(r"<sup>\d</sup>|<[^>]+>", "", said) == text
    assert said.index("<sup>1</sup>") < said.index("<sup>2</sup>")


def test_overlapping_cues_never_repeat_words() -> None:
    text = "Have you tried"
    said = drawn(drawings.marked(text, [(0, 14, "advice"), (5, 8, "leading"), (0, 99, "closed")]))
    assert re.sub(r"<sup>\d</sup>|<[^>]+>", "", said) == text


def test_registering_gives_templates_every_drawing() -> None:
    names: dict[str, object] = {}
    drawings.register(names)
    charts.register(names)
    assert {"icon", "ring", "level", "seats", "marked", "mixbar", "timestrip", "expiries", "trend"} <= set(names)


def test_the_outlook_says_every_month_with_its_range_and_what_is_needed() -> None:
    drawn = charts.outlook([("Mar", 4, 4, 4), ("Apr", 5, 4, 7)], 9)
    assert "9 needed. Mar: 4 likely, 4 to 4; Apr: 5 likely, 4 to 7" in drawn
    assert drawn.count("<circle") == 2


def test_an_outlook_of_nobody_is_drawn_as_well() -> None:
    assert "Mar: 0 likely" in charts.outlook([("Mar", 0, 0, 0)], 0)
