"""The card sort: one for each person, theirs alone until they bring its must-haves to a circle."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assessments.values_cards import Card, Cards, Pile, current_cards, too_many
from lms.core import clock
from lms.core.actor import Actor
from lms.core.db import add_once
from lms.core.errors import Conflict, Invalid, Stale
from lms.values import service
from lms.values.models import BroughtSort, CardSort

UNPLACED = "good"  # a card nobody has touched is neither a must nor refused
STALE = "You sorted on another device meanwhile. This page shows what stands there now."


@dataclass(frozen=True, slots=True)
class Sort:
    """Somebody's sort as it stands: every card of today's pack and of their own, each on a pile."""

    pack: Cards
    cards: Sequence[Card]
    placed: Mapping[str, Pile]
    own: Mapping[str, str]
    version: int

    def pile(self, pile: Pile) -> list[Card]:
        return [each for each in self.cards if self.placed[each.id] == pile]

    @property
    def over(self) -> int:
        """How many must-haves have to leave that pile."""
        return too_many(self.placed, self.pack.most)


def look(db: Session, actor: Actor) -> Sort:
    """The actor's own sort."""
    return _as_sort(db.get(CardSort, actor.person_id))


def _as_sort(row: CardSort | None) -> Sort:
    pack = current_cards()
    own: dict[str, str] = dict(row.own) if row else {}
    cards = [*pack.cards, *(Card(id=key, text=text) for key, text in own.items())]
    placed = row.placed if row else {}
    return Sort(pack, cards, {each.id: placed.get(each.id, UNPLACED) for each in cards}, own, row.version if row else 0)


def keep(db: Session, actor: Actor, seen: int, placed: Mapping[str, Pile], own: Mapping[str, str]) -> Sort:
    """Keep where the cards lie; more must-haves than allowed are kept as well, and said. Raises Stale."""
    add_once(db, CardSort(person_id=actor.person_id, placed={}, own=[], version=0, changed_at=clock.now()))
    row = db.scalars(select(CardSort).where(CardSort.person_id == actor.person_id).with_for_update()).one()
    if row.version != seen:
        if (row.placed, row.own) == (dict(placed), [list(each) for each in own.items()]):
            return _as_sort(row)  # the same form twice
        raise Stale((STALE,))
    row.placed, row.own = dict(placed), [list(each) for each in own.items()]
    row.version, row.changed_at = row.version + 1, clock.now()
    db.flush()
    return _as_sort(row)


def bring(db: Session, actor: Actor, group_id: uuid.UUID) -> None:
    """Show the circle one's must-haves, or show them anew. Raises NotFound, Forbidden, Invalid, Conflict."""
    service.get_seated(db, actor, group_id, lock=True)
    sort = look(db, actor)
    if sort.over:
        raise Invalid({"cards": over(sort)})
    must = [each.text for each in sort.pile("must")]
    if not must:
        raise Conflict("Put at least one card on “must have” first.")
    take_back(db, actor, group_id)
    db.add(BroughtSort(group_id=group_id, person_id=actor.person_id, must=must, brought_at=clock.now()))
    db.flush()


def take_back(db: Session, actor: Actor, group_id: uuid.UUID) -> None:
    """The circle no longer sees the actor's must-haves. Taken back twice is once."""
    mine = (BroughtSort.group_id == group_id, BroughtSort.person_id == actor.person_id)
    db.execute(delete(BroughtSort).where(*mine))


def brought(db: Session, state: service.State) -> dict[str, list[str]]:
    """Each card that somebody brought as a must-have to this circle, and whose it is, most agreed first.

    Of those who sit there now. Whoever has brought nothing sees nothing, so that nobody sorts after the others.
    """
    seated = {each.person_id: each.name for each in state.chairs if each.person_id is not None}
    rows = db.scalars(
        select(BroughtSort)
        .where(BroughtSort.group_id == state.group.id, BroughtSort.person_id.in_(seated))
        .order_by(BroughtSort.brought_at)
    ).all()
    if state.mine is None or state.mine.person_id not in {each.person_id for each in rows}:
        return {}
    found: dict[str, list[str]] = {}
    for row in rows:
        for text in row.must:
            found.setdefault(text, []).append(seated[row.person_id])
    return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def over(sort: Sort) -> str:
    """What to do about too many must-haves, in a sentence."""
    there, many = sort.pack.most + sort.over, "one of them" if sort.over == 1 else f"{sort.over} of them"
    return f"There are {there} must-haves. Move {many} elsewhere, so that choosing costs something."
