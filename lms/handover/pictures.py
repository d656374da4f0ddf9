"""What the pages draw: where the stool stood, and how the questions changed from session to session."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from assessments.assurance import TIERS, in_words
from assessments.wording import first_name, listed
from lms.core.charts import Session
from lms.core.phrases import day
from lms.handover.rows import Standing
from lms.practice.rules import LED

FEWEST = 2  # one session is no trend


@dataclass(frozen=True, slots=True)
class Mix:
    """The questions of one signed session."""

    session_id: uuid.UUID
    held_on: date
    column: Session


def mixes(standing: Standing) -> list[Mix]:
    """Signed sessions with counted questions, numbered as all of the person’s sessions are; none for a single one."""
    drawn = [
        Mix(each.id, each.held_on, (str(number), each.open, each.closed, each.leading, each.advice, None))
        for number, each in enumerate(standing.facts.sessions, start=1)
        if each.state == "signed" and each.asked
    ]
    return drawn if len(drawn) >= FEWEST else []


def how_signed(standing: Standing) -> list[str]:
    """How sure it is who signed each of them: a sentence for every way there was."""
    rungs = sorted((rung for _, rungs in standing.readiness.ladder for rung in rungs), key=lambda each: each.on)
    said = []
    for tier in TIERS:
        signed = [rung for rung in rungs if rung.tier == tier]
        if signed:
            kept = "" if any(rung.counted for rung in signed) else " Kept, and not counted."
            how = in_words(tier, first_name(standing.learner.name))
            said.append(f"Signed {how}: {listed([f'{each.initials} {day(each.on)}' for each in signed])}.{kept}")
    return said


def how_agreed(standing: Standing) -> list[str]:
    """How far each signer agreed with others when they signed: a sentence for every figure there was."""
    days: dict[tuple[str, str], list[str]] = {}
    for each in standing.facts.sessions:
        if each.state == "signed":
            days.setdefault((each.signer_name, each.agreement.in_words()), []).append(day(each.held_on))
    return [f"{signer}, who signed {listed(held)}: {words}." for (signer, words), held in days.items()]


def ladder(standing: Standing) -> list[tuple[int, list[tuple[str, str, str, str]]]]:
    """Every level with its signatures; a session that waits is a gap at the level reached last."""
    rows = {
        number: [(rung.initials, rung.name, day(rung.on), "now" if rung.counted else "") for rung in rungs]
        for number, rungs in standing.readiness.ladder
    }
    signed = [each.level for each in standing.facts.sessions if each.level is not None]
    waiting = [each for each in standing.facts.sessions if each.state == "waiting" and each.role in LED]
    for session in waiting:
        rows[signed[-1] if signed else 2].append(("", "", f"{day(session.held_on)}, waiting", "gap"))
    return sorted(rows.items())
