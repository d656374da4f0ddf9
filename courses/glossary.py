"""The words of the field: what each means, in a sentence or two, and the lesson that teaches it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from courses.schema import BankId, LessonId
from courses.source import Frozen

FILE = "glossary.yaml"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
Meaning = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=400)]


class Term(Frozen):
    """A word, its other names, and what it means."""

    id: BankId
    term: Name
    also: tuple[Name, ...] = ()
    means: Meaning
    example: Meaning | None = None
    lesson: LessonId
    related: tuple[BankId, ...] = ()


class Glossary(Frozen):
    """`glossary.yaml`: the terms in the order of the alphabet."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


def grouped(terms: Collection[Term]) -> dict[str, tuple[Term, ...]]:
    """The terms by the id of the lesson that teaches them."""
    return {each.lesson: tuple(one for one in terms if one.lesson == each.lesson) for each in terms}


def faults(terms: Collection[Term], lessons: Collection[str]) -> Iterator[tuple[str, str]]:
    """(id of the term at fault, sentence) for what does not hang together."""
    ids, seen = {each.id for each in terms}, dict[str, str]()
    for each in terms:
        for name in (each.id, *{each.term.casefold(), *map(str.casefold, each.also)} - {each.id}):
            if name in seen:
                yield each.id, f"“{name}” is already the name of “{seen[name]}”; a name means one thing"
            seen.setdefault(name, each.id)
        if each.lesson not in lessons:
            yield each.id, f"there is no lesson {each.lesson}; name the one that teaches “{each.term}”"
        for other in each.related:
            if other not in ids or other == each.id:
                yield each.id, f"there is no other term “{other}”; mend the id or take it off “related”"
