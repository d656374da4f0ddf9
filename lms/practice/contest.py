"""A dispute as its readers see it: who said what, who decided what, and what each of them may do now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lms.practice import forms, rules
from lms.practice.models import Dispute, PracticeEvent
from lms.practice.rows import Opened


@dataclass(frozen=True, slots=True)
class Contest:
    """A session's newest dispute with everything that was said in it."""

    dispute: Dispute
    asked: PracticeEvent
    answered: PracticeEvent | None
    ended: PracticeEvent | None

    @property
    def is_decided(self) -> bool:
        return self.dispute.second_id is not None

    @property
    def about_signature(self) -> bool:
        return self.dispute.signature_id is not None


def see(opened: Opened) -> Contest | None:
    """The dispute a session's page tells of: about what stands there now, or decided so that the session waits."""
    dispute = opened.dispute
    if dispute is None or dispute.outcome in ("dropped", "settled"):
        return None
    still = opened.session.state == "waiting" if dispute.outcome == "overruled" else _thing(opened) == _about(dispute)
    if not still:
        return None
    events = {each.event.id: each.event for each in opened.history}
    answered = events[dispute.answered_id] if dispute.answered_id else None
    ended = events[dispute.ended_id] if dispute.ended_id else None
    return Contest(dispute, events[dispute.opened_id], answered, ended)


def disputable(opened: Opened, reader_id: uuid.UUID) -> uuid.UUID | None:
    """The signature or return that the reader may dispute now: of their own session, not disputed, not upheld."""
    if opened.session.person_id != reader_id or (opened.dispute and opened.dispute.ended_id is None):
        return None
    upheld = {_about(each) for each in opened.disputes if each.outcome == "upheld"}
    thing = _thing(opened)
    return thing if thing not in upheld else None


def _thing(opened: Opened) -> uuid.UUID | None:
    """The signature that stands, or the return that sent the session back."""
    if opened.signature:
        return opened.signature.id
    return opened.returns[-1].id if opened.session.state == "returned" else None


def _about(dispute: Dispute) -> uuid.UUID | None:
    return dispute.signature_id or dispute.return_id


def meanings(opened: Opened, reader_id: uuid.UUID) -> dict[str, str]:
    """What else a signature can mean for the second assessor, for whom the session waits and who was not in the room.

    Where somebody signed from the room, what was seen is rated anew. Otherwise nobody has said that they saw it.
    """
    last, voided = opened.dispute, opened.voided
    if last is None or last.outcome != "overruled" or last.second_id != reader_id:
        return {}
    signed = voided.signature if voided and last.signature_id else None
    kept = voided.event.kept or {} if voided else {}
    if signed is None or signed.meaning == rules.UNSEEN or not forms.same_meeting(kept, opened.session):
        return {"unseen": rules.UNSEEN}
    return {"second": rules.SECOND}
