"""The words of the field: what each means, in a sentence or two, and the lesson that teaches it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints

from courses.schema import BankId, LessonId
from courses.source import Frozen

FILE = "glossary.yaml"
ENDS = ".?!:…"  # of a sentence
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
Meaning = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=400)]


class Term(Frozen):
    """A word, its other names, and what it means.

    `in_text` are the forms in which lessons say it, plurals among them; without it, the term and its other names are
    meant. With none, because the word mostly means something else, only the lesson that teaches it means this one.
    """

    id: BankId
    term: Name
    also: tuple[Name, ...] = ()
    in_text: tuple[Name, ...] | None = None
    means: Meaning
    example: Meaning | None = None
    lesson: LessonId
    related: tuple[BankId, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it is called, as it stands within a sentence."""
        return (self.term[0].lower() + self.term[1:], *self.also, *(self.in_text or ()))

    @property
    def forms(self) -> tuple[str, ...]:
        """How the lesson that teaches it says it."""
        return self.in_text or self.names

    @property
    def forms_elsewhere(self) -> tuple[str, ...]:
        """How other lessons say it."""
        return self.forms if self.in_text is None else self.in_text


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


class Use(NamedTuple):
    """Where a text says a term."""

    start: int
    end: int
    term: str  # its id


class Words:
    """The terms as running text says them. Those of two glossaries with the same forms are the same."""

    def __init__(self, terms: Collection[Term]) -> None:
        self._key = tuple((each.id, each.lesson, each.forms, each.forms_elsewhere) for each in terms)
        self._hash = hash(self._key)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Words) and self._key == other._key)

    def __hash__(self) -> int:
        return self._hash

    def taught_by(self, lesson: str) -> frozenset[str]:
        """The ids of the terms that a lesson teaches."""
        return frozenset(name for name, teaches, *_ in self._key if teaches == lesson)

    def uses(self, text: str, lesson: str, before: str = "") -> Iterator[Use]:
        """Where `text` says a term: whole words, with a capital only where a sentence begins.

        `before` is what stands before it in its paragraph.
        """
        for found in self._pattern.finditer(text) if self._key else ():
            said = found[0]
            if said not in self._meant and _begins(before + text[: found.start()]):
                said = said[0].lower() + said[1:]
            term, teaches, elsewhere = self._meant.get(said, ("", "", False))
            if term and (elsewhere or teaches == lesson):
                yield Use(found.start(), found.end(), term)

    @cached_property
    def _meant(self) -> dict[str, tuple[str, str, bool]]:
        """What each form means: the id of its term, the lesson that teaches it, and whether other lessons mean it."""
        return {
            form: (name, lesson, form in elsewhere) for name, lesson, forms, elsewhere in self._key for form in forms
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Any of the forms, the longest first, so that “rubric anchor” is not a rubric."""
        forms = sorted(self._meant, key=len, reverse=True)
        either = (f"[{re.escape(form[0] + form[0].upper())}]{re.escape(form[1:])}" for form in forms)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(either)})(?![\w-])")


def _begins(before: str) -> bool:
    """Whether a sentence begins after these words."""
    said = before.rstrip().rstrip("”’)")
    return not said or said[-1] in ENDS
