"""Reading what a holder says came of it."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.forms import Reader
from lms.outcomes import rules
from lms.outcomes.rules import Said

MISSING = {
    "state": "Say how it is now.",
    "acted": "Say who acted on it.",
    "right": "Say whether the agreed problem was the right one.",
    "importance": "Say how important it was to you.",
    "depth": "Choose what kind of learning it is, or leave it.",
    "story": "Say whether we may use this story.",
}


def read_said(form: Mapping[str, str], *, asks_importance: bool) -> Said:
    """What somebody answered. Words may be left out. Raises Invalid."""
    reader = Reader(form)
    state = reader.choice("state", rules.STATES, MISSING["state"])
    acted = reader.choice("acted", rules.ACTED, MISSING["acted"])
    right = reader.choice("right", rules.RIGHT, MISSING["right"])
    importance = reader.choice("importance", rules.IMPORTANCE, MISSING["importance"]) if asks_importance else ""
    depth = reader.choice("depth", ("", *rules.DEPTHS), MISSING["depth"])
    surprised = reader.text("surprised", longest=rules.LONGEST_SURPRISE)
    learning = reader.line("learning", longest=rules.LONGEST_LEARNING)
    story = reader.choice("story", rules.STORIES, MISSING["story"])
    reader.check()
    kind = int(depth) if depth and learning else None
    return Said(state, acted, surprised, int(right), int(importance) if importance else None, learning, kind, story)


def filled(said: Said | None) -> dict[str, str]:
    """The form as an answer fills it; a story is told only by whoever says so."""
    if said is None:
        return {"story": "no"}
    return {
        "state": said.state,
        "acted": said.acted,
        "surprised": said.surprised,
        "right": str(said.right),
        "importance": str(said.importance or ""),
        "learning": said.learning,
        "depth": str(said.depth or ""),
        "story": said.story,
    }
