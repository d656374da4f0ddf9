"""The nine outcomes, in the order in which a client is asked about them, and what a client may say of each. Pure.

The keys are the outcomes' numbers in the founding list; they are kept in surveys and statements and never change.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_CHOSEN = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: its number in the founding list, and what a client reads."""

    key: str
    sentence: str
    about: str


OUTCOMES = (
    Outcome(
        "1", "Important problems are solved, and something is learned", "Problems that mattered, in the same hours."
    ),
    Outcome("2", "Solved by the people who must act", "The next steps were theirs, and they took them."),
    Outcome("3", "A more open organisation", "People say what does not work, and something changes."),
    Outcome("5", "Support that continues", "Between meetings, and after the facilitator has left."),
    Outcome("9", "Trust and sharing", "People bring what is hard to people they hardly knew."),
    Outcome("4", "Learning at a deeper level", "Not only what to do, but one’s own part in it."),
    Outcome("6", "A questioning technique is learned", "Open questions, also outside the circle."),
    Outcome("7", "People understand each other", "Across units, and what the others are up against."),
    Outcome("8", "Responsibility for one’s own learning", "Nobody waits to be taught."),
)
FIRST = 5  # stand open on a page; the others are a press away
KEYS = tuple(each.key for each in OUTCOMES)
SENTENCES = {each.key: each.sentence for each in OUTCOMES}
CAME = {"0": "Not at all", "1": "A little", "2": "Clearly", "3": "More than we hoped", "x": "I cannot say"}
