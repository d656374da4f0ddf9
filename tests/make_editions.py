"""Editions of the programme, as an author publishes them."""

from __future__ import annotations

import shutil
from pathlib import Path

from courses import catalogue
from lms.core.unit import Database
from lms.editions.models import Edition
from lms.learning import publishing

OPEN_AND_CLOSED = "04-open-questioning/02-open-and-closed.md"


def published(store: Database, root: Path = catalogue.CONTENT, new: str = "The first edition.") -> Edition:
    with store.transaction() as db:
        return publishing.publish(db, root, new)


def rewritten(to: Path, name: str = OPEN_AND_CLOSED, *changes: tuple[str, str]) -> Path:
    """The content as an author changed it in a folder of their own."""
    folder = Path(shutil.copytree(catalogue.CONTENT, to / "content", dirs_exist_ok=True))
    file = folder / name
    text = file.read_text("utf-8")
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    file.write_text(text, "utf-8")
    return folder
