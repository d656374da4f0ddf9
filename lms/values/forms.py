"""Reading and filling the forms of values: every fault a sentence, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from assessments.values_cards import PILES, Card, Cards, Pile
from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.values import rules
from lms.values.rules import Line

OWN = "own-"


def read_version(form: Mapping[str, str]) -> tuple[list[Line], date]:
    """The lines of a version and the day of its review. Raises Invalid."""
    reader = Reader(form)
    lines = []
    for number in range(1, rules.MOST_LINES + 1):
        slip = reader.line(f"slip-{number}", None, rules.LONGEST_LINE)
        promise = reader.line(f"promise-{number}", rules.NO_PROMISE if slip else None, rules.LONGEST_LINE)
        if promise:
            lines.append(Line(promise, slip))
    if not lines:
        reader.wrong("promise-1", rules.NO_LINES)
    for number, each in enumerate(lines, start=1):
        if each.promise in {other.promise for other in lines[: number - 1]}:
            reader.wrong(f"promise-{number}", f"“{each.promise}” is there already.")
    review_on = reader.day("review_on", rules.REVIEW)
    reader.check()
    return lines, cast("date", review_on)


def filled(lines: Sequence[Line], review_on: date) -> dict[str, str]:
    """The form as it stands before anybody types."""
    said = {f"promise-{number}": each.promise for number, each in enumerate(lines, start=1)}
    slips = {f"slip-{number}": each.slip for number, each in enumerate(lines, start=1)}
    return said | slips | {"review_on": full_day(review_on)}


def rows(form: Mapping[str, str]) -> range:
    """Which lines a form shows: those that are filled and two more, five at least."""
    written = [n for n in range(1, rules.MOST_LINES + 1) if form.get(f"promise-{n}") or form.get(f"slip-{n}")]
    return range(1, min(max(rules.ROWS, max(written, default=0) + 2), rules.MOST_LINES) + 1)


def read_answer(form: Mapping[str, str]) -> tuple[bool, str]:
    """Yes, or no with a reason. Raises Invalid."""
    reader = Reader(form)
    agrees = reader.choice("agrees", ("yes", "no"), "Say yes or no.") == "yes"
    reason = reader.text("reason", None if agrees or reader.errors else rules.NO_REASON, rules.LONGEST_REASON)
    reader.check()
    return agrees, reason


def read_sort(form: Mapping[str, str], pack: Cards) -> tuple[dict[str, Pile], dict[str, str]]:
    """Where each card lies, and the cards of one's own. Raises Invalid."""
    reader = Reader(form)
    own = {}
    for number in range(1, pack.own + 1):
        text = reader.line(f"text-{OWN}{number}", None, rules.LONGEST_CARD)
        if text:
            own[f"{OWN}{number}"] = text
            if text in {each.text for each in pack.cards}:
                reader.wrong(f"text-{OWN}{number}", "There is a card that says this already.")
    cards = [*pack.cards, *(Card(id=key, text=text) for key, text in own.items())]
    placed = {each.id: reader.choice(each.id, PILES, f"Put “{each.text}” on one of the three piles.") for each in cards}
    reader.check()
    return cast("dict[str, Pile]", placed), own


def placed_so_far(form: Mapping[str, str], placed: Mapping[str, Pile]) -> dict[str, Pile]:
    """Where the cards lie on a page that comes back: as chosen, or else as kept."""
    return {key: next((each for each in PILES if each == form.get(key)), kept) for key, kept in placed.items()}
