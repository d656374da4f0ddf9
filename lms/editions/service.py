"""Publishing an edition, and which edition somebody reads: the one they began with until they accept a newer one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from courses.manifest import fingerprint, manifest
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once, new_id
from lms.core.errors import Conflict, NotFound
from lms.editions.models import Edition, EditionFile, EditionReader

Who = uuid.UUID | ColumnElement[uuid.UUID]  # a person, or what stands for one in a statement built once
UNCHANGED = "Nothing has changed since edition {number}, so there is nothing to publish."
MEANWHILE = "Another edition was published while your page was open. Read what is new in it, then accept."


def publish(db: Session, root: Path, new: str) -> Edition:
    """Keep the content below `root` as the newest edition; `new` says to readers what is new. Raises Conflict."""
    files = manifest(root)
    content_hash = fingerprint(files)
    last = db.scalar(select(Edition).order_by(Edition.number.desc()).limit(1))
    if last is not None and last.content_hash == content_hash:
        raise Conflict(UNCHANGED.format(number=last.number))
    known = set(db.scalars(select(EditionFile.digest).where(EditionFile.digest.in_(set(files.values())))))
    for path, digest in files.items():
        if digest not in known:
            known.add(digest)
            db.add(EditionFile(digest=digest, body=(root / path).read_bytes()))
    edition = Edition(
        number=last.number + 1 if last else 1,
        content_hash=content_hash,
        files=files,
        new=new,
        published_at=clock.now(),
    )
    db.add(edition)
    db.flush()
    return edition


def list_editions(db: Session) -> Sequence[Edition]:
    """All that were published, the newest first."""
    return db.scalars(select(Edition).order_by(Edition.number.desc())).all()


def get_edition(db: Session, number: int) -> Edition:
    """Raises NotFound."""
    found = db.get(Edition, number)
    if found is None:
        raise NotFound
    return found


def news_since(db: Session, number: int) -> Sequence[Edition]:
    """The editions after this one, the newest first."""
    return db.scalars(select(Edition).where(Edition.number > number).order_by(Edition.number.desc())).all()


def newest() -> ScalarSelect[int]:
    """The number of the newest edition, as a column of whatever query needs it; none where none was published."""
    return select(func.max(Edition.number)).scalar_subquery()


def read_by(person_id: Who) -> ScalarSelect[int]:
    """The number of the edition somebody stays on; none where they have not begun."""
    return select(func.max(EditionReader.number)).where(EditionReader.person_id == person_id).scalar_subquery()


def hash_of_read(person_id: Who) -> ScalarSelect[str]:
    """The content of the edition somebody reads: theirs, or the newest while they have not begun."""
    number = func.coalesce(read_by(person_id), newest())
    return select(Edition.content_hash).where(Edition.number == number).scalar_subquery()


def begin(db: Session, person_id: uuid.UUID) -> None:
    """Somebody begins: they stay on the edition that is the newest now. Who has begun before stays on theirs."""
    begun, number = db.execute(select(read_by(person_id), newest())).one()
    if begun is None and number is not None:
        insert_once(db, EditionReader, id=new_id(), person_id=person_id, number=number, since=clock.now())


def settle(db: Session, person_ids: Sequence[uuid.UUID], number: int) -> None:
    """Of these people, those who stay on no edition yet stay on this one."""
    begun = set(db.scalars(select(EditionReader.person_id)))
    now = clock.now()
    db.add_all(EditionReader(person_id=each, number=number, since=now) for each in person_ids if each not in begun)
    db.flush()


def accept(db: Session, actor: Actor, number: int) -> Edition:
    """The actor reads the newest edition from now on. Twice is once. Raises Conflict where it is not the newest."""
    last = db.scalar(select(Edition).order_by(Edition.number.desc()).limit(1))
    if last is None or last.number != number:
        raise Conflict(MEANWHILE)
    insert_once(db, EditionReader, id=new_id(), person_id=actor.person_id, number=number, since=clock.now())
    return last
