"""Pure rules of a circle's values agreement: what a line may be, who has agreed, what a change changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

ELSEWHERE = "You wrote on in another tab or on another device. What is kept there is below, what you typed here above."
LONGEST_LINE = 160
LONGEST_REASON = 500
LONGEST_CARD = 100
MOST_LINES = 12
ROWS = 5  # a form begins with so many
FEWEST_SEATS = 3  # below, one person's yes would be everybody's
FURTHEST_REVIEW = timedelta(days=366)

ALREADY = "This is what it says already. Change a line, or the day on which you look at it again."
NO_LINES = "Write at least one line, in words the circle would use."
NO_PROMISE = "Write what you promise on this line, or empty it."
NO_REASON = "Write why not, so that the others can change it."
REVIEW = "Choose a day on which the circle looks at it again: after today, and within a year."
TOO_FEW = f"A circle agrees on how it sits together when at least {FEWEST_SEATS} people sit in it."
ONLY_SEATS = "Only those who sit in the circle write and answer this."
NOT_ALOUD = "Whoever has an account answers with it."


@dataclass(frozen=True, slots=True)
class Line:
    """What the circle promises itself, and what happens when it slips."""

    promise: str
    slip: str = ""


def is_agreed(seats: Collection[str], answers: Mapping[str, bool]) -> bool:
    """Whether everybody who sits there now has said yes. Chairs that are empty by now count no more."""
    return len(seats) >= FEWEST_SEATS and all(answers.get(seat, False) for seat in seats)


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[str]:
    """What is new, changed or gone, a sentence for each."""
    old = {each.promise: each.slip for each in before}
    new = {each.promise: each.slip for each in after}
    found = [f"New: “{promise}”" for promise in new if promise not in old]
    found += [
        f"Changed, when it slips: “{promise}” {f'now “{slip}”' if slip else 'now nothing'}"
        for promise, slip in new.items()
        if promise in old and old[promise] != slip
    ]
    found += [f"Gone: “{promise}”" for promise in old if promise not in new]
    if not found and [*old] != [*new]:
        found.append("The same lines in another order")
    return found
