"""The reference round as data: its phases and their minutes, and what a facilitator steps in for."""

from __future__ import annotations

from dataclasses import dataclass

LENGTHS = (75, 60)


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the round: how long it takes in a round of each length, and what happens in it."""

    id: str
    name: str
    minutes: tuple[int, int]  # of a round of 75 and of 60
    happens: str

    def planned(self, length: int) -> int:
        """Its minutes in a round of this length."""
        return self.minutes[LENGTHS.index(length)]


PHASES = (
    Phase("arrive", "Arrive and agree", (5, 4), "Check in. Recall the rules and what stays in this room."),
    Phase("followup", "Follow-up", (5, 4), "Earlier holders tell what they did and what they learned."),
    Phase("choose", "Choose the holder", (4, 3), "Each bids in one line. The circle chooses."),
    Phase("tell", "Telling", (8, 7), "The holder tells. Nobody interrupts and nobody asks."),
    Phase("ask_understand", "Open questions, to understand", (20, 16), "One question at a time, following the answer."),
    Phase("write", "Silence and write", (3, 2), "Everybody writes the problem in their own words."),
    Phase("read", "Read round", (6, 5), "Each reads aloud. No debate. Copy the statements as they were read."),
    Phase("agree", "Agreement test", (6, 5), "Each says from 1 to 5: this is it. The holder decides."),
    Phase("ask_possible", "Open questions, to widen", (10, 8), "More than one way, and none of them ranked."),
    Phase("own", "The holder’s words", (4, 3), "What came clear, and the next step. To wait is one too."),
    Phase("review", "Learning and review", (4, 3), "What each learned from somebody else’s problem."),
)


@dataclass(frozen=True, slots=True)
class Intervention:
    """A reason to step in, and the light way to do it."""

    code: str
    trigger: str
    light: str


INTERVENTIONS = (
    Intervention("ADV", "Advice with a question mark", "“Which question sits under that?”"),
    Intervention("LEAD", "Leading, or a judgement", "“Whose view is in that question?”"),
    Intervention("MULT", "Several questions at once", "“Which one first?”"),
    Intervention("DOM", "One person asks them all", "Invite another to ask."),
    Intervention("RUSH", "Silence broken too soon", "A sign with the hand."),
    Intervention("SOLV", "Solutions before the problem is agreed", "Park it on the “later” sheet."),
    Intervention("FALSE", "Agreement in name only", "“What is different in your words?”"),
    Intervention("CARE", "Distress", "Slow down. Ask what the holder wants now."),
    Intervention("POWER", "Somebody’s rank in the room", "Members write first, the boss reads last."),
)
