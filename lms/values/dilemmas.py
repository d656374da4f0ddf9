"""Dilemmas, for whoever writes: drafts of five parts, sending one at a time, and what was judged."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assessments import dilemmas as judged_by
from assessments.dilemmas import PARTS, Dilemma, Dilemmas, current_dilemmas, get_dilemmas
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, OldPage, Stale
from lms.core.site_days import day_of
from lms.learning import service as learning
from lms.values.rules import ELSEWHERE
from lms.values.written_models import DilemmaAnswer, DilemmaDraft

Texts = Mapping[str, str]

WAITS = "You have sent this dilemma. It can be changed when it has been judged and something is not there yet."
RIGHT = "This dilemma is judged, and enough is there. It need not be sent again."
NOBODY = "Dilemmas are judged by a trainer of your training, and no training of yours is under way. Your draft is kept."
UNCHANGED = "This is what you sent before. Change what was not there yet, and send it again."
NEW_TEXT = "The text of this dilemma changed while your page was open. Read it once more before you send."


@dataclass(frozen=True, slots=True)
class Mine:
    """One dilemma as it stands with somebody: what they sent, oldest first, and what they are writing."""

    pack: Dilemmas
    dilemma: Dilemma
    answers: Sequence[DilemmaAnswer]
    draft: DilemmaDraft | None

    @property
    def last(self) -> DilemmaAnswer | None:
        return self.answers[-1] if self.answers else None

    @property
    def status(self) -> str:
        """“waits”, “right”, “not yet”, “begun” or “new”."""
        if self.last is None:
            return "begun" if self.draft else "new"
        if self.last.judged_at is None:
            return "waits"
        return "right" if self.last.is_right else "not yet"

    @property
    def closed(self) -> str:
        """Why nothing can be written now; empty when it can."""
        return {"waits": WAITS, "right": RIGHT}.get(self.status, "")

    @property
    def written(self) -> dict[str, str]:
        """What stands in the form: the draft, or else what was sent last."""
        kept = self.draft.parts if self.draft else self.last.parts if self.last else {}
        return {part: kept.get(part, "") for part in PARTS}

    @property
    def version(self) -> int:
        """The number of the draft, 0 for none."""
        return self.draft.version if self.draft else 0


def look(db: Session, actor: Actor) -> list[Mine]:
    """Today's six dilemmas as they stand with the actor."""
    pack = current_dilemmas()
    drafts = {
        each.dilemma: each for each in db.scalars(select(DilemmaDraft).where(DilemmaDraft.person_id == actor.person_id))
    }
    answers = answers_of(db, actor.person_id)
    return [
        Mine(pack, each, [one for one in answers if one.dilemma == each.id], drafts.get(each.id))
        for each in pack.dilemmas
    ]


def get_mine(db: Session, actor: Actor, dilemma_id: str) -> Mine:
    """One of them. Raises NotFound."""
    found = next((each for each in look(db, actor) if each.dilemma.id == dilemma_id), None)
    if found is None:
        raise NotFound
    return found


def answers_of(db: Session, person_id: uuid.UUID) -> Sequence[DilemmaAnswer]:
    """Everything somebody sent, oldest first."""
    chosen = select(DilemmaAnswer).where(DilemmaAnswer.person_id == person_id)
    return db.scalars(chosen.order_by(DilemmaAnswer.sent_at, DilemmaAnswer.number)).all()


def dilemmas_passed(db: Session, person_id: uuid.UUID) -> tuple[date, int] | None:
    """The day on which enough dilemmas were right, and the version of the text under which the last was judged."""
    right: set[str] = set()
    rows = [each for each in answers_of(db, person_id) if each.is_right and each.judged_at is not None]
    for each in sorted(rows, key=lambda row: (row.judged_at, row.id)):
        right.add(each.dilemma)
        if each.judged_at and judged_by.is_passed(get_dilemmas(each.pack_version), right):
            day = day_of(each.judged_at)
            return day, each.pack_version
    return None


def keep(db: Session, actor: Actor, dilemma_id: str, seen: int, parts: Texts) -> int:
    """Keep a draft, and give its version. The same words twice are one. Raises NotFound, Conflict, OldPage."""
    mine, draft = _hold(db, actor, dilemma_id)
    if mine.closed or draft is None:
        raise Conflict(mine.closed or WAITS)
    if draft.version != seen:
        if draft.version and draft.parts == dict(parts):
            return draft.version
        raise OldPage(ELSEWHERE, draft.version, draft.parts)
    draft.parts, draft.version, draft.changed_at = dict(parts), seen + 1, clock.now()
    db.flush()
    return draft.version


def _hold(db: Session, actor: Actor, dilemma_id: str) -> tuple[Mine, DilemmaDraft | None]:
    """The dilemma with its draft, to which nobody else writes until the transaction ends; none where it is closed.

    A draft that is new begins with what was sent last. One that was used up while we waited is none any more.
    """
    before = get_mine(db, actor, dilemma_id)
    if before.closed:
        return before, None
    which = {"person_id": actor.person_id, "dilemma": dilemma_id}
    if before.draft is None:
        begun = dict(before.last.parts) if before.last else {}
        add_once(db, DilemmaDraft(**which, parts=begun, version=0, changed_at=clock.now()))
    chosen = select(DilemmaDraft).filter_by(**which).with_for_update()
    draft = db.scalars(chosen.execution_options(populate_existing=True)).one_or_none()
    return get_mine(db, actor, dilemma_id), draft


def send(
    db: Session, actor: Actor, dilemma_id: str, key: uuid.UUID, seen: int, pack_version: int, parts: Texts
) -> DilemmaAnswer:
    """Send one dilemma to be judged, and use its draft up. The same form twice is one sending.

    Raises NotFound, Conflict, Forbidden, Stale, OldPage, Invalid.
    """
    mine, draft = _hold(db, actor, dilemma_id)
    if same := next((each for each in mine.answers if each.key == key), None):
        if draft is not None and draft.version == 0:
            db.delete(draft)
        return same
    if mine.closed or draft is None:
        raise Conflict(mine.closed or WAITS)
    enrolment = learning.find_enrolment(db, actor, actor.person_id)
    if enrolment is None:
        raise Forbidden(NOBODY)
    _check(mine, draft, seen, pack_version, parts)
    made = DilemmaAnswer(
        key=key,
        person_id=actor.person_id,
        provider_id=enrolment.provider_id,
        dilemma=dilemma_id,
        number=len(mine.answers) + 1,
        pack_version=mine.pack.version,
        pack_hash=mine.pack.content_hash,
        parts=dict(parts),
        sent_at=clock.now(),
        marks={},
        authenticated_by="",
    )
    if not add_once(db, made):  # two at once: one counts
        raise Conflict(WAITS)
    db.execute(delete(DilemmaDraft).filter_by(person_id=actor.person_id, dilemma=dilemma_id))
    return made


def _check(mine: Mine, draft: DilemmaDraft, seen: int, pack_version: int, parts: Texts) -> None:
    """Raises Stale, OldPage, Invalid where the page was older than what stands, or nothing is new."""
    if pack_version != mine.pack.version:
        raise Stale((NEW_TEXT,))
    if draft.version != seen and draft.parts != dict(parts):
        raise OldPage(ELSEWHERE, draft.version, draft.parts)
    if mine.last is not None and mine.last.parts == dict(parts):
        raise Invalid({"tension": UNCHANGED})
