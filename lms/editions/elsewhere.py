"""Lessons that somebody's own edition does not have, by an address or an id that another edition gave them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue import NUMBERED
from lms.editions.models import Edition, EditionFile

ID = re.compile(r"M\d\d-L[1-9]\d?")
HEAD = re.compile(r"^---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stands:
    """A lesson as the newest edition that has it says, and which edition that is."""

    lesson_id: str
    title: str
    number: int


def find_by_address(db: Session, module: str, lesson: str) -> Stands | None:
    """The lesson that stood at this address in the newest edition that had one there."""
    return _find(db, lambda path: _address(path) == (module, lesson))


def find_by_id(db: Session, lesson_id: str) -> Stands | None:
    """The lesson of this id in the newest edition that has it."""
    return _find(db, lambda path: _address(path) is not None, lesson_id) if ID.fullmatch(lesson_id) else None


def _find(db: Session, is_wanted: Callable[[str], bool], lesson_id: str = "") -> Stands | None:
    """Edition by edition, the newest first; a file that was looked into once is not looked into again."""
    seen: set[str] = set()
    for number, files in db.execute(select(Edition.number, Edition.files).order_by(Edition.number.desc())).all():
        wanted = {digest for path, digest in files.items() if is_wanted(path)} - seen
        seen |= wanted
        for body in db.scalars(select(EditionFile.body).where(EditionFile.digest.in_(wanted))) if wanted else ():
            found = _read(body, number)
            if found is not None and lesson_id in ("", found.lesson_id):
                return found
    return None


def _address(path: str) -> tuple[str, str] | None:
    """The address of the lesson in a file such as “04-open-questioning/02-open-and-closed.md”."""
    parts = PurePosixPath(path).parts
    if len(parts) != 2 or not parts[1].endswith(".md"):
        return None
    module, lesson = NUMBERED.match(parts[0]), NUMBERED.match(parts[1].removesuffix(".md"))
    return (module[2], lesson[2]) if module and lesson else None


def _read(body: bytes, number: int) -> Stands | None:
    """Id and title from a lesson's front matter, which was sound when it was published."""
    head = HEAD.match(body.decode("utf-8", "replace"))
    said = yaml.load(head[1], Loader=yaml.CSafeLoader) if head else None
    return Stands(str(said["id"]), str(said["title"]), number) if isinstance(said, dict) else None
