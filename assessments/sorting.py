"""Questions sorted beside the key: what agrees facet by facet, and how far a whole sorting agrees.

The first answer to each question says how far somebody agreed before they read why; the latest, where they are now.
Nothing here is a mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.drills import FACETS, Sort, SortItem
from assessments.reliability import cohen_kappa

ENOUGH = 0.60  # syllabus M04-L1: κ with the key of at least 0.60

# What an answer is called on the page. The order is the order in which they are offered.
FORMS: Mapping[str, str] = {
    "F-WH": "Wide: what, how, why",
    "F-INV": "An invitation: tell us, say more",
    "F-ANY": "“Is there anything …”",
    "F-FACT": "A small fact: when, where, who, how many",
    "F-YN": "Yes or no: the words turned round",
    "F-ALT": "A choice: this or that",
    "F-TAG": "A statement with a tag: isn’t it, right",
    "F-DECL": "A statement with a question mark",
}
FUNCTIONS: Mapping[str, str] = {
    "clarify": "Clarifies words or facts",
    "probe": "Goes further on the same thread",
    "feeling": "Asks what it is like",
    "self": "Turns them to their own part",
    "viewpoint": "Tries another chair",
    "assumption": "Looks for what is taken as given",
    "consequence": "Asks what follows",
    "process": "Asks about the asking",
    "none": "Hands over an answer",
}
FAULTS: Mapping[str, str] = {
    "none": "Nothing",
    "X-ADV": "It carries advice",
    "X-LEAD": "It leads",
    "X-RHET": "It judges",
    "X-MULT": "It asks several things",
    "X-WHY": "Its why presses",
}
OPTIONS: Mapping[str, Mapping[str, str]] = {"form": FORMS, "function": FUNCTIONS, "fault": FAULTS}
ASKS: Mapping[str, str] = {
    "form": "How is it built?",
    "function": "What is it for?",
    "fault": "What goes wrong in it?",
}
MISSING: Mapping[str, str] = {
    "form": "Choose how it is built.",
    "function": "Choose what it is for.",
    "fault": "Choose what goes wrong in it, or nothing.",
}

Answer = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FacetSeen:
    """One facet of one answer: what was chosen, whether the key holds it, what else the key holds, and why."""

    facet: str
    asks: str
    chosen: str
    agrees: bool
    also: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """How far the questions sorted so far agree with the key. Kappa is on form, once all are sorted."""

    done: int
    asked: int
    first: Mapping[str, int]
    latest: Mapping[str, int]
    kappa: float | None

    @property
    def complete(self) -> bool:
        return self.done == self.asked


def look(item: SortItem, answer: Answer) -> tuple[FacetSeen, ...]:
    """What is to be said about one answer, facet by facet."""
    return tuple(_facet(item, facet, answer[facet]) for facet in FACETS)


def _facet(item: SortItem, facet: str, chosen: str) -> FacetSeen:
    names, key = OPTIONS[facet], item.keys[facet]
    also = tuple(names[each] for each in key if each != chosen)
    return FacetSeen(facet, ASKS[facet], names[chosen], chosen in key, also, item.reasons[facet])


def agreement(sheet: Sort, tries: Sequence[tuple[str, Answer]]) -> Sorted:
    """How far `tries` (item id and answer, oldest first) agree with the key."""
    items = {each.id: each for each in sheet.items}
    latest = {item_id: answer for item_id, answer in tries if item_id in items}
    first = {item_id: answer for item_id, answer in reversed(tries) if item_id in items}
    return Sorted(
        done=len(first),
        asked=len(items),
        first=_alike(items, first),
        latest=_alike(items, latest),
        kappa=_kappa(items, first) if len(first) == len(items) else None,
    )


def _alike(items: Mapping[str, SortItem], answers: Mapping[str, Answer]) -> dict[str, int]:
    return {
        facet: sum(answer[facet] in items[item_id].keys[facet] for item_id, answer in answers.items())
        for facet in FACETS
    }


def _kappa(items: Mapping[str, SortItem], answers: Mapping[str, Answer]) -> float:
    """Cohen’s kappa on form. Where the key’s second answer was given it is taken as the key (decision 38)."""
    pairs = [(answers[each]["form"], items[each].keys["form"]) for each in items]
    return cohen_kappa([chosen for chosen, _ in pairs], [chosen if chosen in key else key[0] for chosen, key in pairs])
