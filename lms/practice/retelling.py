"""The history of a session as its page tells it: who did what and when, newest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from assessments.assurance import in_words as signed_how
from assessments.wording import first_name, listed
from lms.practice.backup import Asked
from lms.practice.comparing import in_words
from lms.practice.models import Signature
from lms.practice.rows import Happening, Opened

OBSERVED = {
    "signed": "{who} signed version {version} as an outside observer",
    "corrected": "What {signer} signed as an outside observer counts no more",
}
WORDS = {
    "returned": "{who} sent version {version} back",
    "signed": "{who} signed version {version}",
    "corrected": "{who} corrected what was signed: version {version}",
    "withdrawn": "{who} withdrew the signature of version {version}",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history. `kept` is what was signed, where its signature was voided."""

    words: str
    at: datetime
    reason: str
    aside: str
    kept: list[tuple[str, str]]


def retell(opened: Opened, reader_id: uuid.UUID, asked: Iterable[Asked]) -> list[Told]:
    """Everything that happened to a session, for somebody who may read it."""
    lines = [_told(opened, each, reader_id) for each in opened.history] + [_asked(each) for each in asked]
    return sorted(lines, key=lambda each: each.at)[::-1]


def _asked(each: Asked) -> Told:
    """Others were asked, by no person's hand."""
    words = f"Asked in the trainer’s place: {listed(list(each.names))}" if each.names else "No other trainer to ask"
    aside = "" if each.names else "The administrator of the training was told."
    return Told(words, each.at, "", aside, [])


def _told(opened: Opened, each: Happening, reader_id: uuid.UUID) -> Told:
    event, signature = each.event, each.signature
    who = "You" if event.actor_id == reader_id else first_name(opened.names[event.actor_id])
    sent = "{who} sent it" if event.version == 1 else "{who} sent it again: version {version}"
    words, signer = WORDS.get(event.kind, sent), ""
    if signature is not None and signature.tier == "link":
        words, signer = OBSERVED.get(event.kind, words), opened.names[signature.signer_id]
        who = signer if event.actor_id == signature.signer_id else who  # a stranger by their whole name
    return Told(
        words=words.format(who=who, version=event.version, signer=signer),
        at=event.at,
        reason=each.reason,
        aside=_aside(opened, signature) if event.kind == "signed" and signature else "",
        kept=list(in_words(opened, event.kept).items()) if event.kept else [],
    )


def _aside(opened: Opened, signature: Signature) -> str:
    """How a signature was given, where it is sealed, and whether it stands."""
    how = f"Signed {signed_how(signature.tier, first_name(opened.name))}."
    stands = " This signature does not count any more." if signature.voided_at else ""
    return f"{how} Entry {signature.leaf_seq} in the register.{stands}"
