"""One page at a time in each process, where the database is in the process as well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

PATIENCE_SECONDS = 0.01  # longer than a small page takes, and shorter than anybody notices


class OneByOne:
    """A WSGI application whose pages are made one after another, for as long as they are small.

    Two threads of one interpreter that both compute only take it from each other: with SQLite, whose every step lets
    go of it, a small form cost a fifth more. So the second waits, but only a moment: a large page holds up nobody.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.working = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        alone = self.working.acquire(timeout=PATIENCE_SECONDS)
        try:
            return self.application(environ, start_response)
        finally:
            if alone:
                self.working.release()
