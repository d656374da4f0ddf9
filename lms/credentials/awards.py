"""What a standard awards, as credentials say it. Pure."""

from __future__ import annotations

from assessments.levels import LEVELS, level
from assessments.standards import Standard, UnknownStandard, get_standard
from lms.credentials.build import Award


def award_of(standard: Standard) -> Award:
    """One version of a standard as an award. A published version never changes, and so neither does this."""
    entrusted = level(standard.award.level)
    about = entrusted.sentence[0].lower() + entrusted.sentence[1:]
    return Award(
        id=f"{standard.id}-{standard.version}",
        version=str(standard.version),
        title=standard.award.title,
        claim=standard.award.claim,
        level=f"Level {entrusted.number} of {len(LEVELS)}, {entrusted.name}: {about}.",
        criteria=tuple(clause.title for clause in standard.clauses),
    )


def find_award(name: str) -> Award | None:
    """The award with this name in addresses, such as “certified-3”."""
    standard_id, _, version = name.rpartition("-")
    if not (version.isascii() and version.isdecimal() and len(version) < 6 and str(int(version)) == version):
        return None
    try:
        return award_of(get_standard(standard_id, int(version)))
    except UnknownStandard:
        return None
