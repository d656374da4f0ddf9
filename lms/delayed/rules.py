"""Pure words and payloads of the check a day later."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from lms.register.rules import digest

KIND = "delayed check"
MEANING = "I have judged what was written, and this is what came of the check a day later"
LONGEST_WHY = 500

NOT_TAKING = "The check a day later is taken by people in training. You can read what it is, and you cannot begin it."
SENT = "You have sent this check. What you had answered by then stands, and nothing is changed any more."
OVER = "The time for this check is over. What you saved by then is kept. Send it, and somebody reads it."
UNDER_WAY = "Somebody is reading what you sent. Another try can begin once they have said what came of it."
USED = "This page has begun another check already. Open this one again, and begin."
LESSONS_LEFT = "It opens a day after you have finished every lesson of the module."
EMPTY_CHOICE = "Choose one answer before you save. To leave the question open, go to all questions."
EMPTY_WRITTEN = "Write an answer before you save. To leave the question open, go to all questions."
UNKNOWN_CHOICE = "Choose one of the answers on the page."
NOT_FINISHED = "Tick that you have finished. After that nothing is changed any more."
NO_VERDICT = "Say whether this answer does it."
NO_WHY = "Write a sentence that says what is not there yet. It is what the person reads."
NOT_FREE = "Tick this if it is so. If it is not, leave the answers to another trainer."


class Sent(Protocol):
    """A try as it is kept once it is sent."""

    id: uuid.UUID
    person_id: uuid.UUID
    module_id: str
    check_version: int
    content_hash: str
    form: str
    points: int | None


def payload(sent: Sent, answers: Mapping[str, str], verdicts: Mapping[str, Any], *, held: bool) -> dict[str, Any]:
    """What the register seals. It holds no text: what was answered and said of it goes in as a digest."""
    return {
        "try_id": str(sent.id),
        "person_id": str(sent.person_id),
        "module": sent.module_id,
        "version": sent.check_version,
        "content_hash": sent.content_hash,
        "form": sent.form,
        "answers": digest(dict(answers)),
        "right": sent.points,
        "verdicts": {name: bool(said["met"]) for name, said in verdicts.items()},
        "sentences": digest({name: said["why"] for name, said in verdicts.items()}),
        "held": held,
    }
