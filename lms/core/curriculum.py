"""Whether what is taught hangs together: links that lead somewhere, sentences people can read, and nothing that is
taught and never judged. Each fault is `file:line: what is wrong and what mends it`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from assessments.standards import CONTENT, Rubric
from courses import catalogue, media
from courses.catalogue import Catalogue
from courses.glossary import FILE as GLOSSARY
from courses.glossary import Term
from courses.schema import Lesson
from courses.source import line_of
from lms.core import markdown

LINK = re.compile(r"\]\((?P<target>[^)\s]*)\)")
LESSON_LINK = re.compile(r"/learn/(?P<lesson>M\d\d-L\d+)")
TERM_LINK = re.compile(r"/glossary#(?P<term>[^)\s]*)")
ELSEWHERE = ("https://", "mailto:")
CASES = "/cases"
# Björnsson (1968): words a sentence, plus the percentage of words with more than six letters. Up to 40 is easy to read,
# up to 50 is what newspapers write; 45 leaves room for one hard page.
HARDEST = 45
LONG_WORD = 6
# Adults read 238 words of prose a minute in silence (Brysbaert 2019, a review of 190 studies). A lesson is stopped at,
# thought about, read by learners of English and on phones: its minutes are honest between half and most of that.
SLOWEST, QUICKEST = 90, 200
TAG, WORD, END = re.compile(r"<[^>]+>"), re.compile(r"[^\W\d_][\w’'-]*"), re.compile(r"[.!?…:]+[”’)]*(?:\s|$)")


def faults(known: Catalogue, rubric: Rubric | None, assessed: Iterable[str]) -> Iterator[str]:
    """Every fault of the lessons, in their order. `assessed` are the lessons whose objective some item asks about."""
    asked, rows = frozenset(assessed), frozenset(each.id for each in rubric.rows) if rubric else frozenset()
    for lesson in known.lessons:
        path = catalogue.CONTENT / lesson.file
        yield from faults_of(lesson, known)
        yield from (f"{path}:{_line(path, key)}: {sentence}" for key, sentence in _judged(lesson, asked, rows))
    yield from (
        f"{path}:1: no lesson shows this file; use it or delete it" for path in media.orphans(known, catalogue.CONTENT)
    )
    yield from _unsaid(known)
    if rubric:
        yield from _untaught(known, rubric)


def faults_of(lesson: Lesson, known: Catalogue) -> Iterator[str]:
    """What is wrong with the text of one lesson."""
    path = catalogue.CONTENT / lesson.file
    found = [
        *markdown.faults(lesson.body, lesson.body_line),
        *_links(lesson, known),
        *media.faults(lesson, catalogue.CONTENT),
    ]
    if (level := reading_level(lesson.body)) > HARDEST:
        hard = f"this is hard to read (LIX {level:.0f}, {HARDEST} is the most); shorten sentences, use everyday words"
        found.append((lesson.body_line, hard))
    yield from (f"{path}:{line}: {sentence}" for line, sentence in sorted(found))


def reading_level(text: str) -> float:
    """How hard a lesson's text is to read, as LIX: about 20 for a story for children, 60 for a law."""
    plain = _plain(text)
    words = WORD.findall(plain)
    if not words:
        return 0.0
    sentences = max(1, len(END.findall(plain)))
    return len(words) / sentences + 100 * sum(len(each) > LONG_WORD for each in words) / len(words)


def _plain(text: str) -> str:
    """The words of a text alone; none of one too long to be rendered, of which another check speaks."""
    try:
        return html.unescape(TAG.sub(" ", markdown.render(text)))
    except ValueError:
        return ""


def _links(lesson: Lesson, known: Catalogue) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lesson.body.split("\n"), lesson.body_line):
        for target in (each["target"] for each in LINK.finditer(line)):
            named = LESSON_LINK.fullmatch(target)
            term = TERM_LINK.fullmatch(target)
            if term and term["term"] not in {each.id for each in known.terms}:
                yield number, f"there is no term “{term['term']}” in glossary.yaml; add it there or mend the link"
            if term or (named and known.find_lesson_by_id(named["lesson"])):
                continue
            if target.startswith(CASES):
                continue  # lms.core.borrowed knows the cases
            if named:
                yield number, f"there is no lesson {named['lesson']} to link to; is the number right?"
            elif not target.startswith(ELSEWHERE):
                yield (
                    number,
                    f"“{target}” leads nowhere; link to a lesson as /learn/{lesson.id}, elsewhere as https://…",
                )


def _judged(lesson: Lesson, asked: frozenset[str], rows: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(key of the front matter, sentence) for minutes that are not honest, and for what is taught and never judged."""
    words = len(WORD.findall(_plain(lesson.body)))
    least, most = -(-words // QUICKEST), words // SLOWEST + 1
    if not least <= lesson.minutes <= most:
        yield "minutes", f"{words:,} words are read in {least} to {most} minutes; say one of these"
    if lesson.id not in asked and not lesson.activities:
        yield "objective", "nothing ever asks about this objective; write an item for it, or an activity"
    for each in lesson.competences:
        if each not in rows:
            yield "competences", f"no row of the rubric judges “{each}”; the rows are {', '.join(sorted(rows))}"


def _untaught(known: Catalogue, rubric: Rubric) -> Iterator[str]:
    taught = {each for lesson in known.lessons for each in lesson.competences}
    path = CONTENT / "rubrics" / f"{rubric.id}-{rubric.version}.yaml"
    for row in rubric.rows:
        if row.id not in taught:
            line = _line(path, f"- id: {row.id}")
            yield f"{path}:{line}: no lesson teaches “{row.id}”; name it under competences in the one that does"


def _unsaid(known: Catalogue) -> Iterator[str]:
    """Terms that name a lesson which never says them, so that whoever follows the link looks in vain."""
    path = catalogue.CONTENT / GLOSSARY
    for place, term in enumerate(known.terms):
        lesson = known.lesson_by_id(term.lesson)
        if not _says(lesson, term):
            yield (
                f"{path}:{line_of(path, ('terms', place))}: {lesson.id} never says “{term.term}”; name the lesson that "
                f"does, use the word there, or add under “also” or “in_text” how it says it"
            )


def _says(lesson: Lesson, term: Term) -> bool:
    text = f"{lesson.title} {_plain(lesson.body)}".casefold()
    return any(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text) for name in term.names)


def _line(path: Path, start: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip().startswith(start)), 1)
