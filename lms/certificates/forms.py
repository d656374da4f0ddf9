"""Reading the forms by which a certificate is suspended, given back or corrected."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lms.certificates.life import UNREASONED
from lms.core.forms import Reader, identity_of, version_of

LONGEST_REASON = 2_000


def read_step(form: Mapping[str, str], *, fresh: bool) -> tuple[str, uuid.UUID, int]:
    """Why, the form's own key, and the newest entry on its page. Raises Invalid."""
    reader = Reader(form)
    reason = reader.text("reason", UNREASONED, LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return reason, identity_of(form) or uuid.uuid4(), version_of(form, "seen")
