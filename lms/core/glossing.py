"""The words of the glossary in a lesson’s text: where a lesson first says one, it is a link.

Only in plain running text. What people say, titles, notes beside the text and what the author made bold, slanted or a
link stay as they are, and so does an answer that waits until it is wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from courses.glossary import Words

MOST = 6  # in a lesson: more would look like a rash, and nobody follows so many
ADDRESS = "/glossary#"
LEFT_ALONE = {"h2", "h3", "h4", "figure", "details", "aside"}
NOT_INSIDE = {"link", "strong", "em", "cue"}  # parts of a sentence
OPENS, CLOSES = "“", "”"


class Place(NamedTuple):
    """Where a term could be linked: the line of tokens, which of them, and from where to where in its text."""

    line: Token
    at: int
    start: int
    end: int
    term: str


def link(parts: Sequence[list[Token]], words: Words, lesson: str) -> None:
    """Make links of the first uses in a lesson, which comes in parts: of the words that it teaches before others.

    Of the others, those that it says least often come first: what every lesson says all the time is known soonest.
    """
    places = [place for tokens in parts for line in _running(tokens) for place in _places(line, words, lesson)]
    first = {place.term: place for place in reversed(places)}
    often, taught = Counter(place.term for place in places), words.taught_by(lesson)
    named = {term for tokens in parts for term in _named(tokens)}
    free = [place.term for place in places if first[place.term] is place and place.term not in named]
    free.sort(key=lambda term: (term not in taught, often[term]))  # otherwise in their order
    chosen = frozenset(free[: max(0, MOST - len(named))])
    for place in reversed(places):  # so that a place stays where it is while later ones are cut out
        if first[place.term] is place and place.term in chosen:
            _cut(place)


def _running(tokens: list[Token]) -> Iterator[Token]:
    """The lines of tokens in which words may become links."""
    closed = 0
    for token in tokens:
        closed += token.nesting * (token.tag in LEFT_ALONE)
        if token.type == "inline" and not closed:
            yield token


def _places(line: Token, words: Words, lesson: str) -> Iterator[Place]:
    """Every use of a term in a line, outside what is quoted or set apart."""
    inside, before = 0, ""
    for at, token in enumerate(line.children or ()):
        if token.type.rpartition("_")[0] in NOT_INSIDE:
            inside += token.nesting
        if token.type != "text":
            continue
        for use in words.uses(token.content, lesson, before) if not inside else ():
            if not _quoting(before + token.content[: use.start]):
                yield Place(line, at, *use)
        before += token.content


def _quoting(before: str) -> bool:
    """Whether somebody is still speaking after these words."""
    return before.count(OPENS) > before.count(CLOSES)


def _named(tokens: list[Token]) -> Iterator[str]:
    """The terms that the author linked."""
    for token in (child for line in tokens for child in line.children or () if child.type == "link_open"):
        target = str(token.attrGet("href"))
        if target.startswith(ADDRESS):
            yield target.removeprefix(ADDRESS)


def _cut(place: Place) -> None:
    children = place.line.children or []
    said = children[place.at].content
    opening = Token("link_open", "a", 1, {"href": f"{ADDRESS}{place.term}"})
    children[place.at : place.at + 1] = [
        _text(said[: place.start]),
        opening,
        _text(said[place.start : place.end]),
        Token("link_close", "a", -1),
        _text(said[place.end :]),
    ]


def _text(said: str) -> Token:
    return Token("text", "", 0, content=said)
