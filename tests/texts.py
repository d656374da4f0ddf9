"""What people would read in a value, and texts that are long or made of one thing again and again."""

from __future__ import annotations

from collections.abc import Iterator

from courses import catalogue
from courses.catalogue import Catalogue

# Said again and again: what could keep the coach busy, and what could keep the reader of lessons busy.
SPOKEN = [
    "have you ",
    "so, ",
    "what if you, ",
    "isn't ",
    "and is it ",
    "?",
    "a",
    " ",
    ", ",
    "e\u0301",
    "?a",
    "x. ",
    "a, ",
    "Is it x? ",
    "is it a, or ",
    "😀",
    "\u202eשלום ",
    "if (x) { y; }\n",
    "the ",
    "what do you think, how about ",
]
MARKS = ["::: margin\n", "[", "**", "==", "&", "- ", "[x](", '"', "*a_ ", "1:00 A: b\n"]


def texts_of(value: object) -> Iterator[str]:
    """Every string inside a dumped value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)


def many_lessons(count: int) -> Catalogue:
    """The lessons that ship, again and again."""
    here = catalogue.current()
    module = here.modules[0]
    bodies = [each.body for each in here.lessons]
    lessons = tuple(
        module.lessons[0].model_copy(update={"id": f"M01-L{n}", "body": bodies[n % len(bodies)], "slug": f"n{n}"})
        for n in range(count)
    )
    return Catalogue(
        here.programme.model_copy(update={"path": ()}),
        (module.model_copy(update={"lessons": lessons}),),
        terms=here.terms,
    )
