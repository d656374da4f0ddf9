"""The ladder: its rungs in their order, and what somebody has to have reached before they are let onto one.

The order and which rung may be entered early are those of certification.md §5: of its levels only “lead” names one that
comes before it (`prior`). What else comes first is a gate of the standard itself, and holds whoever was let in early.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assessments.asks import PriorAward
from assessments.standards import Standard, get_standard
from assessments.wording import listed

ALONE = 4  # the level from which an award entrusts somebody to lead with no trainer there
USUAL = "certified"  # what whoever is invited is trained towards, unless somebody chooses another


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: what somebody may do after it, in a line, its learning hours, and whether it may be entered
    early. The hours are those of certification.md §5 and syllabus.md §1."""

    id: str
    about: str
    hours: int
    early: bool = True


RUNGS = (
    Rung("member", "Sits in a circle, asks, and brings a problem of their own.", 9),
    Rung("associate", "Leads with a certified facilitator in the room.", 36),
    Rung("certified", "Leads alone.", 60),
    Rung("lead", "Trains and assesses others.", 60, early=False),
)
_ORDER = {rung.id: place for place, rung in enumerate(RUNGS)}


def rung_of(standard_id: str) -> Rung:
    """The rung of a standard. Raises KeyError for one that stands on no ladder."""
    return RUNGS[_ORDER[standard_id]]


def place_of(standard_id: str) -> int:
    """How far up a standard stands, the first rung being 0. What stands on no ladder stands above it."""
    return _ORDER.get(standard_id, len(RUNGS))


def leads_alone() -> tuple[str, ...]:
    """The rungs whose award entrusts somebody to lead alone: those that cover a unit."""
    return tuple(rung.id for rung in RUNGS if get_standard(rung.id).award.level >= ALONE)


def comes_after(standard_id: str, others: Iterable[str]) -> bool:
    """Whether this is a step further than all others."""
    return all(_ORDER[standard_id] > _ORDER[each] for each in others if each in _ORDER)


def asked_before(standard: Standard) -> tuple[str, ...]:
    """The standards that have to be reached before this one."""
    return tuple(clause.standard for clause in standard.clauses if isinstance(clause, PriorAward))


def lacking(standard_id: str, reached: Collection[str]) -> tuple[str, ...]:
    """What comes before the newest version of a standard and is not among what somebody has reached."""
    return tuple(each for each in asked_before(get_standard(standard_id)) if each not in reached)


def what_lacks(standard_id: str, reached: Collection[str], who: str) -> str:
    """Why somebody is not let onto this rung, in words; nothing where they are. `who` is the person’s first name."""
    missing = lacking(standard_id, reached)
    if not missing:
        return ""
    title, before = get_standard(standard_id).title, listed([f"“{get_standard(each).title}”" for each in missing])
    if rung_of(standard_id).early:
        return (
            f"“{title}” comes after {before}, which {who} has not reached with this provider. Choose that first, or "
            "write down why they begin early."
        )
    return f"“{title}” comes after {before}, which {who} has not reached with this provider. Nobody begins it early."
