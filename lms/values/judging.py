"""Dilemmas, for whoever judges: a trainer of the learner's provider, and never the learner."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments.dilemmas import PARTS, Dilemma, Dilemmas, get_dilemmas, is_right, points
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, NotFound
from lms.learning import service as learning
from lms.messages import service as messages
from lms.people import service as people
from lms.people.models import Person
from lms.register import service as register
from lms.values.written_models import DilemmaAnswer

KIND = "dilemma judged"
MOST_LISTED = 200
MEANING = "I read this answer to a dilemma and judged each of its five parts as it says here."


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer with the text under which it is judged, whose it is, and what they sent of it before."""

    answer: DilemmaAnswer
    pack: Dilemmas
    dilemma: Dilemma
    name: str
    before: DilemmaAnswer | None
    judge: str  # who judged it; empty while it waits

    @property
    def points(self) -> int:
        return points(there(self.answer))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the list: what waits, whose it is, and whether the actor is their trainer."""

    answer: DilemmaAnswer
    name: str
    title: str
    own: bool


def there(answer: DilemmaAnswer) -> dict[str, bool]:
    """Which parts of a judged answer are there."""
    return {part: answer.marks.get(part, {}).get("there", False) for part in PARTS}


def scope(actor: Actor) -> Select[DilemmaAnswer]:
    """The answers `actor` judges: of others in training with a provider where they are a trainer."""
    mine = DilemmaAnswer.provider_id.in_(actor.organisations(Role.TRAINER))
    return select(DilemmaAnswer).where(mine, DilemmaAnswer.person_id != actor.person_id)


def list_waiting(db: Session, actor: Actor) -> list[Waiting]:
    """What waits, those first whose trainer the actor is, and then the longest waiting."""
    chosen = scope(actor).where(DilemmaAnswer.judged_at.is_(None)).order_by(DilemmaAnswer.sent_at).limit(MOST_LISTED)
    rows = db.execute(chosen.join(Person, Person.id == DilemmaAnswer.person_id).add_columns(Person.name)).all()
    trained = learning.trained_by(db, actor, {answer.provider_id for answer, _ in rows})
    own = {(each.person_id, each.provider_id) for each in trained if each.trainer_id == actor.person_id}
    found = [
        Waiting(answer, name, _dilemma(answer)[1].title, (answer.person_id, answer.provider_id) in own)
        for answer, name in rows
    ]
    return sorted(found, key=lambda each: not each.own)


def open_answer(db: Session, actor: Actor, answer_id: uuid.UUID, *, lock: bool = False) -> Opened:
    """One of them. Raises NotFound."""
    chosen = scope(actor).where(DilemmaAnswer.id == answer_id)
    answer = db.scalar(chosen.with_for_update() if lock else chosen)
    if answer is None:
        raise NotFound
    same = (DilemmaAnswer.person_id == answer.person_id, DilemmaAnswer.dilemma == answer.dilemma)
    before = db.scalar(select(DilemmaAnswer).where(*same, DilemmaAnswer.number == answer.number - 1))
    names = people.names_of(db, [answer.person_id, answer.judged_by])
    judge = names[answer.judged_by] if answer.judged_by else ""
    return Opened(answer, *_dilemma(answer), names[answer.person_id], before, judge)


def _dilemma(answer: DilemmaAnswer) -> tuple[Dilemmas, Dilemma]:
    pack = get_dilemmas(answer.pack_version)
    found = pack.find(answer.dilemma)
    if found is None:
        raise LookupError(answer.dilemma)
    return pack, found


def judge(
    db: Session, actor: Actor, answer_id: uuid.UUID, marks: Mapping[str, Mapping[str, Any]], proof: str
) -> Opened:
    """Say of each part whether it is there; the learner gets a letter. The same judgement twice is one.

    Raises NotFound, Conflict.
    """
    opened = open_answer(db, actor, answer_id, lock=True)
    answer, said = opened.answer, {part: dict(marks[part]) for part in PARTS}
    if answer.judged_at is not None:
        if (answer.judged_by, answer.marks) == (actor.person_id, said):
            return opened
        who = "You have" if answer.judged_by == actor.person_id else f"{opened.judge} has"
        raise Conflict(f"{who} judged this already, and it stands. What is not enough can be sent again.")
    there_now = {part: bool(said[part]["there"]) for part in PARTS}
    right = is_right(opened.pack, opened.dilemma, there_now)
    _tell(db, actor, opened, right)
    leaf = register.append(
        db,
        actor,
        kind=KIND,
        subject_kind="dilemma",
        subject_id=answer.id,
        payload=payload(answer, said, right, actor.person_id),
        meaning=MEANING,
        authenticated_by=proof,
    )
    answer.judged_by, answer.judged_at, answer.leaf_seq = actor.person_id, leaf.at, leaf.seq
    answer.marks, answer.is_right, answer.authenticated_by = said, right, proof
    db.flush()
    return open_answer(db, actor, answer_id)


def payload(
    answer: DilemmaAnswer, marks: Mapping[str, Mapping[str, Any]], right: bool | None, judge_id: uuid.UUID | None
) -> dict[str, Any]:
    """What a judgement binds: what was written, under which text, and what was found of it."""
    return {
        "answer_id": str(answer.id),
        "person_id": str(answer.person_id),
        "provider_id": str(answer.provider_id),
        "dilemma": answer.dilemma,
        "number": answer.number,
        "text": {"version": answer.pack_version, "hash": answer.pack_hash},
        "parts": dict(answer.parts),
        "sent_at": answer.sent_at.isoformat(),
        "marks": {part: dict(said) for part, said in marks.items()},
        "right": right,
        "judged_by": str(judge_id),
    }


def _tell(db: Session, actor: Actor, opened: Opened, right: bool) -> None:
    """To the learner: that it was judged and whether it is enough, never what either of them wrote."""
    messages.send(
        db,
        "dilemma_judged",
        person_id=opened.answer.person_id,
        organisation_id=opened.answer.provider_id,
        trainer=actor.name,
        dilemma=opened.dilemma.title,
        right=right,
        link=messages.link(f"/values/dilemmas/{opened.dilemma.id}"),
    )


def judges_of(db: Session, answers: Sequence[DilemmaAnswer]) -> dict[uuid.UUID, str]:
    """The names of those who judged these."""
    return people.names_of(db, [each.judged_by for each in answers if each.judged_by])
