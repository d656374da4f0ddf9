"""One try at a check: begin it, answer in any order, send it. Nobody is told on the way what is right."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import delayed
from assessments.delayed import ChoiceTask, DelayedCheck, Form, Passes, Past, Waits, WrittenTask
from courses import catalogue
from lms.core import clock, phrases, settings
from lms.core.actor import Actor, Role
from lms.core.db import add_once, new_id
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, OldPage
from lms.delayed import rules, service
from lms.delayed.models import DelayedAnswer, DelayedTry
from lms.delayed.service import ModuleState
from lms.exercises import practised
from lms.learning import service as learning

Task = ChoiceTask | WrittenTask


ELSEWHERE = "You answered this in another browser. What is saved there is below, what you have here above."


@dataclass(frozen=True, slots=True)
class Shown:
    """One task as it is on the page: the choices in their order, and what was saved."""

    number: int
    task: Task
    options: tuple[tuple[str, str], ...]
    answer: str
    version: int

    @property
    def is_choice(self) -> bool:
        return isinstance(self.task, ChoiceTask)

    @property
    def parted(self) -> tuple[str, str]:
        """What comes before the heading, and the heading: a question to choose for, or that one writes."""
        return delayed.split(self.task.prompt) if self.is_choice else (self.task.prompt, "In your own words")

    def in_words(self, answer: str) -> str:
        """An answer as it is read."""
        return dict(self.options).get(answer, answer) if self.is_choice else answer


def get_try(db: Session, actor: Actor, try_id: uuid.UUID, *, lock: bool = False) -> DelayedTry:
    """One of the actor's own tries; with `lock`, one change of it at a time. Raises NotFound."""
    chosen = service.scope(actor).where(DelayedTry.id == try_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found


def begin(db: Session, actor: Actor, module_id: str, key: str) -> DelayedTry:
    """A fresh try, or the open one. The same form sent twice is one try. Raises NotFound, Forbidden, Conflict."""
    state = service.get_state(db, actor, module_id)
    enrolment = learning.find_enrolment(db, actor, actor.person_id)
    if Role.TRAINEE not in actor.roles or enrolment is None:
        raise Forbidden(rules.NOT_TAKING)
    same = next((each for each in state.tries if each.key == key), None)
    if same is not None:
        return same
    if state.current is not None:
        if state.current.sent_at is not None:
            raise Conflict(rules.UNDER_WAY)
        return state.current
    made = _made(actor, enrolment.provider_id, _opened(state), service.past_of(state.tries), key)
    if not add_once(db, made):  # two at once: one counts
        mine = service.scope(actor).where(DelayedTry.module_id == module_id, DelayedTry.judged_at.is_(None))
        there = db.scalar(mine)
        if there is None:
            raise Conflict(rules.USED)
        return there
    return made


def _opened(state: ModuleState) -> DelayedCheck:
    """The check of a module, once a try may begin. Raises Conflict."""
    if state.opens_at is None or state.check is None:
        raise Conflict(rules.LESSONS_LEFT)
    if not state.is_open:
        raise Conflict(f"It opens {when(state.opens_at)}.")
    return state.check


def when(at: datetime) -> str:
    """“on Sunday 29 November at 19:40”, by the clock of the site, never a minute too early."""
    zone = settings.current().time_zone
    up = at if at.second == at.microsecond == 0 else at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return f"on {up.astimezone(ZoneInfo(zone)):%A} {phrases.day(up, zone)} at {phrases.hour(up, zone)}"


def _made(actor: Actor, provider_id: uuid.UUID, check: DelayedCheck, past: Sequence[Past], key: str) -> DelayedTry:
    form = delayed.next_form(check, past)
    order = random.Random(f"{actor.person_id}{key}")  # noqa: S311 - an order of answers is no secret
    shown = {each.id: order.sample([o.key for o in each.options], len(each.options)) for each in form.choices}
    return DelayedTry(
        id=new_id(),
        person_id=actor.person_id,
        provider_id=provider_id,
        key=key,
        module_id=check.module,
        check_version=check.version,
        content_hash=check.content_hash,
        form=form.id,
        pinned={
            "title": check.title,
            "passes": check.passes.model_dump(mode="json"),
            "waits": check.waits.model_dump(mode="json"),
            "form": form.model_dump(mode="json"),
            "shown": shown,
        },
        started_at=clock.now(),
    )


def form_of(row: DelayedTry) -> Form:
    """The form as it was when the try began."""
    return Form.model_validate(row.pinned["form"])


def passes_of(row: DelayedTry) -> Passes:
    """What it took when the try began."""
    return Passes.model_validate(row.pinned["passes"])


def ends_at(row: DelayedTry) -> datetime:
    """Until when answers can be changed."""
    return delayed.ends_at(Waits.model_validate(row.pinned["waits"]), row.started_at)


def is_over(row: DelayedTry) -> bool:
    """Whether its time has run out."""
    return clock.now() >= ends_at(row)


def answers_of(db: Session, row: DelayedTry) -> dict[str, str]:
    """What was saved, by task, of a try that the caller holds through a scope."""
    chosen = select(DelayedAnswer.task_id, DelayedAnswer.answer).where(DelayedAnswer.try_id == row.id)
    return {each.task_id: each.answer for each in db.execute(chosen)}


def tasks(db: Session, row: DelayedTry) -> list[Shown]:
    """Every task of a try that the caller holds through a scope, with what was saved."""
    saved = {each.task_id: each for each in db.scalars(select(DelayedAnswer).where(DelayedAnswer.try_id == row.id))}
    return [_shown(row, number, task, saved) for number, task in enumerate(form_of(row).tasks, 1)]


def get_task(db: Session, row: DelayedTry, number: int) -> Shown:
    """One task of a try that the caller holds through a scope. Raises NotFound."""
    every = form_of(row).tasks
    if not 1 <= number <= len(every):
        raise NotFound
    task = every[number - 1]
    saved = db.get(DelayedAnswer, (row.id, task.id))
    return _shown(row, number, task, {task.id: saved} if saved else {})


def _shown(row: DelayedTry, number: int, task: Task, saved: Mapping[str, DelayedAnswer]) -> Shown:
    options: tuple[tuple[str, str], ...] = ()
    if isinstance(task, ChoiceTask):
        texts = {each.key: each.text for each in task.options}
        options = tuple((key, texts[key]) for key in row.pinned["shown"][task.id])
    there = saved.get(task.id)
    return Shown(number, task, options, there.answer if there else "", there.version if there else 0)


def save(db: Session, actor: Actor, try_id: uuid.UUID, number: int, answer: str, version: int) -> int:
    """Keep an answer, and give its version. The same answer twice is one.

    Raises NotFound, Conflict, OldPage, Invalid.
    """
    row = get_try(db, actor, try_id, lock=True)
    shown = get_task(db, row, number)
    _check_open(db, actor, row)
    if is_over(row):
        raise Conflict(rules.OVER)
    if fault := _fault(shown, answer):
        raise Invalid({"answer": fault})
    if answer == shown.answer:
        return shown.version
    if shown.version != version:
        raise OldPage(ELSEWHERE, shown.version, shown.answer)
    there = db.get(DelayedAnswer, (row.id, shown.task.id))
    if there is None:
        there = DelayedAnswer(try_id=row.id, task_id=shown.task.id, version=0)
        db.add(there)
    there.answer, there.version, there.answered_at = answer, there.version + 1, clock.now()
    db.flush()
    return there.version


def _check_open(db: Session, actor: Actor, row: DelayedTry) -> None:
    """Answers count that are given a day after the last practice, also where somebody practised in between."""
    if row.sent_at is not None:
        raise Conflict(rules.SENT)
    opens = paused_until(db, actor, row)
    if opens is not None:
        raise Conflict(f"You practised this module after you had begun. You can go on {when(opens)}.")


def paused_until(db: Session, actor: Actor, row: DelayedTry) -> datetime | None:
    """When a try that is open goes on, where its person practised the module meanwhile."""
    module = next((each for each in catalogue.current().modules if each.id == row.module_id), None)
    lines = db.scalar(select(practised.practised_in_lines()), {"practised_by": actor.person_id})
    last = practised.last_practised(lines, [module] if module else []).get(row.module_id)
    if last is None or last <= row.started_at:
        return None
    opens = last + timedelta(hours=Waits.model_validate(row.pinned["waits"]).hours)
    return opens if opens > clock.now() else None


def _fault(shown: Shown, answer: str) -> str:
    if not answer:
        return rules.EMPTY_CHOICE if shown.is_choice else rules.EMPTY_WRITTEN
    if shown.is_choice and answer not in dict(shown.options):
        return rules.UNKNOWN_CHOICE
    if len(answer) > delayed.LONGEST_ANSWER:
        return f"This is {len(answer):,} characters long. Shorten it to {delayed.LONGEST_ANSWER:,} or fewer."
    return ""


def send(db: Session, actor: Actor, try_id: uuid.UUID) -> DelayedTry:
    """Hand the answers over, once. The key judges the choices, and says nothing yet. Raises NotFound, Conflict."""
    row = get_try(db, actor, try_id, lock=True)
    if row.sent_at is not None:
        return row
    _check_open(db, actor, row)
    row.points = len(delayed.right_choices(form_of(row), answers_of(db, row)))
    row.sent_at = clock.now()
    db.flush()
    return row
