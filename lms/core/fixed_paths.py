"""Addresses that stay the same while the program runs, or differ by one name only, made once for a page of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import request, url_for

_NOBODY = uuid.UUID(int=0)
MOST = 4096  # more than there are lessons and exercises


def fixed_path(endpoint: str, **values: str) -> str:
    """Where a page is, on the site mounted there. For what is taught, and nothing that belongs to anybody."""
    return _path(request.root_path, endpoint, tuple(values.items()))


@lru_cache(maxsize=MOST)
def _path(_root: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
    named: dict[str, Any] = dict(values)
    return url_for(endpoint, **named)


def addresses(endpoint: str, name: str, **values: Any) -> Callable[[uuid.UUID], str]:
    """What gives a page's address for each id called `name`: a list of fifty asks the routes once."""
    before, after = url_for(endpoint, **{**values, name: _NOBODY}).split(str(_NOBODY))
    return lambda which: f"{before}{which}{after}"
