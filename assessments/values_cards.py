"""The cards of the values sort, written as text: sentences about a circle, of which a few must be true in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from assessments.asks import Positive, Slug, Words, wrong
from assessments.standards import CONTENT, Shelf, Versioned, load_shelf
from courses.source import Frozen, Store

Pile = Literal["must", "good", "not"]
PILES: tuple[Pile, ...] = get_args(Pile)


class Card(Frozen):
    """One sentence. Its id stays with it through the versions, so that a sort can be read later."""

    id: Slug
    text: Words


class Cards(Versioned):
    """A pack of cards: at most `most` of them may be must-haves, and `own` may be written by whoever sorts."""

    since: date
    most: Positive
    own: Positive
    cards: Annotated[tuple[Card, ...], Field(min_length=6, max_length=40)]

    @field_validator("cards")
    @classmethod
    def _differ(cls, cards: tuple[Card, ...]) -> tuple[Card, ...]:
        differ(cards, "id", "text")
        return cards


def differ(rows: Sequence[Frozen], *names: str) -> None:
    """Raises a mistake of the content where two rows say the same under one of these names."""
    for name in names:
        said = [getattr(each, name) for each in rows]
        for each in said:
            if said.count(each) > 1:
                raise wrong(f"“{each}” is there twice")


def too_many(placed: Mapping[str, Pile], most: int) -> int:
    """How many must-haves have to leave that pile before the sort can be brought to a circle."""
    return max(0, sum(pile == "must" for pile in placed.values()) - most)


def load_cards(root: Path) -> Shelf[Cards]:
    """Every version of every pack below `root`. Raises ContentError with all problems."""
    return load_shelf(root, Cards)


_cards = Store(CONTENT / "values", load_cards)


def current_cards() -> Cards:
    """The newest pack."""
    return max(_cards.current().values(), key=lambda each: each.version)
