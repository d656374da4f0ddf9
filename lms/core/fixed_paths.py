"""Addresses that stay the same while the program runs, made once: a page of lessons names dozens of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import request, url_for

MOST = 4096  # more than there are lessons and exercises


def fixed_path(endpoint: str, **values: str) -> str:
    """Where a page is, on the site mounted there. For what is taught, and nothing that belongs to anybody."""
    return _path(request.root_path, endpoint, tuple(values.items()))


@lru_cache(maxsize=MOST)
def _path(_root: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
    named: dict[str, Any] = dict(values)
    return url_for(endpoint, **named)
