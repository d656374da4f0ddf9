"""Editions as catalogues: taken from the database once, laid out as files by their digest, read like any content."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import catalogue
from courses.catalogue import Catalogue
from courses.manifest import fingerprint, manifest
from lms.core import log, settings
from lms.editions.models import Edition, EditionFile

MOST_KEPT = 4  # catalogues in memory, two megabytes each
_kept: dict[str, Catalogue] = {}
_lock = threading.Lock()


def catalogue_of(db: Session, content_hash: str | None) -> Catalogue:
    """The catalogue of an edition; where none was published, the content on disk."""
    here = catalogue.current()
    if content_hash is None or content_hash == here.content_hash:
        return here
    found = _kept.get(content_hash)
    if found is None:
        with _lock:
            found = _kept.get(content_hash) or _load(db, content_hash)
            while len(_kept) >= MOST_KEPT and content_hash not in _kept:
                _kept.pop(next(iter(_kept)))
            _kept[content_hash] = found
    return found


def _load(db: Session, content_hash: str) -> Catalogue:
    """An edition from its files, laid out anew where these are not what was published. Raises ContentError."""
    folder = folder_of(db, content_hash)
    if fingerprint(manifest(folder)) != content_hash:
        log.warning("edition laid out anew", content_hash=content_hash)
        shutil.rmtree(folder)
        folder = folder_of(db, content_hash)
    return catalogue.load(folder)


def folder_of(db: Session, content_hash: str) -> Path:
    """Where the files of an edition lie. Several processes may lay them out at once: the first one's stay."""
    shelf = settings.current().data_dir / "editions"
    folder = shelf / content_hash
    if folder.is_dir():
        return folder
    shelf.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="being-laid-out-", dir=shelf))
    try:
        _lay_out(db, content_hash, made)
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _lay_out(db: Session, content_hash: str, to: Path) -> None:
    files = db.scalars(select(Edition.files).where(Edition.content_hash == content_hash).limit(1)).one()
    asked = select(EditionFile.digest, EditionFile.body).where(EditionFile.digest.in_(set(files.values())))
    bodies = {row.digest: row.body for row in db.execute(asked)}
    for path, digest in files.items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(bodies[digest])
