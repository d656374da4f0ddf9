"""Several people who led one meeting, in front of one trainer: what each wrote, and all of it signed in one go."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from assessments.wording import first_name, listed
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.people import service as people
from lms.practice import access, calibration, rules, signing
from lms.practice.models import PracticeSession, Signature
from lms.practice.rows import ALONE, Beside, Opened


class ChangedReadings(Conflict):
    """Some of what the trainer read is not what stands there now."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(
            f"What stands there about {listed(sorted(names))} is not what you read, so nothing is signed. "
            "Read it again, then sign what you read."
        )


@dataclass(frozen=True, slots=True)
class Facilitated:
    """One person's session of the meeting, and why it is not signed on this page; empty where it is."""

    opened: Opened
    apart: str

    @property
    def id(self) -> uuid.UUID:
        return self.opened.session.id


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a trainer signs about one of them."""

    session_id: uuid.UUID
    version: int
    ratings: Mapping[str, int]
    level: int
    comment: str
    meaning: str = rules.MEANING
    beside: Beside = ALONE


def open_together(
    db: Session, actor: Actor, session_id: uuid.UUID, also: Collection[uuid.UUID] = ()
) -> tuple[Facilitated, ...]:
    """This session and those of whoever facilitated the same meeting, as far as the actor may read them, and `also`
    those that were on the page before. Raises NotFound, also where one of these is not there.
    """
    found = access.get_session(db, actor, session_id)
    same = and_(
        PracticeSession.group_id == found.group_id,
        PracticeSession.held_on == found.held_on,
        PracticeSession.role.in_(rules.FACILITATED),
    )
    asked = {session_id, *also}
    chosen = access.scope(actor).where(or_(same, PracticeSession.id.in_(asked)))
    ids = db.scalars(chosen.with_only_columns(PracticeSession.id).order_by(PracticeSession.id)).all()
    if not asked <= set(ids):
        raise NotFound
    opened = [signing.open_session(db, actor, each) for each in ids]
    return tuple(Facilitated(each, _apart(db, actor, each, found)) for each in opened)


def sign_together(db: Session, actor: Actor, reviews: Sequence[Reviewed], authenticated_by: str) -> list[Signature]:
    """Sign each of them, or none where one is not as it was read. Twice is once.

    Raises NotFound, Forbidden, Invalid, Conflict.
    """
    sessions = _lock(db, actor, [each.session_id for each in reviews])
    if any(each.state != "signed" for each in sessions.values()):
        read = {each.session_id: each.version for each in reviews}
        changed = [each for each in sessions.values() if (each.state, each.version) != ("waiting", read[each.id])]
        if changed:
            raise ChangedReadings(people.names_of(db, [each.person_id for each in changed]).values())
    return [
        signing.sign_off(
            db, actor, each.session_id, each.version, each.ratings, each.level, each.comment, authenticated_by,
            each.meaning, each.beside,
        )
        for each in reviews
    ]  # fmt: skip


def _lock(db: Session, actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, PracticeSession]:
    """All of them before the register is locked for the first, and in one order, so that nobody waits in a circle."""
    return {each: access.get_session(db, actor, each, lock=True) for each in sorted(ids)}


def _apart(db: Session, actor: Actor, opened: Opened, asked: PracticeSession) -> str:
    session, name = opened.session, first_name(opened.name)
    if opened.signature:
        return f"{opened.names[opened.signature.signer_id]} has signed it."
    if session.state == "returned":
        return f"It went back, and is with {name}."
    try:
        signing.check_signer(db, actor, session, opened.circle.trainer_id, opened.overruled)
    except Forbidden as error:
        return error.sentence
    return calibration.bars(db, opened, actor) or _to_be_read_alone(opened, asked)


def _to_be_read_alone(opened: Opened, asked: PracticeSession) -> str:
    """What keeps a session that the actor may sign from being read beside the one asked for; empty for nothing."""
    session, name = opened.session, first_name(opened.name)
    if (session.group_id, session.held_on) != (asked.group_id, asked.held_on) or session.role not in rules.FACILITATED:
        return f"{name} has changed it, and it is not about facilitating this meeting any more."
    if opened.voided or opened.disputes:
        return "It was signed or disputed before. What happened since is read on its own page."
    if opened.observed:
        return "Somebody from outside signed it too. What they saw is read beside it, on its own page."
    return ""
