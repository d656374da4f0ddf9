"""Tables of dialogues: who talked with whom, what was asked and what was said, pinned to the text that answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, new_id
from lms.exercises.models import KEY_LENGTH

KINDS = "kind IN ('open', 'closed', 'advice', 'leading', 'stacked', 'why', 'statement', 'silence')"
FUNCTIONS = "function IN ('', 'clarify', 'feeling', 'view', 'consequences')"


class DialogueRun(Base):
    """One conversation with a written person. Only whoever asks sees it. `draft` is what is typed and not yet asked."""

    __tablename__ = "dialogue_run"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_dialogue_run_person_id_begun_at", "person_id", "begun_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    dialogue_id: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # the same form sent twice begins one conversation
    draft: Mapped[str] = mapped_column(Text, default="")
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DialogueTurn(Base):
    """One question and its answer, in both people's words. `proposed` is what the coach had called it."""

    __tablename__ = "dialogue_turn"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint(FUNCTIONS, name="function"),
        CheckConstraint("(kind = 'open') = (function <> '')", name="open"),
        CheckConstraint("(kind = 'silence') = (asked = '')", name="asked"),
        UniqueConstraint("run_id", "number"),
        UniqueConstraint("key", "run_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dialogue_run.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    kind: Mapped[str] = mapped_column(String(10))
    function: Mapped[str] = mapped_column(String(12), default="")
    proposed: Mapped[str] = mapped_column(String(10), default="")
    rules_version: Mapped[str] = mapped_column(String(64), default="")
    asked: Mapped[str] = mapped_column(Text)
    replied: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
