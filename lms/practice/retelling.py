"""The history of a session as its page tells it: who did what and when, newest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from assessments.assurance import in_words as signed_how
from assessments.calibration import Agreement
from assessments.wording import first_name, listed
from lms.practice.backup import Asked
from lms.practice.comparing import in_words
from lms.practice.display import signed_words
from lms.practice.dispute_rules import DECIDING
from lms.practice.models import Dispute, PracticeEvent, Signature
from lms.practice.rows import Happening, Opened

OBSERVED = {
    "signed": "{who} signed version {version} as an outside observer",
    "corrected": "What {signer} signed as an outside observer counts no more",
}
WORDS = {
    "returned": "{who} sent version {version} back",
    "signed": "{who} signed version {version}",
    "commented": "{who} commented on version {version}, without signing it",
    "corrected": "{who} corrected what was signed: version {version}",
    "withdrawn": "{who} withdrew the signature of version {version}",
    "disputed": "{who} disputed {what}",
    "answered": "{who} answered",
    "dropped": "{who} took the dispute back",
    "upheld": "{who} decided as second assessor: it stands",
    "overruled": "{who} decided as second assessor: it does not stand",
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
        words=words.format(who=who, version=event.version, what=_what(each.dispute), signer=signer),
        at=event.at,
        reason=each.reason,
        aside=" ".join(_asides(opened, event, signature)),
        kept=_kept(opened, each),
    )


def _kept(opened: Opened, each: Happening) -> list[tuple[str, str]]:
    """What was signed and what its signer said, where the signature was voided."""
    if not each.event.kept:
        return []
    written = list(in_words(opened, each.event.kept).items())
    if each.signature is None:
        return written
    return [*written, *signed_words(each.signature, first_name(opened.names[each.signature.signer_id]))]


def _what(dispute: Dispute | None) -> str:
    return "what was signed" if dispute and dispute.signature_id else "that it came back"


def _asides(opened: Opened, event: PracticeEvent, signature: Signature | None) -> Iterator[str]:
    if event.kind == "signed" and signature is not None:
        yield f"Signed {signed_how(signature.tier, first_name(opened.name))}."
        if signature.tier != "link":  # an observer is no assessor
            yield f"{Agreement.of(signature.agreement).in_words()}."
        yield f"Entry {signature.leaf_seq} in the register."
        if signature.voided_at:
            yield "This signature does not count any more."
    if event.kind in DECIDING:
        yield f"Entry {event.leaf_seq} in the register."
    if any(each.outcome == "settled" and each.ended_id == event.id for each in opened.disputes):
        yield "That settled the dispute."
