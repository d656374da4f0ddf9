"""What a signed checkpoint says: lines a person can read in a letter, and a program in the same letter. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lms.register.rules import Checkpoint

TITLE = "Askwell register checkpoint"
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"
_TEXT = re.compile(
    rf"{TITLE}\nOrigin: \S+\nEntries: (\d{{1,15}})\nHash: ([0-9a-f]{{64}})\nDate: (\S+)\nKey: [0-9a-f]{{8}}, Ed25519\n",
    re.ASCII,
)
_IN_A_LETTER = re.compile(rf"^{TITLE}\n(?:[^\n]+\n)+\n— [^\n]+$", re.MULTILINE)


def write(seen: Checkpoint, origin: str, kid: str) -> str:
    """The text that is signed."""
    return (
        f"{TITLE}\nOrigin: {origin}\nEntries: {seen.seq}\nHash: {seen.hash}\n"
        f"Date: {seen.at.astimezone(UTC).strftime(_SECONDS)}\nKey: {kid}, Ed25519\n"
    )


def read(text: str) -> Checkpoint:
    """The checkpoint that such a text tells of. Raises ValueError."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError("this is no text of a checkpoint")
    seq, head, at = found.groups()
    return Checkpoint(int(seq), head, datetime.strptime(at, _SECONDS).replace(tzinfo=UTC))


def find_note(content: bytes) -> str:
    """The one note in a file: a note alone, or the letter it came in. Raises ValueError."""
    notes = _IN_A_LETTER.findall(content.decode("utf-8-sig").replace("\r\n", "\n"))
    if len(notes) != 1:
        raise ValueError("there is not exactly one checkpoint in it")
    return str(notes[0])
