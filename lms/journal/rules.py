"""Words and limits of the journal. Pure."""

from __future__ import annotations

import uuid

LONGEST_ENTRY = 10_000  # some seven pages: more is another entry
LONGEST_ANSWER = 2_000
LOG_LINE = "ne line in your log: "
NOTES = {"alone": "done alone", "say": "in your own words"}  # what one writes within a lesson
OF_A_NOTE = {
    "alone": "What did you do, and what came of it?",
    "say": "Say it in your own words, as you would to somebody who has not read it.",
}
OF_A_SESSION = "What would you like to keep from it, and what would you ask differently?"
OF_NOTHING = "What stayed with you today? What did you assume, and what turned out otherwise?"
NOTHING = "Write something first, or leave the page: nothing is kept until you write."
ELSEWHERE = "You wrote on in another tab or on another device."
NOBODY = "Choose one of the trainers on the list."
NO_ANSWER = "Write what you want to answer."


def note_id(person_id: uuid.UUID, lesson_id: str, note: str) -> uuid.UUID:
    """The entry somebody writes at a place in a lesson has the same id on each of their devices, before it is kept."""
    return uuid.uuid5(person_id, f"{lesson_id}#{note}")


def parted(about_id: str) -> tuple[str, str]:
    """The lesson that an entry is about, and the place in it where it was written, if there is one."""
    lesson_id, _, note = about_id.partition("#")
    return lesson_id, note


def prompt_of_lesson(body: str) -> str:
    """What a lesson asks for at its end: its line for the log, or nothing."""
    for line in reversed(body.split("\n")):
        _, found, asked = line.partition(LOG_LINE)
        if found:
            return asked[:1].upper() + asked[1:]
    return OF_NOTHING


def first_line(text: str, longest: int = 90) -> str:
    """The beginning of an entry, for a list: whole words of its first line."""
    line = text.strip().split("\n", 1)[0].strip()
    if len(line) <= longest:
        return line
    return line[:longest].rpartition(" ")[0] + " …"
