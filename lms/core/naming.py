"""What a person's name may hold: letters of any script as they are written, and nothing that hides or turns them."""

from __future__ import annotations

import unicodedata

# Signs that turn the order of what follows: a name could be made to read as another one.
TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MOST_MARKS = 6  # on one letter; no language writes more than four
_NO_LETTERS = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp", "So"})

TURNS = "There is an invisible sign in it that turns the order of letters. Type the name anew, without copying it."
NOT_WRITTEN = "There is something in it that cannot be printed. Write it in letters."
TOO_MANY_MARKS = "There are more marks on one letter than any language writes. Write it as it is usually written."


def fault(name: str) -> str | None:
    """Why `name` cannot stand on a certificate, in a sentence; None if it can."""
    marks = 0
    for character in unicodedata.normalize("NFC", name):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if character in TURNERS:
            return TURNS
        if kind in _NO_LETTERS:
            return NOT_WRITTEN
        if marks > MOST_MARKS:
            return TOO_MANY_MARKS
    return None
