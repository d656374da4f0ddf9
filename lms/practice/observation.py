"""What a signer says beside ratings and level: how much they had to do, what they saw, what to keep, what to try.

Pure. It is kept and sealed exactly as `kept()` makes it. The signer's own notes are no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What the signer did, looking back. It describes; the level, which looks ahead, decides. Neither is ever averaged.
HELPED = (
    "I had to run it",
    "I stepped in several times",
    "I prompted now and then",
    "I was needed only just in case",
    "I could have been away",
)
# What ties a signer to whose practice they sign, as others read it after the signer's name.
MANAGER = "manager"
TIES = {
    "circle": "belongs to the same circle",
    "employer": "has the same employer",
    MANAGER: "is the line manager",
}
MOST_BEHAVIOURS = 3


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed. Nothing in it has to be there, so that a form older than it can still be signed."""

    helped: int | None = None  # 1 to 5, a place in HELPED
    behaviours: tuple[str, ...] = ()
    keep: str = ""
    try_next: str = ""
    safety: str = ""  # a concern, in one line; empty where there is none
    ties: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Observation:
        """What stands in a signature; an older one has none."""
        said = kept or {}
        return cls(
            helped=said.get("helped"),
            behaviours=tuple(said.get("behaviours", ())),
            keep=said.get("keep", ""),
            try_next=said.get("try_next", ""),
            safety=said.get("safety", ""),
            ties=tuple(said.get("ties", ())),
        )

    def kept(self) -> dict[str, Any] | None:
        """As plain JSON values; None where nothing is said."""
        if self == Observation():
            return None
        return {
            "helped": self.helped,
            "behaviours": list(self.behaviours),
            "keep": self.keep,
            "try_next": self.try_next,
            "safety": self.safety,
            "ties": list(self.ties),
        }

    def is_whole(self) -> bool:
        """Whether it is one that can be signed."""
        return (
            (self.helped is None or 1 <= self.helped <= len(HELPED))
            and len(self.behaviours) <= MOST_BEHAVIOURS
            and set(self.ties) <= set(TIES)
        )

    def effort(self) -> str:
        """The signer's own words about how much they had to do."""
        return f"“{HELPED[self.helped - 1]}”" if self.helped else ""

    def tied(self) -> str:
        """What ties the signer, to follow their name."""
        return " and ".join(words for tie, words in TIES.items() if tie in self.ties)

    def facts(self, signer: str) -> list[tuple[str, str]]:
        """All of it as terms and values, for a history or an archive."""
        return [
            *([(f"How much {signer} had to do", self.effort())] if self.helped else []),
            *((f"{signer} saw", each) for each in self.behaviours),
            *([("One thing to keep", self.keep)] if self.keep else []),
            *([("One thing to try", self.try_next)] if self.try_next else []),
            *([("A concern about safety", self.safety)] if self.safety else []),
            *([("Independence", f"{signer} {self.tied()}")] if self.ties else []),
        ]


NOTHING = Observation()
