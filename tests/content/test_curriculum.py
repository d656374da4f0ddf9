"""Each check of the written curriculum finds its fault in a broken example, and names the line and the remedy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses import catalogue
from lms.cli import main
from lms.core import curriculum
from lms.previewing import make_app

LESSON = "04-open-questioning/03-advice-with-a-question-mark.md"
Write = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "content"
    shutil.copytree(catalogue.CONTENT, place)
    (place / "media").mkdir()
    monkeypatch.setattr(catalogue, "CONTENT", place)
    return place


@pytest.fixture
def write(folder: Path) -> Write:
    """Put more text at the end of a lesson; what the check says of that file then."""

    def put(more: str) -> str:
        path = folder / LESSON
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{more}\n")
        return said(path)

    return put


def said(path: Path) -> str:
    answer = CliRunner().invoke(main, ["content", "check"])
    return "\n".join(line for line in answer.output.splitlines() if line.startswith(f"{path}:"))


def test_the_curriculum_as_it_ships_has_no_fault() -> None:
    answer = CliRunner().invoke(main, ["content", "check"])
    assert (answer.exit_code, answer.output) == (0, "All content is in order.\n")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("See [silence](/learn/M99-L1).", "there is no lesson M99-L1 to link to; is the number right?"),
        ("See [silence](../06-ambiguity/01-why.md).", "leads nowhere; link to a lesson as /learn/M04-L3"),
        ("See [it](http://example.org).", "leads nowhere; link to a lesson as /learn/M04-L3, elsewhere as https://…"),
        ("::: picture kettles.webp\n:::", "a picture needs its file and what is on it"),
        ("::: picture kettles.webp Two kettles on one shelf\n:::", "put it there or mend the name"),
        ("::: picture Kettles.webp Two kettles on one shelf\n:::", "small letters, figures and hyphens"),
        ("::: picture kettles.gif Two kettles on one shelf\n:::", "a picture should end in .png, .jpg, .webp, .svg"),
        ("::: audio gwen.mp3 Gwen, Home Care\n:::", "write what is said in it, for those who cannot listen"),
        ("::: audio gwen.mp3\n“They all ring me.”\n:::", "a sound needs its file and a title"),
        ("::: margin\nNot a rule.", "“::: margin” is never closed; end it with a line “:::”"),
        ("::: kettle\nHm.\n:::", "does not open or close any block; is the name right?"),
        ("x" * 200_000, "The text is longer than 60 kB. Please make two lessons of it."),
    ],
)
def test_a_slip_in_the_text_is_found(write: Write, more: str, sentence: str) -> None:
    assert sentence in write(more)


def test_a_link_is_named_by_its_line(folder: Path) -> None:
    path = folder / LESSON
    lines = path.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Nothing in it was stupid"))
    lines[at] += " [Silence](/learn/M99-L1)"
    path.write_text("\n".join(lines), "utf-8")
    assert said(path).startswith(f"{path}:{at + 1}: there is no lesson M99-L1")


def test_a_link_by_the_lessons_number_is_in_order(folder: Path) -> None:
    path = folder / LESSON
    path.write_text(
        path.read_text("utf-8") + "\nSee [silence](/learn/M06-L1) and [us](https://example.org).\n", "utf-8"
    )
    assert said(path) == ""


def test_a_picture_of_twenty_megabytes_is_too_large(folder: Path, write: Write) -> None:
    (folder / "media" / "kettles.png").write_bytes(b"\0" * 20_000_000)
    assert "has 20,000 kB, 400 is the most; make it smaller" in write("::: picture kettles.png Two kettles\n:::")


def test_a_picture_and_a_sound_that_are_there_are_in_order(folder: Path) -> None:
    path = folder / LESSON
    for name in ("kettles.png", "gwen.mp3"):
        (folder / "media" / name).write_bytes(b"\0" * 9)
    shown = "\n::: picture kettles.png Two kettles\n:::\n\n::: audio gwen.mp3 Gwen\n“They all ring me.”\n:::\n"
    path.write_text(path.read_text("utf-8") + shown, "utf-8")
    assert said(path) == ""


@pytest.mark.parametrize("name", ["media/kettles.png", "04-open-questioning/notes.txt", "old.yaml"])
def test_a_file_that_no_lesson_uses_is_an_orphan(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    assert said(folder / name) == f"{folder / name}:1: no lesson shows this file; use it or delete it"


def test_a_text_far_too_hard_is_found(write: Write) -> None:
    hard = (
        "Notwithstanding organisational considerations regarding institutionalised facilitation methodologies, " * 200
    )
    assert "this is hard to read (LIX " in write(hard)


def test_reading_level_is_words_a_sentence_and_the_share_of_long_words() -> None:
    """LIX by hand: 8 words in 2 sentences, one of them longer than six letters."""
    assert curriculum.reading_level("The kettle is always full. Everybody waits again.") == 8 / 2 + 100 * 1 / 8


@pytest.mark.parametrize("minutes", [1, 40])
def test_minutes_in_which_nobody_reads_so_many_words_are_found(folder: Path, minutes: int) -> None:
    path = folder / LESSON
    text = path.read_text("utf-8")
    was = catalogue.load(folder).lesson_by_id("M04-L3").minutes
    path.write_text(text.replace(f"\nminutes: {was}\n", f"\nminutes: {minutes}\n", 1), "utf-8")
    assert said(path).startswith(f"{path}:4: 1,") or said(path).startswith(f"{path}:3: 1,")
    assert "words are read in" in said(path)


def test_an_objective_that_nothing_asks_about_is_found(folder: Path) -> None:
    path = folder / "06-ambiguity-and-silence" / "03-staying-not-knowing.md"
    for each in (path, folder / "programmes" / "associate.yaml", folder / "glossary.yaml"):
        each.write_text(re.sub(r"M06-L3(?=\n|,|\]|})", "M06-L99", each.read_text("utf-8")), "utf-8")
    assert said(path) == f"{path}:5: nothing ever asks about this objective; write an item for it, or an activity"


def test_a_competence_that_nobody_judges_is_found(folder: Path) -> None:
    path = folder / LESSON
    path.write_text(path.read_text("utf-8").replace("competences: [asking]", "competences: [juggling]"), "utf-8")
    assert "no row of the rubric judges “juggling”; the rows are asking, contract" in said(path)


def test_a_competence_that_is_judged_and_never_taught_is_found(folder: Path) -> None:
    for path in folder.glob("*/*.md"):
        path.write_text(path.read_text("utf-8").replace("fading", "asking"), "utf-8")
    answer = CliRunner().invoke(main, ["content", "check"])
    assert "no lesson teaches “fading”; name it under competences in the one that does" in answer.output


def test_a_preview_shows_the_lesson_and_what_to_mend_and_follows_the_file(folder: Path) -> None:
    assert "There is no lesson M77-L1 yet." in make_app("M77-L1").test_client().get("/").text
    browser = make_app("M04-L3").test_client()
    before = browser.get("/stamp").text
    assert "Advice with a question mark" in browser.get("/").text
    path = folder / LESSON
    path.write_text(path.read_text("utf-8") + "\n::: margin\nNever closed\n", "utf-8")
    page = browser.get("/")
    assert "One thing to mend" in page.text
    assert "is never closed" in page.text
    assert browser.get("/stamp").text != before
    path.write_text("no front matter", "utf-8")
    assert "should start with a line “---”" in browser.get("/").text


def test_a_title_in_arabic_is_a_title(folder: Path) -> None:
    path = folder / LESSON
    path.write_text(
        path.read_text("utf-8").replace("title: Advice with a question mark", "title: نصيحة بعلامة استفهام"), "utf-8"
    )
    assert "نصيحة بعلامة استفهام" in make_app("M04-L3").test_client().get("/").text


def test_a_link_to_a_term_that_the_glossary_does_not_have_is_found(write: Write) -> None:
    assert "there is no term “quiet” in glossary.yaml; add it there or mend the link" in write("[It](/glossary#quiet).")


def test_a_link_to_a_term_is_fine(write: Write) -> None:
    assert write("[It](/glossary#silence).") == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("lesson: M06-L1", "lesson: M99-L1", "there is no lesson M99-L1; name the one that teaches “Silence”"),
        ("related: [stillness, ambiguity]", "related: [still]", "there is no other term “still”; mend the id"),
        ("term: Silence", "term: Stillness", "“stillness” is already the name of “"),
        ("term: Silence", "word: Silence", "Field required"),
    ],
)
def test_what_is_wrong_in_the_glossary_is_named_with_its_line(folder: Path, old: str, new: str, sentence: str) -> None:
    path = folder / "glossary.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert sentence in said(path)
    assert f"{path}:1:" not in said(path)


@pytest.mark.parametrize("name", ["rubric", "rubric-anchor", "solution-fever"])
def test_a_term_that_its_lesson_never_says_is_found(folder: Path, name: str) -> None:
    path = folder / "glossary.yaml"
    text = path.read_text("utf-8")
    line = 1 + text[: text.index(f"- id: {name}\n")].count("\n")
    term = next(each for each in catalogue.load(folder).terms if each.id == name)
    moved = re.sub(rf"(- id: {name}\n(?:  .*\n)*?  lesson:) .*", r"\1 M06-L1", text)
    path.write_text(moved, "utf-8")
    assert said(path) == (
        f"{path}:{line}: M06-L1 never says “{term.term}”; name the lesson that does, use the word there, "
        "or add under “also” or “in_text” how it says it"
    )


def test_a_term_that_its_lesson_says_by_another_name_or_in_another_form_is_in_order(folder: Path) -> None:
    path = folder / "glossary.yaml"
    text = path.read_text("utf-8")
    assert "in_text: [deep question, deep questions]" in text
    path.write_text(text.replace("in_text: [deep question, deep questions]", "in_text: [deep]"), "utf-8")
    assert said(path) == ""
    path.write_text(text.replace("in_text: [deep question, deep questions]", "in_text: []"), "utf-8")
    assert "M04-L6 never says “Deep question”" in said(path)


def test_a_preview_links_the_words_of_the_glossary(folder: Path) -> None:
    assert 'href="/glossary#rubric"' in make_app("M12-L4").test_client().get("/").text
    assert "glossary.yaml" in make_app("M12-L4").test_client().get("/glossary").text
