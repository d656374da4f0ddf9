"""The units of an organisation as its page lists them: found, filtered, sorted and paged. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.wording import day, listed
from lms.core.forms import page_of
from lms.coverage.rules import Cover, UnitCover
from lms.coverage.service import Report

PER_PAGE = 50
MOST_NAMED = 3
SHOW = {
    "all": "All units",
    "none": "No cover",
    "single": "One person only",
    "risk": "At risk",
    "partly": "Some chairs empty",
    "covered": "Fully covered",
}
SORT = {"need": "Who needs it most", "name": "Name", "empty": "Empty chairs", "ending": "Next ending"}
_KEYS: Mapping[str, Callable[[UnitCover], Any]] = {
    "need": lambda unit: (min(unit.certified, 2), unit.uncovered_from if unit.certified == 1 else None),
    "name": lambda unit: unit.name.casefold(),
    "empty": lambda unit: -unit.empty,
    "ending": lambda unit: (unit.next_ending is None, unit.next_ending),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the units that somebody asked for."""

    units: tuple[UnitCover, ...]  # of this page
    found: int
    counts: Mapping[str, int]  # of each choice of what to show
    certified: int
    needed: int
    training: int
    q: str
    show: str
    sort: str
    page: int
    pages: int

    @property
    def asked(self) -> dict[str, str]:
        """What an address says to come here again."""
        said = {
            "q": self.q,
            "show": self.show if self.show != "all" else "",
            "sort": self.sort if self.sort != "need" else "",
        }
        return {key: value for key, value in said.items() if value}


def chosen(cover: Cover, asked: Mapping[str, str]) -> Listed:
    """What an address asks for. Whatever it says that we do not know is read as nothing said."""
    q = asked.get("q", "")[:90].strip()
    show = asked.get("show", "all") if asked.get("show") in SHOW else "all"
    sort = asked.get("sort", "need") if asked.get("sort") in SORT else "need"
    named = [unit for unit in cover.units if q.casefold() in unit.name.casefold()]
    units = sorted((unit for unit in named if _fits(unit, show, cover)), key=_KEYS[sort])  # by name where that is equal
    pages = max(1, -(-len(units) // PER_PAGE))
    page = min(page_of(asked), pages)
    return Listed(
        units=tuple(units[(page - 1) * PER_PAGE : page * PER_PAGE]),
        found=len(units),
        counts={each: sum(1 for unit in named if _fits(unit, each, cover)) for each in SHOW},
        certified=sum(unit.certified for unit in units),
        needed=sum(unit.needed for unit in units),
        training=sum(unit.training for unit in units),
        q=q,
        show=show,
        sort=sort,
        page=page,
        pages=pages,
    )


def _fits(unit: UnitCover, show: str, cover: Cover) -> bool:
    state = unit.state(cover.on)
    return {
        "all": True,
        "none": state == "No cover",
        "single": unit.certified == 1,
        "risk": state == "At risk",
        "partly": 0 < unit.certified < unit.needed,
        "covered": unit.certified >= unit.needed,
    }[show]


def headline(found: Report, *, past: bool = False) -> str:
    """The answer in one sentence."""
    cover = found.cover
    have = "had" if past else "has" if cover.covered == 1 else "have"
    whom = "an active" if found.meaning.rounds else "a"
    return f"{cover.covered} of {len(cover.units)} units {have} {whom} certified facilitator"


def first_words(found: Report, *, past: bool = False) -> list[str]:
    """What is said first about units without cover and units that soon will be."""
    cover, said = found.cover, []
    without, risky = cover.in_state("No cover"), cover.in_state("At risk")
    if without:
        said.append(f"{named(without)} {'had' if past else 'has' if len(without) == 1 else 'have'} none.")
    if risky:
        last = max(unit.uncovered_from for unit in risky if unit.uncovered_from)
        said.append(f"{named(risky)} {_losing(past=past, one=len(risky) == 1)} by {day(last, found.on)}.")
    if not said:
        said.append(f"None of them {'was to lose' if past else 'loses'} its last one within 90 days.")
    if found.left and not past:
        one = len(found.left) == 1
        still = "certificate is still valid and covers" if one else "certificates are still valid and cover"
        said.append(f"{_few(found.left)} left: the {still} no unit.")
    return said


def _losing(*, past: bool, one: bool) -> str:
    if past:
        return "was to lose its last one" if one else "were each to lose their last one"
    return "loses its last one" if one else "each lose their last one"


def named(units: Sequence[UnitCover]) -> str:
    """The units' names where they are few, else how many they are with the first."""
    return _few([unit.name for unit in units])


def _few(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED + 1:
        return listed(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
