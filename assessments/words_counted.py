"""How many words a sentence has: the rule behind “ten words or fewer”."""

from __future__ import annotations

import unicodedata
from itertools import groupby

MOST_WORDS = 10  # ours (syllabus M04-L9): a return in ten words leaves the holder’s thread whole
HOLDS_TOGETHER = frozenset("'’-‐‑")


def count_words(text: str) -> int:
    """A word is letters or figures in one piece; an apostrophe or a hyphen inside it belongs to it.

    >>> count_words("One of those, please."), count_words("Don’t half-answer – ask!"), count_words("…?!")
    (4, 3, 0)
    """
    pieces = ("".join(piece) for inside, piece in groupby(text, _inside) if inside)
    return sum(any(_counts(each) for each in piece) for piece in pieces)


def _inside(character: str) -> bool:
    """Letters and figures, marks set on them, invisible joiners, and what holds two parts of a word together."""
    return character in HOLDS_TOGETHER or unicodedata.category(character)[0] in "LNM" or _joins(character)


def _joins(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _counts(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"
