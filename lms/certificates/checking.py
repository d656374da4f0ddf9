"""Whether a certificate holds, computed again now: its signature, its entry in the register, the list of withdrawals.

For the public page, and for whoever audits. Nothing is believed because a row says it.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import badge, bindings, rules, steps
from lms.certificates.correcting import ENTRY
from lms.certificates.editions import Edition, corrections_of, editions_of
from lms.certificates.history import KINDS, state_of
from lms.certificates.models import Certificate, NameCorrection, Step
from lms.certificates.records import today
from lms.certificates.rules import Status
from lms.core import clock
from lms.core.errors import NotFound
from lms.credentials import lists, proof
from lms.credentials import service as credentials
from lms.credentials.models import Credential, StatusList
from lms.credentials.rules import PublicKey, sha256
from lms.register import service as register
from lms.register.bindings import Source, faults
from lms.register.models import Leaf
from lms.register.rules import leaf_hash

Prove = Callable[[bytes, Mapping[str, PublicKey]], proof.Document]
MOST_REMEMBERED = 256  # documents of some 4 kB, a list of up to 20
SUPERSEDED = "superseded"
_proved: OrderedDict[tuple[str, str], proof.Document] = OrderedDict()
_remembering = threading.Lock()


def prove_once(content: bytes, keys: Mapping[str, PublicKey]) -> proof.Document:
    """As `proof.check`, which runs once in a process for the same bytes and keys. Raises Unsound."""
    about = sha256(content), sha256(repr(sorted((name, key.pem) for name, key in keys.items())).encode())
    with _remembering:
        if about in _proved:
            _proved.move_to_end(about)
            return _proved[about]
    document = proof.check(content, keys)
    with _remembering:
        _proved[about] = document
        while len(_proved) > MOST_REMEMBERED:
            _proved.popitem(last=False)
    return document


@dataclass(frozen=True, slots=True)
class Checked:
    """How a certificate stands, and what was found when everything was computed again. `faults` are sentences.

    `entries` are those that seal its words: its own, and one for each time its name was corrected.

    `is_signed` is False while its signature waits for the worker, and for certificates from before there were any.
    """

    status: Status
    as_of: datetime
    is_signed: bool
    proof_holds: bool
    entry_holds: bool
    entries: tuple[int, ...]
    list_agrees: bool
    list_is_read: bool
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing contradicts it. That it is valid is another matter: see `status`."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Known:
    """What is the same for every certificate that is checked: the keys, and each list as it was published.

    `waiting` are lists of which a change is about to be signed: what they say is not the last word.
    """

    keys: dict[str, PublicKey]
    lists: dict[int, bytes]
    prove: Prove = proof.check
    waiting: frozenset[int] = frozenset()

    @classmethod
    def of(cls, db: Session, only: int | None = None, prove: Prove = proof.check) -> Known:
        """As of now, of every list or of one. What cannot be read or does not hold is left out."""
        keys = credentials.known_keys(db)
        chosen = select(StatusList).where(StatusList.document.is_not(None))
        rows = db.scalars(chosen if only is None else chosen.where(StatusList.number == only)).all()
        waiting = frozenset(each.number for each in rows if each.signed_version < each.version)
        return cls(keys, dict(_readable(rows, keys, prove)), prove, waiting)


def verify(db: Session, certificate_id: uuid.UUID, happened: Sequence[Step] | None = None) -> Checked:
    """Check one certificate for the public page; `happened` is what happened to it, if that is known. Raises NotFound.

    The bytes are read and hashed each time. How a signature over bytes of that digest came out with the same keys
    cannot change, so a process remembers that one step when it went well. Status, entry and list are read each time.
    """
    certificate = db.get(Certificate, certificate_id)
    if certificate is None:
        raise NotFound
    credential = credentials.find(db, certificate_id, certificate.edition)
    return check(db, certificate, Known.of(db, credential.list_number if credential else 0, prove_once), happened)


def check(db: Session, certificate: Certificate, known: Known, happened: Sequence[Step] | None = None) -> Checked:
    """Check one certificate against what is known."""
    happened = steps.steps_of(db, certificate.id) if happened is None else happened
    withheld = state_of(happened).withheld
    corrections = corrections_of(db, certificate.id) if certificate.edition > 1 else ()
    says = editions_of(certificate, corrections)[-1]
    credential = credentials.find(db, certificate.id, says.number)
    of_proof = list(_proof_faults(certificate, says, credential, known)) if credential else []
    of_entry = list(_entry_faults(db, certificate, happened, corrections))
    of_list = list(_list_faults(credential, withheld.value.lower() if withheld else "", known)) if credential else []
    return Checked(
        status=rules.status(certificate, withheld, today()),
        as_of=clock.now(),
        is_signed=credential is not None,
        proof_holds=credential is not None and not of_proof,
        entry_holds=not of_entry,
        entries=(certificate.leaf_seq, *(each.leaf_seq for each in corrections)),
        list_agrees=not of_list,
        list_is_read=credential is not None and credential.list_number in known.lists.keys() - known.waiting,
        faults=(*of_proof, *of_entry, *of_list),
    )


def check_superseded(db: Session, certificate: Certificate, known: Known) -> Iterator[str]:
    """What is wrong with what was signed before a name was corrected: it stays, and its list says that it is over."""
    for before in editions_of(certificate, corrections_of(db, certificate.id))[:-1]:
        credential = credentials.find(db, certificate.id, before.number)
        if credential is not None:
            found = [
                *_proof_faults(certificate, before, credential, known),
                *_list_faults(credential, SUPERSEDED, known),
            ]
            yield from (f"Edition {before.number}: {each}" for each in found)


def _proof_faults(certificate: Certificate, says: Edition, credential: Credential, known: Known) -> Iterator[str]:
    if sha256(credential.document) != credential.sha256:
        yield "Its signed bytes are not those that were stored."
    try:
        document = known.prove(credential.document, known.keys)
        if credential.jwt is not None:
            token = proof.check_token(credential.jwt, known.keys)
            if {**token, **document} != token:
                yield "Its token says something else than its signed document."
    except proof.Unsound as error:
        yield str(error)
        return
    for each in badge.unlike(certificate, says, credential, document):
        yield f"Its signed document and its row differ in {each}."


def _entry_faults(
    db: Session, certificate: Certificate, happened: Sequence[Step], corrections: Sequence[NameCorrection]
) -> Iterator[str]:
    first = "certificate renewed" if certificate.renews_id else "certificate issued"
    entries = [
        (first, certificate.leaf_seq),
        *((KINDS[each.kind].entry, each.leaf_seq) for each in happened),
        *((ENTRY, each.leaf_seq) for each in corrections),
    ]
    for kind, seq in entries:
        yield from _faults_of(db, bindings.BY_KIND[kind], seq)


def _faults_of(db: Session, source: Source, seq: int) -> Iterator[str]:
    leaf = db.get(Leaf, seq)
    if leaf is None or leaf.kind != source.kind:
        yield f"It says it is entry {seq} of the register, which says nothing of it."
        return
    if leaf_hash(register.entry_of(leaf)) != leaf.hash:
        yield f"Entry {seq} was changed after it was made."
    yield from faults(leaf, list(source.load(db, [seq])))


def _list_faults(credential: Credential, was: str, known: Known) -> Iterator[str]:
    bits = known.lists.get(credential.list_number)
    if bits is None:
        yield f"List {credential.list_number} cannot be read, has lapsed, or its signature does not hold."
    elif lists.is_set(bits, credential.list_index) != bool(was):
        yield f"It was {was or 'not withdrawn'}, and list {credential.list_number} says the opposite."


def _readable(rows: Sequence[StatusList], keys: dict[str, PublicKey], prove: Prove) -> Iterator[tuple[int, bytes]]:
    for row in rows:
        try:
            document = prove(row.document or b"", keys)
            bits = lists.decoded(document)
        except ValueError:
            continue
        lapses = datetime.fromisoformat(document["validUntil"])
        if document["id"].endswith(f"/status/{row.number}") and lapses > clock.now():
            yield row.number, bits
