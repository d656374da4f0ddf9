"""One speaking turn as the question coach sees it: folded for matching, cut into sentences, fillers taken off.

Matching happens on a folded copy (composed, lower case, straight apostrophes, single spaces). Every folded character
remembers which characters of the original it stands for, because what people see marked are their own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from assessments.schema import Language

LONGEST = 4_000
MOST_SENTENCES = 20  # people ask at the end; of a longer turn, the last sentences are looked at
MOST_CLAUSES = 50  # and of an endless sentence, its start and its last clauses
ENDING = re.compile(r"[.?!]+")
CLOSING_QUOTES = "\"'”’»"
SAME = {"’": "'", "‘": "'", "ʼ": "'", "‛": "'", "`": "'", "′": "'", "＇": "'", "？": "?", "！": "!", "–": "-", "—": "-"}
PLAIN = {ord(each): " " if each.isspace() else SAME.get(each, each).lower() for each in map(chr, range(128))}
# A repetition without an upper limit, or a group repeated often: the two ways in which matching can take for ever.
UNSAFE = re.compile(r"(?<!\\)[*+]|\{\d{0,4},\}|\)\{(?!0,[1-4]\})")
PART = re.compile(r"<([a-z_]{1,30})>")
CLASSES = re.compile(r"\[[^\]]{1,80}\]")
# A word begun again (“wh-what”), and a sentence broken off and begun anew (“do you-- how often”).
STUTTER = re.compile(r"(\w{1,12})-{1,2},? ?(?=\1)")
RESTART = re.compile(r"\w-- ?")
WORD = re.compile(r"\w{1,4000}(?:'\w{1,20})?")


@dataclass(frozen=True)
class Folded:
    """The folded text, and for each of its characters where the original starts and ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original span behind a non-empty folded span."""
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class Sentence:
    """A sentence by its places in the folded text. `core` is where it starts once fillers are gone."""

    start: int
    core: int
    end: int
    asks: bool
    marked: bool


@dataclass(frozen=True)
class Turn:
    """A folded turn and its sentences."""

    folded: Folded
    sentences: tuple[Sentence, ...]

    @property
    def asking(self) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.sentences if sentence.asks)


class Grammar:
    """A language's fillers, tags and abbreviations, compiled once."""

    def __init__(self, language: Language) -> None:
        fillers = "|".join(sorted(language.fillers, key=len, reverse=True))
        self.pause = _pause(language)
        self.filler = compile_pattern(rf"(?:{fillers})(?![\w'])", language)
        self.abbreviation = compile_pattern(rf"(?:^|\W)(?:{'|'.join(language.abbreviations)})\Z", language)
        self.tag = compile_pattern(rf"\W{{0,3}}(?:{'|'.join(language.tags)})\W{{0,3}}\Z", language)
        self.asks_unmarked = compile_pattern(language.asks_unmarked, language)
        self.asks_without_mark = compile_pattern(language.asks_without_mark, language)


def compile_pattern(pattern: str, language: Language) -> re.Pattern[str]:
    """The pattern with the language's parts filled in, so that <aux> is written down once. Raises ValueError."""
    if unknown := [name for name in PART.findall(pattern) if name not in language.parts]:
        raise ValueError(f"the language has no part “{unknown[0]}”")
    whole = PART.sub(lambda part: f"(?:{language.parts[part[1]]})", pattern)
    if UNSAFE.search(CLASSES.sub("x", whole)):
        raise ValueError("repeat with an upper limit, such as {0,40}, and a group four times at most")
    try:
        return re.compile(whole)
    except re.error as error:
        raise ValueError(str(error)) from None


def _pause(language: Language) -> re.Pattern[str] | None:
    """A hesitation within a sentence, with the word that is said again after it, or an aside between two commas.

    Not before a word with which a question begins: there the pause is a boundary.
    """
    if not language.hesitations:
        return None
    sounds, asides = "|".join(language.hesitations), "|".join(language.asides)
    before = r"(\b\w{1,12})?"
    sound = rf",? (?:{sounds})\b[,.-]{{0,3}}(?: \1\b)?"
    anew = r"(?= (?!(?:<wh>|<aux>|<negative>|<pronoun>|if|so|but|because)\b)\w)"
    return compile_pattern(rf"{before}({sound}|, (?:{asides}),){anew}", language)


def fold(text: str) -> Folded:
    """`text`, cut at LONGEST characters, in the shape that patterns match."""
    return _fold_plain(text[:LONGEST]) if text.isascii() else _fold(text[:LONGEST])


def _fold_plain(text: str) -> Folded:
    """The same as `_fold` and three times as fast, for a text whose every letter stands by itself."""
    low = text.translate(PLAIN)
    if "  " not in low:
        return Folded(low, tuple(range(len(low))), tuple(range(1, len(low) + 1)))
    places = tuple(at for at, letter in enumerate(low) if letter != " " or not at or low[at - 1] != " ")
    return Folded("".join(low[at] for at in places), places, tuple(at + 1 for at in places))


def _fold(text: str) -> Folded:
    letters: list[tuple[str, int, int]] = []
    for start, end in _clusters(text):
        for letter in unicodedata.normalize("NFC", text[start:end]):
            low = SAME.get(letter, letter).lower()
            same = " " if letter.isspace() else low if len(low) == 1 else letter
            if same == " " and letters and letters[-1][0] == " ":
                continue
            letters.append((same, start, end))
    return Folded(
        "".join(letter for letter, _, _ in letters),
        tuple(start for _, start, _ in letters),
        tuple(end for _, _, end in letters),
    )


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """A letter with the combining marks that follow it, as (start, end)."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, at
            start = at


def read_turn(text: str, grammar: Grammar) -> Turn:
    """The turn behind `text`. Never raises; a text without words has no sentences."""
    folded = _without_pauses(fold(text), grammar)
    sentences: list[Sentence] = []
    for start, end, mark in _spans(folded.text, grammar):
        sentence = _sentence(folded.text, start, end, mark, grammar)
        if sentence is None:
            continue
        before = sentences[-1] if sentences else None
        if before and not before.asks and sentence.marked and grammar.tag.match(folded.text, sentence.start, end):
            sentences[-1] = replace(before, end=sentence.end, asks=True, marked=True)
        else:
            sentences.append(sentence)
    return Turn(folded, tuple(sentences[-MOST_SENTENCES:]))


def _without_pauses(folded: Folded, grammar: Grammar) -> Folded:
    """The same with the pauses within sentences taken out: “were to, um, split” is “were to split”."""
    gaps = [found.span(2) for found in grammar.pause.finditer(folded.text)] if grammar.pause else []
    if not gaps:
        return folded
    kept: list[int] = []
    at = 0
    for start, end in (*gaps, (len(folded.text), len(folded.text))):
        kept += range(at, start)
        at = end
    return Folded(
        "".join(folded.text[each] for each in kept),
        tuple(folded.starts[each] for each in kept),
        tuple(folded.ends[each] for each in kept),
    )


def _spans(text: str, grammar: Grammar) -> Iterator[tuple[int, int, str]]:
    """(start, end, punctuation) of each sentence; the end leaves the punctuation out."""
    start = 0
    for found in ENDING.finditer(text):
        at, after = found.span()
        if _is_boundary(text, start, at, after, grammar):
            yield start, at, found[0]
            start = after
    if start < len(text):
        yield start, len(text), ""


def _is_boundary(text: str, start: int, at: int, after: int, grammar: Grammar) -> bool:
    """Whether text[at:after] ends a sentence: not in 3.5, after “Dr.”, as a pause of dots, or in a quoted question."""
    mark = text[at:after]
    if set(mark) == {"."}:
        if len(mark) > 1 or (after < len(text) and text[after].isalnum()):
            return False
        return not grammar.abbreviation.search(text, max(start, at - 6), at)
    quoted = after < len(text) and text[after] in CLOSING_QUOTES
    return not (quoted and text[after + 1 : after + 2] == " " and text[after + 2 : after + 3].islower())


def _sentence(text: str, start: int, end: int, mark: str, grammar: Grammar) -> Sentence | None:
    first = _next_word(text, start, end)
    if first == end:
        return None
    core = _after_restarts(text, _after_fillers(text, first, end, grammar), end, grammar)
    while end > core and not text[end - 1].isalnum():
        end -= 1
    marked = "?" in mark
    unmarked = bool(grammar.asks_unmarked.match(text, core, end)) and not mark
    return Sentence(first, core, end, marked or unmarked or _invites(text, core, end, grammar), marked)


def _after_restarts(text: str, core: int, end: int, grammar: Grammar) -> int:
    """Where the sentence starts once what the speaker took back is gone: the last new start that asks."""
    for broken in RESTART.finditer(text, core, end):
        start = _next_word(text, broken.end(), end)
        anew = _after_fillers(text, start, end, grammar) if start < end else end
        if anew < end and (grammar.asks_unmarked.match(text, anew, end) or _invites(text, anew, end, grammar)):
            core = anew
    return core


def _invites(text: str, core: int, end: int, grammar: Grammar) -> bool:
    return bool(grammar.asks_without_mark.match(text, core, end))


def _next_word(text: str, at: int, end: int) -> int:
    while at < end and not text[at].isalnum():
        at += 1
    return at


def _after_fillers(text: str, at: int, end: int, grammar: Grammar) -> int:
    """Where the sentence starts once fillers are gone. A sentence of fillers alone keeps its last one."""
    while found := STUTTER.match(text, at, end) or grammar.filler.match(text, at, end):
        after = _next_word(text, found.end(), end)
        if after == end:
            break
        at = after
    return at


@lru_cache(maxsize=64)
def clause_starts(text: str, sentence: Sentence, grammar: Grammar) -> tuple[int, ...]:
    """The core of the sentence, and the place after each comma, semicolon, colon or dash within it.

    Kept for the sentence in hand, because every rule asks again.
    """
    first, *others = _clause_starts(text, sentence, grammar)
    return (first, *others[-MOST_CLAUSES:])


def _clause_starts(text: str, sentence: Sentence, grammar: Grammar) -> Iterator[int]:
    yield sentence.core
    for at in range(sentence.core, sentence.end):
        if text[at] in ",;:-" and text[at + 1 : at + 2] in (" ", "-"):
            start = _next_word(text, at, sentence.end)
            if start < sentence.end:
                yield _after_fillers(text, start, sentence.end, grammar)
