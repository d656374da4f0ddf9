"""Reading the forms by which a certificate is suspended, given back or corrected."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from lms.certificates.correcting import CAUSES
from lms.certificates.life import UNREASONED
from lms.core.forms import Reader, identity_of, version_of
from lms.people.rules import NAME_LENGTH

LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote: why, their form's own key, and the newest entry on its page."""

    reason: str
    key: uuid.UUID
    seen: int


def read_step(form: Mapping[str, str], *, fresh: bool) -> Written:
    """Why something is done. Raises Invalid."""
    return _read(Reader(form), fresh=fresh)


def read_correction(form: Mapping[str, str], *, fresh: bool) -> tuple[str, str, Written]:
    """The name as it should be, why it is not, and the rest. Raises Invalid."""
    reader = Reader(form)
    name = reader.name("name", "Write the name as it should stand on the certificate.", NAME_LENGTH)
    kind = reader.choice("kind", CAUSES, "Choose why it is corrected.")
    return name, kind, _read(reader, fresh=fresh)


def _read(reader: Reader, *, fresh: bool) -> Written:
    reason = reader.text("reason", UNREASONED, LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return Written(reason, identity_of(reader.form) or uuid.uuid4(), version_of(reader.form, "seen"))
