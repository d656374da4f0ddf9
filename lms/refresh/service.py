"""Today's round, an answer, how hard it was. All of it belongs to the actor and to nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Uuid, bindparam, select, update
from sqlalchemy.orm import Session

from assessments import bank
from assessments.asked_again import Question, questions
from assessments.spacing import UNSAID, Felt, Memory, Round, Said, Spent, next_day, pick, remembered
from courses.catalogue import Catalogue
from lms.core import clock, settings
from lms.core.actor import Actor
from lms.core.db import insert_once
from lms.core.errors import Invalid, NotFound, Stale
from lms.core.lines import in_lines, read_lines
from lms.core.site_days import today
from lms.editions import shelf
from lms.learning import service as learning
from lms.refresh import rules
from lms.refresh.models import RefreshAnswer, RefreshCard, RefreshFelt

A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Today:
    """What is asked today, what was answered, and when there is something again."""

    known: Catalogue
    every: Mapping[str, Question]
    round: Round
    answered: int
    due_on: Mapping[tuple[str, str], date]
    next_on: date | None

    @property
    def left(self) -> int:
        return len(self.round.items)

    @property
    def minutes(self) -> int:
        """What is left of the round, by its words."""
        return -(-sum(each.seconds for each in self.round.items) // A_MINUTE)

    @property
    def first(self) -> Question | None:
        """The question that is asked now."""
        return self.every[self.round.items[0].key] if self.round.items else None

    def holds(self, question: Question) -> bool:
        """Whether this very text is still to be asked today."""
        return (question.key, question.digest) in {(each.key, each.digest) for each in self.round.items}


def scope(actor: Actor) -> Select[RefreshAnswer]:
    """The answers `actor` may see: their own."""
    return select(RefreshAnswer).where(RefreshAnswer.person_id == actor.person_id)


def get_answer(db: Session, actor: Actor, answer_id: uuid.UUID) -> RefreshAnswer:
    """Raises NotFound."""
    found = db.scalar(scope(actor).where(RefreshAnswer.id == answer_id))
    if found is None:
        raise NotFound
    return found


def find_today(db: Session, actor: Actor) -> Today:
    """Where the actor stands, in two queries."""
    stands = learning.progress(db, actor)
    return today_of(db, actor, shelf.catalogue_of(db, stands.content_hash), stands.done)


def today_of(db: Session, actor: Actor, known: Catalogue, finished: Collection[str]) -> Today:
    """The same in one query, for whoever knows what the actor reads and has finished."""
    here, day = bank.current(), today()
    every = questions(here.quizzes.values(), here.sorts.values(), known.lessons, finished)
    due_on, spent = _kept(db, actor, day) if every else ({}, Spent())
    return Today(
        known=known,
        every=every,
        round=pick(every.values(), due_on, day, spent),
        answered=spent.items,
        due_on=due_on,
        next_on=next_day(every.values(), due_on, day),
    )


def answer(db: Session, actor: Actor, key: uuid.UUID, question: tuple[str, str], given: str) -> RefreshAnswer:
    """Keep an answer to `question`, a key and a digest: the letter of a choice, or how it felt to compare.

    The same form sent twice is one answer. Raises Invalid, and Stale where it is not asked any more.
    """
    before = db.scalar(scope(actor).where(RefreshAnswer.id == key))
    if before is not None:
        return before
    now = find_today(db, actor)
    asked = now.every.get(question[0])
    if asked is None or asked.digest != question[1] or not now.holds(asked):
        raise Stale((rules.ELSEWHERE if _answered_today(db, actor, question) else rules.NOT_TODAY,))
    right, felt = _read(asked, given)
    row = {
        "person_id": actor.person_id, "question": asked.key, "digest": asked.digest, "lesson_id": asked.lesson,
        "seconds": asked.seconds, "is_new": (asked.key, asked.digest) not in now.due_on,
        "chosen": "" if felt else given, "right": right, "answered_on": today(), "answered_at": clock.now(),
    }  # fmt: skip
    if not insert_once(db, RefreshAnswer, id=key, **row):
        meanwhile = db.scalar(scope(actor).where(RefreshAnswer.id == key))
        if meanwhile is None:
            raise Stale((rules.ELSEWHERE,))
        return meanwhile
    if felt:
        insert_once(db, RefreshFelt, answer_id=key, felt=felt, said_at=clock.now())
    kept = get_answer(db, actor, key)
    _note(db, kept)
    return kept


def rate(db: Session, actor: Actor, answer_id: uuid.UUID, felt: str) -> RefreshAnswer:
    """Say how hard an answer was, where that is asked; the first word stands. Raises NotFound, Invalid."""
    kept = get_answer(db, actor, answer_id)
    if felt not in rules.FELT:
        raise Invalid({"felt": rules.FELT_LATER})
    if asks_how(db, kept) and insert_once(db, RefreshFelt, answer_id=kept.id, felt=felt, said_at=clock.now()):
        _note(db, kept)
    return kept


def asks_how(db: Session, kept: RefreshAnswer) -> bool:
    """Whether somebody may still say how hard it was: it was right, nothing is said, and it was not asked since."""
    said = select(RefreshFelt.answer_id).where(RefreshFelt.answer_id == kept.id)
    same = (RefreshAnswer.person_id, RefreshAnswer.question)
    later = select(RefreshAnswer.id).where(*(column == getattr(kept, column.key) for column in same))
    later = later.where(RefreshAnswer.answered_at > kept.answered_at)
    return kept.right and db.scalar(select(said.exists() | later.exists())) is False


def due_after(db: Session, kept: RefreshAnswer, felt: Felt | None = None) -> date:
    """When its question comes again, or would come if one said so of the last answer to it."""
    *before, last = _said(db, kept)
    return _remembered([*before, Said(last.right, felt or last.felt, last.at)]).due_on


def _read(asked: Question, given: str) -> tuple[bool, str]:
    """Whether it is right, and how it felt where one compares for oneself. Raises Invalid."""
    if not asked.choices:
        if given not in rules.COMPARED:
            raise Invalid({"given": rules.FELT_LATER})
        return given != "gone", given
    right = asked.is_right(given)
    if right is None:
        raise Invalid({"given": rules.NO_CHOICE})
    return right, ""


def _answered_today(db: Session, actor: Actor, question: tuple[str, str]) -> bool:
    mine = scope(actor).where(RefreshAnswer.question == question[0], RefreshAnswer.answered_on == today())
    return db.scalar(mine.limit(1)) is not None


def _said(db: Session, kept: RefreshAnswer) -> Sequence[Said]:
    """The answers to the same text, oldest first."""
    same = (RefreshAnswer.person_id, RefreshAnswer.question, RefreshAnswer.digest)
    rows = db.execute(
        select(RefreshAnswer.right, RefreshFelt.felt, RefreshAnswer.answered_at)
        .outerjoin(RefreshFelt, RefreshFelt.answer_id == RefreshAnswer.id)
        .where(*(column == getattr(kept, column.key) for column in same))
        .order_by(RefreshAnswer.answered_on)
    )
    return [Said(row[0], cast("Felt", row[1]) if row[1] else UNSAID, row[2]) for row in rows]


def _remembered(said: Sequence[Said]) -> Memory:
    memory = remembered(said, ZoneInfo(settings.current().time_zone))
    if memory is None:
        raise NotFound
    return memory


def _note(db: Session, kept: RefreshAnswer) -> None:
    """Write down when its question comes again, unless it has been asked in other words since."""
    memory = _remembered(_said(db, kept))
    held = {
        "digest": kept.digest,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "answered_at": memory.answered_at,
        "due_on": memory.due_on,
    }
    mine = {"person_id": kept.person_id, "question": kept.question}
    if insert_once(db, RefreshCard, **mine, **held):
        return
    here = (RefreshCard.person_id == kept.person_id, RefreshCard.question == kept.question)
    db.execute(update(RefreshCard).where(*here, RefreshCard.answered_at <= memory.answered_at).values(held))


_WHO = bindparam("who", type_=Uuid)
_KEPT = select(
    select(in_lines((RefreshCard.due_on, RefreshCard.digest, RefreshCard.question)))
    .where(RefreshCard.person_id == _WHO)
    .scalar_subquery(),
    select(in_lines((RefreshAnswer.seconds, RefreshAnswer.is_new, RefreshAnswer.lesson_id)))
    .where(RefreshAnswer.person_id == _WHO, RefreshAnswer.answered_on == bindparam("day"))
    .scalar_subquery(),
)


def _kept(db: Session, actor: Actor, day: date) -> tuple[dict[tuple[str, str], date], Spent]:
    """When each question comes again, and what was answered today, in one query."""
    cards, answers = db.connection().execute(_KEPT, {"who": actor.person_id, "day": day}).one()
    due_on = {(key, digest): date.fromisoformat(due) for due, digest, key in read_lines(cards, 3)}
    rows = read_lines(answers, 3)
    spent = Spent(
        items=len(rows),
        seconds=sum(int(seconds) for seconds, _, _ in rows),
        new=sum(is_new in ("1", "true") for _, is_new, _ in rows),
        modules=tuple(lesson.partition("-")[0] for _, _, lesson in rows),
    )
    return due_on, spent
