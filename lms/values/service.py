"""How a circle sits together: reading it, writing a version, saying yes or no to it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from lms.groups import attendance, handing
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.messages import service as messages
from lms.people import service as people
from lms.values import dilemmas, rules
from lms.values.models import ValuesAgreement, ValuesAnswer
from lms.values.rules import Line


@dataclass(frozen=True, slots=True)
class Chair:
    """Somebody who sits in the circle. `key` is their account's id, or their chair's where there is none."""

    key: str
    name: str
    person_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class State:
    """How it stands. `holds` is the version that everybody agreed to last; `proposed` a newer one that waits."""

    group: PeerGroup
    chairs: Sequence[Chair]
    mine: Chair | None
    versions: Sequence[ValuesAgreement]  # oldest first
    answers: Mapping[str, ValuesAnswer]  # to the newest version, by chair

    @property
    def newest(self) -> ValuesAgreement | None:
        return self.versions[-1] if self.versions else None

    @property
    def holds(self) -> ValuesAgreement | None:
        return next((each for each in reversed(self.versions) if each.agreed_at is not None), None)

    @property
    def proposed(self) -> ValuesAgreement | None:
        return self.newest if self.newest is not self.holds else None

    @property
    def waiting(self) -> list[Chair]:
        """Who has not answered the newest version."""
        return [each for each in self.chairs if each.key not in self.answers] if self.versions else []

    @property
    def against(self) -> list[Chair]:
        return [each for each in self.chairs if each.key in self.answers and not self.answers[each.key].agrees]

    @property
    def many_yes(self) -> int:
        return sum(each.key in self.answers and self.answers[each.key].agrees for each in self.chairs)


def lines_of(version: ValuesAgreement | None) -> list[Line]:
    """What a version says."""
    return [Line(promise, slip) for promise, slip in version.lines] if version else []


def scope(actor: Actor) -> Select[PeerGroup]:
    """The circles whose agreement `actor` reads: where they sit, and those of their provider until handed over."""
    return select(PeerGroup).where(or_(PeerGroup.id.in_(groups.ids_sat_in(actor)), handing.provided(actor)))


def get_circle(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> PeerGroup:
    """Raises NotFound."""
    chosen = scope(actor).where(PeerGroup.id == group_id)
    found = db.scalar(chosen.with_for_update(of=PeerGroup) if lock else chosen)
    if found is None:
        raise NotFound
    return found


def look(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> State:
    """How a circle sits together. Raises NotFound."""
    group = get_circle(db, actor, group_id, lock=lock)
    chosen = select(ValuesAgreement).where(ValuesAgreement.group_id == group.id)
    versions = db.scalars(chosen.order_by(ValuesAgreement.version)).all()
    chairs = chairs_of(db, group)
    mine = next((each for each in chairs if each.person_id == actor.person_id), None)
    return State(group, chairs, mine, versions, _answers(db, versions[-1].id) if versions else {})


def chairs_of(db: Session, group: PeerGroup) -> list[Chair]:
    """Who sits there now, the facilitator first and only there."""
    seats = attendance.seats_now(db, group)
    return [Chair(str(each.person_id or each.id), each.name, each.person_id) for each in seats]


def _answers(db: Session, agreement_id: uuid.UUID) -> dict[str, ValuesAnswer]:
    """What each seat said last to a version."""
    chosen = select(ValuesAnswer).where(ValuesAnswer.agreement_id == agreement_id)
    rows = db.scalars(chosen.order_by(ValuesAnswer.said_at, ValuesAnswer.id))
    return {each.seat: each for each in rows}


def get_seated(db: Session, actor: Actor, group_id: uuid.UUID, *, lock: bool = False) -> tuple[State, Chair]:
    """The same for somebody who sits there. Raises NotFound, Forbidden."""
    state = look(db, actor, group_id, lock=lock)
    if state.mine is None:
        raise Forbidden(rules.ONLY_SEATS)
    return state, state.mine


def write(
    db: Session, actor: Actor, group_id: uuid.UUID, key: uuid.UUID, seen: int, lines: Sequence[Line], review_on: date
) -> ValuesAgreement:
    """Propose a version, and say yes to it; the same form twice is one version.

    Raises NotFound, Forbidden, Conflict, Stale, Invalid.
    """
    state, mine = get_seated(db, actor, group_id, lock=True)
    sent = next((each for each in state.versions if (each.written_by, each.key) == (actor.person_id, key)), None)
    if sent is not None:
        return sent
    if len(state.chairs) < rules.FEWEST_SEATS:
        raise Conflict(rules.TOO_FEW)
    _check_seen(db, state, seen)
    if not clock.today(state.group.zone) < review_on <= clock.today(state.group.zone) + rules.FURTHEST_REVIEW:
        raise Invalid({"review_on": rules.REVIEW})
    before = state.newest
    if before is not None and (lines_of(before), before.review_on) == (list(lines), review_on):
        raise Invalid({"promise-1": rules.ALREADY})
    made = ValuesAgreement(
        key=key,
        group_id=group_id,
        version=before.version + 1 if before else 1,
        lines=[[each.promise, each.slip] for each in lines],
        review_on=review_on,
        written_by=actor.person_id,
        written_at=clock.now(),
    )
    db.add(made)
    db.flush()
    _keep(db, actor, made, mine, agrees=True)
    _tell(db, actor, state, before is not None)
    return made


def answer(db: Session, actor: Actor, group_id: uuid.UUID, seen: int, *, agrees: bool, reason: str = "") -> State:
    """Say yes or no to the newest version. Raises NotFound, Forbidden, Stale, Invalid."""
    state, mine = get_seated(db, actor, group_id, lock=True)
    return _say(db, actor, state, mine, seen, agrees=agrees, reason=reason)


def note(db: Session, actor: Actor, group_id: uuid.UUID, seat: str, seen: int) -> State:
    """Write down that a chair without an account said yes in the circle.

    Raises NotFound, Forbidden, Conflict, Stale.
    """
    state, _mine = get_seated(db, actor, group_id, lock=True)
    chair = next((each for each in state.chairs if each.key == seat), None)
    if chair is None:
        raise NotFound
    if chair.person_id is not None:
        raise Conflict(rules.NOT_ALOUD)
    return _say(db, actor, state, chair, seen, agrees=True)


def _say(db: Session, actor: Actor, state: State, chair: Chair, seen: int, *, agrees: bool, reason: str = "") -> State:
    newest = state.newest
    if newest is None:
        raise NotFound
    _check_seen(db, state, seen)
    if not agrees and not reason:
        raise Invalid({"reason": rules.NO_REASON})
    before = state.answers.get(chair.key)
    if before is None or (before.agrees, before.reason) != (agrees, reason):
        _keep(db, actor, newest, chair, agrees=agrees, reason=reason)
    now = look(db, actor, state.group.id)
    said = {key: each.agrees for key, each in now.answers.items()}
    if newest.agreed_at is None and rules.is_agreed({each.key for each in now.chairs}, said):
        newest.agreed_at = clock.now()
        db.flush()
    return now


def _check_seen(db: Session, state: State, seen: int) -> None:
    """Raises Stale where the page showed an older version than there is."""
    newest = state.newest
    if newest is None or newest.version == seen:
        return
    before = next((each for each in state.versions if each.version == seen), None)
    name = people.names_of(db, [newest.written_by])[newest.written_by]
    first = f"{name} wrote version {newest.version} while your page was open."
    raise Stale((first, *rules.differences(lines_of(before), lines_of(newest))))


def _keep(db: Session, actor: Actor, version: ValuesAgreement, chair: Chair, *, agrees: bool, reason: str = "") -> None:
    db.add(
        ValuesAnswer(
            agreement_id=version.id,
            seat=chair.key,
            agrees=agrees,
            reason="" if agrees else reason,
            said_by=actor.person_id,
            said_at=clock.now(),
        )
    )
    db.flush()


def _tell(db: Session, actor: Actor, state: State, changed: bool) -> None:
    """To everybody else who sits there with an account: it is there to read, never what it says."""
    for each in state.chairs:
        if each.person_id not in (None, actor.person_id):
            messages.send(
                db,
                "values_written",
                person_id=each.person_id,
                organisation_id=state.group.provider_id,
                group=state.group.name,
                writer=actor.name,
                changed=changed,
                link=messages.link(f"/groups/{state.group.id}/values"),
            )


def dilemmas_passed(db: Session, person_id: uuid.UUID) -> tuple[date, int] | None:
    """When somebody had enough dilemmas right and under which version of the text, for areas that build on it."""
    return dilemmas.dilemmas_passed(db, person_id)
