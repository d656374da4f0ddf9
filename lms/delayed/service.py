"""Where somebody stands with the check of a module, and which modules have held a day later."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessments import delayed
from assessments.delayed import DelayedCheck, Past
from courses import catalogue
from courses.schema import Lesson, Module
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.delayed.models import DelayedTry
from lms.exercises import practised
from lms.learning import service as learning


@dataclass(frozen=True, slots=True)
class HeldModule:
    """A module that held a day later, and the text under which it was judged."""

    module_id: str
    at: datetime
    version: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class ModuleState:
    """Where somebody stands with one module: what they read and practised, and whether it held a day later.

    `check` is None where the module has none. `opens_at` is when a try may begin, once every lesson is done.
    """

    module: Module
    done: int
    following: Lesson | None  # the first that is not done
    practised_at: datetime | None
    finished_at: datetime | None  # the last lesson, once all are done
    tries: Sequence[DelayedTry]  # the newest first
    check: DelayedCheck | None
    opens_at: datetime | None

    @property
    def has_exercises(self) -> bool:
        return any(lesson.activities for lesson in self.module.lessons)

    @property
    def is_read(self) -> bool:
        return self.finished_at is not None

    @property
    def left(self) -> int:
        return len(self.module.lessons) - self.done

    @property
    def current(self) -> DelayedTry | None:
        """The try that is under way: begun and not sent, or sent and not judged."""
        return next((each for each in self.tries if each.judged_at is None), None)

    @property
    def held_at(self) -> datetime | None:
        """When it held for the first time. A later “not yet” takes nothing away."""
        return min((each.judged_at for each in self.tries if each.held and each.judged_at), default=None)

    @property
    def counts(self) -> bool:
        """Whether the module counts: by its check, or by its lessons where it has no check."""
        return self.held_at is not None if self.check else self.is_read

    @property
    def is_open(self) -> bool:
        """Whether a try may begin now."""
        return self.current is None and self.opens_at is not None and self.opens_at <= clock.now()


def scope(actor: Actor) -> Select[DelayedTry]:
    """The tries whose answers `actor` may read and change: their own."""
    return select(DelayedTry).where(DelayedTry.person_id == actor.person_id)


def overview(db: Session, actor: Actor) -> dict[str, ModuleState]:
    """Where the actor stands with every module, by its id, in two queries."""
    return _states(db, actor, catalogue.current().modules, learning.done_lessons(db, actor.person_id))


def get_state(db: Session, actor: Actor, module_id: str) -> ModuleState:
    """Where the actor stands with a module that has a check. Raises NotFound."""
    found = next((each for each in catalogue.current().modules if each.id == module_id), None)
    if found is None or module_id not in delayed.current_checks():
        raise NotFound
    return _states(db, actor, [found], learning.done_lessons(db, actor.person_id))[module_id]


def list_opened(db: Session, actor: Actor, done: Mapping[str, datetime]) -> list[ModuleState]:
    """The checks that have opened for the actor and did not hold yet. `done` are their lessons; where no module with a
    check is read to its end, nobody asks the database."""
    checks = delayed.current_checks()
    read = [each for each in catalogue.current().modules if each.id in checks and _finished_at(each, done)]
    if not read:
        return []
    return [each for each in _states(db, actor, read, done).values() if each.is_open and each.held_at is None]


def held_modules(db: Session, person_id: uuid.UUID) -> list[HeldModule]:
    """Every module of the person that held a day later, once for each time, for callers who hold the id by a scope."""
    chosen = select(DelayedTry).where(DelayedTry.person_id == person_id, DelayedTry.held.is_(True))
    rows = db.scalars(chosen.order_by(DelayedTry.judged_at, DelayedTry.id))
    return [HeldModule(r.module_id, r.judged_at, r.check_version, r.content_hash) for r in rows if r.judged_at]


def _states(
    db: Session, actor: Actor, modules: Collection[Module], done: Mapping[str, datetime]
) -> dict[str, ModuleState]:
    somebody = select(practised.practised_in_lines().label("lines")).subquery()
    mine = scope(actor).whereclause
    asked = select(somebody.c.lines, DelayedTry).select_from(somebody).outerjoin(DelayedTry, mine)
    newest_first = asked.order_by(DelayedTry.started_at.desc(), DelayedTry.id.desc())
    rows = db.execute(newest_first, {"practised_by": actor.person_id}).all()
    tries = [each for _, each in rows if each is not None]
    times = practised.last_practised(rows[0][0], modules)
    return {
        each.id: _state(each, done, times.get(each.id), [row for row in tries if row.module_id == each.id])
        for each in modules
    }


def _state(
    module: Module, done: Mapping[str, datetime], practised_at: datetime | None, tries: Sequence[DelayedTry]
) -> ModuleState:
    check, finished_at = delayed.current_checks().get(module.id), _finished_at(module, done)
    opens_at = None
    if check is not None and finished_at is not None:
        last = max(finished_at, practised_at or finished_at)
        opens_at = delayed.opens_at(check, last, past_of(tries))
    return ModuleState(
        module=module,
        done=sum(lesson.id in done for lesson in module.lessons),
        following=next((lesson for lesson in module.lessons if lesson.id not in done), None),
        practised_at=practised_at,
        finished_at=finished_at,
        tries=tries,
        check=check,
        opens_at=opens_at,
    )


def _finished_at(module: Module, done: Mapping[str, datetime]) -> datetime | None:
    """When the last of all its lessons was finished; None while one is left."""
    if any(lesson.id not in done for lesson in module.lessons):
        return None
    return max(done[lesson.id] for lesson in module.lessons)


def past_of(tries: Sequence[DelayedTry]) -> list[Past]:
    """The tries that were sent, oldest first, as the rules read them."""
    sent = [(each.sent_at, each) for each in reversed(tries) if each.sent_at]
    return [Past(form=each.form, sent_at=at, held=bool(each.held)) for at, each in sent]
