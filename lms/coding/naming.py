"""Naming the two who code: trainers of the provider who agree well enough with others and do not sit in the circle."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assessments import calibration as rules
from assessments.calibration import Agreement
from assessments.wording import listed
from lms.coding import independence, service
from lms.coding.models import CodingCoder, CodingLabel, CodingSample, CodingTurn
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.messages import service as messages
from lms.people import service as people
from lms.practice import calibration

KIND = "kappa_open_closed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trainer of the provider, and why they cannot code this circle's turns; nothing when they can."""

    person_id: uuid.UUID
    name: str
    fault: str


def list_candidates(db: Session, sample: CodingSample, namer: uuid.UUID | None = None) -> list[Candidate]:
    """Every trainer of the provider of a sample the caller holds through a scope, by name. Of what somebody says,
    nobody reads who trains them, is tied to them, or knows whose it is, as the `namer` does.
    """
    group = db.get_one(PeerGroup, sample.group_id)
    trainers = people.people_with(db, Role.TRAINER, [group.provider_id])
    sit = {each.person_id for each in service.seats(db, sample)} | _sitting_now(db, group)
    tied = independence.ties(db, sample, group, sample.person_id, namer) if sample.person_id else {}
    known = calibration.agreements(db, [group.provider_id])
    asked = _about_questions(calibration.asked_by(db, [group.provider_id])[group.provider_id])
    today = calibration.today()
    out = []
    for person_id, name in trainers.items():
        standing = rules.soonest(rules.judge(each, known[person_id, group.provider_id], today) for each in asked)
        fault = "sits in this circle" if person_id in sit else tied.get(person_id, "")
        if not fault and standing and standing.faults:
            fault = listed(standing.faults)
        out.append(Candidate(person_id, name, fault))
    return out


def _sitting_now(db: Session, group: PeerGroup) -> set[uuid.UUID | None]:
    return {group.facilitator_id, *(each.person_id for each in groups.list_members(db, group.id))}


def _about_questions(asked: Sequence[rules.Calibration]) -> list[rules.Calibration]:
    """Of what the standards ask of assessors, the part that is about telling open questions from closed ones."""
    found = []
    for each in asked:
        figures = tuple(figure for figure in each.figures if figure.kind == KIND)
        if figures:
            found.append(each.model_copy(update={"figures": figures}))
    return found


def figure_of(db: Session, sample: CodingSample, person_id: uuid.UUID) -> Agreement:
    """A coder's figures of agreement as they stand today."""
    provider_id = db.get_one(PeerGroup, sample.group_id).provider_id
    return calibration.agreements(db, [provider_id], person_id)[person_id, provider_id]


def list_coders(db: Session, sample_id: uuid.UUID) -> Sequence[CodingCoder]:
    """The coders of a sample the caller holds through a scope, in order."""
    return db.scalars(select(CodingCoder).where(CodingCoder.sample_id == sample_id).order_by(CodingCoder.place)).all()


def name_coders(
    db: Session, actor: Actor, group_id: uuid.UUID, sample_id: uuid.UUID, first: uuid.UUID, second: uuid.UUID
) -> None:
    """Name the two who code, or somebody in place of one who cannot go on. Whoever stays keeps their labels.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    group = service.get_to_name(db, actor, group_id)
    sample = service.get_sample(db, actor, group_id, sample_id, lock=True)
    service.require(sample, "coding", "comparing")
    candidates = {each.person_id: each for each in list_candidates(db, sample, actor.person_id)}
    _check(candidates, first, second)
    there = {each.person_id: each for each in list_coders(db, sample.id)}
    leaving = [row for person_id, row in there.items() if person_id not in (first, second)]
    _check_leaving(leaving, candidates)
    for row in leaving:
        _drop(db, sample, row)
    free = iter(sorted({1, 2} - {row.place for row in there.values() if row not in leaving}))
    for person_id in (first, second):
        if person_id not in there:
            now = clock.now()
            db.add(
                CodingCoder(
                    sample_id=sample.id, person_id=person_id, place=next(free), named_by=actor.person_id, named_at=now
                )
            )
            _tell(db, actor, group, sample, person_id)
    db.flush()


def _check(candidates: dict[uuid.UUID, Candidate], first: uuid.UUID, second: uuid.UUID) -> None:
    wrong: dict[str, str] = {}
    for field, person_id in (("first", first), ("second", second)):
        found = candidates.get(person_id)
        if found is None:
            wrong[field] = "Choose one of the trainers on the list."
        elif found.fault:
            wrong[field] = f"{found.name} cannot code here: {found.fault}."
    if first == second:
        wrong.setdefault("second", "Choose two people. One person twice agrees with themself.")
    if wrong:
        raise Invalid(wrong)


def _check_leaving(leaving: Sequence[CodingCoder], candidates: dict[uuid.UUID, Candidate]) -> None:
    """Labels that are finished stand, unless their coder can no longer speak for them."""
    for row in leaving:
        able = row.person_id in candidates and not candidates[row.person_id].fault
        if able and row.finished_at is not None:
            name = candidates[row.person_id].name
            raise Conflict(f"{name} has finished, and what they labelled stands. Name somebody in place of the other.")


def _drop(db: Session, sample: CodingSample, row: CodingCoder) -> None:
    """A coder leaves: their labels fall away, and what the two had settled was not settled by these two."""
    db.execute(delete(CodingLabel).where(CodingLabel.coder_id == row.id))
    db.execute(delete(CodingCoder).where(CodingCoder.id == row.id))
    for turn in db.scalars(select(CodingTurn).where(CodingTurn.sample_id == sample.id)):
        turn.openness = turn.advice = None
    sample.state = "coding"
    sample.proposed_by, sample.proposed_at, sample.proposed_proof = None, None, ""
    sample.version += 1
    db.flush()


def _tell(db: Session, actor: Actor, group: PeerGroup, sample: CodingSample, person_id: uuid.UUID) -> None:
    if person_id == actor.person_id:
        return
    messages.send(
        db,
        "coding_named" if sample.person_id is None else "own_turns_named",
        person_id=person_id,
        organisation_id=group.provider_id,
        named_by=actor.name,
        **({"group": group.name} if sample.person_id is None else {}),
        link=messages.link(f"/coding/{sample.id}"),
    )
