"""The knowledge test of one person: begin it, answer in any order, hand it in, and read what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments import bank, knowledge_test
from assessments.blueprints import Blueprint
from assessments.items import BankItem
from assessments.knowledge_test import Answer, BadAnswer, Result
from lms.core import clock, phrases, settings
from lms.core.actor import Actor, Role
from lms.core.db import add_once, new_id
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, OldPage
from lms.exercises import extra_time
from lms.exercises.knowledge_models import KnowledgeAnswer, KnowledgeTest

BLUEPRINT = "associate"
NOT_TAKING = "The knowledge test is taken by trainee facilitators."
PASSED = "You have passed the knowledge test. It need not be taken again."
CLOSED = "You have handed this test in. What you had answered by then stands, and nothing is changed any more."
OVER = "The time for this test is over. What you saved by then is kept. Hand it in to see what came of it."
ELSEWHERE = "You answered this in another browser. What you saved there is below, what you chose here above."

_ITEM: TypeAdapter[BankItem] = TypeAdapter(BankItem)


@dataclass(frozen=True, slots=True)
class Shown:
    """One question of a test as it is on the page: its item, its choices in their order, and what was saved."""

    number: int
    item: BankItem
    choices: tuple[str, ...]
    answer: Answer
    version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands with the test: every try, newest first, the open one, and when another may begin."""

    tries: Sequence[KnowledgeTest]
    waits_until: datetime | None

    @property
    def open(self) -> KnowledgeTest | None:
        return next((each for each in self.tries if each.handed_in_at is None), None)

    @property
    def passed(self) -> bool:
        return any(each.passed for each in self.tries)


def scope(actor: Actor) -> Select[KnowledgeTest]:
    """The tests `actor` may see: their own."""
    return select(KnowledgeTest).where(KnowledgeTest.person_id == actor.person_id)


def get_test(db: Session, actor: Actor, test_id: uuid.UUID, *, lock: bool = False) -> KnowledgeTest:
    """One of the actor's own tests; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = scope(actor).where(KnowledgeTest.id == test_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found


def standing(db: Session, actor: Actor) -> Standing:
    """Where the actor stands with the test."""
    tries = db.scalars(scope(actor).order_by(KnowledgeTest.started_at.desc(), KnowledgeTest.id.desc())).all()
    last = tries[0] if tries else None
    if last is None or last.handed_in_at is None or last.passed:
        return Standing(tries, None)
    again = knowledge_test.retake_from(blueprint_of(last), last.handed_in_at)
    return Standing(tries, again if again > clock.now() else None)


def begin(db: Session, actor: Actor, key: str) -> KnowledgeTest:
    """A fresh test, or the one that is open. The same form sent twice is one try. Raises Forbidden, Conflict."""
    if Role.TRAINEE not in actor.roles:
        raise Forbidden(NOT_TAKING)
    at = standing(db, actor)
    if same := at.open or next((each for each in at.tries if each.key == key), None):
        return same
    if at.passed:
        raise Conflict(PASSED)
    if at.waits_until is not None:
        day = phrases.day(at.waits_until, settings.current().time_zone)
        raise Conflict(f"You can begin again on {day}. Until then, look at the lessons named under your last try.")
    made = _draw(actor, key, at.tries)
    made.extra_minutes = extra_time.minutes_more(db, actor, made.minutes)
    if not add_once(db, made):  # two at once: one counts
        return db.scalars(scope(actor).where(KnowledgeTest.handed_in_at.is_(None))).one()
    return made


def _draw(actor: Actor, key: str, tries: Sequence[KnowledgeTest]) -> KnowledgeTest:
    known = bank.current()
    items, blueprint, seed = known.items, known.get_blueprint(BLUEPRINT), uuid.uuid4().hex
    met: dict[str, int] = {}
    for name in (each["item"]["id"] for test in tries for each in test.drawn["items"]):
        met[name] = met.get(name, 0) + 1
    drawn = knowledge_test.draw(blueprint, items, seed, met)
    return KnowledgeTest(
        id=new_id(),
        person_id=actor.person_id,
        key=key,
        blueprint=blueprint.id,
        blueprint_version=blueprint.version,
        content_hash=blueprint.content_hash,
        seed=seed,
        drawn={
            "blueprint": blueprint.model_dump(mode="json", exclude_unset=True),
            "items": [
                {"item": items[each.item].model_dump(mode="json"), "shown": each.shown, "hash": each.content_hash}
                for each in drawn
            ],
        },
        minutes=blueprint.minutes,
        extra_minutes=0,
        started_at=clock.now(),
    )


def blueprint_of(test: KnowledgeTest) -> Blueprint:
    """The blueprint as it was when the test was drawn."""
    return Blueprint.model_validate(test.drawn["blueprint"])


def ends_at(test: KnowledgeTest) -> datetime | None:
    """When the time of a timed test is over, with the extra time of this try; None when nobody looks at a clock."""
    if test.minutes is None:
        return None
    return test.started_at + timedelta(minutes=test.minutes + test.extra_minutes)


def is_over(test: KnowledgeTest) -> bool:
    """Whether its time has run out."""
    end = ends_at(test)
    return end is not None and clock.now() >= end


def questions(db: Session, test: KnowledgeTest) -> list[Shown]:
    """Every question of a test that the caller holds through a scope, with what was saved."""
    rows = db.scalars(select(KnowledgeAnswer).where(KnowledgeAnswer.test_id == test.id))
    saved = {row.item_id: row for row in rows}
    return [_shown(test, number, saved) for number in range(1, len(test.drawn["items"]) + 1)]


def question(db: Session, test: KnowledgeTest, number: int) -> Shown:
    """One question of a test that the caller holds through a scope. Raises NotFound."""
    if not 1 <= number <= len(test.drawn["items"]):
        raise NotFound
    row = db.get(KnowledgeAnswer, (test.id, test.drawn["items"][number - 1]["item"]["id"]))
    return _shown(test, number, {row.item_id: row} if row else {})


def _shown(test: KnowledgeTest, number: int, saved: Mapping[str, KnowledgeAnswer]) -> Shown:
    drawn = test.drawn["items"][number - 1]
    item = _ITEM.validate_python(drawn["item"])
    row = saved.get(item.id)
    return Shown(number, item, tuple(drawn["shown"]), _read(row.answer) if row else Answer(), row.version if row else 0)


def save(db: Session, actor: Actor, test_id: uuid.UUID, number: int, answer: Answer, version: int) -> int:
    """Keep an answer, and give its version. The same answer twice is one.

    Raises NotFound, Conflict, OldPage, Invalid.
    """
    test = get_test(db, actor, test_id, lock=True)
    shown = question(db, test, number)
    if test.handed_in_at is not None:
        raise Conflict(CLOSED)
    if is_over(test):
        raise Conflict(OVER)
    try:
        knowledge_test.check_answer(shown.item, answer)
    except BadAnswer as error:
        raise Invalid({"answer": str(error)}) from None
    if answer == shown.answer:
        return shown.version
    if shown.version != version:
        raise OldPage(ELSEWHERE, shown.version, shown.answer)
    row = db.get(KnowledgeAnswer, (test.id, shown.item.id))
    if row is None:
        row = KnowledgeAnswer(test_id=test.id, item_id=shown.item.id, version=0)
        db.add(row)
    row.answer, row.version, row.answered_at = _write(answer), row.version + 1, clock.now()
    db.flush()
    return row.version


def hand_in(db: Session, actor: Actor, test_id: uuid.UUID) -> KnowledgeTest:
    """Judge what was saved, once. Handed in twice is handed in. Raises NotFound."""
    test = get_test(db, actor, test_id, lock=True)
    if test.handed_in_at is not None:
        return test
    result = judge(test, questions(db, test))
    test.handed_in_at, test.passed = clock.now(), result.passed
    test.points = {each.item.id: str(each.points) for each in result.marked}
    db.flush()
    return test


def judge(test: KnowledgeTest, shown: Sequence[Shown]) -> Result:
    """What the saved answers come to, under the text that was answered."""
    answers = {each.item.id: each.answer for each in shown}
    return knowledge_test.judge(blueprint_of(test), [each.item for each in shown], answers)


def list_points(db: Session) -> list[dict[str, Fraction]]:
    """The points of every test that was handed in, by item and text, and by nobody's name."""
    chosen = select(KnowledgeTest.drawn, KnowledgeTest.points).where(KnowledgeTest.handed_in_at.is_not(None))
    found = []
    for drawn, points in db.execute(chosen):
        texts = {each["item"]["id"]: f"{each['item']['id']} {each['hash'][:8]}" for each in drawn["items"]}
        found.append({texts[name]: Fraction(got) for name, got in points.items()})
    return found


def _write(answer: Answer) -> dict[str, Any]:
    return {
        "keys": list(answer.keys),
        "pairs": [list(pair) for pair in answer.pairs],
        "text": answer.text,
        "sure": answer.sure,
    }


def _read(kept: Mapping[str, Any]) -> Answer:
    pairs = tuple((left, right) for left, right in kept["pairs"])
    return Answer(tuple(kept["keys"]), pairs, kept["text"], kept["sure"])
