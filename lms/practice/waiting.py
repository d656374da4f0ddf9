"""A trainer's lists: what waits, what went back, what was signed this month. A page of each, whatever their length."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from lms.core import clock, settings
from lms.core.actor import Actor, Role
from lms.core.anyone import ANYONE, filled
from lms.groups.models import PeerGroup
from lms.people.models import Person
from lms.practice import access, backup, contested, pace, rules
from lms.practice.models import STANDING, PracticeEvent, PracticeReturn, PracticeSession, Signature
from lms.practice.queue_lines import Reading
from lms.practice.rows import Queue

PAGE = 25
LISTS = {
    "waiting": "Waiting",
    "backup": "Asked as backup",
    "returned": "Returned",
    "signed": "Signed this month",
    "disputes": "Disputes",
}
RARE = ("backup", "disputes")  # shown where there is something on them
OLDEST_FIRST = ("waiting", "backup", "disputes")
_SHOWN = ("id", "group_id", "trainer_id", "held_on", "role", "own_ratings")
_Earlier = aliased(PracticeSession)
_Agreed = aliased(Signature)
_Beside = aliased(PracticeSession)
_Writer, _Trainer = aliased(Person), aliased(Person)
# What last voided a signature, or overruled the return of this version.
_VOIDED = (
    select(PracticeEvent.kind)
    .where(
        PracticeEvent.session_id == PracticeSession.id,
        or_(
            PracticeEvent.kept.is_not(None),
            and_(PracticeEvent.kind == "overruled", PracticeEvent.version == PracticeSession.version),
        ),
    )
    .order_by(PracticeEvent.at.desc())
    .limit(1)
)
# The same person's sessions before this one, as `rules.ordinals` counts them.
_EARLIER = and_(
    _Earlier.person_id == PracticeSession.person_id,
    or_(
        _Earlier.held_on < PracticeSession.held_on,
        and_(_Earlier.held_on == PracticeSession.held_on, _Earlier.id < PracticeSession.id),
    ),
)

_BEFORE = select(func.count()).select_from(_Earlier).where(_EARLIER)
# What was agreed the last time before.
_AGREED = (
    select(_Agreed.id)
    .join(_Earlier, _Earlier.id == _Agreed.session_id)
    .where(_EARLIER, _Agreed.voided_at.is_(None), _Agreed.tier != "link")
    .order_by(_Earlier.held_on.desc(), _Earlier.id.desc())
    .limit(1)
)

# How many of those who facilitated the same meeting wait for the same trainer, this one among them.
_TOGETHER = (
    select(func.count())
    .select_from(_Beside)
    .where(
        _Beside.group_id == PracticeSession.group_id,
        _Beside.held_on == PracticeSession.held_on,
        _Beside.trainer_id == PracticeSession.trainer_id,
        _Beside.state == "waiting",
        _Beside.role.in_(rules.FACILITATED),
        PracticeSession.role.in_(rules.FACILITATED),
    )
    .scalar_subquery()
)


def queue(db: Session, actor: Actor, show: str, month_start: datetime, page: int = 1) -> Queue:
    """The sessions that wait for the actor, those they returned, those signed since `month_start`, or those whose
    dispute asks for them; two queries.

    Their length comes with how long the reviews of the actor took, and everybody's.
    """
    given = filled(actor, Role.TRAINER) | {"month_start": month_start, "late": backup.late_since(_today())}
    counted = dict(db.execute(_counted(), given).one()._mapping)
    lengths = {name: counted[name] for name in (*LISTS, "late")}
    page = min(page, last_page(lengths[show]))
    first = (page - 1) * PAGE
    found = db.execute(_found(show), given | {"first": first}).all()
    read = Reading(actor.person_id, show, _today(), {each.id: each.title for each in rules.rows_ever()})
    return Queue(
        tuple(read.listed(each, place) for place, each in enumerate(found, start=first)),
        page,
        **lengths,
        own_pace=pace.read(counted, "own"),
        every_pace=pace.read(counted, "every"),
    )


def _is(state: str) -> ColumnElement[bool]:
    """Written into the statement: as a parameter it would tell PostgreSQL too little to plan the statement for good."""
    return PracticeSession.state == literal_column(f"'{state}'")


def last_page(many: int) -> int:
    """The number of the last page of so many; of none, it is the first."""
    return max(1, -(-many // PAGE))


def _today() -> date:
    return clock.today(settings.current().time_zone)


@cache
def _lists() -> dict[str, ColumnElement[bool]]:
    """What belongs on each list of anyone; of sessions sent to others, those they are asked to read, and have read."""
    me = ANYONE.person_id
    mine = access.supervised(ANYONE) & (PracticeSession.person_id != me)
    sent_back = (
        exists()
        .where(
            PracticeReturn.session_id == PracticeSession.id,
            PracticeReturn.version == PracticeSession.version,
            PracticeReturn.returned_by == me,
        )
        .correlate(PracticeSession)
    )
    others = backup.offered(ANYONE)
    signed = (_is("signed")) & (Signature.signed_at >= bindparam("month_start"))
    return {
        "waiting": _WAITS & mine,
        "backup": _WAITS & others & ~access.supervised(ANYONE),
        "disputes": contested.asks(ANYONE),
        "returned": (_is("returned")) & (mine | (others & sent_back)),
        "signed": signed & (mine | (others & (Signature.signer_id == me))),
    }


_WAITS = (_is("waiting")) & ~contested.not_for(ANYONE)


@cache
def _counted() -> Select[Any]:
    """How long each list is, how many that wait are late, and the pace: one query of a count each, as each list has its
    own index. What waits may be thousands, so it is gone through once, without signatures, which it has none of.
    """
    late = PracticeSession.submitted_at < bindparam("late")
    mine = access.supervised(ANYONE)
    waiting = (
        select(
            func.count().filter(mine).label("waiting"),
            func.count().filter(late, mine).label("late"),
            func.count().filter(~mine, backup.offered(ANYONE)).label("backup"),
        )
        .select_from(PracticeSession)
        .where(_WAITS, PracticeSession.person_id != ANYONE.person_id)
        .subquery()
    )
    counted = [
        select(func.count())
        .select_from(PracticeSession)
        .outerjoin(Signature, STANDING)
        .where(each)
        .scalar_subquery()
        .label(name)
        for name, each in _lists().items()
        if name not in waiting.c
    ]
    counted += [each.label(name) for name, each in pace.columns(ANYONE).items()]
    return select(*waiting.c, *counted)


_RETURNS = (
    select(PracticeReturn)
    .where(PracticeReturn.session_id == PracticeSession.id)
    .order_by(PracticeReturn.returned_at.desc())
    .limit(1)
)


def _page(show: str) -> Subquery:
    """Ids and times of a page of sessions: what each row needs besides is looked up for this page only."""
    times: dict[str, ColumnElement[datetime]] = {
        "waiting": PracticeSession.submitted_at.expression,
        "backup": PracticeSession.submitted_at.expression,
        "returned": _RETURNS.with_only_columns(PracticeReturn.returned_at).scalar_subquery(),
        "signed": Signature.signed_at.expression,
        "disputes": contested.OPENED_AT,
    }
    at = times[show]
    return (
        select(PracticeSession.id, at.label("at"))
        .outerjoin(Signature, STANDING)
        .where(_lists()[show])
        .order_by(at.asc() if show in OLDEST_FIRST else at.desc(), PracticeSession.id)
        .offset(bindparam("first", type_=Integer))
        .limit(PAGE)
        .subquery()
    )


@cache
def _found(show: str) -> Select[Any]:
    """A page of sessions with when each was sent, returned or signed, and what came before it."""
    page = _page(show)
    last = aliased(Signature)
    found: Select[Any] = (
        select(
            *(getattr(PracticeSession, name) for name in _SHOWN),
            _Writer.name.label("name"),
            _Trainer.name.label("trainer"),
            PeerGroup.name.label("group"),
            page.c.at,
            _RETURNS.with_only_columns(PracticeReturn.reason).scalar_subquery().label("reason"),
            _VOIDED.scalar_subquery().label("voided"),
            contested.FIRST.label("disputed"),
            _BEFORE.scalar_subquery().label("before"),
            last.level.label("agreed"),
            last.ratings.label("agreed_ratings"),
            (_TOGETHER if show == "waiting" else literal(0)).label("together"),
        )
        .join(page, page.c.id == PracticeSession.id)
        .join(PeerGroup, PeerGroup.id == PracticeSession.group_id)
        .join(_Writer, _Writer.id == PracticeSession.person_id)
        .join(_Trainer, _Trainer.id == PracticeSession.trainer_id)
        .outerjoin(last, last.id == _AGREED.scalar_subquery())
    )
    order = page.c.at.asc() if show in OLDEST_FIRST else page.c.at.desc()
    return found.order_by(order, PracticeSession.id)
