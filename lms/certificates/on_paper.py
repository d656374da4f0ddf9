"""Long pages on paper: drawn by a process of its own, which takes its memory along when it is done.

python -m lms.certificates.on_paper < page.html > page.pdf
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

LONGEST_SECONDS = 60
_one_at_a_time = threading.Lock()


class Undrawn(Exception):
    """The page could not be drawn now."""


def draw(page: str) -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Raises Undrawn."""
    command = [sys.executable, "-m", "lms.certificates.on_paper"]
    if not _one_at_a_time.acquire(timeout=LONGEST_SECONDS):
        raise Undrawn
    try:
        drawn = subprocess.run(  # noqa: S603 - our own module
            command, input=page.encode(), capture_output=True, timeout=LONGEST_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Undrawn from error
    finally:
        _one_at_a_time.release()
    return drawn.stdout


def main() -> None:
    """Draw what comes in. Nothing is fetched: fonts are our own."""
    from lms.certificates import pdf

    style = (Path(__file__).parents[1] / "static" / "paper.css").read_text("utf-8")
    sys.stdout.buffer.write(pdf.draw_page(sys.stdin.buffer.read().decode(), style))


if __name__ == "__main__":
    main()
