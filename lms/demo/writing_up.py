"""A write-up of the story, as the form would bring it."""

from __future__ import annotations

from typing import Any

from lms.demo import events as story
from lms.groups.models import PeerGroup
from lms.practice.rules import TALLIES, Log


def log_of(event: story.Send, circle: PeerGroup) -> Log:
    """What somebody writes up about a meeting."""
    said = event.account
    tally: dict[str, Any] = dict(zip(TALLIES, said.tally, strict=True))
    more: dict[str, Any] = {"minutes": said.minutes, "phases": said.phases, "own_ratings": said.own, "keep": said.keep}
    return Log(
        held_on=event.held_on, group_id=circle.id, role=event.role, differently=said.differently, **more, **tally
    )
