"""What trainees do with dialogues: begin one, ask, wait, stop. The person answers from the text it began with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import bank
from assessments.dialogue import State, fold, proposed, step
from assessments.dialogue_schema import AskedKind, Dialogue, Function
from assessments.questioning import analyse
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import insert_once, new_id
from lms.core.errors import NotFound, Stale
from lms.exercises.dialogue_models import DialogueRun, DialogueTurn

LONGEST_ASKED = 4_000
LONGEST_DRAFT = 100_000

ASKED_MEANWHILE = "You asked something else in another window meanwhile. The conversation below is how it stands now."
OVER = "This conversation is over, so this was not asked."
REWRITTEN = "This conversation was rewritten since you began it, so this was not asked."


@dataclass(frozen=True)
class Asked:
    """One question as its asker confirmed it. `number` is how many were asked before, by the page it comes from."""

    text: str
    kind: AskedKind
    function: Function | None
    number: int
    key: str

    @property
    def what(self) -> tuple[str, str, str]:
        """What makes two of them the same question."""
        return self.text, self.kind, self.function or ""


def begin(db: Session, actor: Actor, dialogue: Dialogue, key: str) -> uuid.UUID:
    """A new conversation; the same form sent twice begins one."""
    row = {"dialogue_id": dialogue.id, "content_hash": dialogue.content_hash, "begun_at": clock.now(), "draft": ""}
    run_id = new_id()
    if insert_once(db, DialogueRun, id=run_id, person_id=actor.person_id, key=key, **row):
        return run_id
    same = select(DialogueRun.id).where(DialogueRun.person_id == actor.person_id, DialogueRun.key == key)
    return db.scalars(same).one()


def list_latest(db: Session, actor: Actor) -> Mapping[str, DialogueRun]:
    """The actor's latest conversation with each person."""
    mine = select(DialogueRun).where(DialogueRun.person_id == actor.person_id)
    return {run.dialogue_id: run for run in db.scalars(mine.order_by(DialogueRun.begun_at, DialogueRun.id))}


def get_run(db: Session, actor: Actor, run_id: uuid.UUID, *, lock: bool = False) -> DialogueRun:
    """One of the actor's conversations. Raises NotFound, for somebody else's as well."""
    mine = select(DialogueRun).where(DialogueRun.id == run_id, DialogueRun.person_id == actor.person_id)
    run = db.scalar(mine.with_for_update() if lock else mine)
    if run is None:
        raise NotFound
    return run


def list_turns(db: Session, run: DialogueRun) -> Sequence[DialogueTurn]:
    """What was asked and said, in order."""
    return db.scalars(select(DialogueTurn).where(DialogueTurn.run_id == run.id).order_by(DialogueTurn.number)).all()


def same_version(run: DialogueRun) -> Dialogue | None:
    """The text a conversation began with; None when it was rewritten since."""
    found = bank.current().dialogues.get(run.dialogue_id)
    return found if found and found.content_hash == run.content_hash else None


def state_of(dialogue: Dialogue, turns: Sequence[DialogueTurn]) -> State:
    """Where a conversation stands after these turns."""
    return fold(
        dialogue,
        ((cast("AskedKind", each.kind), cast("Function", each.function) if each.function else None) for each in turns),
    )


def keep_draft(db: Session, actor: Actor, run_id: uuid.UUID, text: str) -> None:
    """Keep what is typed. Raises NotFound, Stale."""
    run = get_run(db, actor, run_id, lock=True)
    if run.ended_at is not None:
        raise Stale((OVER,))
    run.draft = text[:LONGEST_DRAFT]


def ask(db: Session, actor: Actor, run_id: uuid.UUID, asked: Asked) -> None:
    """Ask, and keep what is answered. The same form sent twice is one question. Raises NotFound, Stale."""
    run = get_run(db, actor, run_id, lock=True)
    turns = list_turns(db, run)
    if any(each.key == asked.key and (each.asked, each.kind, each.function) == asked.what for each in turns):
        return
    dialogue = same_version(run)
    why_not = OVER if run.ended_at else REWRITTEN if dialogue is None else ""
    if len(turns) != asked.number or any(each.key == asked.key for each in turns):
        why_not = why_not or ASKED_MEANWHILE
    if why_not or dialogue is None:
        raise Stale((why_not,))
    _answer(db, run, dialogue, turns, asked)


def _answer(db: Session, run: DialogueRun, dialogue: Dialogue, turns: Sequence[DialogueTurn], asked: Asked) -> None:
    reply, after = step(dialogue, state_of(dialogue, turns), asked.kind, asked.function)
    seen = analyse(asked.text)
    db.add(
        DialogueTurn(
            run_id=run.id,
            number=len(turns) + 1,
            key=asked.key,
            kind=asked.kind,
            function=reply.function or "",
            proposed=(proposed(seen) or "") if asked.text else "",
            rules_version=seen.rules_version if asked.text else "",
            asked=asked.text,
            replied=reply.says,
            asked_at=clock.now(),
        )
    )
    if asked.text:
        run.draft = ""
    if after.over:
        run.ended_at = clock.now()


def stop(db: Session, actor: Actor, run_id: uuid.UUID) -> None:
    """End a conversation; ended again, it stays as it is. Raises NotFound."""
    run = get_run(db, actor, run_id, lock=True)
    run.ended_at = run.ended_at or clock.now()
