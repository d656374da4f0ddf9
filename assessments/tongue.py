"""Whether a text is in the language whose rules we have. A plain test, because a guess in the wrong language misleads.

Every language leans on a few dozen small words. A text of some length without them is in another language, or is no
talk at all.
"""

from __future__ import annotations

import re
import unicodedata

from assessments.schema import Language
from assessments.turn import WORD

ENOUGH_WORDS = 6  # fewer words may be names and nouns alone
ONE_IN = 8  # measured talk has a small word in every second or third
ENOUGH_LETTERS = 4
SMALL = re.compile(r"[^\W\d_]{1,20}")


def speaks(language: Language, text: str) -> bool:
    """Whether the folded `text` looks like `language`, or is too short to tell. Fillers tell nothing."""
    if not text.isascii() and _other_script(text):
        return False
    words = [SMALL.match(each[0]) for each in WORD.finditer(text) if each[0] not in language.filler_words]
    if len(words) < ENOUGH_WORDS:
        return True
    known = language.known_words
    return ONE_IN * sum(each is not None and each[0] in known for each in words) >= len(words)


def _other_script(text: str) -> bool:
    """Whether more than half of the letters are not Latin ones."""
    letters = [each for each in text if each.isalpha()]
    other = sum(not each.isascii() and not unicodedata.name(each, "").startswith("LATIN") for each in letters)
    return len(letters) >= ENOUGH_LETTERS and 2 * other > len(letters)
