"""Names that may be one person’s: the same, turned round, or one letter apart. Pure, and never a comparison of all
with all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from lms.people.rules import fold

SAME_NAME = "They have the same name."
SAME_ADDRESS = "Their addresses are the same but for dots and signs."
ONE_LETTER = "Their names are one letter apart."
SHORTEST = 6  # in shorter names one letter is often the whole difference


def plain(name: str) -> str:
    """A name without case, accents and the order of its words."""
    bare = "".join(each for each in unicodedata.normalize("NFD", fold(name)) if not unicodedata.combining(each))
    return " ".join(sorted(bare.replace("-", " ").split()))


def plain_address(email: str) -> str:
    """An address by the letters and figures before its @, and what stands after it."""
    local, _, domain = fold(email).partition("@")
    return "".join(each for each in local.partition("+")[0] if each.isalnum()) + "@" + domain


def pairs(people: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Which of these, each a name and an address, may be one: their places, and why."""
    told: set[tuple[int, int]] = set()
    for why, keyed in (
        (SAME_NAME, [[plain(name)] for name, _ in people]),
        (SAME_ADDRESS, [[plain_address(email)] for _, email in people]),
        (ONE_LETTER, [_without_one(plain(name)) for name, _ in people]),
    ):
        met: dict[str, int] = {}
        for place, keys in enumerate(keyed):
            for other in sorted({met[key] for key in keys if key in met}):
                fits = why != ONE_LETTER or _one_apart(plain(people[other][0]), plain(people[place][0]))
                if fits and (other, place) not in told:
                    told.add((other, place))
                    yield other, place, why
            for key in keys:
                met.setdefault(key, place)


def _without_one(name: str) -> list[str]:
    """The name, and the name without each of its letters: two that are one letter apart share one of these."""
    if len(name) < SHORTEST:
        return []
    return [name, *(name[:at] + name[at + 1 :] for at in range(len(name)))]


def _one_apart(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    same = next((at for at, letter in enumerate(one) if letter != other[at]), len(one))
    rest, longer = one[same:], other[same + 1 :]
    return longer == (rest[1:] if len(one) == len(other) else rest)
