"""An index of texts that is held in memory: SQLite’s FTS5, whichever database the house runs on.

What is taught is a few megabytes and the same for everybody, so each process makes its own index of a catalogue when
somebody first searches it, and drops it with the catalogue. Nothing is stored that could grow stale.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape

from courses.catalogue import Catalogue
from courses.pieces import HEADING, anchor
from courses.schema import Lesson
from lms.core.sqlite import sqlite_driver
from lms.find.rules import spelt

WORDS_SHOWN = 32  # of a passage
BEGIN, END = "\x02", "\x03"  # around a word that was found; no text has them
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARKS = re.compile(r"\*+|==(?:\w+\|)?|^#+ |^- |^\d+\. |^> ", re.MULTILINE)
TITLE, BODY = 5.0, 1.0  # a word in a title says more about a passage than one in its text


@dataclass(frozen=True, slots=True)
class Text:
    """Something that can be found: its owner’s id, the part of it, its title and its words."""

    ref: str
    part: str
    title: str
    body: str


class Index:
    """Texts that can be searched, from several threads as well."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._lock = threading.Lock()
        self._db = sqlite_driver().connect(":memory:", check_same_thread=False)
        self._db.execute(
            "CREATE VIRTUAL TABLE found USING fts5"
            "(ref UNINDEXED, part UNINDEXED, title, body, tokenize='porter unicode61 remove_diacritics 2')"
        )
        rows = ((each.ref, each.part, _clean(each.title), _clean(each.body)) for each in texts)
        self._db.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", rows)

    def find(self, question: str) -> Sequence[tuple[str, int]]:
        """Who has a text that answers, the best first, each once with the number of its best text."""
        asked = "SELECT ref, rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 0, ?, ?), rowid"
        with self._lock:
            rows = self._db.execute(asked, (question, TITLE, BODY)).fetchall()
        best: dict[str, int] = {}
        for ref, number in rows:
            best.setdefault(ref, number)
        return list(best.items())

    def passage(self, question: str, number: int) -> tuple[str, Markup]:
        """The part of a text that was found, and the passage in it with its words marked."""
        asked = "SELECT part, snippet(found, 3, ?, ?, '…', ?) FROM found WHERE found MATCH ? AND rowid = ?"
        with self._lock:
            row = self._db.execute(asked, (BEGIN, END, WORDS_SHOWN, question, number)).fetchone()
        return row[0], _marked(row[1])

    def close(self) -> None:
        self._db.close()


_kept: WeakKeyDictionary[Catalogue, tuple[Index, Index]] = WeakKeyDictionary()
_making = threading.Lock()


def of_catalogue(known: Catalogue) -> tuple[Index, Index]:
    """The indexes of a catalogue’s lessons and of its glossary."""
    with _making:
        found = _kept.get(known)
        if found is None:
            lessons = Index(text for lesson in known.lessons for text in parts(lesson))
            terms = Index(
                Text(each.id, "", " · ".join((each.term, *each.also)), f"{each.means} {each.example or ''}".strip())
                for each in known.terms
            )
            found = _kept[known] = (lessons, terms)
    return found


def parts(lesson: Lesson) -> list[Text]:
    """A lesson by its headings: what stands before the first belongs to the lesson as a whole."""
    found: list[Text] = []
    title, part, lines = lesson.title, "", [lesson.objective, ""]
    for line in lesson.body.splitlines():
        heading = HEADING.fullmatch(line.strip())
        if heading:
            found.append(Text(lesson.id, part, title, plain("\n".join(lines))))
            title, part, lines = heading["title"], anchor(heading["title"]), []
        elif not line.startswith(":::"):
            lines.append(line)
    return [*found, Text(lesson.id, part, title, plain("\n".join(lines)))]


def plain(text: str) -> str:
    """An author’s Markdown without its marks."""
    return " ".join(MARKS.sub("", LINK.sub(r"\1", text)).split())


def _clean(text: str) -> str:
    return CONTROL.sub(" ", spelt(text))


def _marked(text: str) -> Markup:
    safe = str(escape(text)).replace(BEGIN, '<mark class="cue" data-c="info">').replace(END, "</mark>")
    return Markup(safe)  # noqa: S704 - escaped in the line above
