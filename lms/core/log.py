"""Log lines that machines can read: one JSON object a line, on standard error.

Facts are ids, names of kinds and places in the program, never what somebody wrote and no address that opens anything.
"""

from __future__ import annotations

import json
import logging

from lms.core import clock

_log = logging.getLogger("askwell")


def warning(event: str, **facts: object) -> None:
    """Something to know of, which the program has met by itself."""
    _log.warning("%s", _Line("warning", event, facts))


def error(event: str, **facts: object) -> None:
    """Something somebody has to look at."""
    _log.error("%s", _Line("error", event, facts))


class _Line:
    """A line that is put together only if it is written."""

    def __init__(self, level: str, event: str, facts: dict[str, object]) -> None:
        self.values = {"at": clock.now().isoformat(timespec="milliseconds"), "level": level, "event": event, **facts}

    def __str__(self) -> str:
        return json.dumps(self.values, default=str, ensure_ascii=False)
