"""Pictures and sounds of lessons: where they lie, which a lesson shows, and what is wrong with them.

They lie in `content/media`, each under a name of its own. A lesson shows one by a block, `::: picture kettles.webp …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from courses.catalogue import COLLECTIONS, MEDIA, Catalogue
from courses.schema import Lesson

# What a phone in the evening can load: a picture in a second, ten minutes of talk in a minute.
MOST_BYTES = {"picture": 400_000, "audio": 10_000_000}
ENDINGS = {"picture": (".png", ".jpg", ".webp", ".svg"), "audio": (".mp3", ".m4a")}
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]{3,4}")
SHOWN = re.compile(r"^:::+ (?P<kind>picture|audio) +(?P<name>\S+)", re.MULTILINE)


def shown(lesson: Lesson) -> Iterator[tuple[int, str, str]]:
    """(line, kind, name) of every picture and sound in a lesson."""
    for found in SHOWN.finditer(lesson.body):
        yield lesson.body_line + lesson.body.count("\n", 0, found.start()), found["kind"], found["name"]


def faults(lesson: Lesson, root: Path) -> Iterator[tuple[int, str]]:
    """(line, sentence) for files that are not there, are of another kind, or too large."""
    for line, kind, name in shown(lesson):
        path = root / MEDIA / name
        if not NAME.fullmatch(name):
            yield line, f"“{name}” should be a name such as “two-kettles.webp”: small letters, figures and hyphens"
        elif path.suffix not in ENDINGS[kind]:
            yield line, f"{article(kind)} should end in {', '.join(ENDINGS[kind])}, and “{name}” does not"
        elif not path.is_file():
            yield line, f"there is no file {path}; put it there or mend the name"
        elif (size := path.stat().st_size) > MOST_BYTES[kind]:
            yield (
                line,
                f"“{name}” has {size / 1000:,.0f} kB, {MOST_BYTES[kind] / 1000:,.0f} is the most; make it smaller",
            )


def article(kind: str) -> str:
    """The kind with its article."""
    return "a picture" if kind == "picture" else "a sound"


def orphans(known: Catalogue, root: Path) -> Iterator[Path]:
    """Files in the content's folder that nothing uses, in order."""
    used = {root / "programme.yaml", root / "glossary.yaml", *(root / lesson.file for lesson in known.lessons)}
    used |= {(root / lesson.file).parent / "module.yaml" for lesson in known.lessons}
    used |= {root / "programmes" / f"{award}.yaml" for award in known.ways}
    used |= {root / MEDIA / name for lesson in known.lessons for _, _, name in shown(lesson)}
    for path in sorted(root.rglob("*")):
        if path.is_relative_to(root / COLLECTIONS):
            continue  # the cases look after their own folder
        if path.is_file() and path not in used and not path.name.startswith((".", "__")):
            yield path
