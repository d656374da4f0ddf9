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
    _log.warning("%s", _line("warning", event, facts))


def error(event: str, **facts: object) -> None:
    """Something somebody has to look at."""
    _log.error("%s", _line("error", event, facts))


def _line(level: str, event: str, facts: dict[str, object]) -> str:
    values = {"at": clock.now().isoformat(timespec="milliseconds"), "level": level, "event": event, **facts}
    return json.dumps(values, default=str, ensure_ascii=False)
