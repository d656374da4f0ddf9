"""Votes: cast alone and hidden from everybody, opened all at once, and cast once more openly where none has a majority.

Nothing here hands out what somebody else voted before all have: of it there is a number, and nothing more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assessments.deciding import Outcome, outcome
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, Stale
from lms.core.forms import UNSIGNED
from lms.handover.rules import KINDS, READY, what_ready_lacks
from lms.panels import letters, rules
from lms.panels.models import Panel, PanelSeat, PanelVote
from lms.panels.service import CLOSED
from lms.panels.tables import Seated, Table, get_panel, table_of
from lms.people import service as people
from lms.register import service as register

FIRST, AGAIN = 1, 2
OLD_PAGE = "The page was brought up to date meanwhile. Read it again before you vote; your words are still here."
VOTED = "You have voted already, and a vote stands. Nobody sees it until all have voted."
ALL_IN = "All have voted, and the votes are open. A first vote is cast before that."
NO_AGAIN = "The votes have a majority, so nobody votes once more."


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a form of voting says."""

    page: int
    round: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A vote that everybody may read, beside the seat it came from."""

    seated: Seated
    vote: PanelVote


@dataclass(frozen=True, slots=True)
class Votes:
    """What the reader may know of the votes on the page as it is now."""

    voted: int  # how many of those who sit here have voted, in this round
    mine: Mapping[int, PanelVote]  # the reader’s own, by round
    earlier: PanelVote | None  # the reader’s own, on a page that was brought up to date since
    first: tuple[Opened, ...]
    again: tuple[Opened, ...]

    @property
    def outcome(self) -> Outcome:
        """What the votes come to that count: those of the second round, once all of them are in."""
        whole = self.again if self.first and len(self.again) == len(self.first) else self.first
        return outcome([each.vote.kind for each in whole])

    @property
    def is_again(self) -> bool:
        """Whether members may vote once more: the first votes have no majority."""
        return bool(self.first) and not outcome([each.vote.kind for each in self.first]).kind


def read(db: Session, actor: Actor, table: Table) -> Votes:
    """The votes of a panel as `actor` may know them."""
    rows = db.scalars(select(PanelVote).where(PanelVote.panel_id == table.panel.id).order_by(PanelVote.page)).all()
    there = {each.seat.id: each for each in table.taken}
    now = [each for each in rows if each.page == table.panel.page and each.seat_id in there]
    own = [each for each in rows if each.seat_id in there and there[each.seat_id].seat.person_id == actor.person_id]
    before = [each for each in own if each.page < table.panel.page]
    shown = sorted((Opened(there[each.seat_id], each) for each in now), key=_place) if table.panel.opened_at else []
    again = tuple(each for each in shown if each.vote.round == AGAIN)
    return Votes(
        voted=len(again) if again else sum(each.round == FIRST for each in now),
        mine={each.round: each for each in own if each.page == table.panel.page},
        earlier=before[-1] if before else None,
        first=tuple(each for each in shown if each.vote.round == FIRST),
        again=again,
    )


def _place(each: Opened) -> int:
    return each.seated.seat.place


def vote(db: Session, actor: Actor, panel_id: uuid.UUID, ballot: Ballot, authenticated_by: str) -> PanelVote:
    """Cast one’s own vote; the last first vote opens them all. The same twice is once.

    Raises NotFound, Forbidden, Conflict, Stale, Invalid.
    """
    panel = get_panel(db, actor, panel_id, lock=True)
    table = table_of(db, panel)
    seated = table.seat_of(actor)
    before = _before(db, seated, ballot)
    if before is not None:
        return before
    _check_place(db, actor, table, seated, ballot)
    if table.changes:
        raise Stale((rules.told(table.changes),))
    _check_words(table, ballot, authenticated_by)
    made = PanelVote(
        panel_id=panel.id,
        seat_id=seated.seat.id,
        page=panel.page,
        round=ballot.round,
        kind=ballot.kind,
        reason=ballot.reason,
        voted_at=clock.now(),
        authenticated_by=authenticated_by,
        readiness_digest=register.digest(panel.readiness),
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        raise Conflict(VOTED) from None
    if ballot.round == AGAIN:
        _enter(db, seated, made)
    else:
        _open(db, table)
    return made


def _before(db: Session, seated: Seated, ballot: Ballot) -> PanelVote | None:
    """What this very form already said. Raises Conflict where another one did."""
    same = PanelVote.seat_id == seated.seat.id, PanelVote.page == ballot.page, PanelVote.round == ballot.round
    sent = db.scalar(select(PanelVote).where(*same))
    if sent is not None and (sent.kind, sent.reason) != (ballot.kind, ballot.reason):
        raise Conflict(VOTED)
    return sent


def _check_place(db: Session, actor: Actor, table: Table, seated: Seated, ballot: Ballot) -> None:
    because = seated.because or seated.sitter.conflict
    if because:
        raise Forbidden(f"You do not vote here any more: {seated.name} {because}.")
    if table.panel.closed_at is not None:
        raise Conflict(CLOSED)
    if ballot.page != table.panel.page:
        raise Conflict(OLD_PAGE)
    if ballot.round == FIRST and table.panel.opened_at is not None:
        raise Conflict(ALL_IN)
    if ballot.round == AGAIN and not read(db, actor, table).is_again:
        raise Conflict(NO_AGAIN)


def _check_words(table: Table, ballot: Ballot, authenticated_by: str) -> None:
    wrong: dict[str, str] = {}
    if ballot.kind not in KINDS:
        wrong["kind"] = "Choose what you say."
    elif ballot.kind == READY and (lacking := what_ready_lacks(table.readiness)):
        wrong["kind"] = lacking
    if not ballot.reason:
        wrong["reason"] = rules.UNREASONED
    if not authenticated_by:
        wrong["password"] = UNSIGNED
    if wrong:
        raise Invalid(wrong)


def _open(db: Session, table: Table) -> None:
    """Open the first votes if all who sit here have voted: letters, then their entries in the order of the seats."""
    panel = table.panel
    seats = [each.seat.id for each in table.taken]
    cast = select(PanelVote).where(PanelVote.seat_id.in_(seats), PanelVote.page == panel.page, PanelVote.round == FIRST)
    votes = {each.seat_id: each for each in db.scalars(cast)}
    if len(seats) != panel.size or len(votes) != panel.size:
        return
    panel.opened_at = clock.now()
    letters.opened(db, panel, table.name, [each.seat.person_id for each in table.taken])
    for each in table.taken:
        _enter(db, each, votes[each.seat.id])


def _enter(db: Session, seated: Seated, made: PanelVote) -> None:
    """Seal a vote that is open in the register, in the name of who cast it."""
    member = seated.seat.person_id
    leaf = register.append(
        db,
        people.get_actor(db, member),
        kind="panel vote",
        subject_kind="panel",
        subject_id=made.panel_id,
        payload=rules.payload(made, member),
        meaning=rules.meaning(made.kind),
        authenticated_by=made.authenticated_by,
    )
    made.leaf_seq = leaf.seq
    db.flush()


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Panels in which the actor sits and has yet to vote."""
    voted = select(PanelVote.id).where(PanelVote.seat_id == PanelSeat.id, PanelVote.page == Panel.page)
    mine = select(PanelSeat.id).where(
        PanelSeat.panel_id == Panel.id,
        PanelSeat.person_id == actor.person_id,
        PanelSeat.left_at.is_(None),
        ~voted.exists(),
    )
    return and_(Panel.opened_at.is_(None), Panel.closed_at.is_(None), mine.exists())
