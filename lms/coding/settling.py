"""When both have finished: how far they agreed, settling where they differ, and the result that both sign."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assessments import coding
from assessments.coding import Agreed, Label
from lms.coding import labelling, naming, rules, service
from lms.coding.labelling import ShownTurn
from lms.coding.models import CodingCoder, CodingResult, CodingSample, CodingTurn, CodingWords
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.forms import UNSIGNED
from lms.groups.models import PeerGroup
from lms.register import service as register


class OldComparison(Conflict):
    """What two are settling changed while the page was open."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A turn with what each of the two made of it, the first coder's before the second's."""

    turn: ShownTurn
    first: Label
    second: Label

    @property
    def on_openness(self) -> bool:
        return self.first.openness != self.second.openness

    @property
    def on_advice(self) -> bool:
        return self.first.advice != self.second.advice

    @property
    def differs(self) -> bool:
        return self.on_openness or self.on_advice

    @property
    def choices(self) -> tuple[str, ...]:
        """What openness may be settled as: what either said, or that nobody can tell."""
        return tuple(dict.fromkeys((self.first.openness, self.second.openness, "unsure")))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two finished readings of one sample."""

    sample: CodingSample
    coders: Sequence[CodingCoder]
    pairs: Sequence[Pair]
    openness: Agreed
    advice: Agreed
    settled: Mapping[uuid.UUID, Label]

    @property
    def differing(self) -> list[Pair]:
        return [each for each in self.pairs if each.differs]


def compare(db: Session, actor: Actor, sample_id: uuid.UUID, *, lock: bool = False) -> Comparison:
    """Both readings, for the two who made them, once both have finished. Raises NotFound, Conflict."""
    sample = labelling.get_sample(db, actor, sample_id, lock=lock)
    service.require(sample, "coding", "comparing")
    if sample.state == "coding":
        raise Conflict("You see each other’s labels when both have finished.")
    coders = naming.list_coders(db, sample.id)
    first, second = (labelling.labels_of(db, each.id) for each in coders)
    turns = labelling.list_turns(db, sample)
    pairs = [Pair(turn, first[turn.id], second[turn.id]) for turn in turns]
    rows = db.scalars(select(CodingTurn).where(CodingTurn.sample_id == sample.id))
    return Comparison(
        sample=sample,
        coders=coders,
        pairs=pairs,
        openness=coding.agreement([p.first.openness for p in pairs], [p.second.openness for p in pairs]),
        advice=coding.agreement([p.first.advice for p in pairs], [p.second.advice for p in pairs]),
        settled={row.id: Label(row.openness or "", row.advice or "") for row in rows},
    )


def write_down(
    db: Session, actor: Actor, sample_id: uuid.UUID, version: int, chosen: Mapping[uuid.UUID, Label], proof: str
) -> CodingSample:
    """One of the two writes down what they agreed, and signs it. It waits for the other's yes.

    Raises NotFound, Conflict, OldComparison, Invalid.
    """
    found = compare(db, actor, sample_id, lock=True)
    _check_version(found.sample, version)
    wrong = _unsettled(found, chosen)
    if not proof:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)
    rows = {row.id: row for row in db.scalars(select(CodingTurn).where(CodingTurn.sample_id == sample_id))}
    for pair in found.pairs:
        said, row = chosen.get(pair.turn.id, Label()), rows[pair.turn.id]
        row.openness = said.openness if pair.on_openness else pair.first.openness
        row.advice = said.advice if pair.on_advice else pair.first.advice
    sample = found.sample
    sample.proposed_by, sample.proposed_at, sample.proposed_proof = actor.person_id, clock.now(), proof
    sample.version += 1
    db.flush()
    return sample


def is_whole(found: Comparison, chosen: Mapping[uuid.UUID, Label]) -> bool:
    """Whether nothing is left to choose, so that it may be signed."""
    return not _unsettled(found, chosen)


def check_same(found: Comparison, chosen: Mapping[uuid.UUID, Label]) -> None:
    """Raises Invalid where somebody says yes and has chosen something else: they would sign what they do not mean."""
    wrong = {}
    for pair in found.differing:
        said, there = chosen.get(pair.turn.id, Label()), found.settled[pair.turn.id]
        other = f"Turn {pair.turn.number}: this is not what was written down. Choose that, or write it down otherwise."
        if pair.on_openness and said.openness != there.openness:
            wrong[f"open-{pair.turn.id}"] = other
        if pair.on_advice and said.advice != there.advice:
            wrong[f"advice-{pair.turn.id}"] = other
    if wrong:
        raise Invalid(wrong)


def _unsettled(found: Comparison, chosen: Mapping[uuid.UUID, Label]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for pair in found.differing:
        said, turn = chosen.get(pair.turn.id, Label()), pair.turn
        if pair.on_openness and said.openness not in pair.choices:
            wrong[f"open-{turn.id}"] = f"Turn {turn.number}: choose open, closed or can’t tell, together."
        if pair.on_advice and said.advice not in coding.ADVICE:
            wrong[f"advice-{turn.id}"] = f"Turn {turn.number}: choose whether there is advice in it, together."
    return wrong


def agree(db: Session, actor: Actor, sample_id: uuid.UUID, version: int, proof: str) -> CodingResult:
    """The other's yes: both have signed, the result is sealed, and every word is deleted. Twice is once.

    Raises NotFound, Forbidden, Conflict, OldComparison, Invalid.
    """
    sample = labelling.get_sample(db, actor, sample_id, lock=True)
    there = db.get(CodingResult, sample.id)
    if there is not None and there.signed_by == actor.person_id:
        return there
    found = compare(db, actor, sample_id)
    _check_version(sample, version)
    if sample.proposed_by is None:
        raise Conflict("Nothing is written down to say yes to. One of you writes down what you agreed.")
    if sample.proposed_by == actor.person_id:
        raise Forbidden("You wrote this down. It counts when the other says yes to it.")
    if not proof:
        raise Invalid({"password": UNSIGNED})
    return _close(db, actor, found, proof)


def _check_version(sample: CodingSample, version: int) -> None:
    if sample.version == version:
        return
    raise OldComparison(rules.OLD_PAGE)


def _close(db: Session, actor: Actor, found: Comparison, proof: str) -> CodingResult:
    sample = found.sample
    assert sample.proposed_by and sample.proposed_at  # noqa: S101, PT018 - `agree` has looked
    counted = coding.outcome([found.settled[pair.turn.id] for pair in found.pairs])
    made = CodingResult(
        sample_id=sample.id,
        group_id=sample.group_id,
        meeting_id=sample.meeting_id,
        person_id=sample.person_id,
        coded_on=clock.today(db.get_one(PeerGroup, sample.group_id).zone),
        turns=counted.turns,
        open=counted.open,
        without_advice=counted.without_advice,
        alike_open=found.openness.same,
        alike_advice=found.advice.same,
        kappa_open=found.openness.kappa,
        kappa_advice=found.advice.kappa,
        seed=sample.seed,
        written_by=sample.proposed_by,
        written_at=sample.proposed_at,
        written_proof=sample.proposed_proof,
        signed_by=actor.person_id,
        signed_proof=proof,
    )
    db.execute(delete(CodingWords).where(CodingWords.turn_id.in_([pair.turn.id for pair in found.pairs])))
    sample.state, sample.closed_at = "closed", clock.now()
    sample.version += 1
    db.flush()
    _enter(db, actor, made, proof)
    db.add(made)
    db.flush()
    return made


def _enter(db: Session, actor: Actor, made: CodingResult, proof: str) -> None:
    """The register's entry: about the circle, or about the person whose own turns they are."""
    leaf = register.append(
        db,
        actor,
        kind="coding" if made.person_id is None else "own turns",
        subject_kind="group" if made.person_id is None else "person",
        subject_id=made.person_id or made.group_id,
        payload=rules.payload(made),
        meaning=rules.MEANING,
        authenticated_by=proof,
    )
    made.signed_at, made.leaf_seq = leaf.at, leaf.seq
