"""What people would read in a value."""

from __future__ import annotations

from collections.abc import Iterator


def texts_of(value: object) -> Iterator[str]:
    """Every string inside a dumped value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)
