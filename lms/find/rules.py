"""What somebody typed into the search field, as a question that any text can be asked with. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200  # characters
MOST_WORDS = 12
SHORTEST_BEGINNING = 3  # letters of a last word that may still be growing
EMPTY = "Type a word or two, such as “silence”."
TOO_LONG = f"That is longer than {LONGEST} characters. A few words find more."
NO_WORDS = "There is no word in that to look for. Type one, such as “silence”."
ONLY_SMALL = "Those words stand on every page. Add one that says what you are looking for."
ONLY_NOT = "That only says what to leave out. Add a word to look for."
PART = re.compile(r'(?P<no>-?)(?:["“”](?P<said>[^"“”]*)["“”]?|(?P<word>[^\s"“”]+))')
PRESSED = re.compile("[\ufb00-\ufb06]")  # letters that a printer pressed into one, as they come out of a PDF
SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by do for from had has have he her his how i if in into is it its me my no not of "
        "on or our she so that the their them then there they this to was we were what when where which who why will "
        "with you your",
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Words and phrases to look for and to leave out, or the sentence that says why there are none."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    growing: bool = False  # the last word may be the beginning of one
    problem: str = ""
    cut: bool = False  # there were more words than are looked for

    def everything(self) -> str:
        """All words, as FTS5 understands it: each stands between quotes, where no letter has a meaning of its own."""
        return self._joined(" AND ")

    def anything(self) -> str:
        """Any of the words."""
        return self._joined(" OR ")

    def _joined(self, how: str) -> str:
        last = "*" if self.growing else ""
        wanted = how.join([*map(_quoted, self.words[:-1]), _quoted(self.words[-1]) + last])
        left_out = "".join(f" NOT {_quoted(each)}" for each in self.without)
        return f"({wanted}){left_out}"


def read(text: str) -> Asked:
    """What `text` asks for. Every text is fine; one that asks for nothing says so in a sentence."""
    if len(text.strip()) > LONGEST:
        return Asked(problem=TOO_LONG)
    wanted: list[str] = []
    without: list[str] = []
    growing = False
    small = False
    for part in PART.finditer(spelt(text)):
        said, word = part["said"], _plain(part["said"] or part["word"] or "")
        if not word:
            continue
        if said is None and not part["no"] and word.lower() in SMALL:
            small = True
            continue
        (without if part["no"] else wanted).append(word)
        growing = said is None and not part["no"] and len(word) >= SHORTEST_BEGINNING
    if wanted:
        cut = max(len(wanted), len(without)) > MOST_WORDS
        return Asked(
            tuple(wanted[:MOST_WORDS]),
            tuple(without[:MOST_WORDS]),
            growing and len(wanted) <= MOST_WORDS,
            cut=cut,
        )
    return Asked(problem=_nothing(text, small, bool(without)))


def _nothing(text: str, small: bool, without: bool) -> str:
    if not text.strip():
        return EMPTY
    if small:
        return ONLY_SMALL
    return ONLY_NOT if without else NO_WORDS


def spelt(text: str) -> str:
    """Texts and questions in one spelling: a letter and the accent typed after it are one, and “ﬁ” is two letters.

    Accents that make no letter of their own with it stay beside it; the index leaves out those and all others.
    """
    return PRESSED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), unicodedata.normalize("NFC", text))


def _plain(text: str) -> str:
    """Letters with their accents, figures and spaces; what is between them parts words."""
    kept = (letter if letter.isalnum() or unicodedata.combining(letter) else " " for letter in text)
    return " ".join(word for word in "".join(kept).split() if any(map(str.isalnum, word)))


def _quoted(word: str) -> str:
    return f'"{word}"'
