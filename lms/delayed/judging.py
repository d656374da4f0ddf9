"""Judging what was written: by a trainer of the provider, who reads neither what the key says nor what a machine does.

Nobody judges themself, and nobody a person with whom they sit in a circle. That they are not the line manager either,
the house cannot know: whoever judges says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from assessments import delayed
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.forms import UNSIGNED
from lms.delayed import answering, rules
from lms.delayed.models import DelayedTry
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup
from lms.messages import service as messages
from lms.people import service as people
from lms.people.models import Person
from lms.register import service as register


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers that wait to be judged: whose they are, of which check, since when."""

    id: uuid.UUID
    name: str
    title: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says of one written answer: that it does it, or what is not there yet."""

    met: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class ToJudge:
    """What a judge reads: the written tasks with their criteria and what was answered, and nothing else of the try."""

    row: DelayedTry
    name: str
    tasks: Sequence[answering.Shown]


def scope(actor: Actor) -> Select[DelayedTry]:
    """The sent tries that `actor` may judge or has judged: of their provider, of nobody who is near to them."""
    theirs = groups.ids_sat_in(actor)
    member = exists().where(
        GroupMember.person_id == DelayedTry.person_id, GroupMember.left_on.is_(None), GroupMember.group_id.in_(theirs)
    )
    facilitator = exists().where(PeerGroup.facilitator_id == DelayedTry.person_id, PeerGroup.id.in_(theirs))
    return select(DelayedTry).where(
        DelayedTry.sent_at.is_not(None),
        DelayedTry.provider_id.in_(actor.organisations(Role.TRAINER)),
        DelayedTry.person_id != actor.person_id,
        ~member,
        ~facilitator,
    )


def list_waiting(db: Session, actor: Actor) -> list[Waiting]:
    """What waits for the actor's view, the oldest first, in one query."""
    chosen = scope(actor).where(DelayedTry.judged_at.is_(None)).join(Person, Person.id == DelayedTry.person_id)
    rows = db.execute(
        chosen.order_by(DelayedTry.sent_at, DelayedTry.id).with_only_columns(
            DelayedTry.id, Person.name, DelayedTry.pinned, DelayedTry.sent_at
        )
    )
    return [Waiting(try_id, name, pinned["title"], sent_at) for try_id, name, pinned, sent_at in rows]


def get_to_judge(db: Session, actor: Actor, try_id: uuid.UUID, *, lock: bool = False) -> ToJudge:
    """One of them. Raises NotFound, and Conflict where it is judged."""
    row = _get(db, actor, try_id, lock=lock)
    if row.judged_at is not None:
        who = "You have" if row.judged_by == actor.person_id else f"{_name(db, row.judged_by)} has"
        raise Conflict(f"{who} judged this check. What was said of it stands.")
    return ToJudge(row, people.get_person(db, row.person_id).name, _written(db, row))


def tasks_to_judge(db: Session, actor: Actor, try_id: uuid.UUID) -> list[answering.Shown]:
    """What a form of verdicts is about, also once it is judged: the same form may be sent twice. Raises NotFound."""
    return _written(db, _get(db, actor, try_id))


def _written(db: Session, row: DelayedTry) -> list[answering.Shown]:
    return [each for each in answering.tasks(db, row) if not each.is_choice]


def judge(
    db: Session, actor: Actor, try_id: uuid.UUID, verdicts: Mapping[str, Verdict], *, free: bool, proof: str
) -> DelayedTry:
    """Say of each written answer whether it does it; with the key it makes the result. The same twice is once.

    Raises NotFound, Conflict, Invalid.
    """
    row = _get(db, actor, try_id, lock=True)
    if row.judged_by == actor.person_id and row.verdicts == _kept(verdicts):
        return row
    found = get_to_judge(db, actor, try_id)
    _check(found, verdicts, free=free, proof=proof)
    form, answers = answering.form_of(row), answering.answers_of(db, row)
    met = {name for name, said in verdicts.items() if said.met}
    outcome = delayed.judge(form, answering.passes_of(row), answers, met)
    kept = _kept(verdicts)
    _tell(db, row)
    leaf = register.append(
        db,
        actor,
        kind=rules.KIND,
        subject_kind="delayed_try",
        subject_id=row.id,
        payload=rules.payload(row, answers, kept, held=outcome.held),
        meaning=rules.MEANING,
        authenticated_by=proof,
    )
    row.verdicts, row.again, row.held = kept, list(outcome.again), outcome.held
    row.judged_by, row.authenticated_by = actor.person_id, proof
    row.judged_at, row.leaf_seq = leaf.at, leaf.seq
    db.flush()
    return row


def _get(db: Session, actor: Actor, try_id: uuid.UUID, *, lock: bool = False) -> DelayedTry:
    chosen = scope(actor).where(DelayedTry.id == try_id)
    found = db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound
    return found


def _name(db: Session, person_id: uuid.UUID | None) -> str:
    return people.get_person(db, person_id).name if person_id else "Somebody"


def _check(found: ToJudge, verdicts: Mapping[str, Verdict], *, free: bool, proof: str) -> None:
    wrong: dict[str, str] = {}
    for each in found.tasks:
        said = verdicts.get(each.task.id)
        if said is None:
            wrong[f"verdict-{each.task.id}"] = rules.NO_VERDICT
        elif not said.met and not said.why:
            wrong[f"why-{each.task.id}"] = rules.NO_WHY
        elif said.met and not each.answer:
            wrong[f"verdict-{each.task.id}"] = "Nothing was written here, so it cannot be there yet."
    if not free:
        wrong["free"] = rules.NOT_FREE
    if not proof:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def _kept(verdicts: Mapping[str, Verdict]) -> dict[str, dict[str, object]]:
    return {name: {"met": said.met, "why": "" if said.met else said.why} for name, said in sorted(verdicts.items())}


def _tell(db: Session, row: DelayedTry) -> None:
    """The letter says that there is a result, and never which."""
    messages.send(
        db,
        "delayed_judged",
        person_id=row.person_id,
        organisation_id=row.provider_id,
        title=row.pinned["title"],
        link=messages.link(f"/checks/tries/{row.id}"),
    )
