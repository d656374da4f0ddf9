"""What somebody has begun to write and not sent: an old page never overwrites a newer one, and both can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.core.errors import Conflict

ELSEWHERE = "You wrote on in another tab or on another device. What is kept there is below, what you typed here above."


class OldPage(Conflict):
    """The draft moved on elsewhere. What it says comes along."""

    def __init__(self, version: int, kept: Mapping[str, Any]) -> None:
        super().__init__(ELSEWHERE)
        self.version = version
        self.kept = dict(kept)
