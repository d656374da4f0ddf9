"""However long a file is, a row at a time is all that is held of it."""

from __future__ import annotations

import io
import tracemalloc
import uuid

from lms.organisations import files, staging
from tests.make_import import PEOPLE, text


def peak(rows: int) -> int:
    """The most that reading so many rows holds at once, beside the file itself, in bytes."""
    file = io.BytesIO(
        text([PEOPLE, *([f"p{at}@example.org", "N" * 40, "Roads", "", "", "", "", ""] for at in range(rows))])
    )
    tracemalloc.start()
    try:
        sheets, _ = files.open_file(file)
        assert sum(1 for _ in staging._rows(uuid.uuid4(), sheets[0])) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_file_ten_times_as_long_needs_no_more_memory() -> None:
    short = peak(300)
    assert peak(3_000) < short + 200_000
