"""Reading the form of a decision."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lms.core.forms import Reader, identity_of
from lms.handover import rules


def read_decision(form: Mapping[str, str], *, fresh: bool) -> tuple[str, str, uuid.UUID]:
    """What is decided, why, and the form's own key. Raises Invalid with every fault, a missing password among them."""
    reader = Reader(form)
    kind = reader.choice("kind", rules.KINDS, "Choose what you decide.")
    reason = reader.text("reason", rules.UNREASONED, rules.LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return kind, reason, identity_of(form) or uuid.uuid4()


def read_concern(form: Mapping[str, str], missing: str, *, fresh: bool) -> str:
    """What a concern about safety is about, or how it was settled. Raises Invalid; `missing` asks for the words."""
    reader = Reader(form)
    reason = reader.text("reason", missing, rules.LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return reason
