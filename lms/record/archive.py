"""One ZIP about one person: entries and records as they were hashed, the chain, a page to read, a script to check it.

The same register, signed in the same month, gives the same bytes. Of other people it holds the names of those who
signed, decided or issued, those that a sealed decision named, and the bare hashes between: whoever has only those
learns nothing about their entries.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from lms.checkpoints.models import SignedCheckpoint
from lms.core import phrases, settings, texts
from lms.keys.models import SigningKey
from lms.people import same
from lms.people.models import Person
from lms.record import practised, service, verify
from lms.record.practised import Practised
from lms.record.service import Held
from lms.register.models import Leaf
from lms.register.rules import BEFORE_THE_FIRST, Checkpoint, canonical, sealed_values
from lms.register.service import FIRST, entry_of

STYLE = Path(__file__).parents[1] / "static" / "record.css"
BATCH = 1_000
FORMAT = 1
ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest moment a ZIP can tell


class _Bundle:
    """A ZIP that is written file by file and remembers the SHA-256 of each."""

    def __init__(self, to: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED)
        self.files: dict[str, str] = {}

    def put(self, name: str, parts: Iterable[bytes]) -> None:
        about = zipfile.ZipInfo(name, ALWAYS)
        about.compress_type, about.create_system, about.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        digest = hashlib.sha256()
        with self.zip.open(about, "w") as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self.files[name] = digest.hexdigest()

    def __enter__(self) -> _Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()


def write(db: Session, person: Person, to: IO[bytes]) -> None:
    """Write everything the register holds about a person, with what proves it, as a ZIP."""
    seen = _checkpoint(db, person)  # first: what is signed meanwhile is left for the next record
    earlier = same.earlier_of(db, person.id)
    accounts = [person.id, *(each.id for each in earlier)]
    held = service.all_about(db, accounts, until=seen.seq)
    done = [each for own in accounts for each in practised.list_practised(db, own)]
    signed = _signed(db, seen)
    with _Bundle(to) as bundle:
        bundle.put("index.html", [_page(person, held, done, seen, signed)])
        bundle.put("verify.py", [Path(verify.__file__).read_bytes()])
        for each in held:
            _put_entry(bundle, each)
        bundle.put("chain.csv", _chain(db, seen.seq))
        bundle.put("checkpoint.json", [seen.to_json().encode()])
        if done:
            bundle.put("practised.json", [_json([each.kept() for each in done])])
        if signed:
            bundle.put("signed-checkpoint.txt", [signed.note.encode()])
            bundle.put("key.pem", [signed.public_key.encode()])
        bundle.put("manifest.json", [_manifest(person, earlier, held, bundle.files)])


def _manifest(person: Person, earlier: Sequence[same.Earlier], held: Sequence[Held], files: Mapping[str, str]) -> bytes:
    said: dict[str, object] = {
        "record": "askwell",
        "format": FORMAT,
        "person": {"id": str(person.id), "name": person.name, "email": person.email},
        "entries": [each.leaf.seq for each in held],
        "files": files,
    }
    if earlier:
        said["earlier_accounts"] = [{"id": str(each.id), "name": each.name, "email": each.email} for each in earlier]
    return _json(said)


def _json(said: object) -> bytes:
    return json.dumps(said, indent=1, ensure_ascii=False).encode()


def save(db: Session, person: Person, to: Path) -> None:
    """The same into a file that only its owner may read, which is there whole or not at all. Raises OSError."""
    with tempfile.NamedTemporaryFile(dir=to.parent, prefix=f".{to.name}.", delete=False) as file:
        try:
            write(db, person, file)
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(to)


def _put_entry(bundle: _Bundle, held: Held) -> None:
    name = f"{held.leaf.seq:06}.json"
    bundle.put(f"entries/{name}", [canonical(sealed_values(entry_of(held.leaf)))])
    for binding in held.bindings[:1]:
        bundle.put(f"records/{name}", [canonical(binding.payload)])
        if binding.read is not None:
            bundle.put(f"sessions/{name}", [canonical(binding.read)])


def _chain(db: Session, until: int) -> Iterator[bytes]:
    """Every entry of the register as three hashes, without what it says."""
    yield b"seq,digest,previous_hash,hash\n"
    chosen = select(Leaf.seq, Leaf.digest, Leaf.previous_hash, Leaf.hash).where(Leaf.seq <= until).order_by(Leaf.seq)
    last = FIRST
    while rows := db.execute(chosen.where(Leaf.seq > last).limit(BATCH)).all():
        yield "".join(f"{','.join(map(str, row))}\n" for row in rows).encode()
        last = rows[-1].seq


def _checkpoint(db: Session, person: Person) -> Checkpoint:
    """The register's end, dated by its last entry, so that the archive does not depend on the day it is made."""
    last = db.execute(select(Leaf.seq, Leaf.hash, Leaf.at).order_by(Leaf.seq.desc()).limit(1)).first()
    return Checkpoint(*last) if last else Checkpoint(0, BEFORE_THE_FIRST, person.created_at)


def _signed(db: Session, seen: Checkpoint) -> Row[str, datetime, str] | None:
    """The last checkpoint that was signed and sent to organisations, with the key that checks it."""
    columns = select(SignedCheckpoint.note, SignedCheckpoint.at, SigningKey.public_key)
    chosen = columns.join(SigningKey, SigningKey.kid == SignedCheckpoint.kid).where(SignedCheckpoint.seq <= seen.seq)
    return db.execute(chosen.order_by(SignedCheckpoint.month.desc()).limit(1)).first()


def _page(
    person: Person,
    held: Sequence[Held],
    done: Sequence[Practised],
    seen: Checkpoint,
    signed: Row[str, datetime, str] | None,
) -> bytes:
    told = [each.tell(person.name) for each in reversed(held)]
    style = STYLE.read_text("utf-8")
    page = _template().render(person=person, entries=told, done=done, seen=seen, signed=signed, style=style)
    return page.encode()


@cache
def _template() -> Template:
    made = Environment(
        autoescape=True,
        loader=FileSystemLoader(texts.folder()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = ZoneInfo(settings.current().time_zone)
    made.filters.update(
        full_day=lambda value: phrases.full_day(value.astimezone(zone)),
        hour=lambda value: phrases.hour(value, str(zone)),
    )
    return made.get_template("record/archive.html")
