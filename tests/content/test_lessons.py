"""Every lesson that ships: it loads, it reads like a page a person wrote, and its figures say where they come from."""

import re
from pathlib import Path

import pytest

from courses import catalogue
from courses.schema import Lesson
from lms.core import markdown

LESSONS = catalogue.load(catalogue.CONTENT).lessons
FIGURE = re.compile(r"\d\s*(?:%|percentage points)")

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)


def words(lesson: Lesson) -> list[str]:
    return re.sub(r"<[^>]+>", " ", markdown.render(lesson.body)).split()


def test_the_running_house_reads_the_content_of_the_package_once() -> None:
    found = catalogue.current()
    assert found is catalogue.current()
    assert [lesson.id for lesson in found.lessons] == [lesson.id for lesson in LESSONS]
    assert catalogue.CONTENT.is_relative_to(Path(catalogue.__file__).parent)


def test_values_come_before_questions_on_everybody_s_way() -> None:
    found = catalogue.load(catalogue.CONTENT)
    assert [lesson.id for lesson in found.path] == ["M05-L1", "M05-L2", "M04-L1", "M04-L2", "M04-L3"]
    assert set(found.path) <= set(found.lessons)


def test_the_activities_point_at_their_banks() -> None:
    assert {each.id: (each.kind, each.bank) for lesson in LESSONS for each in lesson.activities} == {
        "M04-L1-sort": ("sort", "m04-l1-sort"),
        "M04-L2-label": ("quiz", "m04-l2-open-closed"),
        "M04-L3-drill": ("drill", "m04-l3-advice-swap"),
        "M04-L6-ladder": ("ladder", "m04-l6-ladder"),
        "M04-L9-return": ("return", "m04-l9-return"),
        "M06-L2-silence": ("silence", "m06-l2-silence"),
        "M04-L6-talk": ("dialogue", "the-notebook"),
        "M04-L9-talk": ("dialogue", "plot-fourteen"),
        "M04-L8-rounds": ("coding", "m04-l8"),
        "M05-L1-line": ("beliefs", "beliefs"),
        "M05-L2-breach": ("quiz", "m05-l2-behaviour-or-breach"),
        "M05-L2-table": ("rows", "rows"),
        "M05-L4-dilemmas": ("dilemmas", "dilemmas"),
        "M12-L4-evenings": ("rating", "m12-l4"),
        "M13-L1-decide": ("quiz", "m13-l1-decide-or-connect"),
        "M13-L2-read": ("quiz", "m13-l2-read-the-map"),
        "M13-L3-close": ("quiz", "m13-l3-close-the-triangle"),
        "M13-L4-signs": ("quiz", "m13-l4-signs-and-claims"),
        "M14-L1-thin": ("quiz", "m14-l1-which-is-thin"),
        "M14-L2-year": ("quiz", "m14-l2-a-year-on-trial"),
        "M14-L3-ready": ("quiz", "m14-l3-ready-for-strangers"),
        "M14-L4-sign": ("quiz", "m14-l4-would-they-sign"),
    }


@every_lesson
def test_a_lesson_has_no_slip_in_its_markup(lesson: Lesson) -> None:
    found = markdown.faults(lesson.body, lesson.body_line)
    assert [f"{lesson.file}:{line}: {sentence}" for line, sentence in found] == []
    assert ":::" not in markdown.render(lesson.body)


@every_lesson
def test_a_lesson_is_long_enough_to_teach_and_short_enough_for_one_evening(lesson: Lesson) -> None:
    assert 700 <= len(words(lesson)) <= 1600


@every_lesson
def test_the_promised_minutes_leave_time_to_read_and_to_think(lesson: Lesson) -> None:
    reading = len(words(lesson)) / 230
    assert reading * 1.2 <= lesson.minutes <= reading * 3


@every_lesson
def test_a_lesson_is_finished(lesson: Lesson) -> None:
    assert not re.search(r"\b(TODO|FIXME|TBD|XXX|lorem|ipsum)\b", lesson.body, re.IGNORECASE)


@every_lesson
def test_a_lesson_speaks_in_the_voice_of_the_house(lesson: Lesson) -> None:
    for text in (lesson.title, lesson.objective, *(each.title for each in lesson.activities), lesson.body):
        assert not re.search(r"[\"']", text), "write curly quotes"
        assert "!" not in text
        assert "—" not in text


@every_lesson
def test_headings_start_below_the_title_of_the_page(lesson: Lesson) -> None:
    levels = [len(marks) for marks in re.findall(r"^(#+) ", lesson.body, re.MULTILINE)]
    assert levels[0] == 2
    assert max(levels) <= 3


@every_lesson
def test_a_lesson_shows_breaks_down_lets_explain_and_sends_off_to_try(lesson: Lesson) -> None:
    for block in (":::: versus", "::: margin", "::: transcript", "::: reveal"):
        assert f"\n{block}" in lesson.body, block
    for heading in ("What people get wrong", "Say it in your own words", "Before your next meeting"):
        assert f"\n## {heading}\n" in lesson.body, heading
    assert "ne line in your log" in lesson.body.rpartition("## Before your next meeting")[2]


@every_lesson
def test_every_figure_has_its_source_before_the_next_heading(lesson: Lesson) -> None:
    for section in re.split(r"^## ", lesson.body, flags=re.MULTILINE):
        if FIGURE.search(section):
            assert "::: source" in section, section.partition("\n")[0]


@every_lesson
def test_a_margin_note_has_room_beside_the_text(lesson: Lesson) -> None:
    """On a wide screen a note stands beside the paragraphs that follow; a pair right after it would leave a hole."""
    for after in lesson.body.split("\n::: margin\n")[1:]:
        blocks = [block for block in after.partition("\n:::\n")[2].split("\n\n") if block.strip()]
        assert not any(block.strip().startswith(":::: versus") for block in blocks[:2])
