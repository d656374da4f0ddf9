"""The hand-over of a circle: drafting it, reading it, calling it off, and taking a circle back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from lms.groups import handing
from lms.groups import service as groups
from lms.groups.models import GroupMember, PeerGroup
from lms.people import service as people
from lms.practice import unlocking
from lms.transfer import drafting, letters, rules
from lms.transfer.drafting import Found, Lack, Words
from lms.transfer.models import HandOver, HandOverSignature, HandOverYes
from lms.transfer.rules import Part, Said, Signed
from lms.transfer.terms import Terms, changed_since

__all__ = ["State", "call_off", "draft", "get_kept", "look", "take_back"]


@dataclass(frozen=True, slots=True)
class State:
    """How a hand-over stands. `signatures` are all that were not taken back, of an earlier version too."""

    group: PeerGroup
    agreement: HandOver | None
    terms: Terms
    found: Found
    signatures: Mapping[str, HandOverSignature]
    answers: Mapping[uuid.UUID, HandOverYes]
    may: Mapping[str, Collection[uuid.UUID]]

    @property
    def lacks(self) -> tuple[Lack, ...]:
        return self.found.lacks

    @property
    def chairs(self) -> Sequence[GroupMember]:
        """Who is asked: everybody on a chair but whoever signs as facilitator."""
        leads = self.agreement.facilitator_id if self.agreement else self.group.facilitator_id
        return [each for each in self.found.members if each.person_id != leads]

    @property
    def said(self) -> Said:
        """What the circle says."""
        return rules.said([each.id for each in self.chairs], {key: each.yes for key, each in self.answers.items()})

    @property
    def many_yes(self) -> int:
        return sum(each.id in self.answers and self.answers[each.id].yes for each in self.chairs)

    @property
    def standing(self) -> dict[str, HandOverSignature]:
        """The signatures that count: under what stands here now, by somebody who may still give it."""
        now = self.terms.digest
        return {
            part: each
            for part, each in self.signatures.items()
            if each.digest == now and each.person_id in self.may[part]
        }

    def parts_of(self, actor: Actor) -> list[Part]:
        """For whom the actor may sign."""
        return [part for part in rules.PARTS if actor.person_id in self.may[part]]

    def is_complete(self, *more: Signed) -> bool:
        """Whether everything is there, with one signature `more`."""
        kept = [Signed(each.part, each.person_id, each.digest) for each in self.signatures.values()]
        replaced = {each.part for each in more}
        signed = [*(each for each in kept if each.part not in replaced), *more]
        return rules.is_complete(signed, self.terms.digest, self.may, self.said, self.lacks)


def look(db: Session, actor: Actor, group_id: uuid.UUID, words: Words | None = None, *, lock: bool = False) -> State:
    """How the hand-over of a circle the actor may see stands; with `words`, as it would stand. Raises NotFound."""
    group = groups.get_group(db, actor, group_id, lock=lock)
    agreement = find_agreement(db, group)
    given = words or (drafting.words_of(agreement) if agreement else Words(group.facilitator_id, "", "", ""))
    found = drafting.draft(db, group, given, agreement)
    signatures = _signatures(db, agreement) if agreement else []
    answers = db.scalars(select(HandOverYes).where(HandOverYes.hand_over_id == agreement.id)) if agreement else ()
    done = agreement is not None and agreement.completed_at is not None
    return State(
        group=group,
        agreement=agreement,
        terms=Terms.of(agreement.terms) if agreement and done else found.terms,
        found=found,
        signatures={each.part: each for each in signatures},
        answers={each.member_id: each for each in answers},
        may=_who_may(db, group, found, given.facilitator_id),
    )


def find_agreement(db: Session, group: PeerGroup) -> HandOver | None:
    """The agreement that is open, or by which the circle runs itself now."""
    chosen = select(HandOver).where(HandOver.group_id == group.id, HandOver.called_off_at.is_(None))
    if group.handed_over_at is None:
        chosen = chosen.where(HandOver.completed_at.is_(None))
    return db.scalar(chosen.order_by(HandOver.drafted_at.desc(), HandOver.id.desc()).limit(1))


def _signatures(db: Session, agreement: HandOver) -> Sequence[HandOverSignature]:
    mine = (HandOverSignature.hand_over_id == agreement.id, HandOverSignature.ended_at.is_(None))
    return db.scalars(select(HandOverSignature).where(*mine)).all()


def _who_may(db: Session, group: PeerGroup, found: Found, leads: uuid.UUID) -> Mapping[str, Collection[uuid.UUID]]:
    """Who may sign for whom: the sponsor is a manager of the organisation who does not sit in the circle."""
    seated = {group.facilitator_id, *(each.person_id for each in found.members)}
    trains = group.trainer_id in people.people_with(db, Role.TRAINER, [group.provider_id])
    return {
        "trainer": [group.trainer_id] if trains else [],
        "facilitator": [leads] if leads in seated and leads != group.trainer_id else [],
        "sponsor": set(people.people_with(db, Role.MANAGER, [group.organisation_id])) - seated,
    }


def get_to_draft(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """A circle whose hand-over the actor drafts: as its trainer, and as nobody who sits in it. Raises NotFound,
    Forbidden.
    """
    group = groups.get_group(db, actor, group_id, lock=lock)
    trains = actor.person_id == group.trainer_id and group.provider_id in actor.organisations(Role.TRAINER)
    if not trains or groups.sits_in(db, actor, group.id):
        raise Forbidden(rules.ONLY_TRAINER)
    return group


def draft(db: Session, actor: Actor, group_id: uuid.UUID, digest: str, marks: str, words: Words) -> HandOver:
    """Draft the agreement, or draft it again; the same again is the same.

    Raises NotFound, Forbidden, Conflict, Stale, Invalid.
    """
    group = get_to_draft(db, actor, group_id, lock=True)
    before = find_agreement(db, group)
    if before is not None and before.completed_at is not None:
        raise Conflict(rules.COMPLETE_ALREADY)
    state = look(db, actor, group_id, words)
    _check(state, words)
    if before is None:
        before = HandOver(group_id=group.id, drafted_by=actor.person_id, facilitator_id=words.facilitator_id, version=0)
        db.add(before)
    elif before.terms == state.terms.to_dict():
        return before
    else:
        check_read(look(db, actor, group_id), digest, marks)
    _write(db, state, before, words)
    letters.tell_drafted(db, actor, group, before, state.signatures.values())
    return before


def _write(db: Session, state: State, agreement: HandOver, words: Words) -> None:
    if agreement.facilitator_id != words.facilitator_id:  # a yes was said to somebody else
        for each in state.answers.values():
            db.delete(each)
    agreement.facilitator_id, agreement.terms = words.facilitator_id, state.terms.to_dict()
    agreement.version, agreement.drafted_at = agreement.version + 1, clock.now()
    db.flush()


def _check(state: State, words: Words) -> None:
    wrong: dict[str, str] = {}
    if words.facilitator_id == state.group.trainer_id:
        wrong["facilitator"] = rules.THE_TRAINER
    elif not state.may["facilitator"]:
        wrong["facilitator"] = rules.NOT_HERE
    if not words.help:
        wrong["help"] = rules.NO_HELP
    readiness = state.found.standing.readiness
    if not state.found.standing.is_near or readiness is None:
        raise Conflict(rules.NOT_NEAR)
    fewest = state.found.standing.standard.fewest_members
    if len(state.found.members) < fewest:
        raise Conflict(f"{readiness.headline}.")
    if state.terms.missing and not words.because:
        wrong["because"] = rules.NO_BECAUSE
    if wrong:
        raise Invalid(wrong)


def unready(db: Session, actor: Actor, group: PeerGroup, facilitator_id: uuid.UUID) -> str:
    """What somebody still has to do before they sign as the one who facilitates, as the actor reads it."""
    name = people.names_of(db, [facilitator_id])[facilitator_id]
    today = clock.today(group.zone)
    return unlocking.notice(db, actor, (facilitator_id, name), group.provider_id, today, ("hand-over",))


def check_read(state: State, digest: str, marks: str) -> None:
    """Whether the page showed what stands here now. Raises Stale with what changed."""
    if digest != state.terms.digest:
        raise Stale((changed_since(marks, state.terms),))


def call_off(db: Session, actor: Actor, group_id: uuid.UUID, because: str) -> None:
    """There is no hand-over by this agreement. Called off twice is once. Raises NotFound, Forbidden, Conflict."""
    group = get_to_draft(db, actor, group_id, lock=True)
    agreement = find_agreement(db, group)
    if agreement is None:
        return
    if agreement.completed_at is not None:
        raise Conflict(rules.COMPLETE_ALREADY)
    agreement.called_off_at, agreement.called_off_because = clock.now(), because
    db.execute(delete(HandOverYes).where(HandOverYes.hand_over_id == agreement.id))  # of a no nothing is left
    letters.tell_called_off(db, actor, group, _signatures(db, agreement))
    db.flush()


def take_back(_db: Session, group: PeerGroup) -> None:
    """The stool comes back before the circle runs itself: its trainer opens it again, and its page says so. The
    agreement stays as it was signed; another may be drafted.
    """
    handing.take_back(group, clock.now())


def get_kept(db: Session, actor: Actor, agreement_id: uuid.UUID) -> tuple[HandOver, Sequence[HandOverSignature]]:
    """A complete agreement and its signatures: for those who sit in the circle, who manage its organisation or
    administer its provider, and for whoever signed it. Raises NotFound.
    """
    signed = select(HandOverSignature.hand_over_id).where(
        HandOverSignature.person_id == actor.person_id, HandOverSignature.ended_at.is_(None)
    )
    readable = select(HandOver).where(
        HandOver.id == agreement_id,
        HandOver.completed_at.is_not(None),
        or_(HandOver.id.in_(signed), HandOver.group_id.in_(groups.scope(actor).with_only_columns(PeerGroup.id))),
    )
    found = db.scalar(readable)
    if found is None:
        raise NotFound
    return found, _signatures(db, found)


def latest_called_off(db: Session, group: PeerGroup) -> HandOver | None:
    """The agreement called off last, of a circle the caller holds through a scope, and not before it was taken back."""
    chosen = select(HandOver).where(HandOver.group_id == group.id, HandOver.called_off_at.is_not(None))
    if group.taken_back_at is not None:
        chosen = chosen.where(HandOver.called_off_at > group.taken_back_at)
    return db.scalar(chosen.order_by(HandOver.called_off_at.desc()).limit(1))


def done_on(agreement: HandOver, zone: str) -> date | None:
    """The day on the circle's wall on which an agreement was complete."""
    return agreement.completed_at.astimezone(ZoneInfo(zone)).date() if agreement.completed_at else None
